"""The commands of railbed."""
