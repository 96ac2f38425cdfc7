"""Makes the draft of a stack's settings of what an application's files say."""

from pydantic import ValidationError

from railbed.description.app import App
from railbed.validation.problems import problems_of
from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.commands.init.cron import decide_cron
from railbed_stacks.commands.init.draft import Draft
from railbed_stacks.commands.init.image import decide_image
from railbed_stacks.commands.init.leftovers import need_key, tell_leftovers
from railbed_stacks.commands.init.migration import decide_migration
from railbed_stacks.commands.init.names import decide_name
from railbed_stacks.commands.init.stores import decide_connections, decide_database, decide_redis
from railbed_stacks.commands.init.targets import decide_target, guess_target
from railbed_stacks.commands.init.variables import decide_variables
from railbed_stacks.commands.init.web import decide_web
from railbed_stacks.commands.init.workers import decide_workers
from railbed_stacks.settings import Target


def describe(files: ApplicationFiles, folder: str, target: Target | None = None, region: str | None = None) -> Draft:
    """The settings for an application, whose `folder` is seen from that of Pulumi.yaml."""
    draft = Draft(target or guess_target(files))
    decide_target(draft, files, region, is_given=target is not None)
    decide_name(draft, files)
    decide_image(draft, files, folder)
    decide_variables(draft, files)
    decide_web(draft, files)
    backends = decide_workers(draft, files)
    decide_migration(draft, files)
    decide_cron(draft, files)
    decide_database(draft, files)
    decide_redis(draft, files, backends)
    need_key(draft, files)
    tell_leftovers(draft, files)
    _check(draft)
    return draft


def _check(draft: Draft) -> None:
    """Make room for the connections, and tell what `pulumi up` would refuse of the application."""
    try:
        app = App.model_validate(draft.values["app"])
    except ValidationError as error:
        for problem in problems_of(error, App):
            draft.note(f"`pulumi up` will refuse app.{problem}")
        return
    decide_connections(draft, app)
