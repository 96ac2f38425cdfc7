"""What the files of a Rails application say about how it runs: one module for each kind of file."""
