# Asks the application server in the same container as a user would: with the host that Rails' host authorization knows, and
# as if by HTTPS, as force_ssl wants it. Its first success is remembered in a file.
require "net/http"

port, path, host, answered = ARGV
headers = { "Host" => host, "X-Forwarded-Proto" => "https" }
code = Net::HTTP.start("127.0.0.1", port.to_i, nil, open_timeout: 2, read_timeout: 7) { |http| http.get(path, headers).code }
abort "#{path} answers #{code}" unless code.to_i.between?(200, 399)
File.write(answered, "")
