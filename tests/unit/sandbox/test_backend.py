import json
import os
import subprocess
from pathlib import Path

import pytest

from sandbox import backend


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(backend, "DIRECTORY", tmp_path)
    return tmp_path


def _stack(directory: Path, name: str, resources: list[dict[str, object]] | None) -> None:
    file = directory / ".pulumi" / "stacks" / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    latest = None if resources is None else {"resources": resources}
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": latest}}))


def test_stacks_are_counted_and_their_addresses_found(directory: Path) -> None:
    outputs = {"url": "http://10.0.0.1:30080", "version": "2", "password": {"ciphertext": "http://"}}
    stack: dict[str, object] = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    _stack(directory, "railbed/sandbox", [stack, {"type": "kubernetes:core/v1:Pod"}])
    _stack(directory, "railbed/empty", None)
    _stack(directory, "railbed/destroyed", [])
    assert backend.resources() == {"railbed/sandbox": 2}
    assert backend.urls() == {"railbed/sandbox url": "http://10.0.0.1:30080"}


def test_without_any_state_there_is_nothing() -> None:
    assert (backend.resources(), backend.urls()) == ({}, {})
    backend.remove_dead_locks()


def test_only_the_locks_of_dead_processes_are_removed(directory: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    locks = directory / ".pulumi" / "locks" / "organization" / "railbed" / "sandbox"
    locks.mkdir(parents=True)
    for name, process in {"dead": ended.pid, "living": os.getpid()}.items():
        (locks / f"{name}.json").write_text(json.dumps({"pid": process, "username": "me", "hostname": "here"}))
    backend.remove_dead_locks()
    assert [lock.name for lock in locks.iterdir()] == ["living.json"]
