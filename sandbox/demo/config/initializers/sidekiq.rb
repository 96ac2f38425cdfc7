# Debian pairs Sidekiq 6.4 with a redis gem that deprecates how it calls it, several times a second.
Redis.silence_deprecations = true
