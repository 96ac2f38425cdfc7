"""Arguments of DockerApp, and what of an application's description a Docker host cannot do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import pulumi
from pulumi_docker import ContainerArgs
from pydantic import Field

from railbed.description.app import App, AppPart
from railbed.description.decided_variables import problems_of_names, refuse
from railbed.description.described_app import DescribedApp
from railbed.description.one_place import problems_of_places
from railbed.description.process_limits import LARGEST_PROCESS, LONGEST_STRING, check_together
from railbed.docker_host.proxy import HTTP_OUTSIDE, HTTPS_OUTSIDE, PORT, TLS_PORT
from railbed.stores.further_databases import check_addresses_given
from railbed.stores.variables import Variables
from railbed.validation.arguments import Options, Placed
from railbed.validation.checks import Checks
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputImage, InputText, matching

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104

Address = Annotated[
    str,
    matching(
        r"(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}",
        "specify an IPv4 address of the machine, such as 127.0.0.1 for itself alone or 0.0.0.0 for all",
    ),
]


class DockerAppOptions(Options):
    """What a user chooses of an application on a Docker host beside its description."""

    port: int = Field(3000, ge=1, le=65535)
    """Port of the machine on which the application answers. Default 3000."""
    address: Address = "127.0.0.1"
    """Address of the machine on which it answers. Default 127.0.0.1, nobody outside the machine reaches it; with `tls` 0.0.0.0,
    all of its addresses."""
    tls: bool = False
    """Whether it answers for `app.web.hosts` by HTTPS, on ports 80 and 443 instead of `port`. The certificates are Let's
    Encrypt's or ZeroSSL's, for which the hosts have to lead to the machine; those of names that only a machine itself knows,
    such as shop.localhost, are Caddy's own. Default false."""
    proxy_image: InputImage = "docker.io/library/caddy:2.10.2"
    """Container image of Caddy, version 2, which stands in front of the web containers; 2.6 or later for `tls`."""

    @property
    def ports(self) -> Mapping[int, int]:
        """Ports of the machine, and where they lead in the proxy's container."""
        return {HTTP_OUTSIDE: PORT, HTTPS_OUTSIDE: TLS_PORT} if self.tls else {self.port: PORT}

    @property
    def published_address(self) -> str:
        """The address whose ports these are."""
        return EVERY_ADDRESS if self.tls and "address" not in self.model_fields_set else self.address

    @rule
    def _tls_has_its_own_ports(self) -> None:
        if self.tls and "port" in self.model_fields_set:
            raise ValueError(
                f"port {self.port} has no use with tls, which answers on {HTTP_OUTSIDE} and {HTTPS_OUTSIDE}: remove it"
            )


class DockerAppDescription(DockerAppOptions):
    """An application on a Docker host as far as it is known before anything is registered."""

    app: App
    """The application's description."""
    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like. Tests use the
    database of TEST_DATABASE_URL."""
    source: str | None = None
    """The application's folder on the engine's machine, as a whole path. If set, the application runs from there in Rails'
    environment development: changed code counts at the next request. Default: it runs from its image, in production."""

    @property
    def parts(self) -> Mapping[str, AppPart]:
        """Every part of the application, by its path in the description."""
        app = self.app
        return {
            "web": app.web,
            "migration": app.migration,
            **{f"workers.{name}": group for name, group in app.workers.items()},
            **{f"cron.{name}": task for name, task in app.cron.items()},
            **({"console": app.console} if app.console.enabled else {}),
        }

    @rule
    def _settings_decide_their_variables(self) -> None:
        refuse(problems_of_names("secrets", self.secrets, self.app.deciding("app.")))

    @rule
    def _tls_has_hosts(self) -> None:
        if self.tls and not self.app.web.hosts:
            raise ValueError("tls is for hosts: set app.web.hosts to the names that users enter, such as shop.example.com")

    @rule
    def _source_is_a_folder(self) -> None:
        if self.source is not None and not Path(self.source).is_absolute():
            raise ValueError(f"source: found '{self.source}'; give the whole path of a folder on the engine's machine")

    @rule
    def _one_place_for_each_variable(self) -> None:
        checks = Checks()
        for path, part in self.parts.items():
            checks.check(f"app.{path}", _check_variables_of, {**self.app.env, **getattr(part, "env", {})}, self.secrets)
        checks.refuse()

    @rule
    def _overrides_are_known(self) -> None:
        checks = Checks()
        for path, part in self.parts.items():
            checks.check(f"app.{path}", check_overrides, part.overrides, {"container": ContainerArgs})
        checks.refuse()

    @rule
    def _nobody_else_scales(self) -> None:
        checks = Checks()
        for path, part in self.parts.items():
            if getattr(part, "autoscaled", False):
                checks.add(f"app.{path}", ["autoscaled: nothing on a Docker host changes replicas: remove it"])
        checks.refuse()

    @rule
    def _tasks_have_names_of_their_own(self) -> None:
        parts = {"web", "proxy", "migrate", "post-migrate", "rollout", "console", *self.app.workers}
        if taken := sorted(parts & set(self.app.cron)):
            raise ValueError(f"app.cron cannot be named {' or '.join(taken)}, as another part is: rename it")

    @rule
    def _workers_have_names_of_their_own(self) -> None:
        if taken := sorted({"proxy", "migrate", "post-migrate", "rollout"} & set(self.app.workers)):
            raise ValueError(f"app.workers cannot be named {' or '.join(taken)}, as another part is: rename it")


class DockerAppModel(DockerAppDescription, DescribedApp, Placed):
    """Arguments of DockerApp."""

    network: InputText
    """Name of the Docker network that the application and its data stores share."""
    host: InputText | None = None
    """The provider's Docker host. Default: the one that the docker command would use."""

    @rule
    def _further_databases_have_addresses(self) -> None:
        check_addresses_given(self.app.databases, {*self.app.env, *self.secrets})


def _check_variables_of(env: Mapping[str, Any], secrets: Mapping[str, pulumi.Input[str]]) -> None:
    """Raise `ValueError` where the variables of a part cannot be those of one process."""
    refuse(problems_of_places({"env": env, "secrets": secrets}))
    check_together({**env, **secrets}, LARGEST_PROCESS - LONGEST_STRING, "Linux gives a process")
