"""The hook that runs the container of a migration."""

import asyncio
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from railbed.docker_host import migration
from railbed.docker_host.migration import MigrationError, MigrationRunner
from railbed.watching.log_text import Redaction
from tests.unit.docker_engine import FakeEngine, before_create, container

LABELS = {"railbed/component": "migration"}
WEB = {"railbed/component": "web"}


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "POLL_SECONDS", 0.001)


def run(engine: FakeEngine, deadline_seconds: Any = 60, **keepers: str) -> None:
    runner = MigrationRunner(
        component=pulumi.Resource.__new__(pulumi.Resource),
        engine=engine.as_engine(),
        labels=LABELS,
        deadline_seconds=deadline_seconds,
        redaction=Redaction(["hunter2-pass"]),
        earlier=[WEB] if "after" in keepers else [],
    )
    asyncio.run(runner.run(before_create(container="new", **keepers)))


def ending(code: int, **more: Any) -> Any:
    return lambda state: replace(state, status="exited", exit_code=code, **more)


def test_the_end_of_the_log_is_shown(logged: list[tuple[str, str]]) -> None:
    engine = FakeEngine({"new": container("new")}, {"new": b"migrated with hunter2-pass\n"}, ending(0))
    run(engine)
    assert engine.done == ["start new"]
    assert ("info", "The end of the log of new-name:\nmigrated with [secret]") in logged


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (ending(3), "The migration failed: exit code 3. Nothing after it has been changed.\nThe end of the log of new-name:"),
        (ending(137, out_of_memory=True), "The migration failed: it needed more than its memory_limit: raise that"),
    ],
)
def test_an_exit_code_stops_the_release(end: Any, reason: str) -> None:
    engine = FakeEngine({"new": container("new")}, {"new": b"no such table, hunter2-pass"}, end)
    with pytest.raises(MigrationError) as raised:
        run(engine)
    assert reason in str(raised.value)
    assert "no such table, [secret]" in str(raised.value)
    assert "hunter2-pass" not in str(raised.value)


def test_one_that_takes_too_long_is_stopped() -> None:
    engine = FakeEngine({"new": container("new")})
    with pytest.raises(MigrationError, match=r"it took longer than migration.deadline_seconds \(0.01\)"):
        run(engine, deadline_seconds=0.01)
    assert engine.done == ["start new", "stop new"]


def test_one_of_an_interrupted_run_is_waited_for_instead_of_started_twice(logged: list[tuple[str, str]]) -> None:
    def ends(engine: FakeEngine) -> None:
        polled.append(0)
        if len(polled) == 4:
            engine.found["new"] = ending(0)(engine.found["new"])

    polled: list[int] = []
    engine = FakeEngine({"new": container("new", "running")}, polls=ends)
    run(engine)
    assert engine.done == []
    assert "An interrupted run left new-name migrating" in logged[0][1]


def test_an_earlier_one_ends_before_the_next_begins(logged: list[tuple[str, str]]) -> None:
    def ends(engine: FakeEngine) -> None:
        polled.append(0)
        if len(polled) == 3:
            assert engine.done == [], "two migrations would run at a time"
            engine.found["old"] = ending(0)(engine.found["old"])

    polled: list[int] = []
    found = {"old": container("old", "running", LABELS), "new": container("new", labels=LABELS)}
    engine = FakeEngine(found, after_start=ending(0), polls=ends)
    run(engine)
    assert engine.done == ["start new"]
    assert "An interrupted run left old-name migrating" in logged[0][1]


def test_a_post_migration_stops_what_is_left_of_the_release_before() -> None:
    found = {
        "old": container("old", "running", WEB),
        "ended": container("ended", "exited", WEB),
        "kept": container("kept", "running", WEB),
        "new": container("new"),
    }
    engine = FakeEngine(found, after_start=ending(0))
    run(engine, after="kept,other")
    assert engine.done == ["stop old", "start new"], "old code would meet a schema that it does not know"


def test_a_container_that_is_gone_is_told() -> None:
    with pytest.raises(MigrationError, match="is gone: run `pulumi refresh`"):
        run(FakeEngine())
