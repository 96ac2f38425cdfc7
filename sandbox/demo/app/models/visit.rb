class Visit < ApplicationRecord
  SHOWN = %w[id pod created_at].freeze

  def self.record(_request)
    create!(pod: Socket.gethostname)
  end
end
