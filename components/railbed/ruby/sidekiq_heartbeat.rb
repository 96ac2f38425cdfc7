# Loaded by `sidekiq -r` in place of the application's folder: boots Rails as Sidekiq itself does, then shows the kubelet
# that Sidekiq is alive by touching a file, as long as the process's own heartbeat in Redis is fresh.
require "rails"
require "sidekiq/rails"
require File.expand_path("config/environment", Dir.pwd)
require "sidekiq/api"
require "fileutils"

Sidekiq.configure_server do |config|
  config.on(:startup) do
    file = ENV.fetch("RAILBED_HEARTBEAT_FILE")
    Thread.new do
      loop do
        begin
          mine = Sidekiq::ProcessSet.new(false).find do |process|
            process["hostname"] == Socket.gethostname && process["pid"].to_i == Process.pid
          end
          FileUtils.touch(file) if mine && Time.now.to_f - mine["beat"].to_f < 60
        rescue StandardError
          # Redis does not answer: killing the jobs in progress would not bring it back.
          FileUtils.touch(file) if File.exist?(file)
        end
        sleep 5
      end
    end
  end
end
