"""Ruby files of this package in a container of the application, from a ConfigMap."""

from importlib import resources

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.kubernetes.workload import Labels, Manifest, metadata_of

FOLDER = "/railbed"


def script(
    name: str, file: str, labels: Labels, namespace: pulumi.Input[str] | None, parent: pulumi.Resource
) -> kubernetes.core.v1.ConfigMap:
    """A ConfigMap with one file, which Pulumi names anew when the file changes, so that the pods that use it roll."""
    source = resources.files("railbed").joinpath("ruby", file).read_text()
    return kubernetes.core.v1.ConfigMap(
        name,
        metadata=metadata_of(labels, namespace),
        data={file: source},
        opts=pulumi.ResourceOptions(parent=parent),
    )


def mount(config_map: kubernetes.core.v1.ConfigMap, volume: str, container: Manifest, pod: Manifest) -> None:
    """Put the script into FOLDER of a pod's container."""
    container["volumeMounts"].append({"name": volume, "mountPath": FOLDER, "readOnly": True})
    pod["volumes"].append({"name": volume, "configMap": {"name": config_map.metadata.name}})
