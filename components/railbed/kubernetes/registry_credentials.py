"""RegistryCredentials: lets the cluster pull images from a private registry."""

import base64
import json
from typing import Annotated

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import RegistryCredentialsArgs
from railbed.component import Component
from railbed.image.registry import RegistryServer, check_password, check_user
from railbed.kubernetes.workload import labels_of, metadata_of
from railbed.validation.arguments import Arguments
from railbed.validation.known_values import where_known
from railbed.validation.types import InputText


class RegistryCredentialsModel(Arguments):
    """Arguments of RegistryCredentials."""

    server: RegistryServer
    """Host of the registry, as image references name it: registry.example.com. For Docker Hub: https://index.docker.io/v1/."""
    username: Annotated[InputText, where_known(check_user)]
    """User name or the name of a token."""
    password: Annotated[InputText, where_known(check_password)]
    """Password or token. A change creates a new Secret and rolls what uses it."""
    namespace: InputText | None = None
    """Kubernetes namespace. Default: the provider's."""


class RegistryCredentials(Component[RegistryCredentialsModel]):
    """Credentials of a registry, as a Secret that workloads name in `pull_secrets`.

    Raises `InvalidArguments` before anything is registered.
    """

    secret_name: pulumi.Output[str]
    """Name of the Secret."""

    def __init__(self, name: str, args: RegistryCredentialsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, RegistryCredentialsModel, opts)
        credentials = self._arguments

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
        self._register_outputs()


def _docker_configuration(server: str, username: str, password: str) -> str:
    token = base64.b64encode(f"{username}:{password}".encode()).decode()
    return json.dumps({"auths": {server: {"username": username, "password": password, "auth": token}}})
