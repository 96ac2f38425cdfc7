"""The migration: the release process of Procfile, and migrations after the rollout."""

from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.place import Place
from railbed_stacks.commands.init.clear_commands import put_command
from railbed_stacks.commands.init.draft import Draft

_POST_MIGRATIONS = "db/post_migrate"
_DEFAULT = ("bin/rails", "db:prepare")


def decide_migration(draft: Draft, files: ApplicationFiles) -> None:
    """Settings of the migration."""
    release = files.processes.get("release")
    if release is not None and not release.value.env:
        if release.value.words != _DEFAULT:
            put_command(draft, "app.migration", release.value.words, release.place)
    elif release is not None:
        draft.note("The release process has variables of its own: set app.migration.command and app.env to it", release.place)
    if files.has(_POST_MIGRATIONS):
        draft.set("app.migration.post", True, Place(_POST_MIGRATIONS))
    if files.heroku is not None and files.heroku.postdeploy is not None:
        draft.note(
            "scripts.postdeploy runs once after the first deployment: run it yourself in the console then",
            files.heroku.postdeploy.place,
        )
