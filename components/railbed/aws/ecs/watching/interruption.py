"""Lets a signal that would end the program cancel every run that is in progress first, so that none goes on unwatched."""

import asyncio
import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(eq=False)
class _Listener:
    loop: asyncio.AbstractEventLoop
    task: "asyncio.Task[Any]"
    asked: bool = False
    cancelled: bool = False
    left: bool = False

    def cancel(self) -> None:
        """Cancel the task, once. From a signal's handler, and from any thread."""
        if not self.asked:
            self.asked = True
            with contextlib.suppress(RuntimeError):  # (its loop is closed: nothing of it runs any more)
                self.loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if not self.left:
            self.cancelled = True
            self.task.cancel()


class SignalHandler:
    """One handler of the process, in place while anything listens; then the handlers before it are back.

    A handler of each run would not do: runs end in any order, and the last to end would put back the handler of another one
    that has ended, which takes the signals of the rest of the program for itself.
    """

    def __init__(self) -> None:
        # Reentrant: a signal may come to the main thread while that has it.
        self._lock = threading.RLock()
        self._listeners: list[_Listener] = []
        self._earlier: dict[int, Any] = {}
        self._received: list[int] = []

    @contextlib.contextmanager
    def cancelling(self) -> Iterator[None]:
        """While inside, a signal cancels the current task.

        The signal takes its usual way once the last listener has left.
        """
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("there is no task that a signal could cancel")
        listener = _Listener(asyncio.get_running_loop(), task)
        with self._lock:
            self._listeners.append(listener)
            self._install()
            if self._received:  # the program is about to end: nothing new may begin
                listener.cancel()
        try:
            yield
        finally:
            listener.left = True
            if listener.cancelled:
                task.uncancel()  # (the signal may cancel it in its own way, as in asyncio.run)
            self._leave(listener)

    def _install(self) -> None:
        # Not by the loop: what it has not come to when the task ends would be lost. An engine that is killed hangs up, which
        # cancels the task, while the signal is still on its way: the program would wait for that engine for ever.
        if threading.current_thread() is not threading.main_thread():
            return  # only the main one may; without it, the next `up` finds the task
        for number in SIGNALS:
            # What ignores a signal, or has a handler that Python does not know, stays as it is.
            if number not in self._earlier and signal.getsignal(number) not in (signal.SIG_IGN, None):
                self._earlier[number] = signal.signal(number, self._handle)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._received.append(number)
        for listener in list(self._listeners):
            listener.cancel()
        if not self._listeners:  # the last one left in another thread, which cannot put the handlers back
            self._give_back()

    def _leave(self, listener: _Listener) -> None:
        with self._lock:
            self._listeners.remove(listener)
            last = not self._listeners
        if last and threading.current_thread() is threading.main_thread():
            self._give_back()
        elif last and self._received:
            signal.raise_signal(self._received[0])

    def _give_back(self) -> None:
        """Put the earlier handlers back, and let them have the signal that came. In the main thread only."""
        with self._lock:
            if self._listeners:
                return  # (one came in another thread)
            while self._earlier:
                number, handler = next(iter(self._earlier.items()))
                if signal.getsignal(number) == self._handle:
                    signal.signal(number, handler)
                # Only now: a signal that comes before this comes here too, and must not find its own handler in place.
                self._earlier.pop(number, None)
            received, self._received = self._received, []
        if received:
            signal.raise_signal(received[0])


_HANDLER = SignalHandler()


def cancelled_by_signals() -> contextlib.AbstractContextManager[None]:
    """While inside, let a signal that would end the program cancel the current task first."""
    return _HANDLER.cancelling()
