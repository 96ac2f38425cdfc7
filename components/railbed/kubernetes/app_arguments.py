"""Arguments of KubernetesApp, as a whole and of each of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from railbed.decided_variables import problems_of_names, refuse
from railbed.described_app import DescribedApp
from railbed.enums import Exposure, MigrationPhase
from railbed.kubernetes.console import ConsoleModel
from railbed.kubernetes.cron_task import CronTaskModel
from railbed.kubernetes.migration_job import MigrationJobModel
from railbed.kubernetes.rails_web import RailsWebModel
from railbed.kubernetes.sidekiq_workers import SidekiqWorkersModel
from railbed.store_variables import Variables
from railbed.validation.arguments import Arguments
from railbed.validation.checks import Checks
from railbed.validation.rules import rule
from railbed.validation.types import InputText


class KubernetesAppModel(DescribedApp):
    """Arguments of KubernetesApp."""

    secrets: Variables = {}
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like."""
    migration_secrets: Variables = {}
    """Those of them that migrations get with another value, such as a DATABASE_URL that goes past a connection pool: they need
    advisory locks, which a pool loses. Default: none."""
    namespace: InputText | None = None
    """Kubernetes namespace. Default: the provider's."""
    pull_secrets: list[InputText] = []
    """Names of Secrets with credentials of the image's registry. Default: none."""
    web: dict[str, Any] = {}
    """Further arguments of RailsWeb, those that only Kubernetes knows: exposure, node_port, ingress_class, annotations..."""
    kubeconfig: InputText | None = None
    """The provider's kubeconfig, to show the end of a log when something fails. Default: the one kubectl would use."""
    context: str | None = None
    """Context in that kubeconfig. Default: its current one."""

    @rule
    def _settings_decide_their_variables(self) -> None:
        self.check_names("secrets", self.secrets)
        *_, migration = self.app.deciding("app.")
        refuse(problems_of_names("migration_secrets", self.migration_secrets, [migration]))


@dataclass(frozen=True)
class AppParts:
    """Arguments of all components of an application, each with the image that has not been migrated yet."""

    migration: MigrationJobModel
    web: RailsWebModel
    workers: Mapping[str, SidekiqWorkersModel]
    cron: Mapping[str, CronTaskModel]
    console: ConsoleModel | None
    post_migration: MigrationJobModel | None


def check_parts(name: str, given: KubernetesAppModel) -> AppParts:
    """The arguments of every part. Raises `InvalidArguments` with the problems of all of them."""
    app, checks = given.app, Checks(f"KubernetesApp '{name}'")

    def check(part: str, model: type[Arguments], description: Arguments, left_out: str = "", **more: Any) -> Any:
        fields = {field: getattr(description, field) for field in type(description).model_fields if field != left_out}
        arguments = {**_shared(given), **fields, **more}
        return checks.checked(f"app.{part}", model, {**arguments, "env": {**app.env, **arguments.get("env", {})}})

    def migration(phase: MigrationPhase) -> Any:
        secrets = {**given.secrets, **given.migration_secrets}
        return check("migration", MigrationJobModel, app.migration, "post", phase=phase, secrets=secrets)

    parts = AppParts(
        migration=migration(app.migration.first_phase),
        web=check("web", RailsWebModel, app.web, **{"exposure": Exposure.INTERNAL, **given.web}),
        workers={key: check(f"workers.{key}", SidekiqWorkersModel, group) for key, group in app.workers.items()},
        cron={key: check(f"cron.{key}", CronTaskModel, task) for key, task in app.cron.items()},
        console=check("console", ConsoleModel, app.console, "enabled") if app.console.enabled else None,
        post_migration=migration(MigrationPhase.POST) if app.migration.post else None,
    )
    checks.refuse()
    return parts


def _shared(given: KubernetesAppModel) -> dict[str, Any]:
    """Arguments that all workloads share."""
    return {
        "image": given.whole_image,
        "secrets": given.secrets,
        "namespace": given.namespace,
        "pull_secrets": given.pull_secrets,
        "user": given.app.user,
        "workdir": given.app.workdir,
        "kubeconfig": given.kubeconfig,
        "context": given.context,
    }
