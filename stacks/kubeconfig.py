"""Which kubeconfig a stack of target cluster uses, and what it tells of the cluster."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import yaml

DEFAULT = "~/.kube/config"


def existing_file(path: str) -> str:
    """A path that was given, if there is such a file."""
    if not _is_file(path):
        raise ValueError(
            f"there is no such file, seen from {Path.cwd()}: give the path, not the contents, of a kubeconfig that works with "
            "kubectl, or remove it"
        )
    return path


def check_ambient() -> None:
    """Raise where no kubeconfig was given and what kubectl would use is missing, or is more than one file."""
    stated = os.environ.get("KUBECONFIG")
    found = _ambient()
    if len(found) == 1 or (not found and "KUBERNETES_SERVICE_HOST" in os.environ):
        return
    if found:  # kubectl merges them, Pulumi's plugin does not
        problem = f"$KUBECONFIG names several files, {' and '.join(found)}"
    else:
        problem = f"$KUBECONFIG is {stated!r}, where there is no file" if stated else f"there is no {DEFAULT}"
    raise ValueError(
        f"cluster.kubeconfig is not given, and {problem}: give the path of the one to use, "
        "`pulumi config set --path railbed:cluster.kubeconfig PATH`"
    )


def path_of(given: str | None) -> str | None:
    """The path of the kubeconfig; None where it is in the usual place or the program runs in the cluster."""
    found = [given] if given else _ambient() if os.environ.get("KUBECONFIG") else []
    return str(Path(found[0]).expanduser()) if found else None


def api_server_host(path: str | None, context: str | None) -> str | None:
    """Host of the cluster's API; None where the kubeconfig does not tell."""
    try:
        content = yaml.safe_load(Path(path or DEFAULT).expanduser().read_text())
        contexts = {entry["name"]: entry["context"] for entry in content["contexts"]}
        clusters = {entry["name"]: entry["cluster"] for entry in content["clusters"]}
        server = clusters[contexts[context or content["current-context"]]["cluster"]]["server"]
        host = urlsplit(server).hostname
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError):
        return None  # the Kubernetes provider says what is wrong with it
    return f"[{host}]" if host and ":" in host else host


def _ambient() -> list[str]:
    return [path for path in (os.environ.get("KUBECONFIG") or DEFAULT).split(os.pathsep) if path and _is_file(path)]


def _is_file(path: str) -> bool:
    try:
        file = Path(path).expanduser()
        return file.exists() and not file.is_dir()
    except (OSError, RuntimeError):  # such as contents, which are too long for a name
        return False
