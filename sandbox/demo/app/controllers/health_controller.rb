# Answers as soon as the application has booted; says nothing about the database, which a restart could not mend.
class HealthController < ActionController::Base
  def show
    render html: "<!DOCTYPE html><title>up</title><body style='background: green'></body>".html_safe
  end
end
