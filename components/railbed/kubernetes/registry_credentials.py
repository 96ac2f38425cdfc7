"""RegistryCredentials: lets the cluster pull images from a private registry."""

import base64
import json
from typing import NotRequired, TypedDict

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.arguments import Arguments, InputText, checked
from railbed.image_registry import RegistryServer
from railbed.kubernetes.workload import labels_of, metadata_of


class RegistryCredentialsArgs(TypedDict):
    """Arguments of RegistryCredentials."""

    server: str
    """Host of the registry, as image references name it: registry.example.com. For Docker Hub: https://index.docker.io/v1/."""
    username: pulumi.Input[str]
    """User name or the name of a token."""
    password: pulumi.Input[str]
    """Password or token. A change makes a new Secret and rolls what uses it."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. Default: the provider's."""


class _RegistryCredentials(Arguments):
    """`RegistryCredentialsArgs`, checked."""

    server: RegistryServer
    """Host of the registry."""
    username: InputText
    """User name."""
    password: InputText
    """Password or token."""
    namespace: InputText | None = None
    """Kubernetes namespace."""


class RegistryCredentials(pulumi.ComponentResource):
    """Credentials of a registry, as a Secret that workloads name in `pull_secrets`.

    Raises `InvalidArguments` before anything is registered.
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret."""

    def __init__(self, name: str, args: RegistryCredentialsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        credentials = checked(_RegistryCredentials, args, f"RegistryCredentials '{name}'")
        super().__init__("railbed:index:RegistryCredentials", name, {}, opts)

        content = pulumi.Output.all(credentials.username, credentials.password).apply(
            lambda pair: _docker_configuration(credentials.server, *map(str, pair))
        )
        hidden: pulumi.Output[str] = pulumi.Output.secret(content)
        secret = kubernetes.core.v1.Secret(
            name,
            metadata=metadata_of(labels_of(name, "registry"), credentials.namespace),
            type="kubernetes.io/dockerconfigjson",
            string_data={".dockerconfigjson": hidden},
            opts=pulumi.ResourceOptions(parent=self),
        )

        self.secret_name = secret.metadata.apply(lambda metadata: str(metadata.name))
        self.register_outputs({"secret_name": self.secret_name})


def _docker_configuration(server: str, username: str, password: str) -> str:
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    return json.dumps({"auths": {server: {"username": username, "password": password, "auth": token}}})
