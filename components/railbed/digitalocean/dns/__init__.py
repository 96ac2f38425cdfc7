"""Certificates, domains and DNS records of DigitalOcean."""
