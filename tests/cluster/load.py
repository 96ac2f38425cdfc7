"""Requests to the application for as long as something is done to it, each of them counted."""

import http.client
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox import cluster
from tests.cluster.rails_stack import HOST, RailsStack

PATHS = [*["/slow?seconds=0"] * 8, "/slow?seconds=0.5", "/"]
"""Most requests are quick, some are still in progress when something happens, some write to the database."""

HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
TIMEOUT_SECONDS = 30
PAUSE_SECONDS = 0.02
MOST_FAILURES = 200
CLIENTS = 8


@dataclass
class Tally:
    """What the clients met with."""

    statuses: Counter[int] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    last_seen: dict[str, float] = field(default_factory=dict)
    """When each version answered last."""
    failures: list[str] = field(default_factory=list)
    """Every request that a user would have seen fail."""
    reconnected: int = 0
    """Requests that met a kept connection which the server had closed meanwhile: clients send them again by themselves."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        """Requests that got an answer or failed."""
        return sum(self.statuses.values()) + sum(1 for failure in self.failures if not failure.startswith("HTTP"))

    def note_answer(self, path: str, status: int, body: str) -> None:
        with self.lock:
            self.statuses[status] += 1
            if status != 200:
                self.failures.append(f"HTTP {status} from {path}: {body[:200]}")
            elif path.startswith("/slow"):
                self.versions[body.strip()] += 1
                self.last_seen[body.strip()] = time.monotonic()

    def note_failure(self, client: str, path: str, error: Exception) -> None:
        with self.lock:
            self.failures.append(f"{client} {path}: {type(error).__name__} {error}")

    def __str__(self) -> str:
        failures = "".join(f"\n  {failure}" for failure in self.failures[:10])
        return (
            f"{len(self.failures)} of {self.requests} requests failed, {self.reconnected} sent again on a new connection, "
            f"answers by version {dict(self.versions)}{failures}"
        )


class _Client(threading.Thread):
    """One client; `keeps` says whether it keeps its connection, as a proxy does, or makes one for each request."""

    def __init__(self, address: str, tally: Tally, stop: threading.Event, keeps: bool) -> None:
        super().__init__(daemon=True)
        self._address, self._tally, self._stop_asked, self._keeps = address, tally, stop, keeps
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        for path in itertools.cycle(PATHS):
            if self._stop_asked.wait(PAUSE_SECONDS):
                break
            try:
                self._tally.note_answer(path, *self._ask(path))
            except (OSError, http.client.HTTPException) as error:
                self._close()
                self._tally.note_failure("kept connection" if self._keeps else "new connection", path, error)
        self._close()

    def _ask(self, path: str) -> tuple[int, str]:
        used_before = self._connection is not None
        try:
            return self._ask_once(path)
        except (ConnectionError, http.client.RemoteDisconnected):
            # RFC 9112, 9.3.1: without a byte of an answer, on a connection that was idle, clients repeat a GET by themselves.
            if not used_before:
                raise
            self._close()
            with self._tally.lock:
                self._tally.reconnected += 1
            return self._ask_once(path)

    def _ask_once(self, path: str) -> tuple[int, str]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=TIMEOUT_SECONDS)
        self._connection.request("GET", path, headers=HEADERS if self._keeps else {**HEADERS, "Connection": "close"})
        response = self._connection.getresponse()
        body = response.read().decode(errors="replace")
        if not self._keeps or response.will_close:
            self._close()
        return response.status, body

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def load(
    stack: RailsStack, at_least: int = 0, at_most: int = 60_000, most_seconds: float = 600, clients: int = CLIENTS
) -> Iterator[Tally]:
    """Requests while the context is open and until there were `at_least`; half of the clients keep their connections."""
    address = urlsplit(stack.outputs()["url"]).netloc
    assert address.split(":")[0] in (cluster.NODE_ADDRESS, "localhost"), f"load is for the sandbox only, not for {address}"
    tally, stop = Tally(), threading.Event()
    threads = [_Client(address, tally, stop, keeps=number % 2 == 0) for number in range(clients)]
    deadline = time.monotonic() + most_seconds

    def may_go_on() -> bool:
        return tally.requests < at_most and len(tally.failures) < MOST_FAILURES and time.monotonic() < deadline

    def watch() -> None:
        while may_go_on() and not stop.wait(0.5):
            pass
        stop.set()

    watchdog = threading.Thread(target=watch, daemon=True)
    for thread in (*threads, watchdog):
        thread.start()
    try:
        yield tally
        while tally.requests < at_least and not stop.is_set():
            time.sleep(0.1)
    finally:
        stop.set()
        for thread in (*threads, watchdog):
            thread.join(TIMEOUT_SECONDS * 2)
    assert all(not thread.is_alive() for thread in threads), "a client hangs"
