"""Ruby files of this package in a container of the application, from a ConfigMap."""

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.description.ruby_source import ruby_source
from railbed.kubernetes.workload import Labels, Manifest, metadata_of

FOLDER = "/railbed"


def script(
    name: str, file: str, labels: Labels, namespace: pulumi.Input[str] | None, parent: pulumi.Resource
) -> kubernetes.core.v1.ConfigMap:
    """A ConfigMap with one file, which Pulumi names anew when the file changes, so that the pods that use it roll."""
    return kubernetes.core.v1.ConfigMap(
        name,
        metadata=metadata_of(labels, namespace),
        data={file: ruby_source(file)},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def mount(config_map: kubernetes.core.v1.ConfigMap, volume: str, container: Manifest, pod: Manifest) -> None:
    """Put the script into FOLDER of a pod's container."""
    container["volumeMounts"].append({"name": volume, "mountPath": FOLDER, "readOnly": True})
    pod["volumes"].append({"name": volume, "configMap": {"name": config_map.metadata.name}})
