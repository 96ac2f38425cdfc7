"""`python -m sandbox` as the first command after a clone: a sentence that says what to run, and no traceback."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import requirements
from sandbox.paths import REPOSITORY

WITHOUT_PACKAGES = ["-S"]  # no site-packages, as with the Python of a fresh machine
_OLD = """
import runpy, sys
sys.version_info = (3, 9, 18, "final", 0)
sys.path.insert(0, {checkout!r})
runpy.run_module("sandbox", run_name="__main__")
"""


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=REPOSITORY, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", [["up"], ["up", "--kubeconfig", "config"], ["status"], ["rehearse", "prod"], []])
def test_without_its_packages_it_says_what_to_install(command: list[str]) -> None:
    done = run(*WITHOUT_PACKAGES, "-m", "sandbox", *command)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, f"the first command ends in a traceback:\n{done.stderr}"
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "rich" in done.stderr or "pulumi" in done.stderr, "it does not say what is missing"
    assert ".venv/bin/python" in done.stderr, "it does not say what to run"


def test_the_command_it_names_installs_every_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(requirements, "REPOSITORY", tmp_path)
    (tmp_path / "sandbox").mkdir()
    for file in requirements.FILES:
        (tmp_path / file).write_text("# a comment\n-e ./components\nno-such-package==1.0\npluggy[dev]==1.0\n")
    said = requirements.missing()
    assert "no-such-package" in said
    assert "pluggy" not in said, "a package that is there is called missing"
    assert "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt -r sandbox/requirements.txt" in said
    assert "make up" in said


def test_the_environment_that_make_filled_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(requirements, "REPOSITORY", tmp_path)
    monkeypatch.setattr(requirements, "FILES", ("requirements.txt",))
    (tmp_path / "requirements.txt").write_text("no-such-package==1.0\n")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "installed").touch()
    assert f"{tmp_path}/.venv/bin/python -m sandbox" in requirements.missing(), "it would be installed a second time"


def test_nothing_is_missing_where_the_packages_are() -> None:
    assert requirements.missing() == ""


def test_an_old_python_is_told_which_one_is_needed() -> None:
    done = run("-c", _OLD.format(checkout=str(REPOSITORY)))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr, done.stderr
    assert "needs Python 3.11 or later" in done.stderr
    assert "is 3.9" in done.stderr


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py", "requirements.py"])
def test_what_an_old_python_reads_has_no_newer_syntax(name: str) -> None:
    ast.parse((REPOSITORY / "sandbox" / name).read_text(), feature_version=(3, 7))
