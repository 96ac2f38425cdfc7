Rails.application.configure do
  config.enable_reloading = false
  config.eager_load = true
  config.consider_all_requests_local = false
  config.action_controller.perform_caching = true

  # The credentials cannot be read without RAILS_MASTER_KEY, and nothing starts without them.
  config.require_master_key = true

  # Answer only to these names, and only over TLS: both apply to health checks as well.
  config.hosts = ENV.fetch("APP_HOSTS", "").split(",").map(&:strip)
  config.force_ssl = ENV["FORCE_SSL"] == "true"

  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info").to_sym
  config.log_tags = [:request_id]
  config.logger = ActiveSupport::TaggedLogging.new(ActiveSupport::Logger.new($stdout))

  config.active_support.report_deprecations = false
  config.i18n.fallbacks = true
  config.active_record.dump_schema_after_migration = false
end
