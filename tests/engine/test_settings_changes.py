"""What a change of each setting does: what rolls, what is replaced, and that no data is ever among it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from railbed_stacks.cluster_settings import ClusterSettings
from tests.cluster.rails_stack import Run
from tests.engine.recorded_stack import RecordedStack

KUBECONFIG = Path(__file__).with_name("kubeconfig.yaml")
CONTAINERS = ("web", "default", "mailers", "console", "digest", "migrate", "post-migrate")
KEEPERS = (
    "Namespace",
    "StatefulSet",
    "PersistentVolumeClaimPatch",
    "RandomPassword",
    "kubernetes cluster",
    "Service shop-database",
)

MIGRATIONS = {"replace Job shop-migrate", "replace Job shop-post-migrate"}
WEB, DEFAULT, CONSOLE = "update Deployment shop-web", "update Deployment shop-default", "update Deployment shop-console"
CRON = "update CronJob shop-digest"
ALL = {WEB, DEFAULT, "update Deployment shop-mailers", CONSOLE, CRON, *MIGRATIONS}
ENVIRONMENTS = {f"replace ConfigMap shop-{name}-env" for name in CONTAINERS}
SECRETS = {f"replace Secret shop-{name}-secrets" for name in CONTAINERS}
WEB_ENVIRONMENT = {WEB, "replace ConfigMap shop-web-env"}
DEFAULT_ENVIRONMENT = {DEFAULT, "replace ConfigMap shop-default-env"}
MIGRATION_ENVIRONMENTS = {*MIGRATIONS, "replace ConfigMap shop-migrate-env", "replace ConfigMap shop-post-migrate-env"}
PROVIDER = "update kubernetes cluster"
SERVICE = {"update Service shop-web"}
DATABASE, REDIS = {"update StatefulSet shop-database"}, {"update StatefulSet shop-redis"}
REGISTRY = {"replace Secret shop-registry", *ALL, *DATABASE, *REDIS}
ANNOTATIONS = {"a.example.com/b": "c"}
FOLDERS = ["/rails/tmp", "/data"]
ENTRYPOINT = ["/usr/bin/env"]
MORE = {"cpu": "300m"}

CHANGES: list[tuple[dict[str, Any], set[str]]] = [
    ({"cluster.exposure": "load_balancer", "cluster.node_port": None, "cluster.node_address": None}, SERVICE),
    (
        {
            "cluster.exposure": "ingress",
            "cluster.ingress_class": "nginx",
            "cluster.tls_secret": "certificate",
            "cluster.cluster_issuer": "letsencrypt",
            "cluster.body_limit": "100Mi",
            "cluster.annotations": {"a.example.com/b": "c"},
            "cluster.node_port": None,
            "cluster.node_address": None,
        },
        {*SERVICE, "create Ingress shop-web"},
    ),
    (
        {
            "cluster.exposure": "gateway",
            "cluster.gateway": "public",
            "cluster.gateway_namespace": "infra",
            "cluster.gateway_listener": "https",
            "cluster.node_port": None,
            "cluster.node_address": None,
        },
        {*SERVICE, "create HTTPRoute shop-web-route"},
    ),
    (
        {
            "cluster.exposure": "load_balancer",
            "cluster.https": True,
            "cluster.keep_client_addresses": True,
            "cluster.node_port": None,
            "cluster.node_address": None,
        },
        SERVICE,
    ),
    ({"cluster.node_port": 30501}, SERVICE),
    ({"cluster.node_address": "192.0.2.9"}, set()),
    ({"cluster.network_policy": False}, {f"delete NetworkPolicy shop-{name}" for name in (*CONTAINERS, "database", "redis")}),
    ({"cluster.kubeconfig": str(KUBECONFIG)}, {PROVIDER}),
    ({"cluster.context": "another"}, {PROVIDER}),
    ({"app.image.ref": "registry.example.com/shop:2"}, ALL),
    ({"app.workdir": "/app"}, ALL),
    ({"app.user": 1001}, ALL),
    ({"app.env.GREETING": "changed"}, {*ALL, *ENVIRONMENTS}),
    ({"app.web.replicas": 3}, {WEB}),
    ({"app.web.replicas": 1}, {WEB, "delete PodDisruptionBudget shop-web"}),
    ({"app.web.server": "unicorn"}, {*WEB_ENVIRONMENT, "delete ConfigMap shop-web-socket"}),
    ({"app.web.command": ["bin/serve"]}, {WEB, "delete ConfigMap shop-web-socket"}),
    ({"app.web.port": 4000}, {*WEB_ENVIRONMENT, "replace NetworkPolicy shop-web"}),
    ({"app.web.hosts": ["other.example.com"]}, {WEB}),
    ({"app.web.health_path": "/healthy"}, {WEB}),
    ({"app.web.processes": 4}, WEB_ENVIRONMENT),
    ({"app.web.threads": 5}, WEB_ENVIRONMENT),
    ({"app.web.startup_seconds": 60}, {WEB}),
    ({"app.web.drain_seconds": 20}, {WEB}),
    ({"app.web.request_seconds": 60}, {WEB}),
    ({"app.web.keep_alive_seconds": 90}, WEB_ENVIRONMENT),
    ({"app.web.env.ONLY_WEB": "1"}, WEB_ENVIRONMENT),
    ({"app.web.resources": MORE}, {WEB}),
    ({"app.web.entrypoint": ENTRYPOINT}, {WEB}),
    ({"app.web.writable_paths": FOLDERS}, {WEB}),
    ({"app.web.overrides.deployment.metadata.annotations": ANNOTATIONS}, {WEB}),
    ({"app.workers.default.queues": ["critical,2", "default"]}, {DEFAULT}),
    ({"app.workers.default.concurrency": 9}, DEFAULT_ENVIRONMENT),
    ({"app.workers.default.replicas": 2}, {DEFAULT, "create PodDisruptionBudget shop-default"}),
    ({"app.workers.default.shutdown_seconds": 60}, {DEFAULT}),
    ({"app.workers.default.startup_seconds": 60}, {DEFAULT}),
    ({"app.workers.default.command": ["bin/jobs"]}, {DEFAULT, "delete ConfigMap shop-default-loader"}),
    ({"app.workers.default.env.ONLY_DEFAULT": "1"}, DEFAULT_ENVIRONMENT),
    ({"app.workers.default.resources": MORE}, {DEFAULT}),
    ({"app.workers.default.entrypoint": ENTRYPOINT}, {DEFAULT}),
    ({"app.workers.default.writable_paths": FOLDERS}, {DEFAULT}),
    ({"app.workers.default.overrides.deployment.metadata.annotations": ANNOTATIONS}, {DEFAULT}),
    ({"app.workers.default.backend": "good_job"}, {*DEFAULT_ENVIRONMENT, "delete ConfigMap shop-default-loader"}),
    ({"app.workers.default.health.command": ["bin/alive"]}, {DEFAULT, "delete ConfigMap shop-default-loader"}),
    (
        {"app.workers.default.health.port": 7433, "app.workers.default.health.path": "/alive"},
        {DEFAULT, "delete ConfigMap shop-default-loader"},
    ),
    ({"app.workers.default.strategy": "Recreate"}, {DEFAULT}),
    ({"app.migration.command": ["bin/rails", "db:migrate"]}, MIGRATIONS),
    ({"app.migration.env.ONLY_MIGRATION": "1"}, MIGRATION_ENVIRONMENTS),
    ({"app.migration.deadline_seconds": 100}, {"update Job shop-migrate", "update Job shop-post-migrate"}),
    ({"app.migration.start_seconds": 100}, set()),
    ({"app.migration.database_seconds": 100}, MIGRATION_ENVIRONMENTS),
    ({"app.migration.resources": MORE}, MIGRATIONS),
    ({"app.migration.entrypoint": ENTRYPOINT}, MIGRATIONS),
    ({"app.migration.writable_paths": FOLDERS}, MIGRATIONS),
    (
        {"app.migration.overrides.job.metadata.annotations": ANNOTATIONS},
        {"update Job shop-migrate", "update Job shop-post-migrate"},
    ),
    (
        {"app.migration.post": False},
        {
            "replace Job shop-migrate",
            "replace ConfigMap shop-migrate-env",
            "delete Job shop-post-migrate",
            "delete ConfigMap shop-post-migrate-env",
            "delete ConfigMap shop-post-migrate-log",
            "delete Secret shop-post-migrate-secrets",
            "delete NetworkPolicy shop-post-migrate",
        },
    ),
    ({"app.cron.digest.schedule": "@daily"}, {CRON}),
    ({"app.cron.digest.command": ["bin/digest"]}, {CRON}),
    ({"app.cron.digest.time_zone": "Europe/Berlin"}, {CRON}),
    ({"app.cron.digest.deadline_seconds": 100}, {CRON}),
    ({"app.cron.digest.overlap": True}, {CRON}),
    ({"app.cron.digest.resources": MORE}, {CRON}),
    ({"app.cron.digest.entrypoint": ENTRYPOINT}, {CRON}),
    ({"app.cron.digest.writable_paths": FOLDERS}, {CRON}),
    ({"app.cron.digest.overrides.cron_job.metadata.annotations": ANNOTATIONS}, {CRON}),
    ({"app.cron.digest.suspended": True}, {CRON}),
    ({"app.cron.digest.env.ONLY_DIGEST": "1"}, {CRON, "replace ConfigMap shop-digest-env"}),
    (
        {"app.console.enabled": False},
        {
            "delete Deployment shop-console",
            "delete ConfigMap shop-console-env",
            "delete Secret shop-console-secrets",
            "delete NetworkPolicy shop-console",
        },
    ),
    ({"app.console.resources": MORE}, {CONSOLE}),
    ({"app.console.entrypoint": ENTRYPOINT}, {CONSOLE}),
    ({"app.console.writable_paths": FOLDERS}, {CONSOLE}),
    ({"app.console.overrides.deployment.metadata.annotations": ANNOTATIONS}, {CONSOLE}),
    ({"app.web.autoscaled": True}, set()),
    ({"app.workers.default.autoscaled": True}, set()),
    ({"cluster.adopt": ["Deployment/shop-web"]}, set()),
    ({"cluster.left_behind": ["shop/data-shop-database-0"]}, set()),
    ({"app.databases": ["cache"]}, {*ALL, *SECRETS}),
    ({"secrets.RAILS_MASTER_KEY": "0" * 32}, {*ALL, *SECRETS}),
    ({"secrets.REGISTRY_PASSWORD": "another-password"}, REGISTRY),
    ({"registry.server": "docker.io"}, REGISTRY),
    ({"registry.username": "another"}, REGISTRY),
    ({"database.image": "docker.io/library/postgres:17.7"}, DATABASE),
    ({"database.resources": MORE}, DATABASE),
    ({"database.max_connections": 200}, DATABASE),
    ({"database.storage": "20Gi"}, {"update PersistentVolumeClaimPatch shop-database-size"}),
    ({"database.storage_class": "fast"}, set()),
    ({"database.keep_data": False}, DATABASE),
    ({"database.overrides.stateful_set.metadata.annotations": {"a.example.com/b": "c"}}, DATABASE),
    ({"redis.image": "docker.io/library/redis:7.6"}, REDIS),
    ({"redis.resources": MORE}, REDIS),
    ({"redis.storage": "20Gi"}, {"update PersistentVolumeClaimPatch shop-redis-size"}),
    ({"redis.storage_class": "fast"}, set()),
    ({"redis.keep_data": False}, REDIS),
    ({"redis.overrides.stateful_set.metadata.annotations": {"a.example.com/b": "c"}}, REDIS),
]

MOVES: list[tuple[str, Any]] = [
    ("app.name", "store"),
    ("cluster.namespace", "existing"),
    ("database.enabled", False),
    ("redis.enabled", False),
    ("target", "cluster"),
]
"""Settings whose change moves the application or a store elsewhere on purpose."""


BUILDS = tuple(
    f"app.image.{setting}"
    for setting in [
        "build",
        "repository",
        "dockerfile",
        "base_image",
        "follow_base",
        "build_args",
        "target",
        "platform",
        "cache",
    ]
)
"""Settings of an image that is built here: test_rails_image.py tells what a new image does."""


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[next(iter(change)) for change, _ in CHANGES])
def test_a_changed_setting_rolls_what_uses_it_and_nothing_else(
    deployed_stack: RecordedStack, change: Mapping[str, Any], expected: set[str]
) -> None:
    with deployed_stack.changed(change):
        run = deployed_stack.preview()
    assert run.code == 0, run.text
    found = operations(run)
    data = [each for each in found for keeper in KEEPERS if keeper in each and not each.startswith("update ")]
    assert data == [], "data would be lost"
    assert found == expected


def test_every_setting_has_its_change_here() -> None:
    changed = {path for change, _ in CHANGES for path in change} | {path for path, _ in MOVES} | {*BUILDS}
    missing = [
        field for field in fields(ClusterSettings) if not any(path == field or path.startswith(f"{field}.") for path in changed)
    ]
    assert missing == [], "nothing is said here about what a change of these settings does"


def operations(run: Run) -> set[str]:
    """What a run did or would do, in words; components, which are nothing of their own, left out."""
    found = set()
    for resource, steps in run.operations.items():
        token, name = resource.split("::")
        if not token.startswith("railbed:"):
            what = "replace" if any("replace" in step for step in steps) else steps[0]
            found.add(f"{what} {token.split(':')[-1]} {name}")
    return found


def fields(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Paths of all settings; of a mapping of groups, those of the groups in the settings of these tests."""
    keys = {"workers": "workers.default", "cron": "cron.digest"}
    for name, field in model.model_fields.items():
        inner = [each for each in (field.annotation, *get_args(field.annotation)) if _is_model(each)]
        here = f"{path}{keys.get(name, name)}"
        if inner and name != "resources":
            yield from fields(inner[0], f"{here}.")
        else:
            yield here


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
