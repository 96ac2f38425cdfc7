"""What the user reads when the arguments of a component on ECS are wrong, before anything is made."""

from typing import Any

import pytest

from railbed.validation.checks import InvalidArguments
from tests.unit.ecs_samples import BEHIND_LOAD_BALANCER, IMAGE, SECRET, deployed
from tests.unit.recording import Recorded

EC2 = {"capacity": "ec2", "capacity_provider": "shop-instances"}
RANGE = {"minimum": 2, "maximum": 8}
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-1"


def app(**description: Any) -> dict[str, Any]:
    return {"app": {"name": "shop", "image": {"ref": IMAGE}, **description}}


SIZES: list[tuple[str, dict[str, Any], str]] = [
    (
        "EcsService",
        {"cpu": 300},
        "cpu 300 is not offered by Fargate: choose one of 256, 512, 1024, 2048, 4096, 8192, 16384",
    ),
    ("EcsService", {"memory": 3000}, "memory 3000 is not offered by Fargate with cpu 256: choose 512, 1024 or 2048"),
    ("EcsService", {"memory": 4096}, "or take cpu 512 with memory 4096"),
    (
        "EcsService",
        {"cpu": 8192, "memory": 17000},
        "memory 17000 is not offered by Fargate with cpu 8192: choose 16384 to 61440 in steps of 4096",
    ),
    ("EcsTaskRun", {"cpu": 1024, "memory": 1024}, "choose 2048 to 8192 in steps of 1024"),
    (
        "EcsApp",
        app(web={"resources": {"cpu": "20", "cpu_limit": "20"}}),
        "app.web.resources: Fargate has no task with cpu 20 and memory_limit 1Gi: lower them to 16 and 120Gi, "
        "or use capacity ec2",
    ),
]
STOPPING: list[tuple[str, dict[str, Any], str]] = [
    (
        "EcsService",
        {"stop_seconds": 121},
        "stop_seconds 121 is more than Fargate gives a container to stop: use 120 at most, or capacity ec2",
    ),
    (
        "EcsApp",
        app(workers={"default": {"shutdown_seconds": 111}}),
        "app.workers.default.shutdown_seconds is 111: use 110 at most, as Fargate kills 120 seconds after TERM and Sidekiq "
        "needs 10 more to push jobs back; or use capacity ec2",
    ),
    (
        "EcsApp",
        app(web={"request_seconds": 116}),
        "app.web.request_seconds is 116: use 115 at most, as Fargate kills 120 seconds after TERM; or use capacity ec2",
    ),
]
PLACES: list[tuple[str, dict[str, Any], str]] = [
    (
        "EcsService",
        {"subnet_ids": None, "security_group_ids": None},
        "network_mode awsvpc requires subnet_ids and security_group_ids: name at least one each",
    ),
    (
        "EcsService",
        {"network_mode": "bridge"},
        "network_mode bridge is not supported with capacity fargate: remove it, or set capacity to ec2",
    ),
    (
        "EcsService",
        {**EC2, "network_mode": "bridge", "assign_public_ip": True},
        "subnet_ids, security_group_ids are not supported with network_mode bridge, where the instance's count",
    ),
    ("EcsService", {"capacity": "ec2"}, "capacity ec2 requires capacity_provider: set it to EcsCluster's output of that name"),
    ("EcsService", {"capacity_provider": "a"}, "capacity_provider has no effect with capacity fargate: remove it"),
    ("EcsService", {"capacity": "spot"}, "capacity: found 'spot'; it should be 'fargate', 'fargate_spot' or 'ec2'."),
    (
        "EcsService",
        {**BEHIND_LOAD_BALANCER, "port": None, "vpc_id": None},
        "target_group_arn needs port, vpc_id: requests could not reach the tasks without",
    ),
    ("EcsService", {"port": 80}, "port: found 80; it should be at least 1024."),
    ("EcsCluster", {"instances": {}}, "instances need vpc_id and subnet_ids: name where they run"),
    (
        "EcsCluster",
        {"instances": {"minimum": 5, "maximum": 2}, "vpc_id": "vpc-1", "subnet_ids": ["subnet-a"]},
        "maximum 2 is below minimum 5: raise maximum or lower minimum",
    ),
    ("EcsCluster", {"container_insights": "on"}, "it should be 'disabled', 'enabled' or 'enhanced'."),
]
DEPLOYMENTS: list[tuple[str, dict[str, Any], str]] = [
    (
        "EcsService",
        {"maximum_percent": 100},
        "minimum_healthy_percent 100 and maximum_percent 100 leave no room to replace any of 2 tasks",
    ),
    (
        "EcsService",
        {"desired_count": 1, "minimum_healthy_percent": 50, "maximum_percent": 150},
        "leave no room to replace any of 1 tasks: raise maximum_percent or lower minimum_healthy_percent",
    ),
    (
        "EcsService",
        {"health_command": ["test", "-f", "/tmp/alive"]},
        "health_command begins with test: begin with CMD for a command as a list, or with CMD-SHELL",
    ),
    (
        "EcsService",
        {"health_command": ["CMD", "true"], "startup_seconds": 3301},
        "startup_seconds 3301: use 3300 at most, as ECS waits no longer for a container's health check",
    ),
    (
        "EcsService",
        {"autoscaling": RANGE},
        "nothing to scale on: give cpu_percent, requests_per_target or queue_latency_seconds",
    ),
    (
        "EcsService",
        {"autoscaling": {"minimum": 9, "maximum": 2, "cpu_percent": 60}},
        "maximum 2 is below minimum 9: raise maximum or lower minimum",
    ),
    (
        "EcsService",
        {"desired_count": 9, "autoscaling": {**RANGE, "cpu_percent": 60}},
        "desired_count 9 is outside of autoscaling's 2 to 8: omit it to begin with the minimum",
    ),
    (
        "EcsService",
        {"autoscaling": {**RANGE, "requests_per_target": 100}, **BEHIND_LOAD_BALANCER},
        "requests_per_target needs load_balancer_arn_suffix and target_group_arn_suffix",
    ),
    (
        "EcsService",
        {"autoscaling": {**RANGE, "requests_per_target": 100}},
        "autoscaling.requests_per_target needs target_group_arn: there are no requests without",
    ),
]
ROUTED = {"log_router_image": "fluent-bit:3", "log_router_options": {"Name": "http"}}
CONTENTS: list[tuple[str, dict[str, Any], str]] = [
    ("EcsService", {"image": "shop"}, "image: found 'shop'; name a tag other than latest, or a digest"),
    ("EcsService", {"user": 0}, "user 0: containers never run as root; specify the image's user, 1000 in Rails' Dockerfile"),
    ("EcsService", {"env": {"A": "1"}, "secrets": {"A": "2"}}, "A is in both env and secrets: remove it from one of them"),
    (
        "EcsService",
        {"secrets": {"A": "2"}, "secret_references": {"A": ARN}},
        "A is in both secrets and secret_references: remove it from one of them",
    ),
    ("EcsService", {"env": {"SECRET_KEY_BASE": "x"}}, "env.SECRET_KEY_BASE: has the name of a secret"),
    (
        "EcsService",
        {"secret_references": {"TOKEN": "hunter2"}},
        "secret_references.TOKEN: found a value (not shown, it may be secret); specify the ARN of a Secrets Manager secret",
    ),
    (
        "EcsService",
        {"log_retention_days": 31},
        "found 31; CloudWatch does not support it; next supported: 60",
    ),
    (
        "EcsService",
        {"log_router_image": "fluent-bit:3"},
        "log_router_image and log_router_options belong together: specify both, or none to log to CloudWatch",
    ),
    (
        "EcsScheduledTask",
        {"log_router_secret_options": {"HTTP_Passwd": SECRET}},
        "log_router_secret_options without log_router_image has no effect: remove them, or specify it",
    ),
    (
        "EcsService",
        {**ROUTED, "log_router_secret_options": {"Name": SECRET}},
        "Name is in both log_router_options and log_router_secret_options: remove it from one of them",
    ),
    (
        "EcsService",
        {**ROUTED, "log_router_options": {"Name": "http", "HTTP_Passwd": "hunter2-pass"}},
        "log_router_options.HTTP_Passwd: has the name of a secret, and anyone who can read the task definition could read",
    ),
    (
        "EcsService",
        {**ROUTED, "log_router_options": {"Name": "http", "Header": "Authorization Bearer abcdefghijklmnopqrstuv"}},
        "log_router_options.Header: holds a token or private key",
    ),
    (
        "EcsScheduledTask",
        {"schedule": "0 0 1 * 1"},
        "names a day of the month and a day of the week, which AWS cannot have in one schedule: make two tasks",
    ),
    ("EcsScheduledTask", {"schedule": "0 25 * * *"}, "schedule '0 25 * * *': the hour '25' is outside 0 to 23"),
    ("EcsScheduledTask", {"time_zone": "Berlin"}, "time_zone 'Berlin' is not known"),
    (
        "EcsService",
        {"overrides": {"servce": {}}},
        "overrides of servce have no effect: use one of container, record, service, task_definition",
    ),
    ("EcsTaskRun", {"overrides": {"record": {"colour": 1}}}, "overrides of record do not know colour, see the provider"),
    ("EcsApp", app() | {"services": {"mailers": {}}}, "services of mailers have no effect: the description has web"),
    ("EcsApp", app() | {"services": {"web": {"cpu": 300}}}, "web: cpu 300 is not offered by Fargate"),
    ("EcsApp", app() | {"services": {"web": {"replicas": 3}}}, "web.replicas: is not known here"),
    ("EcsApp", app(web={"health_path": "up"}), "app.web.health_path: found 'up'; start it with a slash, such as /up"),
]


