class CreateVisits < ActiveRecord::Migration[7.2]
  def change
    create_table :visits do |t|
      t.string :pod, null: false
      t.datetime :created_at, null: false, default: -> { "now()" }
    end
  end
end
