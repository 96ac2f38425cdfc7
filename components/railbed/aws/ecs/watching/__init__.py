"""Waiting for deployments and tasks, and the reasons why they do not start."""
