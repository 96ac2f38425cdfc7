class JobsController < ApplicationController
  # Scripts enqueue jobs too, and they have no session to take a token from.
  skip_forgery_protection

  def create
    keys = JobResult.enqueue(
      count: params.fetch(:count, 1).to_i.clamp(1, 10_000),
      seconds: params.fetch(:seconds, 0).to_f.clamp(0, 3600),
      failures: params.fetch(:failures, 0).to_i,
      queue: params.fetch(:queue, "default")
    )
    if request.accepts.include?(Mime[:html])
      redirect_to root_path(anchor: "jobs")
    else
      render json: { keys: keys }, status: :created
    end
  end
end
