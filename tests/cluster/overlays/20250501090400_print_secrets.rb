class PrintSecrets < ActiveRecord::Migration[7.2]
  def up
    puts "connecting to #{ENV["DATABASE_URL"]} with #{ENV["RAILS_MASTER_KEY"]}"
    raise "could not connect to #{ENV["REDIS_URL"]}"
  end
end
