"""A production stack rehearsed whole on this machine: from nothing, through releases, to destroy, with no account."""

from sandbox.rehearsal.story import rehearse

__all__ = ["rehearse"]
