"""A client for a cluster, from a kubeconfig as people have it, and what a call that failed says in one line."""

from pathlib import Path
from typing import Any

import yaml


def plain_reason(error: Exception) -> str:
    """Why a call failed, in one line."""
    status, reason = getattr(error, "status", None), getattr(error, "reason", None)
    if status and reason:  # (an answer of the API server, whose text is long)
        return f"{status} {reason}"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def connect(kubeconfig: str | None, context: str | None, *, retries: bool = True) -> Any:
    """A client for a kubeconfig's text or path; without one as kubectl would, then as a pod of the cluster.

    Raises `kubernetes.config.ConfigException` if there is no usable configuration.
    """
    # Imported here because it takes as long as Pulumi itself, and not every program needs it.
    from kubernetes import client, config

    settings: Any = type.__call__(client.Configuration)
    if not retries:
        settings.retries = False
    try:
        return _client(kubeconfig, context, settings)
    except config.ConfigException:
        raise
    except Exception as error:  # (the client takes for granted that the file is YAML of the right shape, and can be read)
        raise config.ConfigException(f"it is not a kubeconfig: {plain_reason(error)}") from None


def _client(kubeconfig: str | None, context: str | None, settings: Any) -> Any:
    from kubernetes import client, config

    loader: Any = config  # the client's own functions for this are not typed
    if kubeconfig is None:
        try:
            return loader.new_client_from_config(context=context, client_configuration=settings)
        except config.ConfigException:
            loader.load_incluster_config(settings)
            return client.ApiClient(settings)
    if "\n" not in kubeconfig and Path(kubeconfig).expanduser().is_file():
        return loader.new_client_from_config(config_file=kubeconfig, context=context, client_configuration=settings)
    content = yaml.safe_load(kubeconfig)
    return loader.new_client_from_config_dict(content, context=context, client_configuration=settings)
