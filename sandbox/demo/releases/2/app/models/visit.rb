class Visit < ApplicationRecord
  SHOWN = %w[id pod browser created_at].freeze

  def self.record(request)
    create!(pod: Socket.gethostname, browser: request.user_agent.to_s[/\A[^\s\/]+/] || "unknown")
  end
end
