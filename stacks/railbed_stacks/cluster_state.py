"""What a cluster holds before anything is changed: whose it is, and what a change of settings would leave behind."""

import asyncio
import dataclasses
from collections.abc import Mapping
from typing import Any

import pulumi

from railbed.description.app import App
from railbed.enums import Exposure
from railbed.kubernetes.api.client import plain_reason
from railbed.kubernetes.api.objects import ClusterObjects
from railbed.kubernetes.api.ownership import ForeignObjects, FoundObject, ObjectName, Owner, namespace_name
from railbed.kubernetes.kubernetes_app import object_names
from railbed.kubernetes.stores.data_store import store_object_names, volume_claim_of
from railbed.watching.diagnostics import refuse
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.previous_outputs import previous_outputs

_UNREADABLE = "Whether the cluster holds objects of others could not be read"
_REMEDY = (
    "Set railbed:cluster.namespace or railbed:app.name to another name, and they stay as they are. To take them over and "
    "change them, set railbed:cluster.adopt to [{names}]."
)
_REMEDY_ON_OWN_CLUSTER = "Delete them, or set railbed:app.name to another name."


@dataclasses.dataclass(frozen=True)
class ClusterState:
    """What the stack has to know of the cluster before it registers anything."""

    namespace: str
    """Namespace of the application."""
    makes_namespace: bool
    """Whether the stack makes the namespace, or made it: one that was there is used as it is."""
    cluster_identity: str | None = None
    """What tells this cluster from any other; None where it is not known."""
    identity_is_new: bool = False
    """Whether the last `up` did not keep the identity: the provider still knows its cluster by its kubeconfig alone."""


def read_cluster(settings: ClusterSettings, access: dict[str, str]) -> ClusterState:
    """Read the cluster, and stop if the stack would change or strand what it must not.

    Raises `railbed.kubernetes.api.ownership.ForeignObjects` where objects of somebody else have the names of the stack's own, and
    `pulumi.RunError` where data would stay behind, or the cluster cannot be read. A preview goes on without the cluster.
    """
    from kubernetes.config import ConfigException

    before = previous_outputs()
    assumed = ClusterState(
        settings.cluster.namespace or _own_name(settings.app, before),
        makes_namespace=settings.cluster.namespace is None,
        identity_is_new=_made_before_marks(before),
    )
    try:
        cluster = ClusterObjects(access.get("kubeconfig"), access.get("context"))
    except ConfigException as error:  # (the provider reads the same kubeconfig: it reaches no cluster either)
        pulumi.log.warn(f"What the cluster holds is not known, as its kubeconfig cannot be used: {plain_reason(error)}")
        return assumed
    try:
        return _state(settings, cluster, before, assumed)
    except pulumi.RunError:
        raise
    except Exception as error:
        unknown = _UNREADABLE if hasattr(error, "status") else f"The Kubernetes cluster is unreachable at {cluster.address}"
        if not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(f"{unknown}: {plain_reason(error)}. Nothing has been changed.") from None
        pulumi.log.warn(f"{unknown}: {plain_reason(error)}")
    return assumed


def own_namespace(app: App, kubeconfig: pulumi.Output[str]) -> pulumi.Output[str]:
    """The namespace for an application on a cluster that the stack itself made.

    It is known once the cluster has been read; the program stops there where it holds objects of somebody else.
    """
    before = previous_outputs()
    name, owners = _own_name(app, before), _owners(before)
    planned = object_names(app.name, app, Exposure.INTERNAL)

    def foreign(content: str) -> list[FoundObject]:
        cluster = ClusterObjects(content, None)
        found = cluster.namespace(name)
        present = [found, *cluster.present(name, planned)] if found else []
        return [each for each in present if each.owner not in owners]

    async def checked(content: str) -> str:
        try:
            found = await asyncio.to_thread(foreign, content)
        except Exception as error:  # (the cluster may only just have been made, and its address not be known here yet)
            pulumi.log.warn(f"{_UNREADABLE}: {plain_reason(error)}")
            return name
        if found:
            await refuse(str(ForeignObjects(name, found, _REMEDY_ON_OWN_CLUSTER)))
        return name

    return pulumi.Output.unsecret(kubeconfig.apply(checked))


def _own_name(app: App, before: Mapping[str, Any]) -> str:
    """The namespace of the stack's own: the one that it has, or a new one."""
    stays = before.get("app", app.name) == app.name
    return str(before["namespace"]) if stays and "namespace" in before else namespace_name(app.name)


def _made_before_marks(before: Mapping[str, Any]) -> bool:
    """Whether the last `up` was of a version that marked nothing; the output came with the marks."""
    return bool(before) and "app" not in before


def _owners(before: Mapping[str, Any]) -> set[Owner | None]:
    """Marks of the stack's own objects; None is none."""
    return {Owner.of_program(), *([None] if _made_before_marks(before) else [])}


def _state(
    settings: ClusterSettings, cluster: ClusterObjects, before: Mapping[str, Any], assumed: ClusterState
) -> ClusterState:
    adopted, owners = set(settings.cluster.adopted), _owners(before)
    found = cluster.namespace(assumed.namespace)
    if found is None and not assumed.makes_namespace:
        raise pulumi.RunError(
            f"railbed:cluster.namespace is '{assumed.namespace}', and there is no such namespace: create it, or remove the "
            "setting, and the stack makes one of its own. Nothing has been changed."
        )
    present = cluster.present(assumed.namespace, _planned(settings)) if found else []
    # A namespace that the settings name may be anybody's; one of the stack's own must not be.
    named = [found] if found and (assumed.makes_namespace or found.owner) else []
    foreign = [each for each in [*named, *present] if each.owner not in owners and each.identity not in adopted]
    if foreign:
        raise ForeignObjects(assumed.namespace, foreign, _REMEDY)
    _check_left_behind(settings, cluster, before, assumed.namespace)
    taken_over = found is not None and (found.owner == Owner.of_program() or found.identity in adopted)
    return dataclasses.replace(
        assumed, makes_namespace=assumed.makes_namespace or taken_over, cluster_identity=cluster.identity()
    )


def _planned(settings: ClusterSettings) -> set[ObjectName]:
    planned = object_names(settings.app.name, settings.app, settings.cluster.exposure)
    return planned.union(*(store_object_names(store) for store in settings.store_names))


def _check_left_behind(settings: ClusterSettings, cluster: ClusterObjects, before: Mapping[str, Any], namespace: str) -> None:
    """Stop before a store is made anew, and empty, while the data of the one before stays in another volume."""
    old_namespace, old_app = before.get("namespace", namespace), before.get("app", settings.app.name)
    if (old_namespace, old_app) == (namespace, settings.app.name):
        return
    # Stores are named after their part of the application: shop-database, shop-redis.
    parts = [name.removeprefix(settings.app.name) for name in settings.store_names]
    old = {ObjectName("PersistentVolumeClaim", volume_claim_of(f"{old_app}{part}")) for part in parts}
    left = {f"{old_namespace}/{claim.identity.name}" for claim in cluster.present(old_namespace, old)}
    if stranded := sorted(left - set(settings.cluster.left_behind)):
        listed = "\n".join(f"  - {claim}" for claim in stranded)
        raise pulumi.RunError(
            "The data of this stack is in volumes that its settings no longer name, and new, empty stores would take their "
            f"place in namespace '{namespace}'. Nothing has been changed.\n{listed}\n"
            "Set railbed:app.name and railbed:cluster.namespace back to what they were. To leave these volumes behind, set "
            f"railbed:cluster.left_behind to [{', '.join(stranded)}]."
        )
