"""The Ruby that starts scheduled tasks, with a real Ruby where there is one and a clock that runs fast."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from railbed.description.app import AppCron
from railbed.docker_host.schedule import scheduler_command

RUBY = shutil.which("ruby")
pytestmark = pytest.mark.skipif(RUBY is None, reason="not run: there is no ruby on PATH")

CLOCK = """
BEGAN = Process.clock_gettime(Process::CLOCK_MONOTONIC)
def Time.now = at(Integer(ENV["BEGIN"]) + 60 * (Process.clock_gettime(Process::CLOCK_MONOTONIC) - BEGAN) / 2)
"""
"""A minute takes two seconds."""


def run(task: dict[str, object], begin: str, seconds: float, tmp_path: Path, stop: bool = True) -> str:
    """What the scheduler says within so many seconds from a time on, and until it has ended."""
    (tmp_path / "clock.rb").write_text(CLOCK)
    at = subprocess.run(["date", "-u", "-d", begin, "+%s"], capture_output=True, text=True, check=True).stdout.strip()
    command = scheduler_command(AppCron.model_validate(task))
    command[1:1] = ["-r", str(tmp_path / "clock.rb")]
    variables = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "BEGIN": at}
    process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        time.sleep(seconds)
        if stop:
            process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    return said


def task(schedule: str, *command: str, **more: object) -> dict[str, object]:
    return {"schedule": schedule, "command": list(command), **more}


def test_it_runs_at_its_times_once_each(tmp_path: Path) -> None:
    said = run(task("1-2 6 * * *", "echo", "ran"), "2026-01-05 05:59:50", 7.5, tmp_path)
    assert said.split() == ["ran", "ran"]


def test_it_does_not_run_in_the_minute_in_which_it_was_made(tmp_path: Path) -> None:
    assert run(task("0 6 * * *", "echo", "ran"), "2026-01-05 06:00:10", 1.5, tmp_path) == "", "a release would run it twice"


@pytest.mark.parametrize(
    ("schedule", "begin", "runs"),
    [
        ("1 6 * * 1", "2026-01-05 06:00:30", True),
        ("1 6 * * 0", "2026-01-05 06:00:30", False),
        ("1 6 5 * 0", "2026-01-05 06:00:30", True),
        ("1 6 6 * 1", "2026-01-05 06:00:30", True),
        ("1 6 6 * *", "2026-01-05 06:00:30", False),
        ("1 6 * 2 *", "2026-01-05 06:00:30", False),
    ],
)
def test_days_count_as_in_every_cron(schedule: str, begin: str, runs: bool, tmp_path: Path) -> None:
    assert run(task(schedule, "echo", "ran"), begin, 2.5, tmp_path) == ("ran\n" if runs else "")


@pytest.mark.skipif(not Path("/usr/share/zoneinfo/Europe/Berlin").exists(), reason="not run: there is no tzdata")
def test_its_time_zone_counts(tmp_path: Path) -> None:
    berlin = task("1 7 * * *", "echo", "ran", time_zone="Europe/Berlin")
    assert run(berlin, "2026-01-05 06:00:30", 2.5, tmp_path) == "ran\n"


def test_an_image_without_the_time_zone_is_told(tmp_path: Path) -> None:
    given = scheduler_command(AppCron.model_validate(task("* * * * *", "true")))
    plan = json.loads(given[4]) | {"time_zone": "Europe/Nowhere"}
    command = [*given[:4], json.dumps(plan), "true"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode == 1
    assert ended.stderr == "The image has no time zone Europe/Nowhere: install tzdata in it, or leave time_zone out.\n"


def test_a_run_is_left_out_while_the_one_before_runs(tmp_path: Path) -> None:
    said = run(task("* * * * *", "sleep", "3"), "2026-01-05 06:00:30", 3.6, tmp_path)
    assert said == "[scheduler] the run before still runs: this one is left out\n"


def test_runs_may_overlap_where_they_are_to(tmp_path: Path) -> None:
    said = run(task("* * * * *", "sh", "-c", "echo ran; sleep 3", overlap=True), "2026-01-05 06:00:30", 3.6, tmp_path)
    assert said == "ran\nran\n"


def test_one_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    said = run(task("1 6 * * *", "sleep", "60", deadline_seconds=1), "2026-01-05 06:00:30", 3.5, tmp_path)
    assert said.splitlines() == [
        "[scheduler] it took longer than deadline_seconds (1) and is stopped",
        "[scheduler] the run ended with signal 15",
    ]


def test_a_run_ends_before_its_container_does(tmp_path: Path) -> None:
    said = run(task("1 6 * * *", "sh", "-c", "sleep 2; echo done"), "2026-01-05 06:00:30", 2, tmp_path)
    assert said == "done\n", "a release would cut it off"


def test_a_failure_is_told(tmp_path: Path) -> None:
    said = run(task("1 6 * * *", "sh", "-c", "exit 3"), "2026-01-05 06:00:30", 2.5, tmp_path)
    assert said == "[scheduler] the run ended with exit code 3\n"
    said = run(task("1 6 * * *", "no-such-program"), "2026-01-05 06:00:30", 2.5, tmp_path)
    assert said.startswith("[scheduler] the run did not start: No such file or directory")
