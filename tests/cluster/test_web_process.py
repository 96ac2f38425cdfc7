"""What users notice when a web process ends although its pod stays: killed by hand, by a plugin, by the kernel."""

import json
import signal
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cluster.load import CLIENTS, load
from tests.cluster.node_processes import processes_of, send
from tests.cluster.rails_stack import HOST, RailsStack, rails_stack
from tests.cluster.waiting import eventually

MASTER, WORKER = "puma ", "puma: cluster worker"
CONNECTED = 20


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


def web_pod(stack: RailsStack) -> dict[str, Any]:
    """The first web pod."""
    selector = f"app.kubernetes.io/instance={stack.name}-web"
    pods = json.loads(stack.kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
    first: dict[str, Any] = min(pods, key=lambda pod: str(pod["metadata"]["name"]))
    return first


def restarted(pod: dict[str, Any], processes: set[int], command: str) -> bool:
    """Whether all of a pod's processes of a kind are others by now."""
    try:
        return not processes & set(processes_of(pod, command))
    except AssertionError:
        return False


def test_ending_process_1_of_a_web_container_fails_no_request(shop: RailsStack) -> None:
    pod = web_pod(shop)
    before = set(processes_of(pod, MASTER))
    with load(shop, at_least=1000) as tally:
        shop.kubectl("exec", pod["metadata"]["name"], "--", "sh", "-c", "kill 1")
        eventually(lambda: restarted(pod, before, MASTER), "Puma is started again")
        time.sleep(10)
    print(f"TERM to process 1: {tally}")
    assert not tally.failures, f"users saw errors when the web process was ended: {tally}"


@pytest.mark.parametrize("command", [MASTER, WORKER], ids=["master", "workers"])
def test_ending_puma_fails_no_request(shop: RailsStack, command: str) -> None:
    pod = web_pod(shop)
    before = set(processes_of(pod, command))
    with load(shop, at_least=1000) as tally:
        send(signal.SIGTERM, pod, command)
        eventually(lambda: restarted(pod, before, command), "Puma is started again")
        time.sleep(10)
    print(f"TERM to {command}: {tally}")
    assert not tally.failures, f"users saw errors when Puma was ended: {tally}"


def test_ending_puma_answers_those_who_have_connected_and_not_asked_yet(shop: RailsStack) -> None:
    pod = web_pod(shop)
    before = set(processes_of(pod, MASTER))
    url = urlsplit(shop.outputs()["url"])
    connections = [HTTPConnection(str(url.hostname), url.port, timeout=60) for _ in range(CONNECTED)]
    for connection in connections:
        connection.connect()
    send(signal.SIGTERM, pod, MASTER)
    eventually(lambda: restarted(pod, before, MASTER), "Puma is started again")
    answers = Counter(asked(connection) for connection in connections)
    assert answers == {"200": CONNECTED}, "users who had just connected when Puma was ended saw errors"


def asked(connection: HTTPConnection) -> str:
    """The status of an answer, or what went wrong."""
    try:
        connection.request("GET", "/up", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
        return str(connection.getresponse().status)
    except OSError as error:
        return type(error).__name__
    finally:
        connection.close()


@pytest.mark.parametrize("command", [MASTER, WORKER], ids=["master", "workers"])
def test_killing_puma_fails_only_requests_in_progress(shop: RailsStack, command: str) -> None:
    """Nothing in front of a Service sends a request again; an ingress controller does."""
    pod = web_pod(shop)
    before = set(processes_of(pod, command))
    with load(shop, at_least=1000) as tally:
        time.sleep(1)
        send(signal.SIGKILL, pod, command)
        eventually(lambda: restarted(pod, before, command), "Puma is started again")
        time.sleep(10)
    print(f"KILL to {command}: {tally}")
    assert len(tally.failures) <= CLIENTS, f"more requests failed than can have been in progress: {tally}"
    assert not any("Refused" in failure for failure in tally.failures), f"connections were refused: {tally}"


def test_the_container_was_not_restarted_for_it(shop: RailsStack) -> None:
    (status,) = web_pod(shop)["status"]["containerStatuses"]
    assert status["restartCount"] == 0, "a restarted container refuses connections for a while"


def test_a_server_that_cannot_start_still_ends_its_container(shop: RailsStack) -> None:
    """Otherwise its pod would show no error and the release would hang."""
    script = "ruby --disable-gems /railbed/puma_socket.rb 3999 sh -c 'exit 3'; echo ended with $?"
    answer = shop.kubectl("exec", web_pod(shop)["metadata"]["name"], "--", "sh", "-c", script)
    assert "ended with 3" in answer


REQUEST = """
require "socket"
ARGV.each do |address|
  socket = TCPSocket.new(address, 3000)
  socket.write("GET /up HTTP/1.0\\r\\nHost: demo.example.com\\r\\nX-Forwarded-Proto: https\\r\\n\\r\\n")
  puts socket.gets.split[1]
end
"""
# As on a kernel without IPv6.
WITHOUT_IPV6 = "class Addrinfo; prepend(Module.new { def listen(*) = ipv6? ? raise(Errno::EAFNOSUPPORT) : super }); end"


def check_both_addresses(stack: RailsStack) -> None:
    """Ask a web pod by IPv4 and by IPv6."""
    pod = stack.web_pods()[0]
    if not stack.kubectl("exec", pod, "--", "sh", "-c", "cat /proc/net/if_inet6 || true"):
        pytest.skip("not run: the node has no IPv6")
    answer = stack.kubectl("exec", pod, "--", "ruby", "-e", REQUEST, "127.0.0.1", "::1")
    assert answer.split() == ["200", "200"], "pods of a cluster with IPv6 cannot be reached"


def test_web_answers_on_ipv4_and_ipv6(shop: RailsStack) -> None:
    check_both_addresses(shop)


def test_web_starts_where_ipv6_is_off(shop: RailsStack) -> None:
    puma = (
        "ruby --disable-gems -rsocket -r/tmp/without.rb /railbed/puma_socket.rb 3999 sh -c 'echo \"$@ $LISTEN_FDS\"; exit 3' sh"
    )
    script = f"echo '{WITHOUT_IPV6}' > /tmp/without.rb; {puma} -b tcp://0.0.0.0:3999; echo ended with $?"
    answer = shop.kubectl("exec", web_pod(shop)["metadata"]["name"], "--", "sh", "-c", script)
    assert answer.split("\n")[:2] == ["-b tcp://0.0.0.0:3999 1", "ended with 3"], "the pod would never start"
