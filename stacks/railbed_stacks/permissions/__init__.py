"""What a deployment may do in a cloud: policies of IAM and scopes of DigitalOcean's tokens, from what a stack registers."""
