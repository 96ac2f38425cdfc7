Rails.application.routes.draw do
  root "home#show"
  get "status", to: "status#show", defaults: { format: "json" }
  get "slow", to: "home#slow"
  resources :jobs, only: :create

  get "up", to: "rails/health#show", as: :rails_health_check
end
