"""`railbed` on ECS: requests that AWS' own models accept, answered as ECS and CloudWatch document it."""

import itertools
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from railbed_stacks.commands.platform import operations_of
from railbed_stacks.operations.ecs import logs, run, start
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import LogLine, Operations, PartStatus, Size
from tests.unit.ecs_answers import PENDING, RUNNING, SUCCEEDED, TASK, Aws, log, refused, task
from tests.unit.operated import EARLIER, IMAGE, operated

PREFIX = "arn:aws:ecs:eu-central-1:123456789012:task-definition"
WEB_DEFINITION = f"{PREFIX}/shop-web_production:7"
FAMILY = "shop-migrate_production"
PLACE = {"awsvpcConfiguration": {"subnets": ["subnet-a"], "securityGroups": ["sg-app"], "assignPublicIp": "DISABLED"}}


def definition(image: str, arn: str, *, driver: str = "awslogs") -> dict[str, Any]:
    options = {"awslogs-group": "shop-log-1a2b3c", "awslogs-region": "eu-central-1"}
    container = {"name": "app", "image": image, "logConfiguration": {"logDriver": driver, "options": options}}
    known = {"taskDefinitionArn": arn, "containerDefinitions": [container], "requiresCompatibilities": ["FARGATE"]}
    return {"taskDefinition": known}


def described(request: dict[str, Any]) -> dict[str, Any]:
    """Of the migration's revisions, 8 has the image that serves, 9 is of a release that failed."""
    arn = request["taskDefinition"]
    images = {f"{PREFIX}/{FAMILY}:9": "registry.example.com/shop:3", f"{PREFIX}/{FAMILY}:7": EARLIER}
    return definition(images.get(arn, IMAGE), arn)


def service(running: int = 2, **more: Any) -> dict[str, Any]:
    deployment = {"id": "1", "status": "PRIMARY", "taskDefinition": WEB_DEFINITION, "runningCount": running, "desiredCount": 2}
    return {
        "serviceName": "shop-web-1a2b3c",
        "taskDefinition": WEB_DEFINITION,
        "runningCount": running,
        "desiredCount": 2,
        "deployments": [deployment | {"rolloutState": "COMPLETED"}],
        "events": [{"message": "(service shop-web) was unable to place a task"}],
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}],
        "networkConfiguration": PLACE,
        **more,
    }


def aws_with(**answers: list[Any]) -> Aws:
    usual: dict[str, list[Any]] = {
        "describe_services": [{"services": [service()]}],
        "describe_task_definition": [described],
        "list_task_definitions": [{"taskDefinitionArns": [f"{PREFIX}/{FAMILY}:{number}" for number in (9, 8, 7)]}],
        "run_task": [{"tasks": [{"taskArn": TASK}], "failures": []}],
        "update_service": [{"service": {}}],
    }
    return Aws(**{**usual, **answers})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(run, "POLL_SECONDS", 0)
    monkeypatch.setattr(start, "POLL_SECONDS", 0)
    monkeypatch.setattr(run, "LOG_ARRIVES_SECONDS", 0)
    monkeypatch.setattr(logs, "POLL_SECONDS", 0)
    yield
    pulumi.runtime.set_all_config({})


