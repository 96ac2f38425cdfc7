"""Clusters of DigitalOcean."""
