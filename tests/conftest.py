"""What all lanes need."""

import signal

import pytest

# Whoever is started in the background without job control ignores Ctrl-C, and so do its children; some tests press it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make graphs` draws the pictures of the documentation instead of comparing them."""
    parser.addoption("--draw-graphs", action="store_true", help="write the pictures of docs/architecture.md")
