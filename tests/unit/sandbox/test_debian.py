"""Packages are installed when they are missing; apt-get is played by a script, as a test must not change the machine."""

import sys
from pathlib import Path

import pytest

from sandbox import debian
from sandbox.progress import StepFailed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt-get is Debian's")
DPKG_QUERY = """#!/bin/sh
for package; do :; done
grep -qx "$package" installed && printf installed || exit 1
"""
APT_GET = """#!/bin/sh
echo "$@" >> asked
test "$1" = update && touch updated && exit 0
test -e policy-rc.d && cp policy-rc.d seen
for package; do :; done
test "$package" = old && test ! -e updated && echo "E: 404 Not Found" && exit 100
test "$package" = unknown && echo "E: Unable to locate package unknown" && exit 100
exit 0
"""


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, script in {"dpkg-query": DPKG_QUERY, "apt-get": APT_GET}.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "installed").write_text("present\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(debian, "_POLICY", tmp_path / "policy-rc.d")
    return tmp_path


def test_what_is_installed_is_left_alone(machine: Path) -> None:
    debian.install(["present"])
    assert not (machine / "asked").exists()


def test_only_what_is_missing_is_installed_and_starts_no_service(machine: Path) -> None:
    debian.install(["present", "absent"])
    assert (machine / "asked").read_text().split()[-1] == "absent"
    assert "present" not in (machine / "asked").read_text()
    assert "exit 101" in (machine / "seen").read_text()
    assert not (machine / "policy-rc.d").exists()


def test_the_machines_own_rule_is_kept(machine: Path) -> None:
    (machine / "policy-rc.d").write_text("#!/bin/sh\nexit 0\n")
    debian.install(["absent"])
    assert (machine / "policy-rc.d").read_text() == "#!/bin/sh\nexit 0\n"


def test_old_package_lists_are_refreshed(machine: Path) -> None:
    debian.install(["old"])
    assert [line.split()[0] for line in (machine / "asked").read_text().splitlines()] == ["install", "update", "install"]


def test_a_failure_shows_what_apt_said_and_what_to_do() -> None:
    with pytest.raises(StepFailed) as failed:
        debian.install(["unknown"])
    assert "Unable to locate package unknown" in failed.value.what
    assert failed.value.remedy.endswith(": unknown")


def test_a_machine_without_apt_is_told_what_it_lacks(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine / "empty"))
    with pytest.raises(StepFailed, match="lacks absent, and has no apt-get"):
        debian.install(["absent"])
