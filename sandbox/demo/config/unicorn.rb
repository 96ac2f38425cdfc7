# For `web: {server: unicorn}`; the port comes from the command.
worker_processes Integer(ENV.fetch("WEB_CONCURRENCY", 2))
preload_app true

# A worker that takes longer is killed; Puma's have no such limit.
timeout 60

# Each worker needs connections of its own.
before_fork { |_server, _worker| ActiveRecord::Base.connection_handler.clear_all_connections! }
