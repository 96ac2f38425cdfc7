import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox import builds
from sandbox.progress import StepFailed, step

needs_go = pytest.mark.skipif(not shutil.which("go"), reason="not run: there is no Go compiler")


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(builds, "_MODULES", tmp_path / "go")
    monkeypatch.setattr(builds, "CACHE_DIRECTORY", tmp_path / "cache")
    hello = tmp_path / "go" / "hello"
    hello.mkdir(parents=True)
    (hello / "go.mod").write_text("module example.com/hello\n\ngo 1.21\n")
    (hello / "go.sum").write_text("")
    (hello / "main.go").write_text('package main\n\nvar word = "hello"\n\nfunc main() { print(word) }\n')
    return tmp_path / "go"


def _said(program: Path) -> str:
    return subprocess.run([program], capture_output=True, text=True, check=True).stderr


@needs_go
def test_a_program_is_built_once_and_again_only_when_its_source_or_flags_change(modules: Path) -> None:
    assert builds.built("hello", ".", "hello") is None
    first = builds.go_build("hello", ".", "hello")
    assert _said(first) == "hello"
    made = first.stat().st_mtime_ns
    assert builds.go_build("hello", ".", "hello") == first == builds.built("hello", ".", "hello")
    assert first.stat().st_mtime_ns == made, "it was built a second time"

    flagged = builds.go_build("hello", ".", "hello", "-X main.word=ahoy")
    assert _said(flagged) == "ahoy"
    (modules / "hello" / "main.go").write_text("package main\n\nfunc main() { print(1) }\n")
    assert builds.built("hello", ".", "hello") is None


@needs_go
def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    target = builds.go_build("hello", ".", "hello")
    left = target.with_suffix(".4242")
    left.write_text("the compiler of a killed run has finished")
    assert builds.go_build("hello", ".", "hello") == target
    assert list(target.parent.iterdir()) == [target]


@needs_go
def test_what_the_compiler_says_is_in_the_error_and_nothing_half_built_is_left(modules: Path, tmp_path: Path) -> None:
    (modules / "hello" / "main.go").write_text("package main\n\nfunc main() { nonsense() }\n")
    with pytest.raises(StepFailed, match="undefined: nonsense") as failure:
        builds.go_build("hello", ".", "hello")
    assert failure.value.remedy
    assert [file for file in (tmp_path / "cache").rglob("*") if file.is_file() and file.suffix != ".lock"] == []


def test_a_missing_compiler_is_told_in_a_sentence_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StepFailed) as failure:
        builds.go_build("hello", ".", "hello")
    assert failure.value.what == "hello has to be built, but there is no Go compiler on PATH."
    assert failure.value.remedy.startswith("Install Go 1.21 or newer")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("go: go.mod requires go >= 1.26 (running go 1.20)", "Install Go"),
        ("dial tcp: lookup modules.example.com: no such host", "could not reach its module proxy"),
        ("write x.a: no space left on device", "Free 3 GB"),
        ("compile: signal: killed", "want of memory"),
        ("something new", "Run it again"),
    ],
)
def test_each_kind_of_failure_has_its_remedy(said: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    compiler = tmp_path / "bin" / "go"
    compiler.write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n")
    compiler.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    with pytest.raises(StepFailed, match=said[:20].replace(".", r"\.")) as failure:
        builds.go_build("hello", ".", "hello")
    assert remedy in failure.value.remedy


def test_two_runs_do_the_same_work_one_after_the_other_and_a_killed_one_leaves_no_lock(tmp_path: Path) -> None:
    lock = tmp_path / "work.lock"
    hold = f"import fcntl, time; f = open({str(lock)!r}, 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); "
    with subprocess.Popen([sys.executable, "-c", hold + "time.sleep(60)"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        entered = threading.Event()

        def enter() -> None:
            with step("Waiting") as waiting, builds.exclusive(lock, waiting):
                entered.set()

        entering = threading.Thread(target=enter)
        entering.start()
        assert not entered.wait(0.3), "both were inside at once"
        holder.kill()
        assert entered.wait(5), "a killed run still holds the lock"
        entering.join()
