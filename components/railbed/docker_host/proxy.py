"""The proxy in front of the web containers: Caddy, which is told of new ones once they are healthy."""

from collections.abc import Sequence

CONFIGURATION = "/config/Caddyfile"
PORT, TLS_PORT = 8080, 8443
"""On which it listens in its container."""
HTTP_OUTSIDE, HTTPS_OUTSIDE = 80, 443
"""The machine's ports that lead there with TLS: those that certificate authorities ask, and that users enter no number for."""
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

# https://caddyserver.com/docs/caddyfile/options. The ports are those inside; HTTP/3 would need one of UDP; and the root file
# system, where the authority of internal certificates would be trusted, is read-only.
_GLOBAL_OF_TLS = f"""{{
	http_port {PORT}
	https_port {TLS_PORT}
	skip_install_trust
	servers {{
		protocols h1 h2
	}}
}}
"""

FIRST_CONFIGURATION = f'{_GLOBAL}http://:{PORT} {{\n\trespond "The application has not started yet." 503\n}}\n'
"""Until the first release."""

ENVIRONMENT = {
    "RAILBED_CONFIGURATION": FIRST_CONFIGURATION,
    "XDG_CONFIG_HOME": "/config",
    "XDG_DATA_HOME": "/data",
}
"""Variables of the container; Caddy writes below these folders."""


def configuration(names: Sequence[str], port: int, hosts: Sequence[str] = ()) -> str:
    """Requests go to containers of these names. With hosts, only those for them do, by HTTPS, and Caddy gets certificates.

    A container that refuses a connection is left out for a while, and the request goes to another. Silent connections are
    closed before any application server closes them, which would lose a request.
    """
    upstreams = " ".join(f"{name}:{port}" for name in names)
    options, sites = (_GLOBAL_OF_TLS, ", ".join(hosts)) if hosts else (_GLOBAL, f"http://:{PORT}")
    return f"""{options}{sites} {{
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
