import io
import re
import threading

import pytest
from rich.console import Console

from sandbox import progress
from sandbox.progress import StepFailed, step


def test_a_log_has_a_line_at_the_start_and_one_with_the_seconds_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Building the boat"):
        pass
    assert capsys.readouterr().err == "... Building the boat\ndone: Building the boat (0 s)\n"


def test_a_log_hears_of_a_long_step_what_it_does(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PLAIN_INTERVAL", 0.05)
    with step("Building") as building:
        building.note("compiling\nk8s.io/api")
        threading.Event().wait(0.2)
    assert "    Building: 0 s compiling k8s.io/api\n" in capsys.readouterr().err


def test_a_failed_step_is_named_and_its_failure_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StepFailed) as failure, step("Building"):
        raise StepFailed("the hull leaks", "caulk it")
    assert (failure.value.what, failure.value.remedy) == ("the hull leaks", "caulk it")
    assert capsys.readouterr().err.endswith("failed: Building (0 s)\n")


def test_a_terminal_shows_nested_steps_and_keeps_one_line_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(progress, "console", Console(file=terminal, force_terminal=True, width=60, color_system=None))
    with step("Outer [1]") as outer:
        outer.note("x" * 200)
        with step("Inner"):
            pass
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in terminal.getvalue().splitlines()]
    assert [line for line in lines if "✓" in line] == ["✓ Inner 0 s", "✓ Outer [1] 0 s"]
    assert max(map(len, lines)) <= 60, "a note must not wrap the line of its step"
