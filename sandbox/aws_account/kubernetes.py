"""The sandbox's cluster as the engine that runs containers of ECS."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from sandbox.lending.cluster import NAMESPACE

OURS = {"railbed.sandbox/runs": "ecs"}
Properties = dict[str, Any]


class Kubernetes:
    """The few calls that running tasks and services needs, in the namespace of what the clouds lend."""

    def __init__(self, kubeconfig: Path) -> None:
        api: Any = config.new_client_from_config(str(kubeconfig))  # type: ignore[no-untyped-call]
        self._core: Any = client.CoreV1Api(api)
        self._apps: Any = client.AppsV1Api(api)
        self._serialize = api.sanitize_for_serialization
        self._make(self._core.create_namespace, {"metadata": {"name": NAMESPACE}}, namespaced=False)
        self.empty()

    def empty(self) -> None:
        """Begin with nothing, as the account does: what an earlier one ran is of no use any more."""
        selector = ",".join(f"{key}={value}" for key, value in OURS.items())
        self._apps.delete_collection_namespaced_deployment(NAMESPACE, label_selector=selector)
        self._core.delete_collection_namespaced_pod(NAMESPACE, label_selector=selector)
        self._core.delete_collection_namespaced_secret(NAMESPACE, label_selector=selector)

    def put_secret(self, name: str, of: str, values: dict[str, str]) -> None:
        """Make a Secret, which goes with what it is of, unless it is there: its name says what is in it."""
        metadata = {"name": name, "labels": {**OURS, "of": of}}
        self._make(self._core.create_namespaced_secret, {"metadata": metadata, "stringData": values})

    def delete_secrets(self, of: str) -> None:
        """Delete the Secrets of something."""
        self._core.delete_collection_namespaced_secret(NAMESPACE, label_selector=f"of={of}")

    def run_pod(self, name: str, labels: dict[str, str], spec: Properties) -> None:
        """Start a Pod."""
        self._make(self._core.create_namespaced_pod, {"metadata": {"name": name, "labels": {**OURS, **labels}}, "spec": spec})

    def put_deployment(self, name: str, spec: Properties) -> None:
        """Make a Deployment, or make it another."""
        body = {"metadata": {"name": name, "labels": OURS}, "spec": spec}
        if not self._make(self._apps.create_namespaced_deployment, body):
            self._apps.replace_namespaced_deployment(name, NAMESPACE, body)

    def deployment(self, name: str) -> Properties | None:
        """A Deployment as it is."""
        return self._found(self._apps.read_namespaced_deployment, name)

    def delete_deployment(self, name: str) -> None:
        """Delete a Deployment and its Pods."""
        self._gone(self._apps.delete_namespaced_deployment, name)

    def pod(self, name: str) -> Properties | None:
        """A Pod as it is."""
        return self._found(self._core.read_namespaced_pod, name)

    def pods(self, **labels: str) -> list[Properties]:
        """Pods with all these labels."""
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        found: list[Properties] = self._serialize(self._core.list_namespaced_pod(NAMESPACE, label_selector=selector).items)
        return found

    def delete_pod(self, name: str) -> None:
        """Tell a Pod to end."""
        self._gone(self._core.delete_namespaced_pod, name)

    def log(self, pod: str, container: str, *, previous: bool) -> Iterator[list[str]]:
        """Lines of a container as they come, until it has ended; `previous` is the one before its restart."""
        answer = self._core.read_namespaced_pod_log(
            pod, NAMESPACE, container=container, previous=previous, follow=not previous, _preload_content=False
        )
        rest = b""
        for part in answer.stream():
            *lines, rest = (rest + part).split(b"\n")
            yield [line.decode(errors="replace") for line in lines]
        yield [rest.decode(errors="replace")]

    def lead(self, service: str, selector: dict[str, str], port: int) -> None:
        """Let a Service that is there lead to Pods with these labels."""
        found = self._core.read_namespaced_service(service, NAMESPACE)
        found.spec.selector = selector
        found.spec.ports[0].target_port = port
        self._core.replace_namespaced_service(service, NAMESPACE, found)

    def _found(self, read: Any, name: str) -> Properties | None:
        try:
            found: Properties = self._serialize(read(name, NAMESPACE))
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return found

    def _make(self, create: Any, body: Properties, *, namespaced: bool = True) -> bool:
        try:
            create(*([NAMESPACE] if namespaced else []), body)
        except ApiException as error:
            if error.status != 409:
                raise
            return False
        return True

    def _gone(self, delete: Any, name: str) -> None:
        try:
            delete(name, NAMESPACE)
        except ApiException as error:
            if error.status != 404:
                raise
