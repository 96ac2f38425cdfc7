class CreateJobResultsAndCronRuns < ActiveRecord::Migration[7.2]
  def change
    create_table :job_results do |t|
      t.uuid :key, null: false, index: { unique: true }
      t.string :queue, null: false
      t.float :seconds, null: false, default: 0
      t.integer :attempts, null: false, default: 0
      t.integer :completions, null: false, default: 0
      t.string :pod
      t.datetime :enqueued_at, null: false
      t.datetime :started_at
      t.datetime :finished_at
    end

    create_table :cron_runs do |t|
      t.string :task, null: false
      t.string :pod, null: false
      t.datetime :created_at, null: false, default: -> { "now()" }
    end
  end
end
