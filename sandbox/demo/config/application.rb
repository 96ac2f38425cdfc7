require_relative "boot"

require "rails"
require "active_model/railtie"
require "active_record/railtie"
require "action_controller/railtie"
require "action_view/railtie"

Bundler.require(*Rails.groups)

module Demo
  VERSION = File.read(File.expand_path("../VERSION", __dir__)).strip

  class Application < Rails::Application
    config.load_defaults 7.2

    # Migrations that may only run once no process of the version before is left (dropping columns, tightening constraints).
    config.paths["db/migrate"] << "db/post_migrate" unless ENV["SKIP_POST_DEPLOYMENT_MIGRATIONS"].present?
  end
end
