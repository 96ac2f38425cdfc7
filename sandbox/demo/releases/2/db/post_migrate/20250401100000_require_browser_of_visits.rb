# Version 1 writes visits without a browser, so this has to wait until the last of its pods is gone.
class RequireBrowserOfVisits < ActiveRecord::Migration[7.2]
  def up
    execute "UPDATE visits SET browser = 'unknown' WHERE browser IS NULL"
    change_column_null :visits, :browser, false
  end

  def down
    change_column_null :visits, :browser, true
  end
end
