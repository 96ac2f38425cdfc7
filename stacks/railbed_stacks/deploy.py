"""Deploys what the stack's settings ask for."""

import importlib
from typing import TYPE_CHECKING, Any

import pulumi

from railbed_stacks.pulling import doubt_about
from railbed_stacks.settings import Registry, Settings, Target, target_in_config
from railbed_stacks.source_doubts import doubts_about_source

if TYPE_CHECKING:
    from railbed_stacks.cloud_settings import CloudSettings
    from railbed_stacks.own_stores import OwnStoreSettings


def deploy() -> None:
    """Read the stack's settings, check all of them, and deploy to the target they name.

    Raises `railbed.InvalidArguments`, which Pulumi shows without a traceback, before anything is registered.
    """
    named = target_in_config()
    # One that is none is told with all other problems. Imported by need: a cloud's SDK takes more than a second.
    target: Any = importlib.import_module(f"railbed_stacks.{named if named in list(Target) else Target.CLUSTER.value}")
    settings: CloudSettings | OwnStoreSettings = target.SETTINGS.from_config()
    warn_of_what_is_missing(settings, settings.registry)
    target.deploy(settings)


def warn_of_what_is_missing(settings: Settings, registry: Registry | None) -> None:
    """Tell what the application most likely lacks, and may have in a way that the settings do not show."""
    given = {*settings.secrets, *settings.app.env}
    if not given & {"RAILS_MASTER_KEY", "SECRET_KEY_BASE"}:
        pulumi.log.warn(
            "Neither RAILS_MASTER_KEY nor SECRET_KEY_BASE is set. Unless the image holds a key, Rails does not start in "
            "production: run `pulumi config set --secret --path railbed:secrets.RAILS_MASTER_KEY` and enter the contents of "
            "config/master.key."
        )
    reference = settings.app.image.ref
    if reference is not None and registry is None and (doubt := doubt_about(reference, settings.target)):
        pulumi.log.warn(doubt)
    for doubt in doubts_about_source(settings):
        pulumi.log.warn(f"{doubt}.")
