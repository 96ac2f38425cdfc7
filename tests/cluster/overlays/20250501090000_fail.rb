class Fail < ActiveRecord::Migration[7.2]
  def up
    create_table :half_done
    raise "there is no column visits.referrer to copy from"
  end
end
