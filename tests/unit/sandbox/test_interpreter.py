import os
import sys
from pathlib import Path

import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto.language_pb2 import ProgramInfo

from sandbox.interpreter import Interpreter, MissingInterpreter


def _project(directory: Path, **options: str) -> Interpreter:
    chosen = Struct()
    chosen.update(options)
    return Interpreter(ProgramInfo(root_directory=str(directory), program_directory=str(directory), options=chosen))


def _virtualenv(folder: Path) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_virtualenv_option_is_relative_to_the_project(tmp_path: Path) -> None:
    python = _virtualenv(tmp_path / "venv")
    project = _project(tmp_path, virtualenv="./venv")
    assert project.executable == str(python)
    environment = project.environment()
    assert environment["VIRTUAL_ENV"] == str(tmp_path / "venv")
    assert environment["PATH"].split(os.pathsep)[0] == str(tmp_path / "venv" / "bin")
    assert project.installation() == []


def test_without_the_option_python_is_taken_from_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = _virtualenv(tmp_path)
    python.rename(python.with_name("python3"))
    monkeypatch.setenv("PATH", str(python.parent))
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    assert _project(tmp_path).executable == str(python.with_name("python3"))


def test_a_missing_virtualenv_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(MissingInterpreter) as failure:
        _ = _project(tmp_path, virtualenv=".venv").executable
    said = str(failure.value)
    assert said.startswith(f"The `virtualenv` option of the project names {tmp_path}/.venv, which is not")
    assert f"python3 -m venv {tmp_path}/.venv" in said


def test_uv_projects_use_the_virtualenv_that_uv_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT", raising=False)
    project = _project(tmp_path, toolchain="uv")
    assert project.virtualenv == tmp_path / ".venv"
    assert project.installation() == [["uv", "sync"]]


def test_installing_makes_the_virtualenv_and_fills_it(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("")
    make, fill = _project(tmp_path, virtualenv="venv").installation()
    assert make[1:] == ["-m", "venv", str(tmp_path / "venv")]
    assert fill == [f"{tmp_path}/venv/bin/python", "-m", "pip", "install", "-r", "requirements.txt"]


def test_a_library_without_requirements_is_installed_itself(tmp_path: Path) -> None:
    _virtualenv(tmp_path / "venv")
    (tmp_path / "pyproject.toml").write_text("")
    assert [command[-2:] for command in _project(tmp_path, virtualenv="venv").installation()] == [["-e", "."]]


def test_packages_that_others_need_are_listed_only_when_asked_for() -> None:
    project = _project(Path(sys.prefix).parent, virtualenv=sys.prefix)
    assert project.version() == ".".join(map(str, sys.version_info[:3]))
    direct, every = (dict(project.packages(transitive)) for transitive in (False, True))
    assert "grpcio" in every
    assert "grpcio" not in direct, "pulumi requires it"
