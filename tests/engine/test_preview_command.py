"""The command on previews of the real engine: one of each target, and one that it runs itself, with the policy pack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from railbed_stacks.commands.preview.markdown import render_markdown
from railbed_stacks.commands.preview.plan import read_plan
from railbed_stacks.commands.preview.report import report_of
from tests.engine.recorded_previews import CHANGES, OTHER_KEY, as_text, compact, preview_of, stack_of_target
from tests.engine.recorded_stack import MASTER_KEY, RecordedStack
from tests.unit import recorded_previews

SECRETS = (MASTER_KEY, OTHER_KEY, "password-of-the-registry")


def assert_a_release_reads_as_the_recorded_one(target: str, stack: RecordedStack) -> None:
    preview = preview_of(stack, CHANGES[target]["release"] | {"secrets.RAILS_MASTER_KEY": OTHER_KEY})
    report = report_of(read_plan(json.dumps(preview)))
    recorded = report_of(recorded_previews.plan_of(target, "release"))
    again = f"record them anew with `.venv/bin/python -m tests.engine.recorded_previews {target}`"
    assert [each.part.text for each in report.parts] == [each.part.text for each in recorded.parts], again
    assert [each.what for each in report.parts] == [each.what for each in recorded.parts], again
    assert all(each.why[0] == "image" and "secret" in each.why[1] for each in report.parts)
    assert report.image == recorded.image
    kept = as_text(compact({"nothing": preview, "release": preview}))
    assert [secret for secret in SECRETS if secret in render_markdown(report) + kept] == []


@pytest.mark.parametrize("target", ["ecs", "docker"])
def test_a_release_of_today_reads_as_the_recorded_one(target: str, tmp_path: Path, engine_variables: dict[str, str]) -> None:
    with stack_of_target(target, tmp_path, engine_variables) as stack:
        stack.deploy()
        assert_a_release_reads_as_the_recorded_one(target, stack)


def test_so_does_a_release_on_a_cluster(deployed_stack: RecordedStack) -> None:
    # Those of doks and eks are made of the same workloads.
    assert_a_release_reads_as_the_recorded_one("cluster", deployed_stack)


def run(stack: RecordedStack, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [
        sys.executable,
        "-m",
        "railbed_stacks.commands.preview",
        "--folder",
        str(stack.folder),
        "--stack",
        "test",
        *options,
    ]
    variables = stack.variables | {"PATH": os.environ["PATH"]}
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)


def test_the_command_runs_pulumi_itself(deployed_stack: RecordedStack) -> None:
    stack = deployed_stack
    with stack.changed(CHANGES["cluster"]["larger_release"]):
        stack.preview()  # writes the settings
        done = run(stack, "--format", "markdown")
    assert done.returncode == 0, done.stderr
    assert "- workers `reports` are new\n" in done.stdout
    assert "- volume of PostgreSQL `shop-database-size` changes: storage 10Gi → 20Gi\n" in done.stdout
    with stack.changed({"app.web.replicas": "many"}):
        stack.preview()
        wrong = run(stack, "--format", "markdown")
    assert wrong.returncode == 1, "a preview that fails fails the check of the pull request"
    assert wrong.stdout.startswith("<!-- railbed preview: railbed/test -->\n"), "the same comment says that it failed"
    assert "app.web.replicas" in wrong.stdout
    assert "Traceback" not in wrong.stdout + wrong.stderr
