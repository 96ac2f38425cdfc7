import os
import sys
from pathlib import Path

import pytest

from sandbox import backend, command_line, engine, environment
from sandbox.command_line import main


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command_line, "CACHE_DIRECTORY", tmp_path / "cache")
    monkeypatch.setattr(command_line, "STATE_DIRECTORY", tmp_path / "state")
    monkeypatch.setattr(environment, "STATE_DIRECTORY", tmp_path / "state")
    monkeypatch.setattr(environment, "_CHOICE", tmp_path / "state" / "kubeconfig-of-choice")
    monkeypatch.setattr(backend, "DIRECTORY", tmp_path / "state" / "backend")
    return tmp_path


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().err.split())


def test_up_without_root_says_what_works_instead(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["up"]) == 1
    said = _said(capsys)
    assert said.startswith("error: The sandbox's own Kubernetes needs root")
    assert "python -m sandbox up --kubeconfig ~/.kube/config" in said
    assert "make test-unit" in said


def test_up_on_another_system_says_what_works_instead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert main(["up"]) == 1
    assert _said(capsys).startswith("error: The sandbox's own Kubernetes needs Linux. Use a cluster you have")


def test_a_kubeconfig_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "pulumi", lambda: tmp_path / "pulumi")
    assert main(["up", "--kubeconfig", str(tmp_path / "none")]) == 1
    assert f"error: There is no kubeconfig {tmp_path}/none." in _said(capsys)
    assert environment.chosen_kubeconfig() is None


def test_down_does_not_orphan_what_is_in_the_users_own_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment.choose_kubeconfig(tmp_path / "config")
    stack = tmp_path / "state" / "backend" / ".pulumi" / "stacks" / "railbed" / "sandbox.json"
    stack.parent.mkdir(parents=True)
    stack.write_text('{"checkpoint": {"latest": {"resources": [{"type": "a"}, {"type": "b"}]}}}')
    assert main(["down"]) == 1
    said = _said(capsys)
    assert "Your cluster still holds resources of: railbed/sandbox (2)." in said
    assert "python -m sandbox run pulumi destroy" in said
    assert stack.exists()


def test_run_needs_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run"]) == 1
    assert "python -m sandbox run pulumi preview" in _said(capsys)


def test_an_overlay_without_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["image", "2", "--overlay", str(tmp_path / "none")]) == 1
    assert f"There are no files in {tmp_path}/none." in _said(capsys)


def test_an_unknown_command_shows_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["start"])
    assert ended.value.code == 2
    assert "'up', 'down', 'status', 'run', 'preview', 'rehearse', 'image'" in _said(capsys).replace("up, down", "'up', 'down'")
