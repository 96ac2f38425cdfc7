"""A task definition as the Pod that does the same: image, command, environment, secrets, user, folders, checks, order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

Properties = dict[str, Any]
DRAIN_SECONDS = 5


@dataclass(frozen=True)
class Definition:
    """What a task definition says, in the words of the API."""

    containers: Sequence[Properties]
    secrets: Mapping[str, str]
    """Values of the secrets by their references (valueFrom)."""
    overrides: Mapping[str, Properties] = field(default_factory=dict)
    """What RunTask changes, by container."""

    @property
    def deciding(self) -> str:
        """The container whose end is the task's: the first essential one."""
        return next(str(each["name"]) for each in self.containers if each.get("essential", True))


def secret_of(definition: Definition) -> dict[str, str]:
    """The content of the Secret beside the Pod, which keeps the values out of its specification."""
    return {
        f"{container['name']}.{secret['name']}": definition.secrets[secret["valueFrom"]]
        for container in definition.containers
        for secret in container.get("secrets", [])
    }


def startup_seconds(definition: Definition) -> int:
    """Seconds in which its containers have to pass their health checks; 0 if there are none."""
    checks = [each["healthCheck"] for each in definition.containers if each.get("healthCheck")]
    return max((_seconds_to_start(check) for check in checks), default=0)


def _seconds_to_start(check: Properties) -> int:
    return int(check.get("startPeriod") or 0) + int(check.get("retries") or 3) * int(check.get("interval") or 30)


def pod_spec(definition: Definition, secret_name: str, health: Properties | None = None, *, once: bool) -> Properties:
    """The specification of a Pod. `health` is the load balancer's check of the first container with a port."""
    before = _before(definition)
    made = {str(each["name"]): _container(each, definition, secret_name, once=once) for each in definition.containers}
    checked = next((str(each["name"]) for each in definition.containers if each.get("portMappings")), None)
    if health and checked:
        made[checked]["readinessProbe"] = health
        # ECS takes a task from its target group before it tells it to end; here that takes a moment.
        made[checked]["lifecycle"] = {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}}
    for name in before:  # it runs to its end before the others: nothing watches it
        made[name].pop("startupProbe", None)
        made[name].pop("livenessProbe", None)
    spec: Properties = {
        "containers": [each for name, each in made.items() if name not in before],
        "volumes": [{"name": name, "emptyDir": {}} for name in _volumes(definition)],
        "terminationGracePeriodSeconds": DRAIN_SECONDS
        + max(int(each.get("stopTimeout") or 30) for each in definition.containers),
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
    }
    first = [_owned_by_root(definition)] if _volumes(definition) else []
    if first or before:
        spec["initContainers"] = [*first, *(made[name] for name in before)]
    return spec | ({"restartPolicy": "Never"} if once else {})


def _container(container: Properties, definition: Definition, secret_name: str, *, once: bool) -> Properties:
    override = definition.overrides.get(container["name"], {})
    variables = [*container.get("environment", []), *override.get("environment", [])]
    environment = {each["name"]: each["value"] for each in variables}
    parameters = container.get("linuxParameters", {})
    security: Properties = {
        "readOnlyRootFilesystem": container.get("readonlyRootFilesystem", False),
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": parameters.get("capabilities", {}).get("drop", [])},
    }
    if (user := str(container.get("user", ""))).isdecimal():
        security["runAsUser"] = int(user)
    made: Properties = {
        "name": container["name"],
        "image": container["image"],
        "imagePullPolicy": "IfNotPresent",
        "env": [
            *({"name": name, "value": _as_written(str(value))} for name, value in environment.items()),
            *(
                {
                    "name": secret["name"],
                    "valueFrom": {"secretKeyRef": {"name": secret_name, "key": f"{container['name']}.{secret['name']}"}},
                }
                for secret in container.get("secrets", [])
            ),
        ],
        "securityContext": security,
        "volumeMounts": [
            {"name": each["sourceVolume"], "mountPath": each["containerPath"], "readOnly": each.get("readOnly", False)}
            for each in container.get("mountPoints", [])
        ],
        "ports": [{"containerPort": each["containerPort"]} for each in container.get("portMappings", [])],
    }
    command = override.get("command", container.get("command"))
    for key, words in {"command": container.get("entryPoint"), "args": command}.items():
        if words:
            made[key] = [_as_written(word) for word in words]
    if folder := container.get("workingDirectory"):
        made["workingDir"] = folder
    if container.get("healthCheck") and not once:
        made |= _checks(container["healthCheck"])
    return made


def _as_written(text: str) -> str:
    """ECS takes texts as they are, where Kubernetes reads $(NAME) as a variable and $$ as $."""
    return text.replace("$", "$$")


def _before(definition: Definition) -> list[str]:
    """Containers that others wait for until they have ended, each after those that it waits for itself."""
    waits_for = {
        str(container["name"]): [
            dependency["containerName"]
            for dependency in container.get("dependsOn", [])
            if dependency["condition"] in ("SUCCESS", "COMPLETE")
        ]
        for container in definition.containers
    }
    before = {name for names in waits_for.values() for name in names}
    return [name for name in TopologicalSorter(waits_for).static_order() if name in before]


def _volumes(definition: Definition) -> list[str]:
    mounts = [each for container in definition.containers for each in container.get("mountPoints", [])]
    return list(dict.fromkeys(str(each["sourceVolume"]) for each in mounts))


def _owned_by_root(definition: Definition) -> Properties:
    """Volumes belong to root with mode 0755; those of Kubernetes can be written to by everybody.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
    """
    volumes = _volumes(definition)
    return {
        "name": "volumes-of-root",
        "image": definition.containers[0]["image"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["chmod", "0755", *(f"/volumes/{name}" for name in volumes)],
        "securityContext": {"runAsUser": 0},
        "volumeMounts": [{"name": name, "mountPath": f"/volumes/{name}"} for name in volumes],
    }


def _checks(check: Properties) -> Properties:
    """A container counts as healthy from its first success on; failures of its start period do not count.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """
    kind, *command = map(_as_written, check["command"])
    interval, retries = int(check.get("interval") or 30), int(check.get("retries") or 3)
    tried: Properties = {
        "exec": {"command": ["/bin/sh", "-c", *command] if kind == "CMD-SHELL" else command},
        "periodSeconds": interval,
        "timeoutSeconds": int(check.get("timeout") or 5),
    }
    uncounted = -(-int(check.get("startPeriod") or 0) // interval)
    return {
        "startupProbe": {**tried, "failureThreshold": uncounted + retries},
        "livenessProbe": {**tried, "failureThreshold": retries},
    }
