"""The application on a Kubernetes cluster, whoever made the cluster."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_kubernetes

from railbed import KubernetesApp, RegistryCredentials
from railbed.kubernetes.kubernetes_app import check_kubernetes_app
from railbed.kubernetes.ownership import Owner
from railbed.store_url import example_of
from stacks.image import image_to_come
from stacks.settings import REGISTRY_PASSWORD, Registry, Settings


def described_app(settings: Settings, names_of_secrets: list[str], **arguments: Any) -> dict[str, Any]:
    """Arguments of KubernetesApp as far as they are known before anything is registered, checked.

    Raises `railbed.InvalidArguments`.
    """
    described: Any = {"app": settings.app, **arguments}
    complete: Any = {**described, **image_to_come(settings), "secrets": {name: example_of(name) for name in names_of_secrets}}
    check_kubernetes_app(settings.app.name, complete)
    return dict(described)


def restricted_namespace(name: pulumi.Input[str], holds_data: bool, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """A namespace of the stack's own, which admits only pods of Pod Security level "restricted".

    It stays on destroy if it holds volumes that do.
    """
    namespace = pulumi_kubernetes.core.v1.Namespace(
        "namespace",
        metadata={
            "name": name,
            "labels": {
                **Owner.of_program().labels,
                "pod-security.kubernetes.io/enforce": "restricted",
                "pod-security.kubernetes.io/warn": "restricted",
            },
        },
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(retain_on_delete=holds_data)),
    )
    return namespace.metadata.apply(lambda metadata: str(metadata.name))


def pull_secrets(
    settings: Settings, registry: Registry | None, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> list[pulumi.Input[str]]:
    """The Secret with the registry's credentials, if there are any."""
    if registry is None:
        return []
    arguments: Any = {
        **registry.model_dump(),
        "password": settings.secrets[REGISTRY_PASSWORD],
        "namespace": namespace,
    }
    return [RegistryCredentials(f"{settings.app.name}-registry", arguments, opts).secret_name]


def deploy_app(
    settings: Settings, arguments: Mapping[str, Any], namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> KubernetesApp:
    """The application, and what the stack tells of it."""
    complete: Any = {**arguments, "namespace": namespace}
    app = KubernetesApp(settings.app.name, complete, opts)
    pulumi.export("url", app.url)
    pulumi.export("image", app.image)
    pulumi.export("app", settings.app.name)
    pulumi.export("namespace", namespace)
    pulumi.export("console", app.console)
    return app
