class Hang < ActiveRecord::Migration[6.1]
  def up
    puts "waiting for a lock that nobody releases"
    $stdout.flush
    sleep
  end
end
