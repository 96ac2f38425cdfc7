"""The environment of a workload: a ConfigMap and a Secret whose names change with their contents."""

from collections.abc import Mapping

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.description.commands import RAILS_ENVIRONMENT
from railbed.description.process_limits import limited
from railbed.kubernetes.workload import Labels, Manifest, Workload, metadata_of
from railbed.secrets.public_configuration import in_clear_text
from railbed.stores.variables import with_usable_address


class Configuration:
    """Environment and secrets of one workload, as Kubernetes objects.

    Pulumi names both objects itself. A change of their contents makes new ones, rolls the pods over to them, and removes the
    old ones afterwards: until then pods of the old release keep its configuration, also when they have to start again.
    """

    def __init__(
        self,
        name: str,
        workload: Workload,
        labels: Labels,
        parent: pulumi.Resource,
        defaults: Mapping[str, str] | None = None,
    ) -> None:
        self._sources: list[Manifest] = []
        given = {key: in_clear_text(key, value) for key, value in workload.env.items()}
        variables = {**RAILS_ENVIRONMENT, **(defaults or {}), **given}
        plain = {key: limited(key, value) for key, value in variables.items() if key not in workload.secrets}
        config_map = kubernetes.core.v1.ConfigMap(
            f"{name}-env",
            metadata=metadata_of(labels, workload.namespace),
            data=plain,
            opts=pulumi.ResourceOptions(parent=parent),
        )
        self._sources.append({"configMapRef": {"name": config_map.metadata.name}})
        if workload.secrets:
            secret = kubernetes.core.v1.Secret(
                f"{name}-secrets",
                metadata=metadata_of(labels, workload.namespace),
                type="Opaque",
                string_data={
                    key: pulumi.Output.secret(limited(key, with_usable_address(key, value)))
                    for key, value in workload.secrets.items()
                },
                opts=pulumi.ResourceOptions(parent=parent),
            )
            self._sources.append({"secretRef": {"name": secret.metadata.name}})

    @property
    def sources(self) -> list[Manifest]:
        """What a container lists under envFrom."""
        return list(self._sources)
