"""An application and its data stores on one machine with Docker."""
