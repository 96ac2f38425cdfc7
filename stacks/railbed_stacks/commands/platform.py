"""Which platform a stack's application runs on, and how it is reached."""

from typing import Any

from railbed_stacks.commands.stack import DeployedStack
from railbed_stacks.kubeconfig import path_of
from railbed_stacks.operations.errors import OperationError
from railbed_stacks.operations.operations import Operations


def operations_of(stack: DeployedStack) -> Operations:
    """The operations of a stack's platform; its SDK alone is imported. Raises `OperationError`."""
    stack.enter()
    try:
        if stack.target == "ecs":
            return _on_ecs(stack)
        if stack.target == "docker":
            return _on_docker(stack)
        return _on_kubernetes(stack)
    except ModuleNotFoundError as error:
        raise OperationError(
            f"{error.name} is not installed: pip install 'railbed-stacks[{stack.target}]', where `railbed` is"
        ) from None


def _on_kubernetes(stack: DeployedStack) -> Operations:
    from railbed_stacks.operations.kubernetes.access import KubernetesPlace
    from railbed_stacks.operations.kubernetes.operations import KubernetesOperations

    kubeconfig: str | None
    if stack.target == "cluster":  # no path of a kubeconfig is in a state
        section = stack.section("cluster")
        kubeconfig, context = path_of(section.get("kubeconfig")), section.get("context")
    else:
        kubeconfig, context = str(stack.output("kubeconfig")), None
    place = KubernetesPlace(kubeconfig, context, str(stack.output("namespace")), str(stack.output("app")))
    return KubernetesOperations(place)


def _on_ecs(stack: DeployedStack) -> Operations:
    from railbed_stacks.operations.ecs.operations import EcsOperations, EcsPlace

    services: dict[str, Any] = stack.output("services")
    families: dict[str, Any] = stack.output("task_families")
    place = EcsPlace(stack.config["railbed:region"], str(stack.output("cluster_name")), services, families)
    return EcsOperations(place)


def _on_docker(stack: DeployedStack) -> Operations:
    from railbed_stacks.operations.docker.access import DockerContainers
    from railbed_stacks.operations.docker.operations import DockerOperations

    return DockerOperations(DockerContainers.connect(stack.section("docker").get("host"), str(stack.output("app"))))
