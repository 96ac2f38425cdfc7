"""What all lanes need."""

import signal

# Whoever is started in the background without job control ignores Ctrl-C, and so do its children; some tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)
