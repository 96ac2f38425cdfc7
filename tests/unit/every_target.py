"""One application on every target: its stack, and the variables that each part of it gets."""

import json
from typing import Any

from tests.unit import cloud_stacks, cluster_stack, test_stack_docker
from tests.unit.recording import Deployment

TARGETS = ("cluster", "doks", "eks", "ecs", "docker")
ON_KUBERNETES = ("cluster", "doks", "eks")


def deploy(target: str, app: dict[str, Any], **settings: Any) -> Deployment:
    """The stack of a target with its least settings and these, and this description beside that of `cloud_stacks`."""
    settings = {"app": {**cloud_stacks.APP, **app}, **settings}
    if target == "cluster":
        return cluster_stack.deploy(**settings)
    return test_stack_docker.deploy(**settings) if target == "docker" else cloud_stacks.deploy(target, **settings)


def on_docker(part: str) -> str:
    """Name of the first container of a part."""
    return f"shop-{part}-1" if part in ("web", "default") else f"shop-{part}"


def variables_of(found: Deployment, target: str, part: str) -> dict[str, str]:
    """The variables of a part of the application, secret ones too."""
    if target == "docker":
        return test_stack_docker.variables(found, on_docker(part))
    if target == "ecs":
        container = json.loads(found.the("TaskDefinition", f"shop-{part}").inputs["containerDefinitions"])[0]
        kept = json.loads(found.the("SecretVersion", "shop-secrets").inputs["secretString"])
        secrets = {each["name"]: kept[each["name"]] for each in container["secrets"]}
        return {each["name"]: each["value"] for each in container["environment"]} | secrets
    plain: dict[str, str] = found.the("ConfigMap", f"shop-{part}-env").inputs["data"]
    secret: dict[str, str] = {}
    if any(each.name == f"shop-{part}-secrets" for each in found.all("Secret")):
        secret = found.the("Secret", f"shop-{part}-secrets").inputs["stringData"]
    return plain | secret
