"""The `railbed` command line: what it prints, how it ends, and what it says to the user."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from railbed_stacks.commands import app, rollback
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import LogLine, PartStatus, Show, Size
from railbed_stacks.releases import KEPT, Release, with_release
from tests.unit.operated import EARLIER, IMAGE, SECRET, operated

COMMANDS = ("console", "logs", "restart", "run", "status", "releases", "secrets", "db")


@dataclass
class FakeOperations:
    """A platform that does what a test says."""

    parts: list[PartStatus] = field(default_factory=list)
    lines: list[LogLine] = field(default_factory=list)
    exit_code: int = 0
    done: list[Any] = field(default_factory=list)

    def status(self) -> list[PartStatus]:
        return self.parts

    def logs(self, part: str, lines: int, *, follow: bool) -> Iterator[LogLine]:
        self.done.append((part, lines, follow))
        yield from self.lines
        if follow:
            raise KeyboardInterrupt

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        self.done.append((list(command), size))
        show(f"the key is {SECRET}")
        return self.exit_code

    def open_terminal(self, command: Sequence[str]) -> int:
        self.done.append(list(command))
        return self.exit_code

    def restart(self, part: str) -> None:
        self.done.append(part)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakeOperations:
    found = FakeOperations()
    stack = operated("doks", {"namespace": "shop-production"})
    monkeypatch.setattr(DeployedStack, "read", classmethod(lambda cls, pulumi_command: stack))
    for name in ("console", "database", "logs", "restart", "run", "status"):
        monkeypatch.setattr(f"railbed_stacks.commands.{name}.operations_of", lambda stack: found)
    return found


def railbed(*words: str) -> Result:
    return CliRunner().invoke(app.app, words, env={"COLUMNS": "120"})


def test_status_is_a_table_below_the_release(platform: FakeOperations) -> None:
    platform.parts = [PartStatus("web", 2, 2, (f"{IMAGE}@sha256:{'4f5c' * 16}",)), PartStatus("cron.digest", 0, None, (), "ok")]
    shown = railbed("status")
    assert shown.exit_code == 0
    lines = [line.rstrip() for line in shown.output.splitlines()]
    assert lines[:2] == [
        "https://shop.example.com  (stack production, target doks)",
        f"release 2 of 2026-11-27 06:00 UTC: {IMAGE}",
    ]
    assert lines[2].split() == ["PART", "READY", "IMAGE"]
    assert lines[3].split() == ["web", "2/2", "shop:2@sha256:4f5c4f5c4f5c"]
    assert lines[4].split() == ["cron.digest", "-", "ok"]


def test_status_fails_where_something_does_not_work(platform: FakeOperations) -> None:
    platform.parts = [PartStatus("web", 1, 2, (), f"it says {SECRET}")]
    shown = railbed("status")
    assert shown.exit_code == 1
    assert "it says [secret]" in shown.output


def test_logs_hide_the_secrets_of_the_settings(platform: FakeOperations) -> None:
    platform.lines = [LogLine("shop-web-a", f"GET /[up] {SECRET}")]
    shown = railbed("logs", "workers.mailers", "-n", "5")
    assert platform.done == [("workers.mailers", 5, False)]
    assert shown.output.strip() == "shop-web-a GET /[up] [secret]"


def test_logs_that_are_followed_end_with_the_code_of_an_interruption(platform: FakeOperations) -> None:
    platform.lines = [LogLine("a", "one")]
    shown = railbed("logs", "--follow")
    assert (shown.exit_code, shown.output.strip()) == (130, "a one")
    assert platform.done == [("web", 100, True)]


@pytest.mark.parametrize("words", [["--", "bin/task", "--size", "x"], ["bin/task", "--size", "x"]])
def test_run_gives_the_command_its_own_options_and_returns_its_exit_code(words: list[str], platform: FakeOperations) -> None:
    platform.exit_code = 3
    shown = railbed("run", "--size", "500m,1Gi", *words)
    assert (shown.exit_code, shown.output) == (3, "the key is [secret]\n")
    assert platform.done == [(["bin/task", "--size", "x"], Size("500m", "1Gi"))]


@pytest.mark.parametrize("size", ["1Gi", "1,2", "1 2Gi", "1,2G", ",", "one,1Gi"])
def test_a_wrong_size_is_refused_before_anything_runs(size: str, platform: FakeOperations) -> None:
    refused = railbed("run", "--size", size, "--", "true").exception
    assert isinstance(refused, OperationError)
    assert str(refused).startswith(f'--size: found "{size}"; give CPU and memory as "500m,1Gi"')
    assert platform.done == []


@pytest.mark.parametrize(
    ("words", "command"),
    [(["console"], ["bin/rails", "console"]), (["db", "console"], ["bin/rails", "dbconsole", "--include-password"])],
)
def test_terminals_return_their_exit_code(words: list[str], command: list[str], platform: FakeOperations) -> None:
    platform.exit_code = 5
    assert railbed(*words).exit_code == 5
    assert platform.done == [command]


def test_releases_are_listed_with_the_live_one_first(platform: FakeOperations) -> None:
    rows = [line.split() for line in railbed("releases").output.splitlines()]
    assert rows[1:] == [
        ["2", "2026-11-27", "06:00", "UTC", IMAGE, "(live)"],
        ["1", "2026-11-26", "06:00", "UTC", EARLIER],
    ]


def test_secrets_are_named_and_not_shown(platform: FakeOperations) -> None:
    assert railbed("secrets").output == "RAILS_MASTER_KEY\n"


def test_restart_names_the_part(platform: FakeOperations) -> None:
    assert railbed("restart", "workers.mailers").exit_code == 0
    assert platform.done == ["workers.mailers"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What `pulumi` is asked to do."""
    found: list[tuple[str, ...]] = []

    def ask(self: PulumiCommand, *words: str) -> str:
        found.append(words)
        return ""

    def run(self: PulumiCommand, *words: str) -> int:
        found.append(words)
        return 0

    monkeypatch.setattr(PulumiCommand, "ask", ask)
    monkeypatch.setattr(PulumiCommand, "run", run)
    return found


