"""Migrations of Rails that a release brings, and which of them the running code or a busy table may not survive."""
