# Takes the time it is told to, and fails as often as it is told to.
class TimedJob
  include Sidekiq::Job

  def perform(key, seconds, failures = 0)
    result = JobResult.start(key)
    sleep seconds
    raise "Attempt #{result.attempts} of job #{key} was told to fail" if result.attempts <= failures

    result.finish
  end
end
