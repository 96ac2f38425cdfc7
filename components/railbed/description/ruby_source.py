"""The Ruby files of this package, which run in containers of the application."""

from importlib import resources


def ruby_source(file: str) -> str:
    """The content of a file of `railbed/ruby`."""
    return resources.files("railbed").joinpath("ruby", file).read_text()
