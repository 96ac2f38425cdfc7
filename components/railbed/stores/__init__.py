"""Addresses of databases and Redis, and the variables that carry them."""
