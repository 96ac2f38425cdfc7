"""How the base image is asked for, and what the user reads when it cannot be had."""

import subprocess
from pathlib import Path

import pytest

from sandbox import debian
from sandbox.images import debian_base
from sandbox.images.suite import VARIABLE
from sandbox.progress import StepFailed


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs of the host, to be put first on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return tmp_path


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


SOURCES_OF_BOOKWORM = """cat <<END
http://mirror.example/debian/ bookworm
http://mirror.example/debian/ bookworm-updates
http://mirror.example/debian/ bookworm-backports
http://mirror.example/debian-security/ bookworm-security
END"""


@pytest.fixture(autouse=True)
def stable_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_mirror_and_proxy_are_the_hosts_own_whatever_its_release(host: Path) -> None:
    program(host / "apt-get", SOURCES_OF_BOOKWORM)
    program(host / "apt-config", """echo 'Acquire::http::Proxy "http://proxy.example:3142";'; echo 'APT::Architecture "x";'""")
    command = debian_base._command()
    assert command[command.index("-") + 1 :] == [
        "deb http://mirror.example/debian-security/ trixie-security main",
        "deb http://mirror.example/debian/ trixie main",
        "deb http://mirror.example/debian/ trixie-updates main",
    ]
    assert '--aptopt=Acquire::http::Proxy "http://proxy.example:3142"' in command
    assert not any("Architecture" in option for option in command)


def test_host_of_another_distribution_leaves_the_mirror_to_mmdebstrap(host: Path) -> None:
    ubuntu = """case "$*" in *"Origin: Debian"*) ;; *) echo http://mirror.example/ubuntu/ noble ;; esac"""
    program(host / "apt-get", ubuntu)
    assert debian_base._command()[-2:] == ["trixie", "-"]


def test_host_without_apt_is_no_obstacle(host: Path) -> None:
    program(host / "apt-get", "exit 127")
    program(host / "apt-config", "exit 127")
    assert debian_base._command()[-2:] == ["trixie", "-"]


def test_unstable_release_comes_without_updates_and_may_be_a_frozen_copy(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(host / "apt-get", SOURCES_OF_BOOKWORM)
    stable, base = debian_base._command(), debian_base._fingerprint()
    monkeypatch.setenv(VARIABLE, "sid")
    command = debian_base._command()
    assert command[-3:] == ["sid", "-", "deb http://mirror.example/debian/ sid main"]
    old = "--aptopt=Acquire::Check-Valid-Until false"
    assert old in command and old not in stable, "an old copy of the stable release would be taken for a new one"
    assert debian_base._fingerprint() != base


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("The repository 'http://mirror.example trixie InRelease' is not signed.", "Install a debian-archive-keyring of 2023"),
        ("The repository 'http://mirror.example trixie Release' does not have a Release file.", "Check that the Debian mirror"),
        ("Unable to locate package postgresql-17", "Check that apt's sources reach a complete Debian mirror."),
    ],
)
def test_what_apt_says_has_a_remedy(said: str, remedy: str) -> None:
    failure = debian_base._failure(["I: started", f"E: {said}"])
    assert said in failure.what
    assert failure.remedy.startswith(remedy)


def test_failed_build_says_what_to_do_and_leaves_nothing(
    host: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(debian_base, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(debian, "install", lambda packages: None)  # installs packages on this machine
    program(
        host / "setpriv", "echo 'I: started' >&2; echo 'E: Failed to fetch http://mirror.example' >&2; printf half; exit 25"
    )
    with pytest.raises(StepFailed) as failure:
        debian_base.base()
    assert failure.value.what == "mmdebstrap could not build the base image:\nE: Failed to fetch http://mirror.example"
    assert failure.value.remedy == "Check the network, and the proxy in apt's configuration if there is one."
    assert [path.suffix for path in (tmp_path / "cache" / "images").iterdir()] == [".lock"]
    assert "failed: Building the base" in capfd.readouterr().err


def test_finished_build_is_kept(host: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian_base, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(debian, "install", lambda packages: None)  # installs packages on this machine
    program(host / "setpriv", "echo 'I: downloading packages' >&2; printf content")
    first = debian_base.base()
    program(host / "setpriv", "exit 1")
    assert debian_base.base() == first
    assert isinstance(first.content, Path)
    assert subprocess.run(["gzip", "-dc", first.content], capture_output=True, check=True).stdout == b"content"


def test_other_gems_are_another_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = debian_base._fingerprint()
    gemfile = tmp_path / "Gemfile"
    gemfile.write_text('gem "rails"\n')
    monkeypatch.setattr(debian_base, "GEMFILE", gemfile)
    assert debian_base._fingerprint() != before
