"""`railbed init`: writes the description of an application from the application's own files."""
