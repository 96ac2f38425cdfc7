# Runs a command at its times, in the container of a scheduled task. The schedule is a list of the minutes, hours, days of the
# month, months and days of the week on which it runs; with both kinds of days named it runs on either, as in every cron.
require "json"
plan, *command = ARGV
plan = JSON.parse(plan)
zone = plan["time_zone"]
unless %w[Etc/UTC UTC].include?(zone) || File.exist?("/usr/share/zoneinfo/#{zone}")
  abort "The image has no time zone #{zone}: install tzdata in it, or leave time_zone out."
end
ENV["TZ"] = zone
STDOUT.sync = true

def tell(text)
  puts "[scheduler] #{text}"
end

def due?(plan, time)
  day, weekday = plan["day"].include?(time.day), plan["weekday"].include?(time.wday)
  days = plan["either_day"] ? day || weekday : day && weekday
  plan["minute"].include?(time.min) && plan["hour"].include?(time.hour) && plan["month"].include?(time.month) && days
end

def signal(name, run)
  Process.kill(name, -run)
rescue Errno::ESRCH
  nil
end

# Ends a run that takes longer than it may: TERM, and after 30 seconds KILL.
def watch(run, seconds)
  give_up = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
  killed = false
  until Process.wait(run, Process::WNOHANG)
    now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    if now > give_up
      tell "it took longer than deadline_seconds (#{seconds}) and is stopped" unless killed
      signal(killed ? :KILL : :TERM, run)
      killed, give_up = true, now + 30
    end
    sleep 0.2
  end
  tell "the run ended with #{$?.exitstatus ? "exit code #{$?.exitstatus}" : "signal #{$?.termsig}"}" unless $?.success?
end

stopping = false
runs = []
%w[TERM INT].each { |name| trap(name) { stopping = true } }

last = Time.now.to_i / 60 # one that this container was made in may have begun in the one before
until stopping
  time = Time.now
  minute = time.to_i / 60
  runs.select!(&:alive?)
  if minute != last && due?(plan, time)
    if runs.any? && !plan["overlap"]
      tell "the run before still runs: this one is left out"
    else
      begin
        run = Process.spawn(*command, pgroup: true)
        runs << Thread.new { watch(run, plan["deadline_seconds"]) }
      rescue SystemCallError => error
        tell "the run did not start: #{error.message}"
      end
    end
  end
  last = minute
  sleep 0.5
end
# A release replaces this container: what runs may end, within the time that the container has for that.
runs.each(&:join)
