"""States that released versions of railbed made, each with its settings."""

from pathlib import Path

FOLDER = Path(__file__).parent
