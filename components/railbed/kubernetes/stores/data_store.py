"""A data store in the cluster: one pod with a volume that outlives it."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import Field

from railbed.description.app import Resources
from railbed.kubernetes.api.access import observation_of
from railbed.kubernetes.api.live_values import followed
from railbed.kubernetes.api.ownership import ObjectName, Owner
from railbed.kubernetes.names import SubdomainName
from railbed.kubernetes.network_policy import allow_application, limit_connections
from railbed.kubernetes.pod import CONTAINER_SECURITY, NO_LOG_IN_STATUS, pod_security, resource_requirements
from railbed.kubernetes.stores.repair import StoreRepair
from railbed.kubernetes.stores.volume_size import VolumeSize
from railbed.kubernetes.watching.rollout_observer import RolloutObserver
from railbed.kubernetes.workload import Labels, Manifest, labels_of, metadata_of, owned, selector_of
from railbed.outputs import known_after
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import KUBERNETES_FIELDS, check_overrides, merged
from railbed.validation.quantities import Memory
from railbed.validation.rules import rule
from railbed.validation.types import InputImage, InputText

VOLUME = "data"

SECTIONS = {"Postgresql": "database", "Redis": "redis"}
"""Sections of the settings that describe the stores."""


class DataStoreOptions(Options):
    """Options of every data store."""

    image: InputImage
    """Container image. A new major version cannot read the old one's files: dump and restore instead."""
    storage: Memory = "10Gi"
    """Size of the volume, "10Gi". It can grow where the storage class allows it, and never shrinks. Default "10Gi"."""
    storage_class: SubdomainName | None = None
    """Storage class of the volume, used only when the volume is created. Default: the cluster's default class."""
    keep_data: bool = True
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same namespace takes it up
    again. Default true."""
    resources: Resources = Resources()
    """CPU and memory."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the objects that the component creates: stateful_set, service, network_policy."""

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, dict.fromkeys(("stateful_set", "service", "network_policy"), KUBERNETES_FIELDS))


class DataStore(DataStoreOptions, Placed):
    """Arguments that every data store takes."""

    user: int = Field(999, ge=1, le=65535)
    """UID that the container runs as, never 0. Default 999, as in the official images."""
    password: InputText | None = None
    """Password. A change rolls the store and everything that uses its `url`. Default: generated."""
    namespace: InputText | None = None
    """Kubernetes namespace. A change starts with an empty volume there. Default: the provider's."""
    pull_secrets: list[InputText] = []
    """Names of Secrets in the namespace with credentials of the image's registry. A change restarts the store. Default:
    none."""
    network_policy: bool = True
    """Whether a NetworkPolicy lets only web, workers, migrations, cron tasks and consoles of this stack connect, from the same
    namespace. It has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: InputText | None = None
    """Contents of the provider's kubeconfig, or its path: to show why the store does not start. Default: the one kubectl would
    use."""
    context: str | None = None
    """Context in that kubeconfig. Default: its current one."""


def volume_claim_of(name: str) -> str:
    """Name of the claim of a store's volume."""
    return f"{VOLUME}-{name}-0"


def store_object_names(name: str) -> set[ObjectName]:
    """The objects of a store whose names are fixed."""
    claim = ObjectName("PersistentVolumeClaim", volume_claim_of(name))
    return {claim, ObjectName("StatefulSet", name), ObjectName("Service", name)}


