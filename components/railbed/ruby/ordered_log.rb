# Loaded with RUBYOPT=-r: writes standard output at once, and standard error to the same pipe. Apart, the error that ends a
# migration can stand before thousands of lines that were printed earlier, and the end of the log would not hold it.
$stdout.sync = true
$stderr.reopen($stdout)
