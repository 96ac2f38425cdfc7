# One row for every job ever enqueued: it tells jobs that were lost, run twice or tried again from those that ran once.
class JobResult < ApplicationRecord
  scope :finished, -> { where.not(finished_at: nil) }

  def self.enqueue(count: 1, seconds: 0, failures: 0, queue: "default")
    keys = Array.new(count) { SecureRandom.uuid }
    now = Time.current
    insert_all!(keys.map { |key| { key: key, queue: queue, seconds: seconds, enqueued_at: now } })
    Sidekiq::Client.push_bulk("class" => TimedJob, "queue" => queue, "args" => keys.map { |key| [key, seconds, failures] })
    keys
  rescue RedisClient::Error
    where(key: keys).delete_all
    raise
  end

  def self.start(key)
    where(key: key).update_all(["attempts = attempts + 1, pod = ?, started_at = now()", Socket.gethostname])
    find_by!(key: key)
  end

  def finish
    self.class.where(id: id).update_all("completions = completions + 1, finished_at = coalesce(finished_at, now())")
  end
end
