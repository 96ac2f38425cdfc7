require "sidekiq/api"

# What the page and /status.json show.
class Status
  def version = Demo::VERSION
  def pod = Socket.gethostname
  def rails = Rails.version
  def ruby = RUBY_VERSION
  def greeting = ENV["DEMO_GREETING"]

  def credential_fingerprint
    Digest::SHA256.hexdigest(Rails.application.credentials.service_token!).first(12)
  end

  def database_version = ApplicationRecord.with_connection { |connection| connection.select_value("SHOW server_version") }
  def schema_version = ApplicationRecord.connection_pool.migration_context.current_version
  def visits = Visit.count
  def cron_runs = CronRun.count

  def jobs
    names = %w[enqueued done attempts completions retried duplicated]
    names.zip(JobResult.pick(Arel.sql(<<~SQL))).to_h
      count(*), count(finished_at), coalesce(sum(attempts), 0), coalesce(sum(completions), 0),
      count(*) FILTER (WHERE attempts > 1), count(*) FILTER (WHERE completions > 1)
    SQL
  end

  def workers
    Sidekiq::ProcessSet.new.map { |process| { pod: process["hostname"], queues: process["queues"], busy: process["busy"] } }
  rescue RedisClient::Error
    []
  end

  def as_json(*)
    %i[version pod rails ruby greeting credential_fingerprint database_version schema_version visits jobs cron_runs workers]
      .index_with { |fact| public_send(fact) }
  end
end
