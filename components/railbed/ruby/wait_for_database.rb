# Ends with 0 once the database of DATABASE_URL accepts connections. The address is read as Rails reads it (by RFC 2396, also
# since Ruby 3.4 prefers RFC 3986), and no part of it but host and port is ever shown: an uncaught error of URI would show all.
require "socket"
require "uri"

PORTS = {
  "postgresql" => 5432, "postgres" => 5432, "postgis" => 5432, "cockroachdb" => 26257,
  "mysql2" => 3306, "mysql" => 3306, "trilogy" => 3306, "mariadb" => 3306,
  "sqlserver" => 1433, "oracle" => 1521
}.freeze
MYSQL = %w[mysql2 mysql trilogy mariadb].freeze

def refuse(problem)
  abort "DATABASE_URL #{problem}."
end

def parameters(query, parser)
  pairs = query.to_s.split("&").map { |pair| pair.split("=", 2) }
  pairs.select { |_, value| value && !value.empty? }.map { |key, value| [key, parser.unescape(value)] }.to_h
end

# Each place as [what to call it, how to connect].
def places(value)
  parser = URI::RFC2396_Parser.new
  uri = parser.parse(value)
  scheme = uri.scheme.to_s.downcase
  return [] if scheme.start_with?("sqlite")
  refuse "has no scheme, such as postgresql://" if scheme.empty? || !value.include?("://")
  family = scheme.split("-").find { |word| PORTS.key?(word) }
  refuse "begins with a scheme that is none of a database: use postgresql, mysql2, trilogy or sqlite3" unless family
  raise URI::InvalidURIError if uri.fragment || uri.path.to_s.include?("@")

  given = parameters(uri.query, parser)
  if MYSQL.include?(family) && given["socket"]
    return [["the socket #{given["socket"]}", -> { UNIXSocket.new(given["socket"]).close }]]
  end
  named = given["hostaddr"] || given["host"] || (uri.hostname && parser.unescape(uri.hostname)) || ENV["PGHOST"]
  hosts = named.to_s.split(",")
  refuse "names no host" if hosts.empty?
  ports = (given["port"] || uri.port || PORTS.fetch(family)).to_s.split(",").map { |port| Integer(port, 10) }
  hosts.each_with_index.map { |host, index| place(host, ports[index] || ports.first) }
end

def place(host, port)
  name = host.include?(":") ? "[#{host}]" : host
  return ["#{name}:#{port}", -> { Socket.tcp(host, port, connect_timeout: 5).close }] unless host.start_with?("/")

  ["the socket in #{host}", -> { UNIXSocket.new("#{host}/.s.PGSQL.#{port}").close }]
end

begin
  value = ENV["DATABASE_URL"].to_s
  refuse "is empty" if value.strip.empty?
  seconds = Integer(ENV["RAILBED_DATABASE_SECONDS"].to_s, 10, exception: false)
  abort "RAILBED_DATABASE_SECONDS should be a number of seconds." unless seconds
  found = places(value)
rescue URI::Error, ArgumentError
  refuse "cannot be read: percent-encode everything in user name, password and parameters that is no letter, digit or one " \
         "of - . _ ~, such as a space (%20) and \" (%22) # (%23) % (%25) / (%2F) : (%3A) ? (%3F) @ (%40) [ (%5B) ] (%5D)"
end

give_up = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
told = nil
until found.empty?
  failures = found.map do |name, connect|
    connect.call
    exit
  rescue SystemCallError, SocketError, ArgumentError => error
    "The database at #{name} did not accept connections in time: #{error.message}"
  end
  abort failures.join("\n") if Process.clock_gettime(Process::CLOCK_MONOTONIC) > give_up

  waiting = failures.map { |failure| failure.sub("The", "Waiting for the").sub(" did not accept connections in time", "") }
  STDOUT.puts waiting if waiting != told
  STDOUT.flush
  told = waiting
  sleep 1
end
