"""The container image: references, registries, building and pushing."""