def operations(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Operations:
    aws.answers_for(monkeypatch)
    outputs = {
        "cluster_name": "shop",
        "services": {"web": "shop-web-1a2b3c"},
        "task_families": {"migration": FAMILY, "cron.digest": "shop-digest_production", "console": "shop-console_production"},
    }
    return operations_of(operated("ecs", outputs, region="eu-central-1"))


def test_status_tells_of_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = task("STOPPED", exit_code=1, stopped_reason="Essential container in task exited")

    def listed(request: dict[str, Any]) -> dict[str, Any]:
        of_digest = request.get("family") == "shop-digest_production" and request["desiredStatus"] == "STOPPED"
        return {"taskArns": [TASK] if of_digest else []}

    aws = aws_with(list_tasks=[listed], describe_tasks=[{"tasks": [stopped], "failures": []}])
    web, migration, digest, console = operations(aws, monkeypatch).status()
    assert web == PartStatus("web", 2, 2, (IMAGE,))
    assert (console.part, console.wanted, console.works) == ("console", None, True)
    assert migration == PartStatus("migration", 0, None, (IMAGE,))
    assert digest.told == "last run failed: Essential container in task exited; app ended with exit code 1"
    assert aws.regions == {"eu-central-1"}


def test_status_says_what_ecs_says_of_missing_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    web = operations(aws_with(describe_services=[{"services": [service(1)]}]), monkeypatch).status()[0]
    assert (web.ready, web.works, web.told) == (1, False, "(service shop-web) was unable to place a task")


def test_a_service_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    web = operations(aws_with(describe_services=[{"services": []}]), monkeypatch).status()[0]
    assert web == PartStatus("web", 0, 1, (), "ECS has no such service")


def test_logs_are_the_ends_of_those_of_all_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with(list_tasks=[{"taskArns": [f"{TASK}1", f"{TASK}2"]}], get_log_events=[log("one", "two"), log("three")])
    found = list(operations(aws, monkeypatch).logs("web", 5, follow=False))
    assert [line.text for line in found] == ["one", "two", "three"]
    first = aws.calls("get_log_events")[0]
    assert first == {
        "logGroupName": "shop-log-1a2b3c",
        "logStreamName": f"task/app/{TASK.rsplit('/', 1)[-1]}1",
        "limit": 5,
        "startFromHead": False,
    }


def event(identity: str, text: str) -> dict[str, Any]:
    return {"eventId": identity, "timestamp": 10**13, "message": text, "logStreamName": "task/app/fedc"}


def test_logs_that_are_followed_show_each_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [{"events": [event("1", "a")], "nextToken": "next"}, {"events": [event("2", "b")]}]
    again = {"events": [event("1", "a"), event("2", "b"), event("3", "c")]}
    aws = aws_with(list_tasks=[{"taskArns": [TASK]}], get_log_events=[log("before")], filter_log_events=[*pages, again])
    followed = operations(aws, monkeypatch).logs("web", 5, follow=True)
    assert [line.text for line in itertools.islice(followed, 4)] == ["before", "a", "b", "c"]


def test_the_log_of_what_runs_at_times_is_of_the_last_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def listed(request: dict[str, Any]) -> dict[str, Any]:
        return {"taskArns": [TASK] if request["desiredStatus"] == "STOPPED" else []}

    aws = aws_with(
        list_tasks=[listed], describe_tasks=[{"tasks": [SUCCEEDED], "failures": []}], get_log_events=[log("migrated")]
    )
    assert list(operations(aws, monkeypatch).logs("migration", 5, follow=False)) == [LogLine("0123456789abcdef", "migrated")]


def test_a_log_that_goes_elsewhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = definition(IMAGE, WEB_DEFINITION, driver="awsfirelens")
    aws = aws_with(list_tasks=[{"taskArns": [TASK]}], describe_task_definition=[elsewhere])
    with pytest.raises(OperationError, match=r"the log of web is not in CloudWatch: ecs\.log_router_options send it elsewhere"):
        operations(aws, monkeypatch).logs("web", 5, follow=False)


def test_an_unknown_part_is_told_with_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OperationError, match=r"no part 'workers\.mail': name one of web, migration, cron\.digest"):
        operations(aws_with(), monkeypatch).logs("workers.mail", 5, follow=False)


def page(token: str, *lines: str) -> dict[str, Any]:
    return log(*lines) | {"nextForwardToken": token}


