"""The hook that waits for the containers of a release and switches the proxy."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from railbed.docker_host import proxy
from railbed.docker_host.rollout import Rollout, RolloutError
from railbed.watching.log_text import Redaction
from tests.unit.docker_engine import FakeEngine, before_create, container

WEB, WORKER = {"railbed/component": "web"}, {"railbed/component": "worker"}


class Clock:
    """Time that passes only while somebody sleeps."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


def run(engine: FakeEngine, workers: str = "", hosts: Sequence[str] = ()) -> None:
    hook = Rollout(
        pulumi.Resource.__new__(pulumi.Resource),
        engine.as_engine(),
        {"web": 0, "worker": 0},
        3000,
        Redaction(["hunter2-pass"]),
        hosts,
        clock := Clock(),
        clock.sleep,
    )
    asyncio.run(hook.run(before_create(web="a,b", workers=workers, proxy="p", image="x")))


def release(**changed: Any) -> FakeEngine:
    found = {name: container(name, "running", WEB, health="healthy") for name in ("a", "b")}
    return FakeEngine(found | {"p": container("p", "running")} | changed)


def test_the_proxy_is_told_of_healthy_containers() -> None:
    engine = release()
    run(engine)
    ((identity, command, variables),) = engine.commands
    assert (identity, command) == ("p", ["sh", "-c", proxy.SWITCH])
    assert "reverse_proxy a-name:3000 b-name:3000 {" in variables["RAILBED_CONFIGURATION"]
    assert engine.done == []


def test_with_hosts_the_proxy_serves_them_by_https() -> None:
    engine = release()
    run(engine, hosts=["shop.example.com", "www.example.com"])
    text = engine.commands[0][2]["RAILBED_CONFIGURATION"]
    assert "\nshop.example.com, www.example.com {\n\treverse_proxy a-name:3000 b-name:3000 {" in text
    assert "http_port 8080\n\thttps_port 8443\n" in text
    assert "auto_https off" not in text


def test_it_is_not_told_before_they_are() -> None:
    def turns(engine: FakeEngine) -> None:
        polled.append(0)
        if len(polled) == 8:
            assert engine.commands == []
            engine.found["b"] = replace(engine.found["b"], health="healthy")

    polled: list[int] = []
    engine = release(b=container("b", "running", WEB, health="starting"))
    engine.polls = turns
    run(engine)
    assert len(engine.commands) == 1


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (container("b", "running", WEB, health="unhealthy"), r"does not pass its health check within startup_seconds \(0\)"),
        (container("b", "dead", WEB, exit_code=1), "it ends again and again: exit code 1"),
        (container("b", "dead", WEB, out_of_memory=True), "needed more than its memory_limit"),
    ],
)
def test_a_release_that_does_not_start_is_stopped_and_the_proxy_not_told(state: Any, reason: str) -> None:
    engine = release(b=state)
    engine.logs["b"] = b"cannot load hunter2-pass"
    with pytest.raises(RolloutError, match=reason) as raised:
        run(engine)
    assert "The end of its log:\ncannot load [secret]" in str(raised.value)
    assert engine.commands == [], "users would be sent to it"
    assert "stop a" in engine.done


def test_one_that_ends_again_and_again_is_given_up() -> None:
    def restarts(engine: FakeEngine) -> None:
        engine.found["b"] = replace(engine.found["b"], restarts=engine.found["b"].restarts + 1)

    engine = release(b=container("b", "restarting", WEB, exit_code=1))
    engine.polls = restarts
    with pytest.raises(RolloutError, match="b-name does not start: it ends again and again: exit code 1"):
        run(engine)


def test_the_next_up_starts_what_was_stopped() -> None:
    engine = release(b=container("b", "exited", WEB))
    engine.after_start = lambda state: replace(state, status="running", health="healthy")
    run(engine)
    assert engine.done == ["start b"]


def test_a_command_without_a_check_has_to_last() -> None:
    engine = release(w=container("w", "running", WORKER))
    run(engine, workers="w")
    assert len(engine.commands) == 1


def test_a_proxy_that_refuses_is_told() -> None:
    engine = release()
    engine.answers = [(1, b"adapting config: hunter2-pass")] * 1000
    with pytest.raises(RolloutError, match=r"The proxy does not take the new containers: adapting config: \[secret\]"):
        run(engine)


def test_a_proxy_that_could_not_start_is_started() -> None:
    engine = release(p=container("p", "created"))
    run(engine)
    assert engine.done == ["start p"]
    assert len(engine.commands) == 1
