namespace :demo do
  desc "What a cron entry runs: leaves a row that the page shows"
  task cron: :environment do
    run = CronRun.create!(task: "demo:cron", pod: Socket.gethostname)
    puts "cron run #{run.id} at #{run.created_at.iso8601}"
  end
end