def run_store(
    name: str,
    store: DataStore,
    role: str,
    port: int,
    password: pulumi.Output[str],
    content: Mapping[str, pulumi.Input[str]],
    pod: Callable[[kubernetes.core.v1.Secret], Manifest],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """Everything of a store; its host name, known in previews, yet there only once the server accepts connections.

    `content` is that of the Secret from which the pod gets the password.
    """
    labels = labels_of(name, role)
    secret = kubernetes.core.v1.Secret(
        f"{name}-password",
        metadata=metadata_of(labels, store.namespace),
        string_data=content,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    service = _service_of(name, store, labels, port, parent)
    _limit_clients(name, store, labels, port, parent)
    stateful_set = _stateful_set_of(name, store, labels, pod(secret), password, parent)
    size = _volume_size_of(name, store, stateful_set, parent)
    return known_after(service.metadata, stateful_set, size).apply(lambda metadata: f"{name}.{metadata['namespace']}.svc")


def _service_of(name: str, store: DataStore, labels: Labels, port: int, parent: pulumi.Resource) -> kubernetes.core.v1.Service:
    """A Service with the store's name, so that the address stays when the pod moves."""
    manifest: Manifest = {
        "metadata": metadata_of(labels, store.namespace, name),
        "spec": {"type": "ClusterIP", "selector": labels, "ports": [{"name": "store", "port": port, "targetPort": port}]},
    }
    return kubernetes.core.v1.Service(
        name, **merged(manifest, store.overrides.get("service", {})), opts=pulumi.ResourceOptions(parent=parent)
    )


def _limit_clients(name: str, store: DataStore, labels: Labels, port: int, parent: pulumi.Resource) -> None:
    """Let only the application connect, unless the store is open to the whole cluster."""
    if store.network_policy:
        rules = allow_application(port)
        limit_connections(name, labels, rules, namespace=store.namespace, overrides=store.overrides, parent=parent)


def _stateful_set_of(
    name: str, store: DataStore, labels: Labels, pod: Manifest, password: pulumi.Output[str], parent: pulumi.Resource
) -> kubernetes.apps.v1.StatefulSet:
    """One pod and its volume. No setting replaces either of them, whatever changes; `password` is hidden in what it says."""
    claim: Manifest = {
        "metadata": {"name": VOLUME, "labels": owned(labels)},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": store.storage}}},
    }
    if store.storage_class is not None:
        claim["spec"]["storageClassName"] = store.storage_class
    manifest: Manifest = {
        "metadata": metadata_of(labels, store.namespace, name),
        "spec": {
            "serviceName": name,
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": owned(labels)},
                "spec": {
                    "securityContext": pod_security(store.user),
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    # Left out where there are none: it would restart stores that run.
                    **({"imagePullSecrets": [{"name": secret} for secret in store.pull_secrets]} if store.pull_secrets else {}),
                    **pod,
                },
            },
            "volumeClaimTemplates": [claim],
            "persistentVolumeClaimRetentionPolicy": {
                "whenDeleted": "Retain" if store.keep_data else "Delete",
                "whenScaled": "Retain",
            },
        },
    }
    manifest = merged(manifest, store.overrides.get("stateful_set", {}))
    return kubernetes.apps.v1.StatefulSet(
        name,
        **manifest,
        opts=pulumi.ResourceOptions(
            parent=parent,
            # Kubernetes refuses to change the template of a volume claim: Pulumi would replace the store for it.
            ignore_changes=["spec.volumeClaimTemplates"],
            hooks=_hooks(name, store, labels, manifest, password, parent),
        ),
    )


def _hooks(
    name: str, store: DataStore, labels: Labels, manifest: Manifest, password: pulumi.Output[str], parent: pulumi.Resource
) -> pulumi.ResourceHookBinding:
    """Mends what an earlier `up` broke, and tells why the store does not start."""
    observation = observation_of([password], store.kubeconfig, store.context)
    values = {"storage": store.storage, "storage_class": store.storage_class or ""}
    observer = RolloutObserver(parent, selector_of(labels), observation, values)
    (claim,) = manifest["spec"]["volumeClaimTemplates"]
    repair = StoreRepair(parent, observation, owned(labels), volume_claim_of(name), claim)

    async def on_error(args: pulumi.ErrorHookArgs) -> bool:
        again = await observer.on_error(args)
        if not again:
            repair.end()
        return again

    prefix = f"railbed:{type(parent).__name__}:{name}"
    after = pulumi.ResourceHook(f"{prefix}:after", repair.after)
    return pulumi.ResourceHookBinding(
        before_create=[pulumi.ResourceHook(f"{prefix}:before-create", repair.before_create)],
        before_update=[pulumi.ResourceHook(f"{prefix}:before-update", repair.before_update)],
        after_create=[after],
        after_update=[after],
        on_error=[pulumi.ErrorHook(f"{prefix}:error", on_error)],
    )


def _volume_size_of(
    name: str, store: DataStore, stateful_set: pulumi.Resource, parent: pulumi.Resource
) -> kubernetes.core.v1.PersistentVolumeClaimPatch:
    """Lets the volume of a store grow: the claim belongs to the StatefulSet, only its size is set here."""
    kind = type(parent).__name__
    observation = observation_of([], store.kubeconfig, store.context)
    size = VolumeSize(parent, observation, volume_claim_of(name), store.storage, f"{SECTIONS.get(kind, kind)}.storage")
    asked = followed(store.storage, size.request, store.kubeconfig, store.context, store.namespace)
    manifest: Manifest = {
        "metadata": {
            "name": volume_claim_of(name),
            # The template of the claim cannot change: this marks claims that were made before there were marks.
            "labels": Owner.of_program().labels,
            # Not waited for: where volumes are made for their first pod, the provider would wait for the claim of a running
            # one to be pending again.
            "annotations": {"pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true"},
            **({"namespace": store.namespace} if store.namespace is not None else {}),
        },
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": asked}}},
    }
    after = pulumi.ResourceHook(f"railbed:{kind}:{name}:size", size.after)
    on_error = pulumi.ErrorHook(f"railbed:{kind}:{name}:size-error", size.on_error)
    return kubernetes.core.v1.PersistentVolumeClaimPatch(
        f"{name}-size",
        **manifest,
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=[stateful_set],
            retain_on_delete=True,
            hooks=pulumi.ResourceHookBinding(after_create=[after], after_update=[after], on_error=[on_error]),
        ),
    )


def store_container(name: str, store: DataStore, mount_path: str, **fields: object) -> Manifest:
    """A container of the store, with its volume."""
    return {
        "name": name,
        "image": store.image,
        "imagePullPolicy": "IfNotPresent",
        "resources": resource_requirements(store.resources),
        "securityContext": CONTAINER_SECURITY,
        **NO_LOG_IN_STATUS,
        "volumeMounts": [{"name": VOLUME, "mountPath": mount_path}, {"name": "tmp", "mountPath": "/tmp"}],
        **fields,
    }


def store_probes(check: Manifest) -> Manifest:
    """Probes that run a command in the store's container: seldom, as each starts a process there."""
    return {
        "startupProbe": {**check, "periodSeconds": 2, "failureThreshold": 150},
        "readinessProbe": {**check, "periodSeconds": 15, "failureThreshold": 2},
        "livenessProbe": {**check, "periodSeconds": 30, "failureThreshold": 3},
    }
