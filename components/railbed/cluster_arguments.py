"""What a cluster takes, in one set of terms for DigitalOcean and AWS."""
