"""What the user is told while things change, on every platform."""
