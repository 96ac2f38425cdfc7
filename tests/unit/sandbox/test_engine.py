import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import builds, downloads, engine
from sandbox.paths import REPOSITORY


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(engine, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(builds, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(downloads, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(downloads, "RELEASES", "http://127.0.0.1:9")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    engine.find.cache_clear()
    yield tmp_path
    engine.find.cache_clear()


def _program(path: Path, says: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)
    return path


def _built() -> Path:
    return _program(builds._target(builds._MODULES / "engine", *engine._BUILD[1:]))


def test_the_pulumi_on_path_wins(folders: Path) -> None:
    _built()
    own = _program(folders / "bin" / "pulumi", "v3.300.1")
    assert engine.find() == engine.Engine(own, "3.300.1", "found on PATH")
    assert engine.pulumi() == own


@pytest.mark.parametrize("says", ["v3.100.0", "", "not a version"])
def test_a_pulumi_on_path_that_is_too_old_or_broken_is_passed_over(folders: Path, says: str) -> None:
    _program(folders / "bin" / "pulumi", says)
    built = _built()
    assert engine.find() == engine.Engine(built, engine.BUILT_VERSION, "built from Go modules")


def test_an_official_release_is_preferred_to_a_build(folders: Path) -> None:
    _built()
    release = _program(folders / "cache" / f"pulumi-{engine.sdk_version()}" / "pulumi")
    assert engine.find() == engine.Engine(release, engine.sdk_version(), "official release")


def test_where_downloads_are_refused_the_engine_is_built(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builds, "go_build", lambda *_: _built())
    assert engine.pulumi().is_relative_to(folders / "cache" / "builds")
    assert downloads.refused(), "the refusal is remembered"


def test_a_built_engine_gets_a_language_host_that_no_module_of_the_program_can_break(folders: Path) -> None:
    host = _built().parent / "pulumi-language-python"
    engine.find()
    project = folders / "project"
    project.mkdir()
    for name in ("queue", "json", "sandbox", "grpc", "tomllib"):
        (project / f"{name}.py").write_text("raise RuntimeError('imported from the project')\n")
    with subprocess.Popen(
        [host, "127.0.0.1:1"], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_plain_environment()
    ) as running:
        assert running.stdout
        assert running.stdin
        assert 0 < int(running.stdout.readline()) < 65536
        running.stdin.close()
        assert running.wait(60) == 0, "it ends with the engine, which holds its standard input"


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_the_launcher_names_this_checkout_and_this_python(folders: Path) -> None:
    host = _built().parent / "pulumi-language-python"
    host.write_text("#!/bin/sh\n# of another checkout\n")
    engine.find()
    assert str(REPOSITORY) in host.read_text()
    assert sys.executable in host.read_text()


def test_two_checkouts_that_share_an_engine_each_run_their_own_language_host(folders: Path) -> None:
    host = _built().parent / "pulumi-language-python"
    engine.find()
    other = folders / "other" / "sandbox"
    other.mkdir(parents=True)
    (other / "__init__.py").touch()
    (other / "language_host.py").write_text("def main():\n    print('the other checkout')\n")
    said = subprocess.run(
        [host, "127.0.0.1:1"],
        env=_plain_environment() | {"RAILBED_SANDBOX_CHECKOUT": str(other.parent), "RAILBED_SANDBOX_PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "the other checkout\n"
