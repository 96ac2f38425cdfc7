"""config/routes.rb: the path of Rails' own health check."""

import re
from pathlib import Path

from railbed_stacks.application_files.place import Found, Place, text_of
from railbed_stacks.application_files.ruby import without_comment

PATH = "config/routes.rb"
_HEALTH = re.compile(r"""\s*get\s*\(?\s*["':]/?([^"'\s,]+)["']?\s*(?:=>|,\s*to:)\s*["']rails/health#show["'].*""")


def find_health_route(folder: Path) -> Found[str] | None:
    """The path that `rails/health#show` answers. Raises `UnreadableFile`."""
    for number, line in enumerate((text_of(folder, PATH) or "").splitlines(), 1):
        if route := _HEALTH.fullmatch(without_comment(line)):
            return Found(f"/{route[1]}", Place(PATH, number))
    return None
