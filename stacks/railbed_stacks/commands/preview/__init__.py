"""Says in the application's words what a `pulumi preview` is about to do."""
