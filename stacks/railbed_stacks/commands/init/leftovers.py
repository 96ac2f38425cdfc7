"""What other systems have and the settings cannot say, with the way round; and the keys of Rails."""

import re

from railbed_stacks.application_files.application import ApplicationFiles
from railbed_stacks.application_files.copilot import JOB_TYPE, WEB_TYPES
from railbed_stacks.application_files.kamal import KamalFile
from railbed_stacks.commands.init.draft import Draft

_OF_STACK = re.compile(r"\((?:\S*/)?(postgres|postgis|pgvector|redis|valkey)\b")
_ADDONS = {"heroku-postgresql", "heroku-redis", "heroku-data-for-redis", "rediscloud", "scheduler"}
_KEYS = {
    "config/credentials/production.yml.enc": "config/credentials/production.key",
    "config/credentials.yml.enc": "config/master.key",
}
"""Files of keys by the credentials that they open."""
_OUTSIDE = "has to run elsewhere: give its address in app.env or secrets"


def need_key(draft: Draft, files: ApplicationFiles) -> None:
    """Ask for the key without which Rails does not start."""
    for credentials, key in _KEYS.items():
        if files.has(credentials):
            draft.secrets.pop("RAILS_MASTER_KEY", None)
            draft.need("RAILS_MASTER_KEY", credentials, key if files.has(key) else None)
            return
    if "RAILS_MASTER_KEY" not in draft.secrets:
        draft.need("SECRET_KEY_BASE", "the application has no encrypted credentials")


def tell_leftovers(draft: Draft, files: ApplicationFiles) -> None:
    """Tell what could not be read or written."""
    for unreadable in files.unreadable:
        draft.note(f"{unreadable.place.file} {unreadable.reason}: write by hand what it says", unreadable.place)
    if files.lock is None:
        draft.note("There is no Gemfile.lock: servers, workers and databases are not known")
    if files.kamal is not None:
        _tell_of_kamal(draft, files.kamal)
    for overlay in sorted((files.folder / "config").glob("deploy.*.yml")):
        draft.note(f"config/{overlay.name}, a destination of Kamal, is not read: make a stack for it with --stack")
    for addon in files.heroku.addons if files.heroku is not None else []:
        if addon.value not in _ADDONS:
            draft.note(f"Add-on {addon.value} {_OUTSIDE}", addon.place)
    if len(web := [each for each in files.copilot if each.type in WEB_TYPES]) > 1:
        others = ", ".join(each.name for each in web[1:])
        draft.note(f"A stack has one web service: {others} needs a stack of its own", web[1].place)
    for service in files.copilot:
        if service.volumes is not None:
            draft.note(f"Volumes of {service.name} are not written: {_NO_VOLUMES}", service.volumes)
        if service.sidecars is not None:
            draft.note(f"Sidecars of {service.name} are not written: a stack has none yet", service.sidecars)
        if service.scales is not None and service.type not in (*WEB_TYPES[1:], JOB_TYPE):
            draft.note(f"{service.name} scales by itself: railbed:ecs.services has `autoscaling` for it", service.scales)
    if files.recurring is not None:
        draft.note("Recurring tasks run inside Solid Queue: its supervisor starts them, nothing is to be set", files.recurring)


_NO_VOLUMES = "keep uploads in object storage (Active Storage with S3), as containers have no volumes that last"


def _tell_of_kamal(draft: Draft, kamal: KamalFile) -> None:
    for volume in kamal.volumes:
        draft.note(f"Volume {volume.value} is not written: {_NO_VOLUMES}", volume.place)
    for accessory in kamal.accessories:
        if _OF_STACK.search(accessory.value):
            draft.note(
                f"Accessory {accessory.value} is not taken over: the stack makes its own store, so copy the data (pg_dump), or "
                "name the one that there is in secrets",
                accessory.place,
            )
        else:
            draft.note(f"Accessory {accessory.value} {_OUTSIDE}", accessory.place)
    if kamal.asset_path is not None:
        draft.note(
            "Assets of two releases are not bridged: give fingerprinted assets to a CDN or bucket, where old ones stay",
            kamal.asset_path,
        )
