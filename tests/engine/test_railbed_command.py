"""The `railbed` command with the real `pulumi`: which stack it reads, what it says where there is none, what it changes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.operated import EARLIER, OUTPUTS

SECRET = "hunter2-is-the-key"
PROJECT = "name: railbed\nruntime: python\nconfig:\n  railbed:target: {type: string, default: cluster}\n"
STACK = "urn:pulumi:production::railbed::pulumi:pulumi:Stack::railbed-production"

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def call(folder: Path, engine_variables: dict[str, str]) -> Call:
    """Runs a program in the folder of the project."""
    state = folder / "state"
    state.mkdir()
    variables = engine_variables | {"PULUMI_BACKEND_URL": state.as_uri(), "PULUMI_HOME": str(state)}

    def run(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=folder, env=variables, input=given, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def railbed(call: Call) -> Call:
    program = "from railbed_stacks.commands.app import main; main()"
    return lambda *words: call(sys.executable, "-c", program, *words)


@pytest.fixture(scope="module")
def deployed(folder: Path, call: Call) -> None:
    """Stack `production`, deployed, and `empty`, which is selected."""
    (folder / "Pulumi.yaml").write_text(PROJECT)
    for name in ("production", "empty"):
        assert call("pulumi", "stack", "init", name).returncode == 0
    for words in (
        ("--path", "railbed:app.name", "shop"),
        ("--path", "railbed:app.image.build", "../shop"),
        ("--secret", "--path", "railbed:secrets.RAILS_MASTER_KEY", SECRET),
    ):
        assert call("pulumi", "config", "set", "--stack", "production", *words).returncode == 0
    state = json.loads(call("pulumi", "stack", "export", "--stack", "production").stdout)
    resource: dict[str, Any] = {"urn": STACK, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": OUTPUTS}
    state["deployment"]["resources"] = [resource]
    imported = call("pulumi", "stack", "import", "--stack", "production", given=json.dumps(state))
    assert imported.returncode == 0, imported.stderr


def refused(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    return line


def test_outside_of_a_project_it_says_so(railbed: Call, folder: Path) -> None:
    assert not (folder / "Pulumi.yaml").exists(), "this test comes first"
    assert refused(railbed("status")) == (
        f"railbed: there is no Pulumi.yaml in {folder} or above it: change to the folder of the project"
    )


def test_without_a_stack_it_says_how_to_name_one(railbed: Call, folder: Path) -> None:
    (folder / "Pulumi.yaml").write_text(PROJECT)
    assert refused(railbed("status")) == "railbed: no stack is selected: run `pulumi stack select NAME`, or give --stack NAME"


@pytest.mark.usefixtures("deployed")
def test_a_stack_that_there_is_not_is_told(railbed: Call) -> None:
    assert refused(railbed("releases", "-s", "staging")) == (
        "railbed: there is no stack 'staging': `pulumi stack ls` lists those that there are"
    )


@pytest.mark.usefixtures("deployed")
def test_a_stack_that_is_not_deployed_is_told(railbed: Call) -> None:
    assert refused(railbed("releases")) == "railbed: stack 'empty' is not deployed: run `pulumi up`"


@pytest.mark.usefixtures("deployed")
def test_a_named_stack_is_read_and_not_selected(railbed: Call, call: Call) -> None:
    shown = railbed("releases", "--stack", "production")
    assert shown.stdout.splitlines()[1].split()[0] == "2", shown.stderr
    names = railbed("secrets", "-s", "production")
    assert (names.stdout, names.stderr) == ("RAILS_MASTER_KEY\n", "")
    assert call("pulumi", "stack", "--show-name").stdout.strip() == "empty"


@pytest.mark.usefixtures("deployed")
def test_a_rollback_sets_the_image_of_the_settings(railbed: Call, folder: Path) -> None:
    (folder / "__main__.py").write_text("raise SystemExit('nothing is deployed here')\n")
    railbed("rollback", "--yes", "--stack", "production")
    written = yaml.safe_load((folder / "Pulumi.production.yaml").read_text())["config"]
    assert written["railbed:app"] == {"name": "shop", "image": {"ref": EARLIER}}
    assert SECRET not in json.dumps(written)


@pytest.mark.usefixtures("deployed")
def test_a_cluster_that_is_not_there_is_told(railbed: Call) -> None:
    assert refused(railbed("status", "-s", "production")).startswith(
        "railbed: the stack has no output 'namespace', as it was deployed with an earlier version of railbed"
    )
