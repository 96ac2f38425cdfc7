"""Target cluster: the application on a Kubernetes cluster that exists."""

from typing import Any

import pulumi
import pulumi_kubernetes

from railbed import Postgresql, Redis
from railbed.kubernetes.exposure import Exposed
from stacks.cluster_settings import Cluster, ClusterSettings, Store
from stacks.cluster_state import ClusterState, read_cluster
from stacks.image import build_in_registry
from stacks.kubeconfig import api_server_host, current_context, path_of, whole_content
from stacks.kubernetes_app import deploy_app, described_app, pull_secrets, restricted_namespace

SETTINGS = ClusterSettings


def deploy(settings: ClusterSettings) -> None:
    """Database, Redis and application, in one namespace of the cluster that the kubeconfig names."""
    access = _access(settings.cluster)
    described = described_app(settings, settings.names_of_secrets, web=_exposure(settings.cluster, access), **access)
    state = read_cluster(settings, access)
    on_cluster = pulumi.ResourceOptions(provider=_provider(access, state))

    namespace: pulumi.Input[str] = state.namespace
    if state.makes_namespace:
        namespace = restricted_namespace(state.namespace, _holds_data(settings), on_cluster)
    credentials = pull_secrets(settings, settings.registry, namespace, on_cluster)
    secrets = _secrets(settings, {"namespace": namespace, "pull_secrets": credentials, **access}, on_cluster)
    image = build_in_registry(settings, settings.registry)
    deploy_app(settings, {**described, **image, "secrets": secrets, "pull_secrets": credentials}, namespace, on_cluster)


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


def _access(cluster: Cluster) -> dict[str, str]:
    """kubeconfig and context, as far as they are known."""
    path = path_of(cluster.kubeconfig)
    access = {"kubeconfig": path, "context": cluster.context or current_context(path)}
    return {key: value for key, value in access.items() if value is not None}


def _holds_data(settings: ClusterSettings) -> bool:
    return any(store is not None and store.keep_data for store in (settings.own_database, settings.own_redis))


def _secrets(settings: ClusterSettings, place: dict[str, Any], opts: pulumi.ResourceOptions) -> dict[str, pulumi.Input[str]]:
    """The settings' secrets, and the addresses of the stores that run in the cluster."""
    secrets = settings.app_secrets()
    if settings.own_database is not None:
        secrets["DATABASE_URL"] = Postgresql(f"{settings.app.name}-database", _store(settings.own_database, place), opts).url
    if settings.own_redis is not None:
        secrets["REDIS_URL"] = Redis(f"{settings.app.name}-redis", _store(settings.own_redis, place), opts).url
    return secrets


def _store(store: Store, place: dict[str, Any]) -> Any:
    return {**place, **store.model_dump(exclude={"enabled"}, exclude_none=True)}


def _exposure(cluster: Cluster, access: dict[str, str]) -> dict[str, Any]:
    node_address = cluster.node_address or api_server_host(access.get("kubeconfig"), access.get("context"))
    details = cluster.model_dump(include=set(Exposed.model_fields) - {"node_address"}, exclude_none=True)
    return details | ({"node_address": node_address} if node_address else {})
