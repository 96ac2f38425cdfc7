"""What can be done with a stack that is deployed, in the same words on every platform."""
