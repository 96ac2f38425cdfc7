class AddBrowserToVisits < ActiveRecord::Migration[6.1]
  def change
    add_column :visits, :browser, :string
  end
end
