class AddBrowserToVisits < ActiveRecord::Migration[7.2]
  def change
    add_column :visits, :browser, :string
  end
end
