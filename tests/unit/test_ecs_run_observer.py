"""The last run of a scheduled task: who runs `pulumi up` reads that it failed, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.ecs_answers import TASK, Aws, log, messages, refused, task
from tests.unit.ecs_samples import CLUSTER, OUTPUTS, deployed, make_ecs
from tests.unit.recording import record

SECRET = "hunter2-pass"
ENDED = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def told(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]], *runs: dict[str, Any], said: str = "") -> list[str]:
    """What `pulumi up` warns of after these runs."""
    aws = Aws(
        list_tasks=[{"taskArns": [run["taskArn"] for run in runs]}],
        describe_tasks=[{"tasks": list(runs), "failures": []}],
        get_log_events=[log(said)],
    )
    aws.answers_for(monkeypatch)
    deployed("EcsScheduledTask", "shop-digest", secrets={"TOKEN": SECRET})
    assert aws.calls("list_tasks") == [{"cluster": CLUSTER, "family": "shop-digest_test", "desiredStatus": "STOPPED"}]
    return list(messages(logged, "warn"))


def test_a_failed_run_is_told_with_its_reason_and_the_end_of_its_log(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    run = task("STOPPED", exit_code=137, reason="OutOfMemoryError: Container killed due to memory usage") | {"stoppedAt": ENDED}
    (warning,) = told(monkeypatch, logged, run, said=f"digesting {SECRET}")
    first, *rest = warning.splitlines()
    assert first.startswith("The last run, 0123456789abcdef at 2026-11-26 06:00 UTC, failed: it ran out of memory: raise mem")
    assert "exit code 137" in first
    assert rest == ["The end of its log:", "digesting [secret]"]


def test_a_run_that_could_not_start_is_told(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    run = task("STOPPED", stopped_reason="CannotPullContainerError: pull image manifest has been retried: not found")
    (warning,) = told(monkeypatch, logged, run)
    assert "the registry has no such image" in warning


def test_a_run_that_took_too_long_is_told(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    (warning,) = told(monkeypatch, logged, task("STOPPED", exit_code=124))
    assert "it took longer than deadline_seconds (3600)" in warning


def test_only_the_last_run_counts(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    failed = task("STOPPED", exit_code=1) | {"stoppedAt": ENDED.replace(hour=5)}
    succeeded = task("STOPPED", arn=f"{TASK}-2", exit_code=0) | {"stoppedAt": ENDED}
    assert told(monkeypatch, logged, failed, succeeded) == []


def test_a_run_that_is_being_stopped_has_not_ended(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    assert told(monkeypatch, logged, task("DEPROVISIONING")) == []


MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:shop"
EXECUTION = MACHINE.replace("stateMachine", "execution") + ":1"


def start(status: str) -> dict[str, Any]:
    """What ListExecutions gives: the last start of a run."""
    known = {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "name": "1", "startDate": ENDED, "status": status}
    return {"executions": [known]}


@pytest.mark.parametrize(
    ("status", "ended", "expected"),
    [
        (
            "FAILED",
            {"error": "NotPlaced", "cause": "Capacity is unavailable at this time."},
            "AWS has no capacity left there just now: try again later, or name subnets in further Availability Zones. "
            "NotPlaced: Capacity is unavailable at this time.",
        ),
        ("FAILED", {"error": "Ecs.AccessDeniedException"}, "Ecs.AccessDeniedException"),
        ("TIMED_OUT", {}, "TIMED_OUT"),
    ],
)
def test_a_run_that_was_left_out_is_told(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]], status: str, ended: dict[str, Any], expected: str
) -> None:
    aws = Aws(list_executions=[start(status)], describe_execution=[ended])
    aws.answers_for(monkeypatch)
    deployed("EcsScheduledTask", "shop-digest")
    assert list(messages(logged, "warn")) == [
        f"The run of 2026-11-26 06:00 UTC could not start, and was left out: {expected}"
    ], "a run that ECS had no room for would be lost without a word"
    assert aws.calls("list_executions") == [{"stateMachineArn": MACHINE, "maxResults": 1}]


@pytest.mark.parametrize("status", ["SUCCEEDED", "RUNNING"])
def test_a_run_that_has_started_is_not_told(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]], status: str
) -> None:
    Aws(list_executions=[start(status)]).answers_for(monkeypatch)
    deployed("EcsScheduledTask")
    assert list(messages(logged, "warn")) == []


@pytest.mark.parametrize("error", [refused("ListTasks", "AccessDeniedException", "not you"), TimeoutError("lost")])
def test_what_cannot_be_read_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]], error: Exception
) -> None:
    aws = Aws(list_tasks=[error], list_executions=[error])
    aws.answers_for(monkeypatch)
    assert deployed("EcsScheduledTask").the("Schedule")
    assert list(messages(logged, "warn")) == []


def test_a_preview_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws()
    aws.answers_for(monkeypatch)
    record(lambda: make_ecs("EcsScheduledTask"), preview=True, outputs=OUTPUTS)
    assert aws.asked == []
