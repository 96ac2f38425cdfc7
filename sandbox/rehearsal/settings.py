"""The settings that are rehearsed: those of Pulumi.STACK.yaml, in a copy, as far as this machine can follow them."""

import copy
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from railbed.image.registry import host_of_server
from railbed.stores.url import example_of
from sandbox import aws_account
from sandbox.cluster import registry
from sandbox.images import DEMO, catalogue, pushing
from sandbox.images.catalogue import REPOSITORY as SANDBOX
from sandbox.paths import REPOSITORY
from sandbox.progress import StepFailed
from sandbox.rehearsal.targets import TARGETS, Target
from sandbox.targets import target_in

SMALL = {"cpu": "20m", "memory": "128Mi", "memory_limit": "512Mi"}
"""What each pod asks for: the processes of a whole production have to fit on one machine."""

_OURS = "railbed:"


@dataclass
class Settings:
    """The `railbed:` settings of a stack, to change; the file that they come from stays as it is."""

    stack: str
    target: Target
    values: dict[str, Any]
    """Without the secrets."""
    secrets: dict[str, str]
    """Values of the rehearsal's own: nobody's real ones are needed, or read."""

    @property
    def app(self) -> dict[str, Any]:
        """The application's description."""
        app: dict[str, Any] = self.values["app"]
        return app

    @property
    def host(self) -> str:
        """The host name under which the page is asked for."""
        return str(next(iter(self.app["web"].get("hosts", [])), "localhost"))

    def release(self, name: str) -> str:
        """Change nothing but the image's tag; returns the image's name."""
        repository, _, tag = _split(self.app["image"]["ref"])
        self.app["image"] = {"ref": f"{repository}:{name or tag}"}
        return str(self.app["image"]["ref"])

    def make_zone(self) -> None:
        """Make the zone of the hosts at AWS, which has to be there before the first `pulumi up`."""
        if "dns" in self.values:
            route53 = aws_account.client("route53", str(self.values["region"]))
            zone = {"Name": self.host.partition(".")[2], "CallerReference": secrets.token_hex(8)}
            identity = route53.create_hosted_zone(**zone)["HostedZone"]["Id"]
            self.values["dns"] = {**self.values["dns"], "zone_id": identity.rpartition("/")[2]}

    def unprotect(self) -> None:
        """Let everything be destroyed."""
        for section, values in self.target.unprotected.items():
            self.values[section] = {**self.values.get(section, {}), **values}


def settings_of(stack: str, folder: Path = REPOSITORY) -> Settings:
    """Read the settings of a stack; the name of a target stands for the production stack that has it."""
    file = folder / f"Pulumi.{stack}.yaml"
    if not file.is_file() and stack in TARGETS:
        file = next((each for each in sorted(folder.glob("Pulumi.prod*.yaml")) if target_in(each) == stack), file)
    if not file.is_file():
        there = ", ".join(sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml")))
        raise StepFailed(f"There is no {file.name}.", f"Stacks with settings are: {there}.")
    config = _config(file)
    given = {key.removeprefix(_OURS): copy.deepcopy(value) for key, value in config.items() if key.startswith(_OURS)}
    name = given.get("target", "cluster")
    if name not in TARGETS:
        raise StepFailed(
            f"Stack {stack} has target {name}, and {' and '.join(TARGETS)} can be rehearsed.",
            "Stacks of target cluster run in the sandbox as they are: make up.",
        )
    names = [key for key in given.pop("secrets", None) or {} if key not in ("DATABASE_URL", "REDIS_URL")]
    secrets = {key: example_of(key) or "rehearsed-secret" for key in names}
    secrets["RAILS_MASTER_KEY"] = (DEMO / "config" / "master.key").read_text().strip()
    found = Settings(stack, TARGETS[name], given, secrets)
    _fit(found)
    return found


def _config(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text()).get("config") or {}


def _fit(settings: Settings) -> None:
    app = settings.app
    app.setdefault("web", {})
    image, credentials = app.get("image", {}), settings.values.get("registry")
    if "ref" not in image:
        place = host_of_server(credentials["server"]) if credentials else SANDBOX
        app["image"] = {"ref": f"{place}/{image.get('repository', app['name'])}:1"}
    if credentials and pushing.can_be_pulled(app["image"]["ref"]):  # then the login of the sandbox's registry counts
        username, settings.secrets["REGISTRY_PASSWORD"] = registry.login()
        settings.values["registry"] = {**credentials, "username": username}
    if settings.target.on_machine:
        _fit_to_machine(settings)
    if settings.target.on_kubernetes:
        groups = [*app.get("workers", {}).values(), *app.get("cron", {}).values()]
        for part in [app["web"], app.setdefault("migration", {}), *groups]:
            part["resources"] = dict(SMALL)


def _fit_to_machine(settings: Settings) -> None:
    """The sandbox's machine instead of the user's, with images that can be had here and a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.values["docker"] = {"port": port, "proxy_image": f"{SANDBOX}/caddy:2"}
    stores = {"database": catalogue.postgres_reference()}
    if "redis" in settings.values or settings.app.get("workers"):
        stores["redis"] = catalogue.redis_reference()
    for store, image in stores.items():
        settings.values[store] = {**settings.values.get(store, {}), "image": image}


def _split(reference: str) -> tuple[str, str, str]:
    """Repository, separator and tag; what a digest names cannot be loaded under it, so it gets a tag."""
    named, _, digest = reference.partition("@")
    found = re.fullmatch(r"(.+?)(?::([\w][\w.-]*))?", named)
    assert found is not None
    repository, tag = found.groups()
    if "/" in (tag or ""):
        repository, tag = named, None
    return repository, ":", "1" if digest or not tag else tag
