"""Container images of Rails applications, built with Docker."""
