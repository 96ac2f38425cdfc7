# Written by `bin/rails db:schema:dump`.

ActiveRecord::Schema[7.2].define(version: 2025_04_01_100000) do
  # These are extensions that must be enabled in order to support this database
  enable_extension "plpgsql"

  create_table "cron_runs", force: :cascade do |t|
    t.string "task", null: false
    t.string "pod", null: false
    t.datetime "created_at", default: -> { "now()" }, null: false
  end

  create_table "job_results", force: :cascade do |t|
    t.uuid "key", null: false
    t.string "queue", null: false
    t.float "seconds", default: 0.0, null: false
    t.integer "attempts", default: 0, null: false
    t.integer "completions", default: 0, null: false
    t.string "pod"
    t.datetime "enqueued_at", null: false
    t.datetime "started_at"
    t.datetime "finished_at"
    t.index ["key"], name: "index_job_results_on_key", unique: true
  end

  create_table "visits", force: :cascade do |t|
    t.string "pod", null: false
    t.datetime "created_at", default: -> { "now()" }, null: false
    t.string "browser", null: false
  end
end
