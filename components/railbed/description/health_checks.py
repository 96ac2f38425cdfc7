"""How a container's health is checked where railbed runs it: how often, and with which request or command."""

from railbed.description.app import AppWeb

TIMEOUT_SECONDS = 5
START_INTERVAL_SECONDS = 2
"""Between checks until the first one succeeds."""
READY_INTERVAL_SECONDS, READY_FAILURES = 5, 2
"""Between checks afterwards, and how many in a row decide."""
STORE_INTERVAL_SECONDS, STORE_START_SECONDS = 15, 300
"""Seldom, as each starts a process in the store's container; and the time in which it must have started."""

HEARTBEAT_FILE = "/tmp/railbed-heartbeat"
"""What a running Sidekiq touches, see sidekiq_heartbeat.rb."""
HEARTBEAT_INTERVAL_SECONDS, HEARTBEAT_FAILURES, HEARTBEAT_TIMEOUT_SECONDS = 30, 2, 10
HAS_STARTED = ["test", "-f", HEARTBEAT_FILE]
IS_ALIVE = ["sh", "-c", f'test -n "$(find {HEARTBEAT_FILE} -mmin -2)"']
"""It is younger than two minutes."""


# What the kubelet takes for an answer, others take too: any status from 200 to 399.
ASK = """
require "socket"
port, path, *headers = ARGV
Socket.tcp("127.0.0.1", port, connect_timeout: 4) do |socket|
  socket.write("GET #{path} HTTP/1.1\\r\\n#{headers.join("\\r\\n")}\\r\\nConnection: close\\r\\n\\r\\n")
  exit (200...400).cover?(socket.gets.to_s[%r{\\AHTTP/1\\.\\d (\\d{3})}, 1].to_i)
end
"""


def ask_by_http(port: int, path: str, *headers: str) -> list[str]:
    """A command that succeeds if a server in the same container answers, with what every image of Rails has: Ruby."""
    return ["ruby", "--disable-gems", "-e", ASK, str(port), path, *(headers or ("Host: localhost",))]


def start_failures(startup_seconds: int) -> int:
    """Checks that may fail while a container starts."""
    return -(-startup_seconds // START_INTERVAL_SECONDS)


def health_headers(web: AppWeb) -> dict[str, str]:
    """Headers with which a health check passes Rails' host authorization (Host) and force_ssl (X-Forwarded-Proto)."""
    return {"Host": web.hosts[0] if web.hosts else "localhost", "X-Forwarded-Proto": "https"}
