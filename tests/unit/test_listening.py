"""Application servers listen on IPv4 and, where there is IPv6, on that too: each with a socket of its own."""

import socket
import subprocess
from typing import Any

import pytest

from railbed.description.app import AppWeb
from railbed.description.commands import server_command
from railbed.description.listening import CHOOSE_ADDRESS, LEND_SOCKETS, RUBY, listening_command

WITHOUT_IPV6 = """
require "socket"
[Addrinfo.singleton_class, TCPServer.singleton_class].each do |kind|
  kind.prepend(Module.new do
    def tcp(host, *) = host == "::" ? raise(SocketError, "no IPv6") : super
    def open(host, *) = host == "::" ? raise(Errno::EAFNOSUPPORT) : super
  end)
end
"""
SHOW = """
require "socket"
puts ARGV.join(" "), ENV.fetch("LISTEN_PID") == Process.pid.to_s
ENV.fetch("LISTEN_FDS").to_i.times { |index| puts TCPServer.for_fd(3 + index).local_address.inspect_sockaddr }
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def run(*words: str) -> list[str]:
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


def lend(port: int, before: str = "") -> list[str]:
    """What a server is started with."""
    server = ["ruby", "-e", SHOW, "--", "-b", f"tcp://0.0.0.0:{port}"]
    return run(*RUBY, before + LEND_SOCKETS, str(port), *server)


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_a_server_is_lent_a_socket_of_each_kind(port: int) -> None:
    words, own, *addresses = lend(port)
    assert addresses == [f"0.0.0.0:{port}", f"[::]:{port}"], "Rails would not know the address of its clients"
    assert own == "true", "Puma and Unicorn take no sockets that are lent to another process"
    assert words == f"-b tcp://0.0.0.0:{port} -b tcp://[::]:{port}"


def test_where_ipv6_is_off_a_server_is_lent_the_other(port: int) -> None:
    words, _, *addresses = lend(port, WITHOUT_IPV6)
    assert addresses == [f"0.0.0.0:{port}"]
    assert words == f"-b tcp://0.0.0.0:{port}", "Puma would fail to open a socket that cannot be had"


def test_a_port_that_is_taken_is_an_error(port: int) -> None:
    with socket.create_server(("0.0.0.0", port)), pytest.raises(subprocess.CalledProcessError) as raised:
        lend(port)
    assert "EADDRINUSE" in raised.value.stderr, "the log would not say why nothing listens"


@pytest.mark.parametrize(("before", "address"), [("", "::"), (WITHOUT_IPV6, "0.0.0.0")])
def test_passenger_is_told_an_address_that_can_be_had(before: str, address: str) -> None:
    if address == "::" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    assert run(*RUBY, before + CHOOSE_ADDRESS, "echo", "--address", "0.0.0.0") == [f"--address {address}"]


@pytest.mark.parametrize("server", ["puma", "unicorn", "passenger"])
def test_the_servers_command_comes_last(server: Any) -> None:
    web = AppWeb(server=server)
    plain, command = server_command(web) or [], listening_command(web) or []
    assert command[-len(plain) :] == plain
    assert listening_command(AppWeb.model_validate({"server": "image"})) is None


def test_passenger_takes_the_environment_that_is_set() -> None:
    command = server_command(AppWeb.model_validate({"server": "passenger"})) or []
    assert "--environment" not in command, "RAILS_ENV: staging would run as production"
