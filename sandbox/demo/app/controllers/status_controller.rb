class StatusController < ApplicationController
  def show
    render json: Status.new
  end
end
