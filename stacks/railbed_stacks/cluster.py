"""Target cluster: the application on a Kubernetes cluster that exists."""

from typing import Any

import pulumi
import pulumi_kubernetes

from railbed import Postgresql, Redis
from railbed.kubernetes.stores.postgresql import PostgresqlModel
from railbed.kubernetes.stores.redis import RedisModel
from railbed.stores.further_databases import as_variables
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.cluster_state import ClusterState, read_cluster
from railbed_stacks.image import build_in_registry
from railbed_stacks.kubeconfig import whole_content
from railbed_stacks.kubernetes_app import deploy_app, pull_secrets, restricted_namespace

SETTINGS = ClusterSettings


def deploy(settings: ClusterSettings) -> None:
    """Database, Redis and application, in one namespace of the cluster that the kubeconfig names."""
    access = settings.access
    state = read_cluster(settings, access)
    on_cluster = pulumi.ResourceOptions(provider=_provider(access, state))

    namespace: pulumi.Input[str] = state.namespace
    if state.makes_namespace:
        namespace = restricted_namespace(state.namespace, _holds_data(settings), on_cluster)
    credentials = pull_secrets(settings, settings.registry, namespace, on_cluster)
    # Pods of a version that marked nothing would lose their database before new ones take their place: the next `up` limits it.
    limited = settings.cluster.network_policy and not state.identity_is_new
    place = {"namespace": namespace, "pull_secrets": credentials, "network_policy": limited, **access}
    secrets = _secrets(settings, place, on_cluster)
    image = build_in_registry(settings, settings.registry)
    deploy_app(settings.described, on_cluster, image=image, secrets=secrets, **place)


def _provider(access: dict[str, str], state: ClusterState) -> pulumi_kubernetes.Provider:
    """A provider that takes up what this stack has made already: before a `pulumi up` was killed, or a namespace that stayed.

    `read_cluster` has stopped the program where anything else is in its way. No path of a kubeconfig gets into the state, where
    it would be wrong on the next machine: one that the settings name is given whole, as a secret, and "" stands for the one
    that kubectl finds by itself (without it the SDK fills in $KUBECONFIG). Only another cluster replaces the provider, and with
    it all that it made; the context says to the old one where that is. A provider that does not know its cluster's identity yet
    takes a kubeconfig in another form for another cluster: it learns the identity first.
    """
    path = access.get("kubeconfig")
    whole: pulumi.Input[str] = pulumi.Output.secret(whole_content(path)) if path else ""
    return pulumi_kubernetes.Provider(
        "cluster",
        kubeconfig=path if path and state.identity_is_new else whole,
        context=access.get("context"),
        cluster_identifier=state.cluster_identity,
        upsert_existing_objects=True,
        enable_patch_force=True,
    )


def _holds_data(settings: ClusterSettings) -> bool:
    return any(store is not None and store.keep_data for store in (settings.own_database, settings.own_redis))


def _secrets(settings: ClusterSettings, place: dict[str, Any], opts: pulumi.ResourceOptions) -> dict[str, pulumi.Input[str]]:
    """The settings' secrets, and the addresses of the stores that run in the cluster."""
    secrets = settings.app_secrets()
    if settings.own_database is not None:
        further = settings.further_databases
        placed = settings.own_database.placed(PostgresqlModel, databases=further, **place)
        database = Postgresql.from_model(f"{settings.name}-database", placed, opts)
        secrets |= {"DATABASE_URL": database.url, **as_variables(database.database_urls, further)}
    if settings.own_redis is not None:
        cache = settings.own_redis.placed(RedisModel, **place)
        secrets["REDIS_URL"] = Redis.from_model(f"{settings.name}-redis", cache, opts).url
    return secrets
