# Starts Solid Queue as bin/jobs does, with the settings of its group, and shows that it is alive by touching a file, as long
# as the supervisor's own heartbeat in the database is fresh.
require "json"
require "fileutils"
require "socket"
require File.expand_path("config/environment", Dir.pwd)

settings = JSON.parse(ARGV.fetch(0))
SolidQueue.shutdown_timeout = settings.fetch("shutdown_seconds")

SolidQueue.on_start do
  file = ENV.fetch("RAILBED_HEARTBEAT_FILE")
  Thread.new do
    loop do
      begin
        Rails.application.executor.wrap do
          mine = SolidQueue::Process.where(pid: Process.pid, hostname: Socket.gethostname, supervisor_id: nil).order(:id).last
          oldest = Time.now - 3 * SolidQueue.process_heartbeat_interval
          FileUtils.touch(file) if mine && mine.last_heartbeat_at > oldest
        end
      rescue StandardError
        # The database does not answer: killing the jobs in progress would not bring it back.
        FileUtils.touch(file) if File.exist?(file)
      end
      sleep 5
    end
  end
end

# Without queues config/queue.yml decides. The dispatcher has the settings that Solid Queue gives one by itself.
options = {}
if (queues = settings["queues"])
  options = { workers: [{ queues: queues, threads: settings.fetch("threads") }], dispatchers: [{}] }
end
SolidQueue::Supervisor.start(**options)
