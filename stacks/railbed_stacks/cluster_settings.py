"""The settings of target cluster: a Kubernetes cluster that exists, with data stores in it."""

from functools import cached_property
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from railbed.kubernetes.api.objects import LISTS
from railbed.kubernetes.api.ownership import ObjectName
from railbed.kubernetes.app_arguments import KubernetesAppDescription
from railbed.kubernetes.exposure import Exposed
from railbed.kubernetes.stores.postgresql import PostgresqlOptions
from railbed.kubernetes.stores.redis import RedisOptions
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.kubeconfig import api_server_host, check_kubeconfig, current_context, existing_file, path_of
from railbed_stacks.kubernetes_app import describe_app
from railbed_stacks.own_stores import OwnDatabase, OwnRedis, OwnStoreSettings

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


class Database(OwnDatabase, PostgresqlOptions):
    """The PostgreSQL that the stack runs in the cluster."""


class Cache(OwnRedis, RedisOptions):
    """The Redis that the stack runs in the cluster."""


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
    network_policy: bool = True
    """Whether NetworkPolicy objects limit who may connect to pods: anybody to web processes, only the application to its data
    stores, nobody to the rest. They have no effect where the cluster's network enforces none. Default true."""
    node_address: Annotated[str, matching(r"|[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", "specify a host name or address alone")] = ""
    """Address under which a node is reached, with exposure node_port, for the URL that is shown. Default: the host of the
    cluster's API, which on a cluster of one node is that node's."""

    @property
    def adopted(self) -> list[ObjectName]:
        """The objects to take over."""
        return [ObjectName(*each.split("/")) for each in self.adopt]


class ClusterSettings(OwnStoreSettings):
    """Settings of a stack of target cluster."""

    cluster: Cluster = Cluster()
    """The Kubernetes cluster and how the application appears on it."""
    database: Database = Database()
    """PostgreSQL in the cluster. It is left out where secrets.DATABASE_URL names another database."""
    redis: Cache = Cache()
    """Redis in the cluster. It is left out where secrets.REDIS_URL names another one, or no workers need one."""

    @rule
    def _a_cluster_is_named(self) -> None:
        check_kubeconfig(self.cluster.kubeconfig, self.cluster.context)

    @property
    def own_database(self) -> Database | None:
        """The PostgreSQL to run in the cluster, if any."""
        return self.database if self.makes_database else None

    @property
    def own_redis(self) -> Cache | None:
        """The Redis to run in the cluster, if any."""
        return self.redis if self.makes_redis else None

    @property
    def store_names(self) -> list[str]:
        """Names of the data stores that the stack runs in the cluster."""
        stores = {"database": self.own_database, "redis": self.own_redis}
        return [f"{self.app.name}-{store}" for store, settings in stores.items() if settings is not None]

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