@pytest.mark.parametrize(("component", "arguments", "sentence"), SIZES + STOPPING + PLACES + DEPLOYMENTS + CONTENTS)
def test_the_user_reads_what_is_wrong(component: str, arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deployed(component, "shop", registered, **arguments)
    told = " ".join(str(raised.value).split())
    assert sentence in told
    assert "hunter2" not in told
    assert registered == [], "something was registered although the arguments are wrong"


@pytest.mark.parametrize("name", ["1shop", "shop app", "s" * 101])
def test_a_name_that_aws_would_refuse_is_told(name: str) -> None:
    with pytest.raises(InvalidArguments, match="use letters, digits, dashes and underscores, a letter first"):
        deployed("EcsService", name)


def test_problems_of_all_parts_are_told_at_once() -> None:
    wrong = app(cron={"digest": {"schedule": "0 0 1 * 1", "command": ["true"]}}) | {"services": {"web": {"cpu": 300}}}
    with pytest.raises(InvalidArguments) as raised:
        deployed("EcsApp", **wrong)
    assert len(raised.value.problems) == 2


def test_ec2_leaves_time_that_fargate_does_not() -> None:
    service = deployed("EcsService", stop_seconds=600, **EC2)
    assert '"stopTimeout": 600' in service.the("TaskDefinition").inputs["containerDefinitions"]
