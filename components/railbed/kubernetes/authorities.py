"""Certificates of the authorities that sign a database's, in containers of the application."""

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.kubernetes.workload import Labels, Manifest, Workload, metadata_of
from railbed.stores.database_url import AUTHORITIES_FILE, AUTHORITIES_FOLDER

VOLUME = "database-authorities"


def mount_authorities(
    name: str, workload: Workload, labels: Labels, container: Manifest, pod: Manifest, parent: pulumi.Resource
) -> None:
    """Put the certificates where the database's URL says, if any are given. Other certificates roll the pods."""
    if workload.database_authorities is None:
        return
    config_map = kubernetes.core.v1.ConfigMap(
        f"{name}-database-authorities",
        metadata=metadata_of(labels, workload.namespace),
        data={AUTHORITIES_FILE: workload.database_authorities},
        opts=pulumi.ResourceOptions(parent=parent),
    )
    container["volumeMounts"].append({"name": VOLUME, "mountPath": AUTHORITIES_FOLDER, "readOnly": True})
    pod["volumes"].append({"name": VOLUME, "configMap": {"name": config_map.metadata.name}})
