"""`railbed init` as a person runs it: what is written, what is shown, and what is never written over."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from railbed_stacks.commands.init.command import init
from tests.unit.described_applications import APPLICATIONS

SALT = "v1:Zm9yIHRlc3Rz:v1:Zm9yIHRlc3Rz"
BEFORE = f"""# mine
config:
  aws:region: eu-west-1
  railbed:target: doks
  railbed:app: {{name: other}}
  railbed:secrets:
    RAILS_MASTER_KEY:
      secure: v1:theirs
encryptionsalt: {SALT}
"""

command = typer.Typer()
command.command()(init)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder beside an application, in which the command runs."""
    shutil.copytree(APPLICATIONS / "sidekiq", tmp_path / "shop")
    (tmp_path / "deploy").mkdir()
    monkeypatch.chdir(tmp_path / "deploy")
    return tmp_path / "deploy"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def config_of(file: Path) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(file.read_text())["config"]
    return config


def test_a_project_is_written_beside_the_application(project: Path) -> None:
    result = run("../shop")
    assert result.exit_code == 0, result.output
    assert {file.name for file in project.iterdir()} == {
        "Pulumi.production.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "requirements.txt",
    }
    assert config_of(project / "Pulumi.production.yaml")["railbed:app"]["image"] == {"build": "../shop"}
    assert yaml.safe_load((project / "Pulumi.yaml").read_text())["name"] == "shop"
    assert "from railbed_stacks import deploy" in (project / "__main__.py").read_text()
    requirements = (project / "requirements.txt").read_text().splitlines()
    assert [line for line in requirements if "[cluster,build]" in line] == requirements
    assert len(requirements) == 2
    for shown in ("Guesses to look at:", "- target", "Process streaming is not written", "pulumi stack init production"):
        assert shown in result.output
    assert "pulumi config set --secret --path railbed:secrets.SECRET_KEY_BASE" in result.output


def test_a_dry_run_shows_and_writes_nothing(project: Path) -> None:
    result = run("../shop", "--dry-run", "--target", "ecs", "--region", "eu-west-1", "--stack", "staging")
    assert result.exit_code == 0, result.output
    assert list(project.iterdir()) == []
    assert "Pulumi.staging.yaml would be written" in result.output
    assert "railbed:region: eu-west-1 # option --region" in result.output
    assert "queues: ['critical,3', default] # config/sidekiq.yml:4" in result.output, "brackets are no markup"


def test_another_folder(project: Path) -> None:
    assert run("../shop", "--into", "../elsewhere/deep").exit_code == 0
    folder = project.parent / "elsewhere/deep"
    assert config_of(folder / "Pulumi.production.yaml")["railbed:app"]["image"] == {"build": "../../shop"}
    assert list(project.iterdir()) == []


def test_a_stack_that_is_there_is_not_written_over(project: Path) -> None:
    (project / "Pulumi.production.yaml").write_text(BEFORE)
    result = run("../shop")
    assert result.exit_code == 2
    assert "Pulumi.production.yaml is there already: --overwrite writes it anew and keeps its secrets" in result.output
    assert (project / "Pulumi.production.yaml").read_text() == BEFORE
    assert [file.name for file in project.iterdir()] == ["Pulumi.production.yaml"]


def test_written_over_it_keeps_secrets_and_what_is_not_railbeds(project: Path) -> None:
    (project / "Pulumi.production.yaml").write_text(BEFORE)
    assert run("../shop", "--overwrite").exit_code == 0
    content = yaml.safe_load((project / "Pulumi.production.yaml").read_text())
    assert content["encryptionsalt"] == SALT, "without it nobody decrypts the secrets"
    assert content["config"]["railbed:secrets"] == {"RAILS_MASTER_KEY": {"secure": "v1:theirs"}}
    assert content["config"]["aws:region"] == "eu-west-1"
    assert content["config"]["railbed:target"] == "cluster"
    assert content["config"]["railbed:app"]["name"] == "shop"


def test_a_file_that_is_no_yaml_is_not_written_over(project: Path) -> None:
    (project / "Pulumi.production.yaml").write_text("config: [\n")
    result = run("../shop", "--overwrite")
    assert result.exit_code == 2
    assert "is no YAML (line 2): mend it, or remove it" in result.output
    assert (project / "Pulumi.production.yaml").read_text() == "config: [\n"


@pytest.mark.parametrize("name", ["Pulumi.yaml", "__main__.py", "requirements.txt"])
def test_files_of_a_project_stay_as_they_are(project: Path, name: str) -> None:
    (project / name).write_text("theirs\n")
    assert run("../shop", "--overwrite").exit_code == 0
    assert (project / name).read_text() == "theirs\n"
    assert (project / "Pulumi.production.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["../none"], "../none: there is no such folder: give the application's"),
        (["../shop/Gemfile.lock"], "../shop/Gemfile.lock: there is no such folder"),
        (["../shop", "--stack", "a/b"], "--stack a/b: use letters, digits, dots, dashes and underscores"),
        (["../shop", "--target", "heroku"], "Invalid value for '--target'"),
        (["../shop", "--into", "../shop/Gemfile.lock"], "../shop/Gemfile.lock: "),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(project: Path, arguments: list[str], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.output
    assert isinstance(result.exception, SystemExit)
    assert list(project.iterdir()) == []


def test_a_project_inside_the_application_is_told(project: Path) -> None:
    result = run("..", "--dry-run")
    assert "The Pulumi project is inside the application's folder: add it to .dockerignore" in result.output
    assert "inside the application's folder" not in run("../shop", "--dry-run").output


def test_a_key_beside_the_application_is_named_not_read(project: Path) -> None:
    config = project.parent / "shop/config"
    (config / "credentials.yml.enc").write_text("encrypted")
    (config / "master.key").write_text("0123456789abcdef0123456789abcdef")
    result = run("../shop")
    shown = "pulumi config set --secret --path railbed:secrets.RAILS_MASTER_KEY < ../shop/config/master.key"
    text = (project / "Pulumi.production.yaml").read_text()
    assert shown in result.output and shown in text
    assert "0123456789abcdef" not in result.output + text


def test_the_module_runs_alone(project: Path) -> None:
    words = [sys.executable, "-m", "railbed_stacks.commands.init", "../shop"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (project / "Pulumi.production.yaml").exists()
