"""Deploys what the stack's settings ask for."""

import importlib
from typing import Any

from stacks.cluster_settings import ClusterSettings
from stacks.settings import Settings, Target, target_in_config


def deploy() -> None:
    """Read the stack's settings, check all of them, and deploy to the target they name.

    Raises `railbed.InvalidArguments`, which Pulumi shows without a traceback, before anything is registered.
    """
    named = target_in_config()
    if named in (None, Target.CLUSTER) or named not in list(Target):
        from stacks.kubernetes import deploy_to_cluster

        deploy_to_cluster(ClusterSettings.from_config())
    else:
        # Imported by need: a cloud's SDK takes more than a second.
        target: Any = importlib.import_module(f"stacks.{Target(named).value}")
        settings: Settings = target.SETTINGS.from_config()
        target.deploy(settings)
