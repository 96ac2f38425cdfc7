"""The resources that a stack registered, out of its exported state."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

SECRET = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi marks what is secret in a state."""


@dataclass(frozen=True)
class Registered:
    """A resource of a provider, as the engine handed it over."""

    stack: str
    type: str
    """Its token: aws:rds/instance:Instance."""
    name: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    protected: bool
    needs: Mapping[str, list[str]]
    """URNs of the resources that an input's value comes from, by input."""
    urn: str
    id: str
    """As the cloud or the cluster knows it."""

    @property
    def kind(self) -> str:
        """Module and name, as the SDK has them: rds/Instance, ecs/Service; for Kubernetes its kind."""
        package, module, name = self.type.split(":")
        module = module.partition("/")[0]
        return name if package == "kubernetes" or module == "index" else f"{module}/{name}"

    def __str__(self) -> str:
        return f"{self.stack}: {self.kind} {self.name}"


def registered(stack: str, exported: str) -> list[Registered]:
    """Everything of a provider in an export with `--show-secrets`, in which secrets are as they are."""
    return list(_resources(stack, json.loads(exported)["deployment"].get("resources", [])))


def _resources(stack: str, resources: list[dict[str, Any]]) -> Iterator[Registered]:
    for each in resources:
        if each["type"].split(":")[0] in ("aws", "digitalocean", "kubernetes"):
            yield Registered(
                stack=stack,
                type=each["type"],
                name=each["urn"].rsplit("::", 1)[-1],
                inputs=_revealed(each.get("inputs", {})),
                outputs=_revealed(each.get("outputs", {})),
                protected=each.get("protect", False),
                needs=each.get("propertyDependencies", {}),
                urn=each["urn"],
                id=each.get("id", ""),
            )


def _revealed(value: Any) -> Any:
    if isinstance(value, dict):
        if SECRET in value:
            return json.loads(value["plaintext"])
        return {key: _revealed(inner) for key, inner in value.items() if key != "__defaults"}
    return [_revealed(inner) for inner in value] if isinstance(value, list) else value
