"""The name of the application, and those of its parts, as railbed takes them."""

import re

from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.commands.init.draft import Draft, guess

LONGEST = 30


def as_name(text: str) -> str:
    """The nearest name that Kubernetes and DNS take; empty where nothing is left."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", words)[:LONGEST].strip("-")


def decide_name(draft: Draft, files: ApplicationFiles) -> None:
    """Name the application as Kamal, Copilot or Heroku do, else as its folder."""
    named = [
        files.kamal.service if files.kamal else None,
        files.copilot_application,
        files.heroku.name if files.heroku else None,
    ]
    for found in named:
        if found is not None and as_name(found.value):
            draft.set("app.name", as_name(found.value), found.place)
            return
    name = as_name(files.folder.resolve().name) or "app"
    draft.set("app.name", name, guess("name of the folder"))
