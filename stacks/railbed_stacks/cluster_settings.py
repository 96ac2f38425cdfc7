"""The settings of target cluster: a Kubernetes cluster that exists, with data stores in it."""

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from railbed.image.registry import DOCKER_HUB
from railbed.kubernetes.api.objects import LISTS
from railbed.kubernetes.api.ownership import ObjectName
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.kubernetes.exposure import Exposed
from railbed.kubernetes.stores.postgresql import PostgresqlOptions
from railbed.kubernetes.stores.redis import RedisOptions
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.connections import check_connections
from railbed_stacks.kubeconfig import api_server_host, check_kubeconfig, current_context, existing_file, path_of
from railbed_stacks.kubernetes_app import describe_app
from railbed_stacks.pulling import check_registry
from railbed_stacks.settings import REGISTRY_PASSWORD, Registry, Settings

NamespaceName: TypeAlias = Annotated[
    str,
    matching(
        r"(?!kube-)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
        "use lower case letters, digits and dashes, 63 characters at most, and not kube- first, which is Kubernetes' own",
    ),
]
"""Name of a Kubernetes namespace."""

AdoptedObject: TypeAlias = Annotated[
    str, matching(rf"({'|'.join(['Namespace', *LISTS])})/[a-z0-9][-a-z0-9.]*", "give Kind/name, such as Deployment/shop-web")
]
"""An object of the cluster, as an error names it."""

VolumeClaim: TypeAlias = Annotated[
    str, matching(r"[a-z0-9][-a-z0-9]*/[a-z0-9][-a-z0-9.]*", "give namespace/name, such as shop/data-shop-database-0")
]
"""A volume claim, as an error names it."""

RESERVED_CONNECTIONS = 3
"""PostgreSQL's superuser_reserved_connections."""


class Database(PostgresqlOptions):
    """The PostgreSQL that the stack runs in the cluster."""

    enabled: bool = True
    """Whether the stack runs it. Default true."""


class Cache(RedisOptions):
    """The Redis that the stack runs in the cluster."""

    enabled: bool = True
    """Whether the stack runs it. Default true."""


class Cluster(Exposed):
    """The Kubernetes cluster and how the application appears on it."""

    kubeconfig: Annotated[str, AfterValidator(existing_file)] | None = None
    """Path of the kubeconfig. Default: $KUBECONFIG, ~/.kube/config, or the cluster that the program runs in."""
    context: str | None = None
    """Context in the kubeconfig. Default: its current one."""
    namespace: NamespaceName | None = None
    """A namespace that exists; it is used as it is, and stays. Default: one of the stack's own, named after application and
    stack (shop-production), which is made with the stack and stays as long as it holds kept data."""
    adopt: list[AdoptedObject] = []
    """Objects that this stack takes over and changes although it did not make them, each as Kind/name: Deployment/shop-web,
    Namespace/shop. Default: none; objects of others stop `pulumi up` before anything is changed."""
    left_behind: list[VolumeClaim] = []
    """Volume claims of this stack that a new name or namespace leaves behind, each as namespace/name. Default: none; data that
    would stay behind stops `pulumi up` before anything is changed."""
    node_address: Annotated[str, matching(r"|[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", "give a host name or address alone")] = ""
    """Address under which a node is reached, with exposure node_port, for the URL that is shown. Default: the host of the
    cluster's API, which on a cluster of one node is that node's."""

    @property
    def adopted(self) -> list[ObjectName]:
        """The objects to take over."""
        return [ObjectName(*each.split("/")) for each in self.adopt]


class ClusterSettings(Settings):
    """Everything that a stack of target cluster is told."""

    cluster: Cluster = Cluster()
    """The Kubernetes cluster and how the application appears on it."""
    database: Database = Database()
    """PostgreSQL in the cluster. It is left out where secrets.DATABASE_URL names another database."""
    redis: Cache = Cache()
    """Redis in the cluster. It is left out where secrets.REDIS_URL names another one, or the application has no workers."""
    registry: Registry | None = None
    """Private image registry that the image is in, or is pushed to. Default: none."""

    @rule
    def _a_cluster_is_named(self) -> None:
        check_kubeconfig(self.cluster.kubeconfig, self.cluster.context)

    @rule
    def _secrets_are_complete(self) -> None:
        if self.registry is not None and REGISTRY_PASSWORD not in self.secrets:
            raise ValueError(
                "registry is given without its password: run "
                "`pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD`"
            )
        if self.registry is None and self.app.image.build is not None:
            raise ValueError(
                "app.image.build needs a registry to push to, from which the cluster pulls: add registry, with its server "
                "and username"
            )
        if not self.database.enabled and "DATABASE_URL" not in self.secrets:
            raise ValueError("database.enabled is false and secrets has no DATABASE_URL: give one of them")

    @rule
    def _registry_is_that_of_an_image(self) -> None:
        if self.registry is not None:
            own_stores = self.own_database is not None or self.own_redis is not None
            of_stores = (f"{DOCKER_HUB}/library/postgres",) if own_stores else ()
            check_registry(self.registry.server, self.app.image, self.model_dump(exclude={"secrets"}), of_stores)

    @rule
    def _connections_suffice(self) -> None:
        if self.own_database is not None:
            accepted = self.own_database.max_connections
            found = f"database.max_connections is {accepted}"
            check_connections(self.app, accepted, found, "raise it to {} or more", RESERVED_CONNECTIONS)

    @property
    def own_database(self) -> Database | None:
        """The PostgreSQL to run in the cluster, if any."""
        return self.database if self.database.enabled and "DATABASE_URL" not in self.secrets else None

    @property
    def own_redis(self) -> Cache | None:
        """The Redis to run in the cluster, if any."""
        return self.redis if self.redis.enabled and self.app.workers and "REDIS_URL" not in self.secrets else None

    @property
    def store_names(self) -> list[str]:
        """Names of the data stores that the stack runs in the cluster."""
        stores = {"database": self.own_database, "redis": self.own_redis}
        return [f"{self.app.name}-{store}" for store, settings in stores.items() if settings is not None]

    @property
    def made_variables(self) -> Sequence[str]:
        """Names of variables that the stack makes."""
        of_stores = {"DATABASE_URL": self.own_database, "REDIS_URL": self.own_redis}
        return [name for name, store in of_stores.items() if store is not None]

    @cached_property
    def access(self) -> dict[str, str]:
        """kubeconfig and context, as far as they are known."""
        path = path_of(self.cluster.kubeconfig)
        access = {"kubeconfig": path, "context": self.cluster.context or current_context(path)}
        return {key: value for key, value in access.items() if value is not None}

    @cached_property
    def described(self) -> KubernetesAppDescription:
        """The application and each of its parts. Raises `ProblemsError`."""
        address = self.cluster.node_address or api_server_host(self.access.get("kubeconfig"), self.access.get("context"))
        return describe_app(self, self.cluster.model_copy(update={"node_address": address or "localhost"}))
