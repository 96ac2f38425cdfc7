"""Compositions of railbed's components: one per target."""

from stacks.deploy import deploy

__all__ = ["deploy"]
