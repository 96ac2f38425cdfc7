"""Procfile: the processes of the application by their names."""

import re
from pathlib import Path

from railbed_stacks.application_files.commands import Command, read_command
from railbed_stacks.application_files.place import Found, Place, text_of

PATH = "Procfile"
_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*?)\s*")  # foreman's lib/foreman/procfile.rb


def read_procfile(folder: Path) -> dict[str, Found[Command]]:
    """The commands in Procfile; none where there is no such file. Raises `UnreadableFile`."""
    lines = (text_of(folder, PATH) or "").splitlines()
    return {
        entry[1]: Found(read_command(entry[2]), Place(PATH, number))
        for number, line in enumerate(lines, 1)
        if (entry := _LINE.fullmatch(line))
    }
