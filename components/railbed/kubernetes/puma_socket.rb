# Process 1 of a web container, in front of Puma: it opens the port and lends it to Puma the way systemd does. If Puma ends
# although its pod stays, connections wait for the Puma that is started next, where they would be refused otherwise.
require "socket"

port, *command = ARGV
socket = TCPServer.new("0.0.0.0", Integer(port))
# Puma gets a connection with its request: what it has accepted without one it closes unanswered when it ends.
socket.setsockopt(:TCP, :DEFER_ACCEPT, 1) if Socket.const_defined?(:TCP_DEFER_ACCEPT)
socket.listen(1024)

puma = nil
pod_ends = false
# The pod's preStop hook sends CONT, which is harmless to any other process 1.
trap("CONT") { pod_ends = true }
%w[TERM INT USR1 USR2].each { |signal| trap(signal) { Process.kill(signal, puma) if puma } }

loop do
  puma = fork do
    ENV.update("LISTEN_FDS" => "1", "LISTEN_PID" => Process.pid.to_s)
    exec(*command, 3 => socket)
  end
  nil until Process.wait == puma # process 1 inherits the children of others, too
  exit($?.exitstatus || 128 + $?.termsig) if pod_ends || $?.exitstatus.to_i.positive?
  warn "Puma has ended although its pod stays: starting it again; connections wait for it."
end
