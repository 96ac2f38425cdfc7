"""Secrets that Kubernetes repeats in its own messages, as it does with a command or a mount that it cannot use."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest

from railbed.kubernetes.api.access import Observation, Rollout
from railbed.kubernetes.watching import rollout_observer
from railbed.kubernetes.watching.rollout_observer import RolloutError, RolloutObserver
from railbed.watching.log_text import Redaction

SECRET = "hunter2-pass"
GIVEN_UP = f'exec: "--password={SECRET}": executable file not found'


class Refusing:
    """A cluster that repeats a secret in all that it says."""

    def rollout(self, *_: str) -> Rollout:
        return Rollout(finished=False, waiting="", failure=GIVEN_UP)

    def crashed(self, *_: str) -> None:
        return None

    def missing_volumes(self, *_: str) -> list[str]:
        return [f"The claim data has no volume. {SECRET}"]


def observer_of(connect: Any, told: list[str], monkeypatch: pytest.MonkeyPatch) -> RolloutObserver:
    for level in ("info", "warn", "error"):
        monkeypatch.setattr(pulumi.log, level, lambda text, *_, **__: told.append(text))
    component: Any = None
    return RolloutObserver(component, "app=shop", Observation(connect, Redaction([SECRET])))


def scaled() -> Any:
    metadata = {"namespace": "shop"}
    inputs = [{"metadata": metadata, "spec": {"replicas": replicas}} for replicas in (1, 2)]
    return SimpleNamespace(old_inputs=inputs[0], new_inputs=inputs[1], id="shop/shop-web")


def test_why_pods_do_not_become_ready_is_told_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    connect: Any = Refusing
    monkeypatch.setattr(rollout_observer, "reason_of_workload", lambda *_: f"CreateContainerError: {GIVEN_UP}")
    with pytest.raises(RolloutError) as raised:
        asyncio.run(observer_of(connect, told, monkeypatch).after_update(scaled()))
    assert "executable file not found" in str(raised.value) and "CreateContainerError" in "".join(told)
    assert "The claim data has no volume." in "".join(told)
    assert SECRET not in str(raised.value) + "".join(told), "a secret that Kubernetes repeated is in the output of `up`"


def test_why_the_cluster_cannot_be_read_is_told_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def connect() -> Any:
        raise OSError(f"cannot resolve https://robot:{SECRET}@cluster.example.com")

    asyncio.run(observer_of(connect, told, monkeypatch).after_update(scaled()))
    assert "cannot resolve" in "".join(told) and SECRET not in "".join(told)
