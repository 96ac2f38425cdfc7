"""The hook behind EcsTaskRun when its run, or the one before it, is interrupted."""

import asyncio
import os
import signal
from typing import Any

import pytest

from tests.unit.ecs_answers import RUNNING, SUCCEEDED, TASK, Aws, log, messages, task
from tests.unit.ecs_samples import deployed
from tests.unit.ecs_task_hook import HOOK, STARTED, describe, hook_args, run


def endless(monkeypatch: pytest.MonkeyPatch) -> tuple[Aws, Any]:
    """AWS with a task that does not end by itself, and the hook that runs it."""
    aws = Aws(run_task=[STARTED], describe_tasks=describe(RUNNING), get_log_events=[log()])
    aws.answers_for(monkeypatch)
    return aws, deployed("EcsTaskRun").hooks[HOOK]


async def cancelled(hook: Any) -> None:
    """Let the engine hang up while the hook waits for its task."""
    running = asyncio.create_task(hook(hook_args()))

    async def hang_up(seconds: float) -> None:
        running.cancel()
        await asyncio.sleep(0)

    hook.__self__.sleep = hang_up
    with pytest.raises(asyncio.CancelledError):
        await running


def test_a_run_that_was_left_behind_ends_first(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(
        list_tasks=[{"taskArns": [TASK]}, {"taskArns": [TASK]}, {"taskArns": []}],
        run_task=[STARTED],
        describe_tasks=describe(RUNNING, RUNNING, SUCCEEDED),
        get_log_events=[log()],
    )
    run(aws, monkeypatch)
    operations = [name for name, _ in aws.asked]
    assert operations.index("run_task") > max(i for i, name in enumerate(operations) if name == "list_tasks"), (
        "two migrations at the same time: the second fails on Rails' lock"
    )
    assert next(messages(logged, "info")) == (
        "An interrupted run left the task 0123456789abcdef running: waiting for it to finish."
    )
    (started,) = aws.calls("run_task")
    assert {call["startedBy"] for call in aws.calls("list_tasks")} == {started["startedBy"]}


def test_cancelling_stops_the_task(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws, hook = endless(monkeypatch)
    asyncio.run(cancelled(hook))
    assert [(call["task"], call["reason"]) for call in aws.calls("stop_task")] == [(TASK, "pulumi up was cancelled")]


def test_interrupting_stops_the_task_before_the_program_ends(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws, hook = endless(monkeypatch)

    async def interrupt(seconds: float) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(5)

    hook.__self__.sleep = interrupt
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(hook(hook_args()))
    assert [call["task"] for call in aws.calls("stop_task")] == [TASK]


def test_a_signal_that_comes_while_the_task_is_being_stopped_ends_the_program(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws, hook = endless(monkeypatch)
    answer, ended = aws.answer, []

    def answering(operation: str) -> Any:
        if operation == "stop_task":
            os.kill(os.getpid(), signal.SIGTERM)
        return answer(operation)

    monkeypatch.setattr(aws, "answer", answering)

    before = signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    try:
        asyncio.run(cancelled(hook))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended == [signal.SIGTERM], "a program whose engine was killed would stay for ever"


def test_interrupting_stops_the_tasks_of_all_runs_at_once_and_leaves_no_deaf_handler(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    started = [{"tasks": [{"taskArn": f"{TASK}-{number}"}], "failures": []} for number in range(2)]
    aws = Aws(
        run_task=started,
        describe_tasks=[lambda request: {"tasks": [task("RUNNING", arn=arn) for arn in request["tasks"]]}],
        get_log_events=[log()],
    )
    aws.answers_for(monkeypatch)
    hook, ended = deployed("EcsTaskRun").hooks[HOOK], list[int]()

    async def both() -> None:
        runs = [asyncio.create_task(hook(hook_args())) for _ in started]
        while len(aws.calls("describe_tasks")) < 2:
            await asyncio.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.gather(*runs, return_exceptions=True)

    before = signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    try:
        asyncio.run(both())
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert {call["task"] for call in aws.calls("stop_task")} == {f"{TASK}-0", f"{TASK}-1"}
    assert ended == [signal.SIGTERM] * 2, "the program could not be ended any more"
