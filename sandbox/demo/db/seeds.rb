# Rails' db:prepare runs this where it has just made the tables, and never again.
puts "A new database: its tables were made from db/schema.rb."
