"""VPCs and security groups."""
