"""The stand-in for the pulumi-kubernetes plugin."""
