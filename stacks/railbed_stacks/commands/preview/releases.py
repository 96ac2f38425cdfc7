"""Commits and migrations that a release brings, from the application's repository or a folder."""

from pathlib import Path

from railbed_stacks.commands.preview.git import Repository
from railbed_stacks.commands.preview.images import ImageChange, tag_of
from railbed_stacks.commands.preview.migrations.files import MigrationFiles, files_between, files_of
from railbed_stacks.commands.preview.migrations.review import review
from railbed_stacks.commands.preview.report import Release


def release_of_folder(folder: Path, *, postgresql: bool) -> Release:
    """Judge all migrations of a folder. Raises `ValueError` if it has none."""
    return Release(migrations=review(files_of(folder).pending, postgresql=postgresql), not_known="")


def release_between(
    folder: Path, image: ImageChange, old: str | None = None, new: str | None = None, *, postgresql: bool
) -> Release:
    """What lies between two commits: those given, else those that the images' tags name.

    Raises `ValueError` where a commit that was given is not in the repository.
    """
    repository = Repository(folder)
    ends: list[str] = []
    for given, option, tag in ((old, "--from", tag_of(image.old)), (new, "--to", tag_of(image.new))):
        commit = repository.commit(given or tag) if given or tag else None
        if commit is None and given:
            raise ValueError(f"{option}: {folder} has no commit {given!r}: fetch it (`git fetch --unshallow`), or give another")
        if commit is None:
            return Release(not_known=_why(image, tag, option, folder))
        ends.append(commit)
    before, after = ends
    files = files_between(repository, before, after) if before != after else MigrationFiles()
    return Release(
        commits=repository.commits_between(before, after),
        migrations=review(files.pending, postgresql=postgresql),
        changed_migrations=files.changed,
        unknown_migrations=files.unknown_to_it,
        not_known="",
    )


def _why(image: ImageChange, tag: str, option: str, folder: Path) -> str:
    if not image.old and option == "--from":
        return "not known: no image runs yet"
    named = f"the tag {tag!r} of the image names no commit of {folder}" if tag else "the image has no tag that is known"
    return f"not known: {named}. Set {option} to the commit"
