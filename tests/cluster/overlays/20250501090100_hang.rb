class Hang < ActiveRecord::Migration[7.2]
  def up
    puts "waiting for a lock that nobody releases"
    $stdout.flush
    sleep
  end
end
