"""The hook behind EcsTaskRun: the migration contract on ECS."""

import re
from typing import Any

import pytest

from railbed.aws.ecs.watching.task_runner import TaskRunError
from tests.unit.ecs_answers import PENDING, RUNNING, SUCCEEDED, TASK, Aws, log, messages, refused, task
from tests.unit.ecs_samples import CLUSTER, DEFINITION
from tests.unit.ecs_task_hook import STARTED, describe, hook_args, run

PASSWORD = "hunter2-pass"


def test_a_task_that_ends_with_zero_is_a_success_and_shows_its_log(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws(
        run_task=[STARTED],
        describe_tasks=describe(PENDING, RUNNING, RUNNING, SUCCEEDED),
        get_log_events=[log("migrating"), log("migrating"), log("migrating", "done")],
    )
    run(aws, monkeypatch)
    assert list(messages(logged, "info")) == ["The end of the log of the migration:\nmigrating\ndone"]
    assert list(messages(logged, "live")) == ["migrating"], "a long migration would look like a hanging one"
    assert not aws.calls("stop_task")
    assert aws.regions == {"eu-central-1"}


def test_the_task_runs_where_it_was_told_to(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(run_task=[STARTED], describe_tasks=describe(SUCCEEDED), get_log_events=[log()])
    run(aws, monkeypatch)
    (request,) = aws.calls("run_task")
    started_by = request.pop("startedBy")
    assert started_by.startswith("railbed-")
    assert len(started_by) <= 36, "AWS refuses longer ones"
    assert re.fullmatch(r"[!-~]{16,64}", request.pop("clientToken")), "a repeated request would start a second migration"
    assert request == {
        "cluster": CLUSTER,
        "count": 1,
        "taskDefinition": DEFINITION,
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}],
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-a", "subnet-b"],
                "securityGroups": ["sg-app"],
                "assignPublicIp": "DISABLED",
            }
        },
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }
    assert aws.calls("get_log_events")[0]["logStreamName"] == "task/app/0123456789abcdef"
    assert aws.calls("get_log_events")[0]["logGroupName"] == "shop-log"


