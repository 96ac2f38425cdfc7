"""Application servers that answer by IPv4, and by IPv6 where the kernel has it."""

from railbed.description.app import AppWeb
from railbed.description.commands import server_command
from railbed.enums import Server

RUBY = ("ruby", "--disable-gems", "-e")

# Opens the port and lends it to Puma or Unicorn the way systemd does. One socket for IPv4 and one for IPv6: with a common one
# Rails would see IPv4 clients as ::ffff:192.0.2.7, which no list of trusted proxies has.
LEND_SOCKETS = """
require "socket"
port, *command = ARGV
sockets = %w[0.0.0.0 ::].map do |address|
  Addrinfo.tcp(address, port).listen(1024)
rescue Errno::EAFNOSUPPORT, Errno::EADDRNOTAVAIL, SocketError
  raise if address == "0.0.0.0"
end.compact
ipv4 = "tcp://0.0.0.0:#{port}"
bound = sockets.size > 1 ? [ipv4, "-b", "tcp://[::]:#{port}"] : [ipv4]
command = command.flat_map { |word| word == ipv4 ? bound : [word] }
ENV.update("LISTEN_FDS" => sockets.size.to_s, "LISTEN_PID" => Process.pid.to_s)
exec(*command, sockets.each_with_index.to_h { |socket, index| [3 + index, socket] })
"""

# Passenger opens one socket itself, and tells Rails no address of its own.
CHOOSE_ADDRESS = """
require "socket"
both = begin
  TCPServer.open("::", 0) { |server| server.getsockopt(:IPV6, :V6ONLY).int.zero? }
rescue SystemCallError, SocketError
  false
end
exec(*ARGV.map { |word| word == "0.0.0.0" && both ? "::" : word })
"""


def listening_command(web: AppWeb) -> list[str] | None:
    """The command of the application server; None runs the image's own CMD."""
    command = server_command(web) or []
    match web.server:
        case Server.PUMA | Server.UNICORN:
            return [*RUBY, LEND_SOCKETS, str(web.port), *command]
        case Server.PASSENGER:
            return [*RUBY, CHOOSE_ADDRESS, *command]
        case Server.IMAGE:
            return None
