"""Compositions of railbed's components: one per target."""

from railbed_stacks.deploy import deploy

__all__ = ["deploy"]
