"""The stand-in for DigitalOcean: what it answers, what it refuses, and what the sandbox lends in its place."""
