"""Health checks that Docker runs in a container, with what every image of a Rails application has: Ruby and a shell."""

from typing import Any

from railbed.description.app import AppWeb
from railbed.description.health_checks import (
    HEARTBEAT_FAILURES,
    HEARTBEAT_INTERVAL_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    READY_FAILURES,
    READY_INTERVAL_SECONDS,
    TIMEOUT_SECONDS,
    ask_by_http,
    health_headers,
)
from railbed.description.workers import Check

WORKER_INTERVAL_SECONDS = 10
"""More often than on Kubernetes: engines before 25.0 check at one interval, also while a container starts."""


def web_check(web: AppWeb) -> dict[str, Any]:
    """Asks the server for its health page, with headers that pass Rails' host authorization and force_ssl."""
    headers = [f"{name}: {value}" for name, value in health_headers(web).items()]
    return {
        "tests": ["CMD", *ask_by_http(web.port, web.health_path, *headers)],
        "interval": f"{READY_INTERVAL_SECONDS}s",
        "timeout": f"{TIMEOUT_SECONDS}s",
        "retries": READY_FAILURES,
        "start_period": f"{web.startup_seconds}s",
    }


def worker_check(check: Check, startup_seconds: int) -> dict[str, Any]:
    """Asks workers for their health."""
    return {
        "tests": ["CMD", *check.command],
        "interval": f"{WORKER_INTERVAL_SECONDS}s",
        "timeout": f"{HEARTBEAT_TIMEOUT_SECONDS}s",
        "retries": HEARTBEAT_INTERVAL_SECONDS * HEARTBEAT_FAILURES // WORKER_INTERVAL_SECONDS,
        "start_period": f"{startup_seconds}s",
    }
