"""The `railbed` command: what a person does with a stack that is deployed."""
