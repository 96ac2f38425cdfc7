"""One handler of signals for all runs: nested, interleaved, in threads, and with a real signal."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from railbed.aws.ecs.watching.interruption import SignalHandler

PROGRAM = """
import asyncio, os, signal, sys
from railbed.aws.ecs.watching.interruption import cancelled_by_signals

async def run(name, seconds):
    with cancelled_by_signals():
        try:
            print("runs", name, flush=True)
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
            print("stopped", name, flush=True)
            raise

async def main():
    order = [run("short", 0.2), run("long", 60)]
    await asyncio.gather(*(order if sys.argv[1] == "first" else reversed(order)), return_exceptions=True)

asyncio.run(main())
print("went on", flush=True)
"""


@pytest.fixture
def received() -> Iterator[list[int]]:
    """Signals that come to the handler that the program had before."""
    found: list[int] = []
    before = {number: signal.signal(number, lambda got, _: found.append(got)) for number in (signal.SIGINT, signal.SIGTERM)}
    yield found
    for number, handler in before.items():
        signal.signal(number, handler)


def handlers() -> list[Any]:
    return [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]


async def until(event: asyncio.Event, handler: SignalHandler) -> str:
    with handler.cancelling():
        try:
            await event.wait()
        except asyncio.CancelledError:
            return "cancelled"
    return "done"


@pytest.mark.parametrize("first_to_end", [0, 1])
def test_runs_that_end_in_any_order_give_the_handlers_back(received: list[int], first_to_end: int) -> None:
    before, handler = handlers(), SignalHandler()

    async def interleaved() -> None:
        events = [asyncio.Event(), asyncio.Event()]
        runs = [asyncio.create_task(until(event, handler)) for event in events]
        await asyncio.sleep(0)
        for number in (first_to_end, 1 - first_to_end):
            assert handlers() != before
            events[number].set()
            assert await runs[number] == "done"

    asyncio.run(interleaved())
    assert handlers() == before, "Ctrl-C would do nothing for the rest of the program"
    signal.raise_signal(signal.SIGTERM)
    assert received == [signal.SIGTERM]


def test_runs_within_one_another_give_the_handlers_back(received: list[int]) -> None:
    before, handler = handlers(), SignalHandler()

    async def nested() -> None:
        with handler.cancelling():
            with handler.cancelling():
                pass
            assert handlers() != before, "the outer one would not be cancelled any more"

    asyncio.run(nested())
    assert handlers() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_every_run_and_then_takes_its_way(received: list[int], number: signal.Signals) -> None:
    handler = SignalHandler()

    async def both() -> list[str]:
        runs = [asyncio.create_task(until(asyncio.Event(), handler)) for _ in range(2)]
        await asyncio.sleep(0)
        os.kill(os.getpid(), number)
        ended = await asyncio.gather(*runs)
        assert received == [number], "it came before every run had stopped its task, or not at all"
        return ended

    assert asyncio.run(both()) == ["cancelled", "cancelled"]


def test_a_run_that_begins_while_others_are_being_cancelled_is_cancelled_too(received: list[int]) -> None:
    handler = SignalHandler()

    async def late() -> str:
        async def slow() -> None:
            with handler.cancelling():
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    await asyncio.sleep(0.1)

        first = asyncio.create_task(slow())
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        second = await until(asyncio.Event(), handler)
        await first
        return second

    assert asyncio.run(asyncio.wait_for(late(), 10)) == "cancelled"
    assert received == [signal.SIGTERM]


def test_a_signal_after_all_runs_does_not_reach_them(received: list[int]) -> None:
    handler = SignalHandler()

    async def twice() -> str:
        done = asyncio.Event()
        done.set()
        first = await until(done, handler)
        signal.raise_signal(signal.SIGINT)
        return f"{first}, {await until(done, handler)}"

    assert asyncio.run(twice()) == "done, done"
    assert received == [signal.SIGINT]


def test_ignored_signals_stay_ignored(received: list[int]) -> None:
    handler = SignalHandler()
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def ignoring() -> None:
        with handler.cancelling():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN, "nohup would be undone"

    asyncio.run(ignoring())


def test_a_handler_that_the_program_has_set_meanwhile_stays(received: list[int]) -> None:
    handler = SignalHandler()

    async def setting() -> None:
        with handler.cancelling():
            signal.signal(signal.SIGTERM, signal.SIG_IGN)

    asyncio.run(setting())
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_runs_in_other_threads_are_cancelled_and_leave_no_deaf_handler(received: list[int]) -> None:
    handler, ended = SignalHandler(), list[str]()
    entered, release = threading.Event(), threading.Event()

    async def elsewhere() -> None:
        with handler.cancelling():
            entered.set()
            try:
                await asyncio.to_thread(release.wait, 30)
            except asyncio.CancelledError:
                ended.append("cancelled")

    async def here() -> None:
        thread = threading.Thread(target=lambda: asyncio.run(elsewhere()))
        with handler.cancelling():
            thread.start()
            await asyncio.to_thread(entered.wait, 30)
        # This one has left first; the handler is still there for the other.
        os.kill(os.getpid(), signal.SIGTERM)
        release.set()
        await asyncio.to_thread(thread.join, 30)

    asyncio.run(here())
    assert ended == ["cancelled"]
    assert received == [signal.SIGTERM]
    os.kill(os.getpid(), signal.SIGINT)
    assert received == [signal.SIGTERM, signal.SIGINT], "signals after the last run get lost"


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, -signal.SIGTERM)])
def test_a_real_signal_ends_a_program_with_two_runs(order: str, number: signal.Signals, code: int) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, order], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout
    assert {program.stdout.readline(), program.stdout.readline()} == {"runs short\n", "runs long\n"}
    with pytest.raises(subprocess.TimeoutExpired):  # until the short one has ended, and taken its handler with it
        program.wait(1)
    program.send_signal(number)
    said, _ = program.communicate(timeout=20)
    assert said == "stopped long\n", "the migration would go on without anybody watching, or the program after it"
    assert program.returncode == code
