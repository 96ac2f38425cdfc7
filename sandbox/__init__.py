"""This machine as a small cloud: the pulumi engine, a real Kubernetes, and stand-ins for what cannot be had."""
