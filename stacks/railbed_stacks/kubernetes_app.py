"""The application on a Kubernetes cluster, whoever made the cluster."""

from typing import Any

import pulumi
import pulumi_kubernetes

from railbed import KubernetesApp, RegistryCredentials
from railbed.kubernetes.api.ownership import Owner
from railbed.kubernetes.app_arguments import KubernetesAppDescription, KubernetesAppModel
from railbed.kubernetes.exposure import Exposed
from railbed.validation.arguments import assembled
from railbed_stacks.releases import export_releases
from railbed_stacks.settings import REGISTRY_PASSWORD, Registry, Settings


def describe_app(settings: Settings, web: Exposed) -> KubernetesAppDescription:
    """The application and each of its parts, checked before anything is registered. Raises `ProblemsError`."""
    return assembled(KubernetesAppDescription, {"app": settings.app, "secrets": settings.variables, "web": web})


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
    credentials = RegistryCredentials(
        f"{settings.app.name}-registry",
        {
            "server": registry.server,
            "username": registry.username,
            "password": settings.secrets[REGISTRY_PASSWORD],
            "namespace": namespace,
        },
        opts,
    )
    return [credentials.secret_name]


def deploy_app(described: KubernetesAppDescription, opts: pulumi.ResourceOptions, **placement: Any) -> KubernetesApp:
    """The application, and what the stack tells of it."""
    name = described.app.name
    app = KubernetesApp.from_model(name, described.placed(KubernetesAppModel, **placement), opts)
    pulumi.export("url", app.url)
    pulumi.export("image", app.image)
    export_releases(app.image)
    pulumi.export("app", name)
    pulumi.export("namespace", placement["namespace"])
    pulumi.export("console", app.console)
    return app
