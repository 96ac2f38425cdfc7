Rails.application.routes.draw do
  get 'health', to: 'rails/health#show' # for load balancers
end