@pytest.mark.parametrize("exit_code", [0, 3])
def test_a_task_gives_its_log_and_exit_code(exit_code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = task("STOPPED", exit_code=exit_code, stopped_reason="Essential container in task exited")
    aws = aws_with(
        describe_tasks=[{"tasks": [each], "failures": []} for each in (PENDING, RUNNING, ended)],
        get_log_events=[page("f/1", "indexing"), page("f/1"), page("f/2", "done"), page("f/2")],
    )
    shown: list[str] = []
    assert operations(aws, monkeypatch).run(["bin/rails", "search:reindex"], None, shown.append) == exit_code
    assert shown == ["indexing", "done"]


def test_a_task_has_the_image_that_serves_and_capacity_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with(describe_tasks=[{"tasks": [SUCCEEDED], "failures": []}], get_log_events=[page("f/1")])
    operations(aws, monkeypatch).run(["bin/rails", "search:reindex"], Size("1500m", "3Gi"), lambda line: None)
    (request,) = aws.calls("run_task")
    del request["clientToken"]
    assert request == {
        "cluster": "shop",
        "count": 1,
        "startedBy": "railbed-run",
        "taskDefinition": f"{PREFIX}/{FAMILY}:8",
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        "networkConfiguration": PLACE,
        # The smallest that Fargate offers with so much.
        "overrides": {
            "containerOverrides": [{"name": "app", "command": ["bin/rails", "search:reindex"]}],
            "cpu": "2048",
            "memory": "4096",
        },
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }


def test_a_size_that_fargate_does_not_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with()
    with pytest.raises(OperationError, match="--size: Fargate has no task with 64 CPU and 3Gi"):
        operations(aws, monkeypatch).run(["true"], Size("64", "3Gi"), lambda line: None)
    assert aws.calls("run_task") == []


def test_a_task_that_does_not_start_is_told_in_the_words_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = task("STOPPED", stopped_reason="CannotPullContainerError: not found")
    aws = aws_with(describe_tasks=[{"tasks": [failed], "failures": []}])
    with pytest.raises(OperationError, match="the task did not run its command: CannotPullContainerError: not found"):
        operations(aws, monkeypatch).run(["true"], None, lambda line: None)


def test_a_task_that_is_interrupted_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with(describe_tasks=[{"tasks": [RUNNING], "failures": []}], get_log_events=[page("f/1", "begun"), page("f/1")])

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations(aws, monkeypatch).run(["sleep", "1000"], None, interrupt)
    assert [each["task"] for each in aws.calls("stop_task")] == [TASK]


def test_without_a_definition_of_the_image_no_task_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with(list_task_definitions=[{"taskDefinitionArns": [f"{PREFIX}/{FAMILY}:9"]}])
    with pytest.raises(OperationError, match="no task definition of shop-migrate_production with the image that serves"):
        operations(aws, monkeypatch).run(["true"], None, lambda line: None)
    assert aws.calls("run_task") == []


def test_a_restart_deploys_what_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with()
    operations(aws, monkeypatch).restart("web")
    assert aws.calls("update_service") == [{"cluster": "shop", "service": "shop-web-1a2b3c", "forceNewDeployment": True}]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("AccessDeniedException", "you may not do that on AWS: ask for the right. AWS says: "),
        ("ExpiredTokenException", "sign in to AWS again. AWS says: "),
        ("ClusterNotFoundException", "AWS says: "),
    ],
)
def test_a_refusal_is_told(code: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = aws_with(describe_services=[refused("DescribeServices", code, "not so")])
    with pytest.raises(OperationError) as raised:
        operations(aws, monkeypatch).status()
    assert str(raised.value).startswith(expected)


FAKE_PLUGIN = """#!/bin/sh
printf '%s\\n' "$@" > "$TOLD/arguments"
printf '%s' "$AWS_SSM_START_SESSION_RESPONSE" > "$TOLD/session"
exit 7
"""


def test_a_terminal_is_the_plugins_and_its_token_on_no_command_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "session-manager-plugin"
    program.write_text(FAKE_PLUGIN)
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TOLD", str(tmp_path))
    session = {"sessionId": "ecs-1", "streamUrl": "wss://ssmmessages.example.com", "tokenValue": "token-of-the-session"}
    container = {"name": "app", "runtimeId": "0123-456", "lastStatus": "RUNNING"}
    starting, ready = ([{"name": "ExecuteCommandAgent", "lastStatus": status}] for status in ("PENDING", "RUNNING"))
    aws = aws_with(
        execute_command=[{"session": session}],
        describe_tasks=[
            {"tasks": [RUNNING | {"containers": [container | {"managedAgents": agents}]}], "failures": []}
            for agents in (starting, ready)
        ],
        stop_task=[{"task": {}}],
    )
    assert operations(aws, monkeypatch).open_terminal(["bin/rails", "runner", "puts 1"]) == 7
    (started,) = aws.calls("run_task")
    assert (started["taskDefinition"], started["enableExecuteCommand"]) == ("shop-console_production", True)
    assert started["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}]
    assert [each["task"] for each in aws.calls("stop_task")] == [TASK], "the task would go on, and cost"
    (request,) = aws.calls("execute_command")
    assert (request["task"], request["command"], request["interactive"]) == (TASK, "bin/rails runner 'puts 1'", True)
    name, region, operation, profile, target, endpoint = (tmp_path / "arguments").read_text().splitlines()
    assert (name, region, operation, profile) == ("AWS_SSM_START_SESSION_RESPONSE", "eu-central-1", "StartSession", "")
    assert json.loads(target) == {"Target": "ecs:shop_0123456789abcdef_0123-456"}
    assert endpoint == "https://ssm.eu-central-1.amazonaws.com"
    assert json.loads((tmp_path / "session").read_text()) == {
        "SessionId": "ecs-1",
        "StreamUrl": "wss://ssmmessages.example.com",
        "TokenValue": "token-of-the-session",
    }


def test_without_the_plugin_no_session_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    aws = aws_with()
    with pytest.raises(OperationError, match=r"session-manager-plugin is not installed, and a terminal needs it: https://docs"):
        operations(aws, monkeypatch).open_terminal(["bin/rails", "console"])
    assert aws.calls("run_task") == []


def test_a_console_that_does_not_start_is_told_and_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "session-manager-plugin"
    program.write_text(FAKE_PLUGIN)
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tmp_path))
    stopped = task("STOPPED", exit_code=1, stopped_reason="Essential container in task exited")
    gone = stopped | {"containers": [each | {"lastStatus": "STOPPED"} for each in stopped["containers"]]}
    aws = aws_with(describe_tasks=[{"tasks": [gone], "failures": []}], stop_task=[{"task": {}}])
    with pytest.raises(OperationError, match="the console's task did not start: Essential container in task exited"):
        operations(aws, monkeypatch).open_terminal(["bin/rails", "console"])
    assert len(aws.calls("stop_task")) == 1


def test_an_application_without_a_console_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "session-manager-plugin"
    program.write_text(FAKE_PLUGIN)
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tmp_path))
    aws = aws_with()
    aws.answers_for(monkeypatch)
    outputs = {"cluster_name": "shop", "services": {"web": "shop-web-1a2b3c"}, "task_families": {"migration": FAMILY}}
    with pytest.raises(OperationError, match=r"has no console: set app\.console\.enabled to true"):
        operations_of(operated("ecs", outputs, region="eu-central-1")).open_terminal(["bin/rails", "console"])


def test_outputs_of_an_earlier_version_are_told() -> None:
    with pytest.raises(OperationError, match="the stack has no output 'services', as it was deployed with an earlier version"):
        operations_of(operated("ecs", {"cluster_name": "shop"}, region="eu-central-1"))
