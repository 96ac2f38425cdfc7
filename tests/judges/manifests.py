"""Kubernetes objects among what was registered, and the pods that they make."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.judges.registered import Registered

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Pods:
    """The pods that an object makes."""

    maker: Registered
    pod: Manifest
    """As the API server admits it."""

    def __str__(self) -> str:
        return str(self.maker)

    @property
    def component(self) -> str:
        """What part of the application they are."""
        labels = self.pod["metadata"]["labels"]
        return str(labels.get("app.kubernetes.io/component") or labels["app.kubernetes.io/name"])


def manifests(resources: Iterable[Registered]) -> list[Manifest]:
    """The objects; parts of objects that others own (Patch) are left out."""
    return [copy.deepcopy(each.inputs) for each in resources if _is_object(each)]


def pods(resources: Iterable[Registered]) -> Iterator[Pods]:
    """The pods of everything that makes any."""
    for each in resources:
        if _is_object(each) and (template := _template(each.inputs)):
            metadata = {"name": each.name, "namespace": each.inputs["metadata"].get("namespace", "default")}
            metadata |= template.get("metadata", {})
            yield Pods(each, copy.deepcopy({"apiVersion": "v1", "kind": "Pod", **template, "metadata": metadata}))


def _is_object(resource: Registered) -> bool:
    return resource.type.startswith("kubernetes:") and not resource.kind.endswith("Patch")


def _template(manifest: Manifest) -> Manifest:
    spec = manifest.get("spec") or {}
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    found: Manifest = manifest if manifest["kind"] == "Pod" else spec.get("template", {})
    return found
