"""Certificates and DNS records of AWS."""
