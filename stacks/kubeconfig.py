"""Which kubeconfig a stack of target cluster uses, and what it tells of the cluster."""

import base64
import os
from pathlib import Path
from typing import Any
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
    """The path of the kubeconfig that was given; None where kubectl and the provider find it by themselves."""
    return str(Path(given).expanduser()) if given else None


def current_context(path: str | None) -> str | None:
    """The context that kubectl would use; None where there is no kubeconfig or it names none."""
    found = _content(path).get("current-context")
    return str(found) if found else None


def api_server_host(path: str | None, context: str | None) -> str | None:
    """Host of the cluster's API; None where the kubeconfig does not tell."""
    content = _content(path)
    try:
        contexts = {entry["name"]: entry["context"] for entry in content["contexts"]}
        clusters = {entry["name"]: entry["cluster"] for entry in content["clusters"]}
        server = clusters[contexts[context or content["current-context"]]["cluster"]]["server"]
        host = urlsplit(server).hostname
    except (ValueError, LookupError, TypeError, AttributeError):
        return None  # the Kubernetes provider says what is wrong with it
    return f"[{host}]" if host and ":" in host else host


def whole_content(path: str) -> str:
    """A kubeconfig that needs no other file: certificates and keys that it names by their path are put into it."""
    content = _content(path)
    for kind in ("clusters", "users"):
        for entry in content.get(kind) or []:
            details = entry.get(kind.removesuffix("s")) or {}
            for field in ("certificate-authority", "client-certificate", "client-key"):
                if file := details.pop(field, None):
                    data = (Path(path).expanduser().parent / file).read_bytes()
                    details.setdefault(f"{field}-data", base64.b64encode(data).decode())
    return yaml.safe_dump(content)


def _content(path: str | None) -> dict[str, Any]:
    """What is in the kubeconfig; nothing where it cannot be read, which the Kubernetes provider tells."""
    try:
        found = yaml.safe_load(Path(path or next(iter(_ambient()), DEFAULT)).expanduser().read_text())
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def _ambient() -> list[str]:
    return [path for path in (os.environ.get("KUBECONFIG") or DEFAULT).split(os.pathsep) if path and _is_file(path)]


def _is_file(path: str) -> bool:
    try:
        file = Path(path).expanduser()
        return file.exists() and not file.is_dir()
    except (OSError, RuntimeError):  # such as contents, which are too long for a name
        return False
