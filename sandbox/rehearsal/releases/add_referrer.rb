class AddReferrer < ActiveRecord::Migration[6.1]
  def change
    add_column :visits, :referrer, :string
  end
end
