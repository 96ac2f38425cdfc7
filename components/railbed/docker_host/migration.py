"""Runs the container of a migration to its end while Pulumi waits, shows the end of its log, and fails when it failed."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pulumi

from railbed.docker_host.engine import ContainerState, DockerEngine, Engine, EngineError, now, without
from railbed.docker_host.names import Labels
from railbed.watching.diagnostics import tell
from railbed.watching.interruption import cancelled_by_signals
from railbed.watching.log_text import Redaction, shown_tail

POLL_SECONDS = 1.0
STOP_SECONDS = 30
SHOWN_LINES_OF_SUCCESS = 30
SHOWN_LINES_OF_FAILURE = 100


class MigrationError(Exception):
    """The migration did not succeed; the text says why, without secrets."""


@dataclass
class MigrationRunner:
    """A resource hook that runs a container that exists before a record of the run is made, and fails with it.

    When the migration fails nothing is recorded, so that the next `pulumi up` runs it again.
    """

    component: pulumi.Resource
    engine: Engine
    labels: Labels
    """Of this migration's containers."""
    deadline_seconds: int
    redaction: Redaction
    earlier: Sequence[Labels] = field(default_factory=list)
    """Of containers that must have ended first, apart from those of this release."""

    async def run(self, args: pulumi.ResourceHookArgs) -> None:
        """Run the migration. Raises `MigrationError` unless it ends with exit code 0, and `EngineError`."""
        keepers: Mapping[str, Any] = (args.new_inputs or {})["keepers"]
        identity = str(keepers["container"])
        engine = await self.engine.connect()
        await self._wait_for_earlier(engine, identity)
        await self._stop_release_before(engine, str(keepers.get("after", "")).split(","))
        begun = await self._start(engine, identity)
        with cancelled_by_signals():
            try:
                state, overdue = await self._until_ended(engine, identity, begun)
            except asyncio.CancelledError:  # nobody watches it any more
                engine.stop(identity, STOP_SECONDS)
                raise
        await self._report(engine, state, overdue, begun)

    async def _wait_for_earlier(self, engine: DockerEngine, identity: str) -> None:
        """Wait for containers of an interrupted run: two migrations must never run at a time."""
        give_up = time.monotonic() + self.deadline_seconds
        told = False
        while True:
            found = without(await asyncio.to_thread(engine.containers, self.labels), [identity])
            running = [each for each in found if each.running]
            if not running:
                return
            if not told:
                pulumi.log.info(
                    f"An interrupted run left {running[0].name} migrating: waiting for it to finish.", self.component
                )
                told = True
            if time.monotonic() > give_up:
                for each in running:
                    pulumi.log.warn(f"Stopping {each.name}, which an interrupted run left: it does not end.", self.component)
                    await asyncio.to_thread(engine.stop, each.identity, STOP_SECONDS)
            await asyncio.sleep(POLL_SECONDS)

    async def _stop_release_before(self, engine: DockerEngine, of_release: Sequence[str]) -> None:
        """Stop what still works with the code of the release before, in the time that it has for that."""
        for labels in self.earlier:
            found = without(await asyncio.to_thread(engine.containers, labels), of_release)
            await asyncio.gather(*(asyncio.to_thread(engine.stop, each.identity) for each in found if each.running))

    async def _start(self, engine: DockerEngine, identity: str) -> datetime:
        """Start it, unless an interrupted run of the same release has; when its log begins."""
        state = await asyncio.to_thread(engine.state, identity)
        if state is None:
            raise MigrationError(
                f"The container of the migration, {identity[:12]}, is gone: run `pulumi refresh`, then `pulumi up` again"
            )
        begun = now()
        if state.running:
            pulumi.log.info(f"An interrupted run left {state.name} migrating: waiting for it to finish.", self.component)
            return begun
        try:
            await asyncio.to_thread(engine.start, identity)
        except EngineError as error:
            raise MigrationError(f"The migration did not start: {self.redaction(str(error))}") from None
        return begun

    async def _until_ended(self, engine: DockerEngine, identity: str, begun: datetime) -> tuple[ContainerState | None, bool]:
        """The container once it has ended, and whether it had to be stopped at its deadline."""
        give_up = time.monotonic() + self.deadline_seconds
        shown = ""
        while True:
            state = await asyncio.to_thread(engine.state, identity)
            if state is None or not state.running:
                return state, False
            if time.monotonic() > give_up:
                await asyncio.to_thread(engine.stop, identity, STOP_SECONDS)
                return await asyncio.to_thread(engine.state, identity), True
            last = await self._end_of_log(engine, identity, 1, begun)
            if last and last != shown:
                pulumi.log.info(last, self.component, ephemeral=True)
                shown = last
            await asyncio.sleep(POLL_SECONDS)

    async def _report(self, engine: DockerEngine, state: ContainerState | None, overdue: bool, begun: datetime) -> None:
        if state is None:
            raise MigrationError("The container of the migration was removed while it ran: run `pulumi up` again")
        if state.exit_code == 0 and not overdue:
            if log := await self._end_of_log(engine, state.identity, SHOWN_LINES_OF_SUCCESS, begun):
                await tell(pulumi.log.info, f"The end of the log of {state.name}:\n{log}", self.component)
            return
        log = await self._end_of_log(engine, state.identity, SHOWN_LINES_OF_FAILURE, begun)
        reason = f"it took longer than migration.deadline_seconds ({self.deadline_seconds})" if overdue else state.end()
        end = f"\nThe end of the log of {state.name}:\n{log}" if log else ""
        raise MigrationError(f"The migration failed: {self.redaction(reason)}. Nothing after it has been changed.{end}")

    async def _end_of_log(self, engine: DockerEngine, identity: str, lines: int, begun: datetime) -> str:
        found = await asyncio.to_thread(engine.log, identity, lines, begun)
        return shown_tail(found, self.redaction, lines)
