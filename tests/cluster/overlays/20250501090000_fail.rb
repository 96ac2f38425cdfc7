class Fail < ActiveRecord::Migration[6.1]
  def up
    create_table :half_done
    raise "there is no column visits.referrer to copy from"
  end
end
