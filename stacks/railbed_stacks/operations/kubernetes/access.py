"""The application's objects on its cluster, and why the cluster does not show or change them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from railbed.kubernetes.api.client import connect, plain_reason
from railbed.kubernetes.api.ownership import Owner
from railbed.kubernetes.workload import COMPONENT, INSTANCE, Labels, selector_of
from railbed_stacks.operations.errors import OperationError

TIMEOUT_SECONDS = 10

STORES = ("database", "redis")


@dataclass(frozen=True)
class KubernetesPlace:
    """Where an application is on Kubernetes."""

    kubeconfig: str | None
    """Path or contents; None is the one that kubectl would use."""
    context: str | None
    namespace: str
    app: str


class KubernetesAccess:
    """The official clients of a cluster, for the objects of one stack."""

    def __init__(self, place: KubernetesPlace) -> None:
        """Connect. Raises `OperationError` where the kubeconfig cannot be used."""
        from kubernetes import config

        self.place, self.owner = place, Owner.of_program()
        try:
            self.api = connect(place.kubeconfig, place.context)
        except config.ConfigException as error:
            raise OperationError(f"the kubeconfig cannot be used: {plain_reason(error)}") from None

    @cached_property
    def core(self) -> Any:
        """The client of pods."""
        from kubernetes import client

        return client.CoreV1Api(self.api)

    @cached_property
    def apps(self) -> Any:
        """The client of Deployments."""
        from kubernetes import client

        return client.AppsV1Api(self.api)

    @cached_property
    def batch(self) -> Any:
        """The client of Jobs and CronJobs."""
        from kubernetes import client

        return client.BatchV1Api(self.api)

    @property
    def namespace(self) -> str:
        """The application's namespace."""
        return self.place.namespace

    def owned(self, **labels: str) -> str:
        """A selector of the stack's own objects."""
        return selector_of({**self.owner.labels, **labels})

    def objects(self, api: Any, kind: str, selector: str) -> list[Any]:
        """Objects of a kind in the namespace, such as "pod"."""
        with self.explained():
            call = getattr(api, f"list_namespaced_{kind}")
            found: list[Any] = call(self.namespace, label_selector=selector, _request_timeout=TIMEOUT_SECONDS).items
            return found

    def pods(self, labels: Mapping[str, str]) -> list[Any]:
        """The stack's pods with these labels, the oldest first."""
        found = self.objects(self.core, "pod", selector_of({**self.owner.labels, **labels}))
        return sorted(found, key=lambda pod: pod.metadata.creation_timestamp)

    def deployments(self) -> dict[str, Any]:
        """Deployments by the part of the application."""
        return self._by_part(self.objects(self.apps, "deployment", self.owned()))

    def parts(self) -> dict[str, Labels]:
        """The labels that the pods of each part have."""
        found = self.deployments() | self._by_part(self.objects(self.apps, "stateful_set", self.owned()))
        found |= self._by_part(self.objects(self.batch, "cron_job", self.owned()))
        parts = {part: _identity(each) for part, each in found.items()}
        return parts | {"migration": {INSTANCE: f"{self.place.app}-migrate", COMPONENT: "migration"}}

    def part_of(self, found: Any) -> str:
        """The part of the application that an object is of."""
        labels = found.metadata.labels or {}
        component: str = labels.get(COMPONENT, "")
        key: str = labels.get(INSTANCE, "").removeprefix(f"{self.place.app}-")
        return {"worker": f"workers.{key}", "cron": f"cron.{key}"}.get(component, key if key in STORES else component)

    def _by_part(self, found: list[Any]) -> dict[str, Any]:
        return {self.part_of(each): each for each in found}

    @contextmanager
    def explained(self) -> Iterator[None]:
        """What the cluster refuses, in words for the user. Raises `OperationError`."""
        from kubernetes.client import ApiException
        from urllib3.exceptions import HTTPError

        try:
            yield
        except ApiException as error:
            raise OperationError(_refusal(error)) from None
        except (HTTPError, OSError) as error:
            address = self.api.configuration.host
            raise OperationError(
                f"the Kubernetes cluster at {address} cannot be reached: {plain_reason(error)}. See whether it runs, and "
                "whether this machine may connect to it (VPN, firewall)"
            ) from None


def _identity(found: Any) -> Labels:
    labels = found.metadata.labels or {}
    return {key: labels[key] for key in (INSTANCE, COMPONENT) if key in labels}


def _refusal(error: Any) -> str:
    try:
        said = str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        said = plain_reason(error)
    if error.status == 401:
        return (
            "the cluster does not take the credentials of the kubeconfig: they may have expired. Run `pulumi refresh`, or "
            f"sign in again. It says: {said}"
        )
    if error.status == 403:
        return f"you may not do that on the cluster: ask who runs it for the right. It says: {said}"
    return f"the cluster says: {said}"
