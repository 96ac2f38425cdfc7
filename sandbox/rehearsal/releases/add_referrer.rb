class AddReferrer < ActiveRecord::Migration[7.2]
  def change
    add_column :visits, :referrer, :string
  end
end
