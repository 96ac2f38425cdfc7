"""What the settings of target ecs may say in section `ecs`, and what follows from it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from railbed.aws.ecs.autoscaling import EcsAutoscaling

REMEDIES = {
    "app": "",
    "image": ", and set app.image",
    "region": ", and set region",
    "secrets": ", and put them in secrets",
    "cluster_arn": "",
    "capacity_provider": ", and set cluster.instances",
    "subnet_ids": "",
    "security_group_ids": "",
    "vpc_id": "",
    "instance_security_group_id": "",
    "target_group_arn": "",
    "load_balancer_security_group_id": "",
}
"""Arguments of EcsApp that the stack gives, and where the user sets what they follow from."""

_OF_SERVICES = {
    **{name: REMEDIES[name] for name in ("image", "region", "cluster_arn", "capacity_provider")},
    "user": ", and set app.user",
    "workdir": ", and set app.workdir",
    "described_as": "",
    "hidden_values": "",
}
_OF_WEB = {
    **dict.fromkeys(("target_group_arn", "load_balancer_security_group_id", "instance_security_group_id", "vpc_id"), ""),
    "port": ", and set app.web.port",
}
"""The same of services."""


def check_arguments(ecs: Mapping[str, Any]) -> None:
    """Raise `ValueError` for what the stack gives by itself, or the application's description says: it would be dropped, or
    win over them.
    """
    problems = [f"ecs.{name}: is what the stack gives by itself: remove it{REMEDIES[name]}" for name in ecs if name in REMEDIES]
    services = ecs.get("services")
    for part, given in services.items() if isinstance(services, Mapping) else ():
        remedies = _OF_SERVICES | (_OF_WEB if part == "web" else {})
        problems += [
            f"ecs.services.{part}.{name}: is what the stack gives by itself: remove it{remedies[name]}"
            for name in (given if isinstance(given, Mapping) else ())
            if name in remedies
        ]
    if problems:
        raise ValueError("; ".join(problems))


def most_tasks(ecs: Mapping[str, Any], part: str) -> int | None:
    """Tasks of a service at most, where `ecs` says so; None where the application's description does, or EcsApp refuses it."""
    services = ecs.get("services")
    given = services.get(part) if isinstance(services, Mapping) else None
    if not isinstance(given, Mapping):
        return None
    try:
        if given.get("autoscaling") is not None:
            return EcsAutoscaling.model_validate(given["autoscaling"]).maximum
        return None if given.get("desired_count") is None else int(given["desired_count"])
    except (ValidationError, TypeError, ValueError):
        return None
