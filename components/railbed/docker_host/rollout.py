"""Waits until the containers of a release work, then has the proxy send requests to them."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from railbed.docker_host import proxy
from railbed.docker_host.engine import ContainerState, DockerEngine, Engine
from railbed.watching.log_text import Redaction, shown_tail

POLL_SECONDS = 1.0
SHOWN_LINES = 100
MOST_RESTARTS = 2
"""A container that has ended so often while it started does not start."""
UNCHECKED_SECONDS = 10
"""A command of the user's own has no check that tells when it works: it has to last so long."""
SWITCH_SECONDS = 30


class RolloutError(Exception):
    """A release does not start; the text says why, without secrets."""


@dataclass
class Rollout:
    """A resource hook before the record of a rollout is made.

    When a container does not start nothing is recorded, the containers of the release are stopped, and those of the release
    before go on: the proxy was never told of others. The next `pulumi up` starts them again.
    """

    component: pulumi.Resource
    engine: Engine
    startup_seconds: Mapping[str, int]
    """By the component label of a container."""
    port: int
    redaction: Redaction
    hosts: Sequence[str] = ()
    """For which the proxy answers by HTTPS; none: by HTTP, whatever the host."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Any] = asyncio.sleep

    async def run(self, args: pulumi.ResourceHookArgs) -> None:
        """Wait for the containers and switch the proxy. Raises `RolloutError` and `EngineError`."""
        keepers: Mapping[str, Any] = (args.new_inputs or {})["keepers"]
        engine = await self.engine.connect()
        web = _listed(keepers["web"])
        release = [*web, *_listed(keepers["workers"])]
        try:
            states = await asyncio.gather(*(self._until_works(engine, identity) for identity in release))
        except RolloutError:
            for identity in release:
                state = await asyncio.to_thread(engine.state, identity)
                if state is not None and state.status in ("running", "restarting"):
                    await asyncio.to_thread(engine.stop, identity)
            raise
        await self._switch(engine, str(keepers["proxy"]), [state.name for state in states[: len(web)]])

    async def _until_works(self, engine: DockerEngine, identity: str) -> ContainerState:
        first = await asyncio.to_thread(engine.state, identity)
        if first is not None and first.status in ("created", "exited"):
            await asyncio.to_thread(engine.start, identity)
        restarts, begun = first.restarts if first else 0, self.clock()
        while True:
            state = await asyncio.to_thread(engine.state, identity)
            if state is None:
                raise RolloutError(f"The container {identity[:12]} is gone: run `pulumi refresh`, then `pulumi up` again")
            waited = self.clock() - begun
            lasts = state.running and state.health is None and waited >= UNCHECKED_SECONDS
            if state.health == "healthy" or lasts:
                return state
            if state.restarts - restarts > MOST_RESTARTS or state.status in ("exited", "dead"):
                raise await self._failure(engine, state, f"it ends again and again: {state.end()}")
            patience = self.startup_seconds.get(state.labels.get("railbed/component", ""), 0)
            if waited > patience + UNCHECKED_SECONDS:
                reason = f"it does not pass its health check within startup_seconds ({patience})"
                raise await self._failure(engine, state, reason)
            await self.sleep(POLL_SECONDS)

    async def _failure(self, engine: DockerEngine, state: ContainerState, reason: str) -> RolloutError:
        log = shown_tail(await asyncio.to_thread(engine.log, state.identity, SHOWN_LINES), self.redaction, SHOWN_LINES)
        end = f"\nThe end of its log:\n{log}" if log else ""
        return RolloutError(
            f"{state.name} does not start: {self.redaction(reason)}. The release before goes on, if there was one.{end}"
        )

    async def _switch(self, engine: DockerEngine, identity: str, names: list[str]) -> None:
        """Tell the proxy; one that has just been made may not listen yet."""
        give_up = self.clock() + SWITCH_SECONDS
        variables = {"RAILBED_CONFIGURATION": proxy.configuration(names, self.port, self.hosts)}
        while True:
            state = await asyncio.to_thread(engine.state, identity)
            if state is None:
                raise RolloutError("The container of the proxy is gone: run `pulumi refresh`, then `pulumi up` again")
            code, said = 1, state.end().encode()
            if state.status in ("created", "exited"):  # its port was taken when it was made
                await asyncio.to_thread(engine.start, identity)
            if state.running:
                code, said = await asyncio.to_thread(engine.run, identity, ["sh", "-c", proxy.SWITCH], variables)
            if code == 0:
                return
            if self.clock() > give_up:
                raise RolloutError(f"The proxy does not take the new containers: {shown_tail(said, self.redaction, 10)}")
            await self.sleep(POLL_SECONDS)


def _listed(identities: Any) -> list[str]:
    return [each for each in str(identities).split(",") if each]