def test_a_task_too_fast_to_be_seen_running_is_a_success(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws(run_task=[STARTED], describe_tasks=describe(None, SUCCEEDED), get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert not list(messages(logged, "error"))


def test_another_exit_code_fails_with_the_end_of_the_log(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    failed = task("STOPPED", exit_code=1, stopped_reason="Essential container in task exited")
    aws = Aws(run_task=[STARTED], describe_tasks=describe(failed), get_log_events=[log("PG::UndefinedTable")])
    with pytest.raises(TaskRunError, match=r"^The migration failed with exit code 1\.$"):
        run(aws, monkeypatch)
    assert list(messages(logged, "error")) == ["The end of the log of the migration:\nPG::UndefinedTable"]


def test_a_secret_in_the_log_or_the_reason_is_hidden(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    failed = task("STOPPED", stopped_reason=f"cannot use {PASSWORD}", reason="bad", others=[])
    waited = {"name": "wait-for-database", "lastStatus": "STOPPED", "exitCode": 1}
    failed["containers"].append(waited)
    aws = Aws(
        run_task=[STARTED], describe_tasks=describe(failed), get_log_events=[log(f"password is {PASSWORD}, token-abc123")]
    )
    with pytest.raises(TaskRunError) as raised:
        run(
            aws,
            monkeypatch,
            secrets={"DATABASE_URL": f"postgresql://app:{PASSWORD}@db/app"},
            hidden_values=["token-abc123"],
        )
    assert str(raised.value) == "The migration did not start: cannot use [secret]; app: bad"
    assert list(messages(logged, "error")) == ["The end of the log of the migration:\npassword is [secret], [secret]"]


def test_a_task_that_could_not_start_shows_its_reason(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    failed = task("STOPPED", stopped_reason="Task failed to start", reason="CannotPullContainerError: not found")
    aws = Aws(run_task=[STARTED], describe_tasks=describe(PENDING, failed))
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch)
    assert str(raised.value) == (
        "The migration did not start: the registry has no such image: look at name and tag of image, and whether it was "
        "pushed. AWS says: Task failed to start; app: CannotPullContainerError: not found"
    )
    assert not aws.calls("get_log_events"), "there is no log to wait for"


def test_the_log_of_the_wait_for_the_database_shows_when_the_migration_has_none(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    waited = {"name": "wait-for-database", "lastStatus": "STOPPED", "exitCode": 1}
    failed = task("STOPPED", stopped_reason="Task failed to start", others=[waited])
    missing = refused("GetLogEvents", "ResourceNotFoundException", "The specified log stream does not exist.")
    aws = Aws(
        run_task=[STARTED],
        describe_tasks=describe(failed),
        get_log_events=[missing, log("no answer"), missing, log("no answer")],
    )
    with pytest.raises(TaskRunError, match="did not start"):
        run(aws, monkeypatch, secrets={"DATABASE_URL": "postgresql://db/app"})
    assert list(messages(logged, "error")) == ["The end of the log of the migration:\nno answer"]


def test_a_task_that_does_not_start_in_time_is_stopped(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    pending = describe(*[PENDING] * 16)
    stopped = describe(task("STOPPED", stopped_reason="stopped by user", reason="ImagePull is slow"))
    aws = Aws(run_task=[STARTED], describe_tasks=[*pending, *stopped])
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch, start_seconds=28)
    assert str(raised.value) == ("The migration did not start within 28 seconds: stopped by user; app: ImagePull is slow")
    assert [call["task"] for call in aws.calls("stop_task")] == [TASK]


def test_a_task_beyond_its_deadline_is_stopped_and_has_failed(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    running = describe(*[RUNNING] * 8)
    aws = Aws(
        run_task=[STARTED],
        # A migration that ends well while it is being stopped is still too late: others may have begun to count on it.
        describe_tasks=[*running, *describe(SUCCEEDED)],
        get_log_events=[log("locked")],
    )
    with pytest.raises(TaskRunError, match=r"^The migration was stopped at its deadline of 10 seconds: Essential"):
        run(aws, monkeypatch, deadline_seconds=10)
    assert [call["reason"] for call in aws.calls("stop_task")] == ["The migration was stopped at its deadline of 10 seconds"]
    assert list(messages(logged, "error")) == ["The end of the log of the migration:\nlocked"]


@pytest.mark.parametrize(
    "refusal",
    [
        {"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY"}]},
        refused("RunTask", "ClientException", "ECS was unable to assume the role shop-execution."),
    ],
)
def test_a_task_that_is_not_placed_at_once_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]], refusal: Any
) -> None:
    aws = Aws(run_task=[refusal, refusal, STARTED], describe_tasks=describe(SUCCEEDED), get_log_events=[log()])
    run(aws, monkeypatch)
    assert len(aws.calls("run_task")) == 3
    assert len(list(messages(logged, "warn"))) == 1, "the same reason would be told again and again"


def test_a_task_that_is_never_placed_fails_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws(run_task=[{"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY"}]}])
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch)
    assert str(raised.value) == (
        "The migration did not start within 300 seconds: no instance has enough memory free: lower memory (1024 MiB), or let "
        "the cluster have more or larger instances. AWS says: RESOURCE:MEMORY"
    )


def test_a_refused_request_is_not_repeated(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(run_task=[refused("RunTask", "ClusterNotFoundException", "Cluster not found.")])
    with pytest.raises(Exception, match="Cluster not found"):
        run(aws, monkeypatch)
    assert len(aws.calls("run_task")) == 1


def test_an_unreadable_log_does_not_hide_how_it_ended(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(
        run_task=[STARTED],
        describe_tasks=describe(SUCCEEDED),
        get_log_events=[refused("GetLogEvents", "AccessDeniedException", "denied")],
    )
    run(aws, monkeypatch)
    assert "The log of the migration cannot be read: ClientError" in list(messages(logged, "warn"))


def test_nothing_runs_when_only_the_record_itself_changes(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws()
    run(aws, monkeypatch, hook_args(old=DEFINITION))
    assert not aws.asked, "a new tag would migrate again"


def test_a_new_task_definition_runs_again(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(run_task=[STARTED], describe_tasks=describe(SUCCEEDED), get_log_events=[log()])
    run(aws, monkeypatch, hook_args(old=DEFINITION.replace(":7", ":6")))
    assert len(aws.calls("run_task")) == 1


def test_other_purposes_are_called_by_their_name(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    failed = task("STOPPED", exit_code=3)
    aws = Aws(run_task=[STARTED], describe_tasks=describe(failed), get_log_events=[log()])
    with pytest.raises(TaskRunError, match=r"^The backfill failed with exit code 3\.$"):
        run(aws, monkeypatch, purpose="backfill", command=["bin/rake", "data:backfill"])
