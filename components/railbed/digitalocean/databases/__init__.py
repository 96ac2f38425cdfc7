"""Databases and caches of DigitalOcean."""
