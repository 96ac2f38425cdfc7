"""How arguments and settings are checked: models, their rules, and the errors that users read."""
