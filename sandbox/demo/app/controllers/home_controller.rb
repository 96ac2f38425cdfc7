class HomeController < ApplicationController
  # The page loads itself again to stay up to date, which is no visit.
  def show
    unless params[:watch]
      Visit.record(request)
      JobResult.enqueue
    end
  rescue RedisClient::Error => error
    flash.now[:alert] = "No job was enqueued for this visit: #{error.message}"
  ensure
    @status = Status.new
  end

  # A request that takes its time, to see it through a deployment.
  def slow
    sleep params.fetch(:seconds, 5).to_f.clamp(0, 120)
    render plain: "#{Demo::VERSION}\n"
  end
end
