"""The objects of one store on the cluster: what repairing it reads, deletes and makes."""

import time
from datetime import UTC, datetime
from typing import Any

from railbed.kubernetes.api.access import ClusterAccess
from railbed.kubernetes.workload import Manifest

REPLACE_SECONDS = 5.0

RETRIED = "railbed/retried-at"
"""Annotation of a StatefulSet: when Kubernetes was asked to look at it again."""


class StoreObjects:
    """Calls on the StatefulSet, pod and volume claim of a store in one namespace. Every call has a time limit.

    Deletions name the object's identity and version: what has changed since it was read stays.
    """

    def __init__(self, access: ClusterAccess, namespace: str) -> None:
        self._core, self._apps, self._namespace = access.core, access.apps, namespace
        self._options = {"_request_timeout": access.TIMEOUT_SECONDS}

    def stateful_set(self, name: str) -> Any | None:
        """A StatefulSet; None if there is none of that name."""
        return self._found(self._apps.read_namespaced_stateful_set, name)

    def pod(self, name: str) -> Any | None:
        """A pod; None if there is none of that name."""
        return self._found(self._core.read_namespaced_pod, name)

    def claim(self, name: str) -> Any | None:
        """A volume claim; None if there is none of that name."""
        return self._found(self._core.read_namespaced_persistent_volume_claim, name)

    def delete_pod(self, pod: Any) -> bool:
        """Delete a pod if it still is as it was read; whether it was."""
        return self._deleted(self._core.delete_namespaced_pod, pod)

    def replace_claim(self, claim: Any, template: Manifest) -> bool:
        """Make a claim anew that has no volume, if it still is as it was read; whether it was made.

        Kubernetes makes a StatefulSet's missing claim again by itself, as the StatefulSet was first described: it is overtaken.
        """
        if not self._deleted(self._core.delete_namespaced_persistent_volume_claim, claim):
            return False
        give_up = time.monotonic() + REPLACE_SECONDS
        while not self.create_claim(claim.metadata.name, template):
            found = self.claim(claim.metadata.name)
            if time.monotonic() > give_up or (found is not None and found.metadata.uid != claim.metadata.uid):
                return False
        return True

    def create_claim(self, name: str, template: Manifest) -> bool:
        """Make a volume claim from its template, unless there is one of that name; whether it was made."""
        body = {**template, "metadata": {**template["metadata"], "name": name}}
        try:
            self._core.create_namespaced_persistent_volume_claim(self._namespace, body, **self._options)
        except Exception as error:
            if getattr(error, "status", None) != 409:
                raise
            return False
        return True

    def retry(self, stateful_set: Any) -> None:
        """Let Kubernetes look at a StatefulSet now.

        Its controller waits after every failure twice as long as before, at most 1,000 seconds, unless the object changes
        (DefaultControllerRateLimiter in k8s.io/client-go/util/workqueue).
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        change = {"metadata": {"uid": stateful_set.metadata.uid, "annotations": {RETRIED: now}}}
        self._apps.patch_namespaced_stateful_set(stateful_set.metadata.name, self._namespace, change, **self._options)

    def _found(self, read: Any, name: str) -> Any | None:
        try:
            return read(name, self._namespace, **self._options)
        except Exception as error:
            if getattr(error, "status", None) != 404:
                raise
            return None

    def _deleted(self, delete: Any, found: Any) -> bool:
        metadata = found.metadata
        body = {"preconditions": {"uid": metadata.uid, "resourceVersion": metadata.resource_version}}
        try:
            delete(metadata.name, self._namespace, body=body, **self._options)
        except Exception as error:
            if getattr(error, "status", None) not in (404, 409):
                raise
            return False
        return True
