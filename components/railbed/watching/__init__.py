"""What the user sees while things change, on every platform."""
