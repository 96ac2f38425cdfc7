"""actionlint over the workflows of GitHub Actions that the documentation offers: keys, expressions, contexts, event names.

https://github.com/rhysd/actionlint
"""

import subprocess
from pathlib import Path

import pytest

WORKFLOWS = sorted((Path(__file__).parents[2] / "docs/pipelines").glob("github-*.yml"))


def judge(actionlint: Path, workflow: Path) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [actionlint, "-no-color", "-shellcheck=", "-pyflakes=", workflow]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_github_would_take_a_workflow(workflow: Path, actionlint: Path) -> None:
    judgement = judge(actionlint, workflow)
    assert judgement.returncode == 0, judgement.stdout + judgement.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "objection"),
    [
        ("pull-requests: write", "pull-request: write", "unknown permission scope"),
        ("github.event.pull_request.number", "github.evnt.pull_request.number", 'property "evnt" is not defined'),
        ("runs-on:", "run-on:", 'unexpected key "run-on"'),
        ("  pull_request:", "  pull_requests:", 'unknown Webhook event "pull_requests"'),
    ],
)
def test_the_judge_sees_what_is_wrong(right: str, wrong: str, objection: str, tmp_path: Path, actionlint: Path) -> None:
    text = WORKFLOWS[0].read_text()
    assert right in text
    spoiled = tmp_path / "spoiled.yml"
    spoiled.write_text(text.replace(right, wrong))
    assert objection in judge(actionlint, spoiled).stdout
