"""Health checks that Docker runs in a container, with what every image of a Rails application has: Ruby and a shell."""

from typing import Any

from railbed.description.app import AppWeb
from railbed.description.health_checks import (
    HEARTBEAT_FAILURES,
    HEARTBEAT_INTERVAL_SECONDS,
    HEARTBEAT_TIMEOUT_SECONDS,
    IS_ALIVE,
    READY_FAILURES,
    READY_INTERVAL_SECONDS,
    TIMEOUT_SECONDS,
    health_headers,
)

WORKER_INTERVAL_SECONDS = 10
"""More often than on Kubernetes: engines before 25.0 check at one interval, also while a container starts."""

# What the kubelet takes for an answer, Docker takes too: any status from 200 to 399.
ASK = """
require "socket"
port, path, *headers = ARGV
Socket.tcp("127.0.0.1", port, connect_timeout: 4) do |socket|
  socket.write("GET #{path} HTTP/1.1\\r\\n#{headers.join("\\r\\n")}\\r\\nConnection: close\\r\\n\\r\\n")
  exit (200...400).cover?(socket.gets.to_s[%r{\\AHTTP/1\\.\\d (\\d{3})}, 1].to_i)
end
"""


def web_check(web: AppWeb) -> dict[str, Any]:
    """Asks the server for its health page, with headers that pass Rails' host authorization and force_ssl."""
    headers = [f"{name}: {value}" for name, value in health_headers(web).items()]
    return {
        "tests": ["CMD", "ruby", "--disable-gems", "-e", ASK, str(web.port), web.health_path, *headers],
        "interval": f"{READY_INTERVAL_SECONDS}s",
        "timeout": f"{TIMEOUT_SECONDS}s",
        "retries": READY_FAILURES,
        "start_period": f"{web.startup_seconds}s",
    }


def worker_check(startup_seconds: int) -> dict[str, Any]:
    """Looks whether Sidekiq's heartbeat is fresh."""
    return {
        "tests": ["CMD", *IS_ALIVE],
        "interval": f"{WORKER_INTERVAL_SECONDS}s",
        "timeout": f"{HEARTBEAT_TIMEOUT_SECONDS}s",
        "retries": HEARTBEAT_INTERVAL_SECONDS * HEARTBEAT_FAILURES // WORKER_INTERVAL_SECONDS,
        "start_period": f"{startup_seconds}s",
    }
