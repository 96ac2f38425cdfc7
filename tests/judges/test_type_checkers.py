"""What type checkers say of programs that use railbed: nothing of right ones, and of a wrong argument what is wrong."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "components" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

RIGHT = """
import pulumi
from railbed import Exposure, KubernetesApp, MigrationPhase, RailsWeb, RailsWebArgs

database_url: pulumi.Output[str] = pulumi.Output.secret("postgresql://db/app")
secrets = {"DATABASE_URL": database_url}
web: RailsWebArgs = {"image": "shop:1", "secrets": secrets, "exposure": "ingress", "hosts": ["shop.example.com"]}
RailsWeb("a", web)
RailsWeb("b", {"image": "shop:1", "exposure": Exposure.INGRESS, "overrides": {"service": {"spec": {"type": "NodePort"}}}})
KubernetesApp("c", {"app": {"name": "shop", "image": {"ref": "shop:1"}, "workers": {"default": {"queues": ["default"]}}}})
pulumi.export("phase", MigrationPhase.POST.value)
"""

WRONG = {
    "a misspelt argument": 'RailsWeb("a", {"image": "shop:1", "replica": 3})',
    "a misspelt key of the description": (
        'KubernetesApp("a", {"app": {"name": "shop", "image": {"ref": "shop:1"}, "web": {"replica": 3}}})'
    ),
    "a value that an enum does not have": 'RailsWeb("a", {"image": "shop:1", "exposure": "public"})',
    "a number for a string": 'RailsWeb("a", {"image": 1})',
    "a string for a list": 'RailsWeb("a", {"image": "shop:1", "hosts": "shop.example.com"})',
    "an argument that is missing": 'RailsWeb("a", {"replicas": 3})',
    "an output where the value must be known": 'RailsWeb("a", {"image": "shop:1", "replicas": pulumi.Output.from_input(3)})',
}


def documented() -> dict[str, str]:
    """Every Python program of README and docs."""
    found = {}
    for page in PAGES:
        for number, program in enumerate(re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)):
            found[f"{page.parent.name}_{page.stem}_{number}".replace("-", "_")] = program
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    wrong = {f"wrong_{number}": program for number, program in enumerate(WRONG.values())}
    imports = "import pulumi\nfrom railbed import KubernetesApp, RailsWeb\n\nprint(pulumi, KubernetesApp, RailsWeb)\n"
    programs = documented() | {"right": RIGHT} | {name: f"{imports}{program}\n" for name, program in wrong.items()}
    for name, program in programs.items():
        (folder / f"{name}.py").write_text(program)
    return folder


@pytest.fixture(scope="module")
def by_mypy(folder: Path) -> Mapping[str, list[str]]:
    """What mypy --strict says, by program."""
    command = [sys.executable, "-m", "mypy", "--strict", "--output=json", *map(str, sorted(folder.glob("*.py")))]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return _by_program((json.loads(line)["file"], json.loads(line)["message"]) for line in run.stdout.splitlines())


@pytest.fixture(scope="module")
def by_pyright(folder: Path) -> Mapping[str, list[str]]:
    """What pyright says, by program."""
    (folder / "pyrightconfig.json").write_text(
        json.dumps({"include": ["."], "extraPaths": [str(ROOT / "components")], "typeCheckingMode": "standard"})
    )
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--outputjson"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    found = json.loads(run.stdout)["generalDiagnostics"]
    return _by_program((each["file"], each["message"]) for each in found if each["severity"] == "error")


def _by_program(messages: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file, message in messages:
        found.setdefault(Path(file).stem, []).append(message)
    return found


@pytest.fixture(params=["by_mypy", "by_pyright"])
def said(request: pytest.FixtureRequest) -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = request.getfixturevalue(request.param)
    return found


def test_programs_of_the_documentation_are_right(said: Mapping[str, list[str]]) -> None:
    assert len(documented()) >= 3
    assert {name: said[name] for name in documented() if name in said} == {}, "who copies it sees errors in the editor"


def test_right_arguments_pass(said: Mapping[str, list[str]]) -> None:
    assert said.get("right") is None


@pytest.mark.parametrize("number", range(len(WRONG)), ids=list(WRONG))
def test_wrong_arguments_are_seen_before_anything_runs(said: Mapping[str, list[str]], number: int) -> None:
    assert said.get(f"wrong_{number}"), "the user learns of it only from `pulumi preview`"
