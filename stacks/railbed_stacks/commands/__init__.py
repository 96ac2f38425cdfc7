"""Commands for whoever deploys a stack."""
