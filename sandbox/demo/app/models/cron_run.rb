class CronRun < ApplicationRecord
end
