"""Asks the application's page as the load balancer would."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from sandbox.progress import StepFailed

ANSWER_SECONDS = 30
JOB_SECONDS = 120
PAUSE_SECONDS = 0.2

_direct = build_opener(ProxyHandler({}))


@dataclass
class Watch:
    """Requests that were made while something else happened."""

    asked: int = 0
    failures: list[str] = field(default_factory=list)


class Page:
    """The application, under the address that the stack tells."""

    def __init__(self, address: str, host: str) -> None:
        self._address = address if "://" in address else f"http://{address}"
        # TLS ends at a cloud's load balancer, which tells the application so.
        self._headers = {"Host": host, "X-Forwarded-Proto": "https", "User-Agent": "rehearsal/1"}

    def check(self, version: str) -> str:
        """Visit the page, which leaves a row in PostgreSQL and a job for Sidekiq; tells what it showed.

        Raises `StepFailed` unless it is of this version and the job is run.
        """
        self._get("/")
        deadline = time.monotonic() + JOB_SECONDS
        while True:
            status: Any = json.loads(self._get("/status.json"))
            jobs = status["jobs"]
            if status["version"] != version:
                raise StepFailed(f"The page is of version {status['version']} instead of {version}.")
            if jobs["enqueued"] == jobs["done"] and status["visits"]:
                return (
                    f"version {version}, PostgreSQL {status['database_version'].split()[0]}, {status['visits']} visits, "
                    f"{jobs['done']} jobs run"
                )
            if time.monotonic() > deadline:
                raise StepFailed(f"Of {jobs['enqueued']} jobs only {jobs['done']} were run.")
            time.sleep(0.5)

    @contextmanager
    def watched(self) -> Iterator[Watch]:
        """Ask for the page again and again while the context is open."""
        watch, ended = Watch(), threading.Event()

        def ask() -> None:
            while not ended.wait(PAUSE_SECONDS):
                watch.asked += 1
                try:
                    self._get("/?watch=1")
                except StepFailed as failure:
                    watch.failures.append(failure.what)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        try:
            yield watch
        finally:
            ended.set()
            asking.join()

    def _get(self, path: str) -> str:
        try:
            with _direct.open(Request(self._address + path, headers=self._headers), timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                text: str = answer.read().decode()
                if answer.status == HTTPStatus.OK:
                    return text
                raise StepFailed(f"{self._address}{path} answers {answer.status}.")
        except (URLError, OSError) as error:
            raise StepFailed(f"{self._address}{path} does not answer: {error}") from None
