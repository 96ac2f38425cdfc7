"""Arguments of KubernetesApp, as a whole and of each of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pulumi

from railbed.description.app import App, AppPart
from railbed.description.decided_variables import problems_of_names, refuse
from railbed.description.described_app import DescribedApp
from railbed.enums import MigrationPhase
from railbed.kubernetes.console import SESSION_SECONDS, ConsoleOptions
from railbed.kubernetes.cron_task import CronTaskOptions
from railbed.kubernetes.exposure import Exposed
from railbed.kubernetes.migration_job import MigrationJobOptions
from railbed.kubernetes.rails_web import RailsWebOptions
from railbed.kubernetes.sidekiq_workers import SidekiqWorkersOptions
from railbed.kubernetes.workload import Workload, WorkloadOptions
from railbed.stores.further_databases import check_addresses_given
from railbed.stores.variables import Variables
from railbed.validation.arguments import Arguments, Options, Placed
from railbed.validation.checks import Checks
from railbed.validation.rules import last_rule, rule
from railbed.validation.types import InputText

PLACE = ("namespace", "pull_secrets", "database_authorities", "network_policy", "kubeconfig", "context")
"""What every part is told of where it runs."""

WorkloadT = TypeVar("WorkloadT", bound=Workload)


@dataclass(frozen=True)
class AppParts:
    """What is known of all components of an application before anything is registered."""

    migration: MigrationJobOptions
    web: RailsWebOptions
    workers: Mapping[str, SidekiqWorkersOptions]
    cron: Mapping[str, CronTaskOptions]
    console: ConsoleOptions | None
    post_migration: MigrationJobOptions | None

    @property
    def grace_seconds(self) -> int:
        """Seconds that the slowest pod may take to end. Those of migrations and cron tasks keep their node."""
        console = SESSION_SECONDS if self.console else 0
        return max(self.web.grace_seconds, console, *(group.grace_seconds for group in self.workers.values()))


class KubernetesAppDescription(Options):
    """An application on Kubernetes as far as it is known before anything is registered."""

    app: App
    """The application's description."""
    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like."""
    web: Exposed = Exposed()
    """How users reach the web processes: exposure, node_port, ingress_class, annotations... Default: in the cluster only."""

    @cached_property
    def parts(self) -> AppParts:
        """What is known of each of its components, checked once. Raises `ProblemsError` with the problems of all of them."""
        return describe_parts(self)

    @rule
    def _settings_decide_their_variables(self) -> None:
        refuse(problems_of_names("secrets", self.secrets, self.app.deciding("app.")))

    @last_rule
    def _parts_are_right(self) -> None:
        _ = self.parts


class KubernetesAppModel(KubernetesAppDescription, DescribedApp, Placed):
    """Arguments of KubernetesApp."""

    migration_secrets: Variables = {}
    """Those of the secrets that migrations get with another value, such as a DATABASE_URL that goes past a connection pool:
    they need advisory locks, which a pool loses. Default: none."""
    namespace: InputText | None = None
    """Kubernetes namespace. Default: the provider's."""
    pull_secrets: list[InputText] = []
    """Names of Secrets with credentials of the image's registry. Default: none."""
    database_authorities: InputText | None = None
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: bool = True
    """Whether NetworkPolicy objects limit who may connect to the pods: anybody to the port of web processes, nobody to others.
    They have no effect where the cluster's network enforces none. Default true."""
    kubeconfig: InputText | None = None
    """The provider's kubeconfig, to show the end of a log when something fails. Default: the one kubectl would use."""
    context: str | None = None
    """Context in that kubeconfig. Default: its current one."""

    @rule
    def _further_databases_have_addresses(self) -> None:
        check_addresses_given(self.app.databases, {*self.app.env, *self.secrets})

    @rule
    def _settings_decide_variables_of_migrations(self) -> None:
        *_, migration = self.app.deciding("app.")
        refuse(problems_of_names("migration_secrets", self.migration_secrets, [migration]))

    def place(self, part: WorkloadOptions, model: type[WorkloadT], image: pulumi.Input[str], **made: Any) -> WorkloadT:
        """The arguments of a part: what is known of it, where it runs, and what has been made for it."""
        secrets = self.secrets
        if isinstance(part, MigrationJobOptions):
            secrets = {**secrets, **self.migration_secrets}
        elif isinstance(part, RailsWebOptions):
            made = {**_fields(self.web), **made}
        where = {field: getattr(self, field) for field in PLACE}
        return part.placed(model, image=image, secrets=secrets, **where, **made)


def describe_parts(given: KubernetesAppDescription) -> AppParts:
    """The options of every part. Raises `ProblemsError` with the problems of all of them."""
    app, checks = given.app, Checks()

    def check(part: str, model: type[WorkloadOptions], description: AppPart, left_out: str = "", **more: Any) -> Any:
        fields = {field: value for field, value in _fields(description).items() if field != left_out} | more
        env = {**app.env, **fields.get("env", {})}
        values = {"user": app.user, "workdir": app.workdir, **fields, "env": env}
        described = checks.assembled(f"app.{part}", model, values, [type(description), Exposed])
        if described is not None:
            checks.check(f"app.{part}", described.check_secrets, given.secrets)
        return described

    def migration(phase: MigrationPhase) -> Any:
        return check("migration", MigrationJobOptions, app.migration, "post", phase=phase)

    parts = AppParts(
        migration=migration(app.migration.first_phase),
        web=check("web", RailsWebOptions, app.web, **_fields(given.web)),
        workers={key: check(f"workers.{key}", SidekiqWorkersOptions, group) for key, group in app.workers.items()},
        cron={key: check(f"cron.{key}", CronTaskOptions, task) for key, task in app.cron.items()},
        console=check("console", ConsoleOptions, app.console, "enabled") if app.console.enabled else None,
        post_migration=migration(MigrationPhase.POST) if app.migration.post else None,
    )
    checks.refuse()
    return parts


def _fields(description: Arguments) -> dict[str, Any]:
    """The values of a description, each as it was checked."""
    kind = Exposed if isinstance(description, Exposed) else type(description)
    return {field: getattr(description, field) for field in kind.model_fields}
