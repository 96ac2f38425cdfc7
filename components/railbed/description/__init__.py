"""The application in the terms of Rails: what a user describes, and the commands and variables that follow from it."""
