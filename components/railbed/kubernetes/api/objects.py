"""Reading which objects a cluster holds, and whose they are."""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from railbed.kubernetes.api.client import connect
from railbed.kubernetes.api.ownership import FoundObject, ObjectName, Owner

LISTS = {
    "CronJob": ("BatchV1Api", "list_namespaced_cron_job"),
    "Deployment": ("AppsV1Api", "list_namespaced_deployment"),
    "Ingress": ("NetworkingV1Api", "list_namespaced_ingress"),
    "PersistentVolumeClaim": ("CoreV1Api", "list_namespaced_persistent_volume_claim"),
    "PodDisruptionBudget": ("PolicyV1Api", "list_namespaced_pod_disruption_budget"),
    "Service": ("CoreV1Api", "list_namespaced_service"),
    "StatefulSet": ("AppsV1Api", "list_namespaced_stateful_set"),
}
"""How the official client lists the kinds of which railbed names objects itself; Pulumi names all others, each time anew."""


class ClusterObjects:
    """What a cluster holds, as far as it matters whose it is. Every call has a time limit, and none is repeated."""

    TIMEOUT_SECONDS = 10

    def __init__(self, kubeconfig: str | None, context: str | None) -> None:
        """Connect with a kubeconfig's text or path; without one as kubectl would, then as a pod of the cluster.

        Raises `kubernetes.config.ConfigException` if there is no usable configuration.
        """
        from kubernetes import client

        self._api = connect(kubeconfig, context, retries=False)
        self._clients: Any = client

    @property
    def address(self) -> str:
        """Where the API of the cluster is."""
        return str(self._api.configuration.host)

    def identity(self) -> str | None:
        """What tells this cluster from any other, whichever address it is reached at; None where this user may not see it.

        It is the UID of the namespace kube-system, which is made with the cluster and cannot be deleted.
        """
        try:
            return str(self._read("CoreV1Api", "read_namespace", "kube-system")["metadata"]["uid"])
        except self._clients.ApiException as error:
            if error.status == 403:
                return None
            raise

    def namespace(self, name: str) -> FoundObject | None:
        """A namespace; None if there is none of that name, or this user may not see it."""
        try:
            return _found("Namespace", self._read("CoreV1Api", "read_namespace", name))
        except self._clients.ApiException as error:
            if error.status == 404:
                return None
            raise

    def present(self, namespace: str, names: Iterable[ObjectName]) -> list[FoundObject]:
        """Those of these objects that are in a namespace."""
        wanted = set(names)
        kinds = sorted({each.kind for each in wanted})
        with ThreadPoolExecutor(len(kinds) or 1) as pool:
            listings = pool.map(lambda kind: self._list(kind, *LISTS[kind], namespace), kinds)
            return [found for listing in listings for found in listing if found.identity in wanted]

    def _list(self, kind: str, group: str, call: str, *place: str, **options: str) -> list[FoundObject]:
        return [_found(kind, item) for item in self._read(group, call, *place, **options)["items"]]

    def _read(self, group: str, call: str, *place: str, **options: str) -> Any:
        api = getattr(self._clients, group)(self._api)
        answer = getattr(api, call)(*place, _preload_content=False, _request_timeout=self.TIMEOUT_SECONDS, **options)
        return json.loads(answer.data)


def _found(kind: str, item: Any) -> FoundObject:
    metadata = item["metadata"]
    labels = metadata.get("labels") or {}
    identity = ObjectName(kind, metadata["name"])
    return FoundObject(identity, metadata.get("namespace", ""), Owner.of_labels(labels), labels)
