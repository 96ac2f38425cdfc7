"""Clusters of EKS."""
