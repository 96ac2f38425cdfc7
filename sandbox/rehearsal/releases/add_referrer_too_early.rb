class AddReferrer < ActiveRecord::Migration[6.1]
  def up
    execute "UPDATE visits SET referrer = 'unknown'"
  end
end
