"""EcsScheduledTask: cron's schedules as AWS understands them, and one run at a time."""

import json
from typing import Any

import pytest

from railbed.aws.ecs.schedule import schedule_expression
from tests.unit.ecs_samples import CLUSTER, DEFINITION, ON_INSTANCES, ROLES, containers_of, deployed

MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"
RETRY = {"maximumEventAgeInSeconds": 300, "maximumRetryAttempts": 3}


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("@hourly", "cron(0 * * * ? *)"),
        ("@daily", "cron(0 0 * * ? *)"),
        ("@weekly", "cron(0 0 ? * SUN *)"),
        ("@monthly", "cron(0 0 1 * ? *)"),
        ("@yearly", "cron(0 0 1 1 ? *)"),
        ("0 6 * * *", "cron(0 6 * * ? *)"),
        ("*/15 * * * *", "cron(0,15,30,45 * * * ? *)"),
        ("5-20/5 8-18 * * *", "cron(5,10,15,20 8-18 * * ? *)"),
        ("0 6 * * 1-5", "cron(0 6 ? * MON,TUE,WED,THU,FRI *)"),
        ("0 6 * * 0", "cron(0 6 ? * SUN *)"),
        ("0 6 * * 7", "cron(0 6 ? * SUN *)"),
        ("0 6 * * 5-7", "cron(0 6 ? * SUN,FRI,SAT *)"),
        ("0 6 * * mon,fri", "cron(0 6 ? * MON,FRI *)"),
        ("0 0 1,15 jan-mar *", "cron(0 0 1,15 1-3 ? *)"),
        ("0 0 1 */3 *", "cron(0 0 1 1,4,7,10 ? *)"),
    ],
)
def test_a_schedule_fires_when_cron_would(cron: str, expected: str) -> None:
    assert schedule_expression(cron) == expected


def test_a_run_is_left_out_while_the_one_before_it_still_runs() -> None:
    task = deployed("EcsScheduledTask", time_zone="Europe/Berlin")
    assert task.the("Schedule").inputs == {
        "namePrefix": "shop-",
        "scheduleExpression": "cron(0 0 * * ? *)",
        "scheduleExpressionTimezone": "Europe/Berlin",
        "flexibleTimeWindow": {"mode": "OFF"},
        "state": "ENABLED",
        "target": {"arn": MACHINE, "roleArn": f"{ROLES}/shop-schedule", "input": "{}", "retryPolicy": RETRY},
    }
    states = json.loads(task.the("StateMachine").inputs["definition"])
    assert (states["StartAt"], states["States"]["Begin"]["Next"]) == ("Begin", "Look")
    assert states["TimeoutSeconds"] == 300
    assert states["States"]["Look"]["Parameters"] == {"Cluster": CLUSTER, "Family": "shop_test"}
    assert states["States"]["Run"]["Parameters"] == {
        "Cluster": CLUSTER,
        "TaskDefinition": DEFINITION,
        "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": ["subnet-a", "subnet-b"],
                "SecurityGroups": ["sg-app"],
                "AssignPublicIp": "DISABLED",
            }
        },
        "ClientToken.$": "$.token",
    }


def test_runs_that_may_overlap_are_not_looked_for() -> None:
    task = deployed("EcsScheduledTask", overlap=True)
    states = json.loads(task.the("StateMachine").inputs["definition"])["States"]
    assert states["Begin"]["Next"] == states["Again"]["Next"] == "Prepare"
    assert not {"Look", "Decide", "LeaveOut"} & set(states)
    assert task.the("Schedule").at("target.arn") == MACHINE, "what ECS has no room for at once would be lost"


@pytest.mark.parametrize("overlap", [False, True])
def test_on_instances_with_their_network_no_network_is_asked_for(overlap: bool) -> None:
    task = deployed("EcsScheduledTask", overlap=overlap, **ON_INSTANCES)
    asked = json.dumps([each.inputs for each in [*task.all("Schedule"), *task.all("StateMachine")]])
    assert "etworkConfiguration" not in asked
    assert "shop-instances" in asked


def test_a_run_is_stopped_at_its_deadline() -> None:
    task = deployed("EcsScheduledTask", deadline_seconds=600)
    (container,) = containers_of(task.the("TaskDefinition"))
    assert container["command"] == ["timeout", "-k", "30", "600", "bin/digest"]
    assert container["stopTimeout"] == 30


@pytest.mark.parametrize(
    ("overrides", "kind", "path", "expected"),
    [
        ({"schedule": {"state": "DISABLED"}}, "Schedule", "state", "DISABLED"),
        ({"task_definition": {"pid_mode": "task"}}, "TaskDefinition", "pidMode", "task"),
    ],
)
def test_children_can_be_overridden(overrides: dict[str, Any], kind: str, path: str, expected: str) -> None:
    assert deployed("EcsScheduledTask", overrides=overrides).the(kind).at(path) == expected


def test_outputs_tell_what_to_run_by_hand() -> None:
    assert deployed("EcsScheduledTask").result == {
        "schedule_name": "shop-schedule",
        "task_definition_arn": DEFINITION,
        "log_group_name": "shop-log",
    }
