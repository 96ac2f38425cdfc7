"""Databases of RDS."""