def of(stack: DeployedStack) -> Callable[[Any, PulumiCommand], DeployedStack]:
    return lambda cls, pulumi_command: stack


def test_a_rollback_sets_the_image_and_runs_pulumi_up(monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, ...]]) -> None:
    building = {"name": "shop", "image": {"build": "../shop", "platform": "linux/arm64"}}
    monkeypatch.setattr(DeployedStack, "read", classmethod(of(operated("cluster", {}, app=building))))
    shown = railbed("rollback", "--yes")
    assert shown.exit_code == 0
    assert f"Release 1 of 2026-11-26T06:00:00+00:00 is {EARLIER}." in shown.output
    assert 'now {"build": "../shop"}, becomes' in shown.output
    assert asked == [
        ("config", "rm", "--path", "railbed:app.image.build"),
        ("config", "rm", "--path", "railbed:app.image.platform"),
        ("config", "set", "--path", "railbed:app.image.ref", EARLIER),
        ("up", "--yes"),
    ]


def test_a_rollback_that_is_not_confirmed_changes_nothing(platform: FakeOperations, asked: list[tuple[str, ...]]) -> None:
    assert railbed("rollback").exit_code == 1
    assert asked == []


@pytest.mark.parametrize(("target", "section"), [("doks", "container_registry"), ("eks", "ecr"), ("ecs", "ecr")])
def test_a_rollback_never_removes_the_registry_of_the_stack(
    target: str, section: str, monkeypatch: pytest.MonkeyPatch, asked: list[tuple[str, ...]]
) -> None:
    building = {"name": "shop", "image": {"build": "../shop"}}
    monkeypatch.setattr(DeployedStack, "read", classmethod(of(operated(target, {}, app=building))))
    refused = railbed("rollback", "--yes").exception
    assert isinstance(refused, OperationError)
    assert f"write `railbed:{section}: {{}}` into the config of Pulumi.production.yaml" in str(refused)
    assert asked == []
    kept = operated(target, {}, app=building, **{section: {}})
    monkeypatch.setattr(DeployedStack, "read", classmethod(of(kept)))
    assert railbed("rollback", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("releases", "number", "problem"),
    [
        (1, None, "there is no earlier release that railbed knows of"),
        (3, 3, "there is no earlier release 3: name one of 2, 1"),
        (3, 9, "there is no earlier release 9: name one of 2, 1"),
    ],
)
def test_a_release_that_there_is_not_is_refused(releases: int, number: int | None, problem: str) -> None:
    known = [Release(number=each, image=f"shop:{each}", deployed="") for each in range(releases, 0, -1)]
    with pytest.raises(OperationError, match=problem):
        rollback._chosen(known, number)


NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def test_a_release_is_counted_once() -> None:
    first = with_release([], "shop:1", NOW)
    assert first == [{"number": 1, "image": "shop:1", "deployed": "2026-11-27T08:00:00+00:00"}]
    assert with_release(first, "shop:1", NOW.replace(hour=9)) == first
    back = with_release(with_release(first, "shop:2", NOW), "shop:1", NOW)
    assert [(each["number"], each["image"]) for each in back] == [(3, "shop:1"), (2, "shop:2"), (1, "shop:1")]


def test_only_the_last_releases_are_kept() -> None:
    found: list[Release] = []
    for number in range(KEPT + 5):
        found = with_release(found, f"shop:{number}", NOW)
    assert (len(found), found[0]["number"]) == (KEPT, KEPT + 5)


@pytest.mark.parametrize("words", [[], *([each, "--help"] for each in (*COMMANDS, "rollback"))])
def test_help_is_there(words: list[str]) -> None:
    assert "Usage: " in railbed(*words).output


def test_an_error_is_one_line_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationError("no stack is selected")

    monkeypatch.setattr(app, "app", refuse)
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == "railbed: no stack is selected"
