"""Waiting for pods, and the reasons why they do not start."""
