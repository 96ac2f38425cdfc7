"""The least settings of the composition for a cluster that exists, and how to deploy it."""

from typing import Any

from railbed_stacks import cluster
from railbed_stacks.cluster_settings import ClusterSettings

from railbed.validation.checks import checked
from tests.unit.recording import Deployment, Recorded, record
from tests.unit.samples import IMAGE

APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}, "workers": {"default": {}}}


def deploy(registered: list[Recorded] | None = None, **settings: Any) -> Deployment:
    """The stack with these settings."""
    values = {"target": "cluster", "app": APP} | settings
    return record(lambda: cluster.deploy(checked(ClusterSettings, values, "settings")), registered=registered)
