"""The proxy in front of the web containers: Caddy, which is told of new ones once they are healthy."""

from collections.abc import Sequence

CONFIGURATION = "/config/Caddyfile"
PORT = 8080
"""On which it listens in its container."""
STOP_SECONDS = 15

# The file is in a volume: after a restart of the machine the proxy goes on with what it was told last.
START = f"""
set -eu
caddy adapt --adapter caddyfile --config {CONFIGURATION} > /dev/null 2>&1 ||
  printf %s "$RAILBED_CONFIGURATION" > {CONFIGURATION}
exec caddy run --adapter caddyfile --config {CONFIGURATION}
"""

# Written aside and moved: a proxy that starts meanwhile reads the whole of one or the other.
SWITCH = f"""
set -eu
printf %s "$RAILBED_CONFIGURATION" > {CONFIGURATION}.new
caddy reload --adapter caddyfile --config {CONFIGURATION}.new
mv {CONFIGURATION}.new {CONFIGURATION}
"""

_GLOBAL = "{\n\tauto_https off\n}\n"

FIRST_CONFIGURATION = f'{_GLOBAL}http://:{PORT} {{\n\trespond "The application has not started yet." 503\n}}\n'
"""Until the first release."""

ENVIRONMENT = {
    "RAILBED_CONFIGURATION": FIRST_CONFIGURATION,
    "XDG_CONFIG_HOME": "/config",
    "XDG_DATA_HOME": "/data",
}
"""Variables of the container; Caddy writes below these folders."""


def configuration(names: Sequence[str], port: int) -> str:
    """Requests go to containers of these names.

    A container that refuses a connection is left out for a while, and the request goes to another. Silent connections are
    closed before any application server closes them, which would lose a request.
    """
    upstreams = " ".join(f"{name}:{port}" for name in names)
    return f"""{_GLOBAL}http://:{PORT} {{
	reverse_proxy {upstreams} {{
		lb_policy least_conn
		lb_try_duration 10s
		fail_duration 5s
		transport http {{
			dial_timeout 2s
			keepalive 10s
		}}
	}}
}}
"""
