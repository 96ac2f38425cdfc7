class AddReferrer < ActiveRecord::Migration[7.2]
  def up
    execute "UPDATE visits SET referrer = 'unknown'"
  end
end
