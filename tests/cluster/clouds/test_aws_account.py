"""The sandbox's own AWS: its ECS runs tasks for real, and refuses what is not there."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox import aws_account, images
from tests.cluster.waiting import eventually

REGION = "eu-west-1"
IMAGE = images.redis_reference()  # for its shell


@dataclass
class Account:
    """Clients of the API, and a cluster to run tasks in."""

    ecs: Any
    ec2: Any
    logs: Any
    secrets: Any
    cluster: str

    def run(self, image: str = IMAGE, **container: Any) -> str:
        """Run a task of one container and give its ARN."""
        options = {"awslogs-group": self.cluster, "awslogs-region": REGION, "awslogs-stream-prefix": "task"}
        app = {"name": "app", "image": image, "memory": 128, "logConfiguration": {"logDriver": "awslogs", "options": options}}
        family = self.ecs.register_task_definition(
            family=f"t{uuid.uuid4().hex[:6]}",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            containerDefinitions=[app | container],
        )["taskDefinition"]["family"]
        subnet = self.ec2.describe_subnets()["Subnets"][0]
        (group,) = self.ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
        place = {"subnets": [subnet["SubnetId"]], "securityGroups": [group["GroupId"]]}
        answer = self.ecs.run_task(
            cluster=self.cluster,
            taskDefinition=family,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": place},
        )
        return str(answer["tasks"][0]["taskArn"])

    def task(self, arn: str) -> dict[str, Any]:
        (task,) = self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"]
        found: dict[str, Any] = task
        return found

    def stopped(self, arn: str) -> dict[str, Any]:
        eventually(lambda: self.task(arn)["lastStatus"] == "STOPPED", "the task has stopped", seconds=90)
        return self.task(arn)

    def log(self, arn: str) -> list[str]:
        stream = f"task/app/{arn.rsplit('/', 1)[-1]}"
        events = self.logs.get_log_events(logGroupName=self.cluster, logStreamName=stream)["events"]
        return [event["message"] for event in events]


@pytest.fixture(scope="module")
def account(sandbox_up: None) -> Iterator[Account]:
    name = f"t{uuid.uuid4().hex[:6]}"
    ecs, ec2, logs, secrets = (aws_account.client(service, REGION) for service in ("ecs", "ec2", "logs", "secretsmanager"))
    found = Account(ecs, ec2, logs, secrets, name)
    found.ecs.create_cluster(clusterName=name)
    found.logs.create_log_group(logGroupName=name)
    yield found
    aws_account.empty()


def test_a_task_runs_to_its_exit_code_with_its_variables_secrets_and_log(account: Account) -> None:
    secret = account.secrets.create_secret(Name=f"s-{account.cluster}", SecretString='{"WORD": "hidden"}')
    task = account.run(
        command=["sh", "-c", "echo $GREETING ${#WORD}; exit 3"],
        environment=[{"name": "GREETING", "value": "hello"}],
        secrets=[{"name": "WORD", "valueFrom": f"{secret['ARN']}:WORD::{secret['VersionId']}"}],
    )
    stopped = account.stopped(task)
    assert [each["exitCode"] for each in stopped["containers"]] == [3]
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert account.log(task) == ["hello 6"]


def test_a_task_whose_image_is_missing_stops_with_the_reason(account: Account) -> None:
    stopped = account.stopped(account.run("railbed.sandbox/nothing:1"))
    assert stopped["stoppedReason"].startswith("CannotPullContainerError")
    assert "exitCode" not in stopped["containers"][0]


def test_a_task_can_be_stopped(account: Account) -> None:
    task = account.run(command=["sleep", "600"], stopTimeout=2)
    eventually(lambda: account.task(task)["lastStatus"] == "RUNNING", "the task runs", seconds=90)
    account.ecs.stop_task(cluster=account.cluster, task=task, reason="enough")
    assert account.stopped(task)["stoppedReason"] == "enough"


def test_what_is_not_there_is_refused(account: Account) -> None:
    with pytest.raises(ClientError, match="subnet-nothing"):
        account.ec2.create_nat_gateway(SubnetId="subnet-nothing", AllocationId="eipalloc-nothing")
    with pytest.raises(ClientError, match="ClusterNotFoundException"):
        account.ecs.run_task(cluster="nothing", taskDefinition="nothing:1")
