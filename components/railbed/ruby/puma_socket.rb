# Process 1 of a web container, in front of Puma: it opens the port and lends it to Puma the way systemd does. If Puma ends
# although its pod stays, connections wait for the Puma that is started next, where they would be refused otherwise.
require "socket"

port, *command = ARGV
# One socket for IPv4 and one for IPv6: with a common one Rails would see IPv4 clients as ::ffff:192.0.2.7, which no list of
# trusted proxies has.
sockets = %w[0.0.0.0 ::].map do |address|
  Addrinfo.tcp(address, port).listen(1024)
rescue Errno::EAFNOSUPPORT, Errno::EADDRNOTAVAIL, SocketError
  raise if address == "0.0.0.0" # IPv6 can be off
end.compact
sockets.each do |socket|
  # Puma gets a connection with its request: what it has accepted without one it closes unanswered when it ends.
  socket.setsockopt(:TCP, :DEFER_ACCEPT, 1) if Socket.const_defined?(:TCP_DEFER_ACCEPT)
end
command.push("-b", "tcp://[::]:#{port}") if sockets.size > 1
lent = sockets.each_with_index.to_h { |socket, index| [3 + index, socket] }

puma = nil
pod_ends = false
# The pod's preStop hook sends CONT, which is harmless to any other process 1.
trap("CONT") { pod_ends = true }
%w[TERM INT USR1 USR2].each { |signal| trap(signal) { Process.kill(signal, puma) if puma } }

loop do
  puma = fork do
    ENV.update("LISTEN_FDS" => lent.size.to_s, "LISTEN_PID" => Process.pid.to_s)
    exec(*command, lent)
  end
  nil until Process.wait == puma # process 1 inherits the children of others, too
  exit($?.exitstatus || 128 + $?.termsig) if pod_ends || $?.exitstatus.to_i.positive?
  warn "Puma has ended although its pod stays: starting it again; connections wait for it."
end
