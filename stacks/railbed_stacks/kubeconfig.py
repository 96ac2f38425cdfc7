"""Which kubeconfig a stack of target cluster uses, and what it tells of the cluster."""

import base64
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

DEFAULT = "~/.kube/config"
FILES = ("certificate-authority", "client-certificate", "client-key")
"""Fields of a cluster or user that name a file."""


def existing_file(path: str) -> str:
    """A path that was given, if there is such a file."""
    if not _is_file(path):
        raise ValueError(
            f"there is no such file, seen from {Path.cwd()}: specify the path, not the contents, of a kubeconfig that works "
            "with kubectl, or remove it"
        )
    return path


def check_kubeconfig(given: str | None, context: str | None) -> None:
    """Raise where the kubeconfig that the stack would use, given or kubectl's own, does not name its cluster.

    Raises `ValueError` with every problem. Without a kubeconfig, or with an empty one, the cluster may still be the one that
    the program runs in.
    """
    path = given or _ambient_file()
    if path is not None and (problems := _problems(path, context, needed=given is not None)):
        raise ValueError("\n".join(problems))


def _ambient_file() -> str | None:
    """The file that kubectl uses by itself; None in a pod of the cluster. Raises where there is none, or are several."""
    stated = os.environ.get("KUBECONFIG")
    found = _ambient()
    if len(found) == 1:
        return found[0]
    if not found and "KUBERNETES_SERVICE_HOST" in os.environ:
        return None
    if found:  # kubectl merges them, Pulumi's plugin does not
        problem = f"$KUBECONFIG names several files, {' and '.join(found)}"
    else:
        problem = f"$KUBECONFIG is {stated!r}, where there is no file" if stated else f"there is no {DEFAULT}"
    raise ValueError(
        f"cluster.kubeconfig is not given, and {problem}: specify the path of the one to use, "
        "`pulumi config set --path railbed:cluster.kubeconfig PATH`"
    )


def _problems(path: str, context: str | None, *, needed: bool) -> list[str]:
    """Why this file does not name the cluster."""
    try:
        content = yaml.safe_load(Path(path).expanduser().read_text())
    except (OSError, ValueError, yaml.YAMLError) as error:
        # The rest of a parser's text shows the line that it stopped at, which may be a key.
        return [f"the kubeconfig {path} cannot be read: {str(error).splitlines()[0]}"]
    if not content:
        by_mistake = needed and Path(path).expanduser().is_file()  # /dev/null says on purpose that there is none
        return (
            [f"the kubeconfig {path} is empty: specify the path of a kubeconfig that works with kubectl"] if by_mistake else []
        )
    named = {kind: _named(content, kind) for kind in ("contexts", "clusters", "users")}
    if not named["contexts"]:
        return [f"{path} is not a kubeconfig, as it has no contexts: specify the path of one that works with kubectl"]
    chosen = context or _current(content)
    if chosen not in named["contexts"]:
        wanted = (
            f"cluster.context is '{context}', which {path} does not have"
            if context
            else f"the kubeconfig {path} has no current context"
        )
        return [f"{wanted}: set cluster.context to one of {', '.join(sorted(named['contexts']))}"]
    problems = []
    for kind in ("cluster", "user"):
        name = named["contexts"][chosen].get(kind)
        if (name or kind == "cluster") and str(name) not in named[f"{kind}s"]:
            problems.append(f"the kubeconfig {path} has no {kind} '{name}', which its context '{chosen}' names")
    files = {str(entry.get(field)) for kind in ("clusters", "users") for entry in named[kind].values() for field in FILES}
    missing = [file for file in sorted(files - {"None", ""}) if not (Path(path).expanduser().parent / file).is_file()]
    return problems + [f"the kubeconfig {path} names the file {file}, which is not there" for file in missing]


def _current(content: dict[str, Any]) -> str:
    """The context that a kubeconfig names as its own; empty without one."""
    return str(content.get("current-context") or "")


def _named(content: Any, kind: str) -> dict[str, dict[str, Any]]:
    """The entries of a kubeconfig by their name; none where it has another shape."""
    entries = content.get(kind) if isinstance(content, dict) else None
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    found = {str(entry["name"]): entry.get(kind.removesuffix("s")) or {} for entry in listed if entry.get("name")}
    return {name: details for name, details in found.items() if isinstance(details, dict)}


def path_of(given: str | None) -> str | None:
    """The path of the kubeconfig that was given; None where kubectl and the provider find it by themselves."""
    return str(Path(given).expanduser()) if given else None


def current_context(path: str | None) -> str | None:
    """The context that kubectl would use; None where there is no kubeconfig or it names none."""
    return _current(_content(path)) or None


def api_server_host(path: str | None, context: str | None) -> str | None:
    """Host of the cluster's API; None where the kubeconfig does not tell."""
    content = _content(path)
    contexts, clusters = (_named(content, kind) for kind in ("contexts", "clusters"))
    cluster = contexts.get(context or _current(content), {}).get("cluster")
    try:
        host = urlsplit(str(clusters.get(str(cluster), {}).get("server", ""))).hostname
    except ValueError:
        return None  # the Kubernetes provider says what is wrong with it
    return f"[{host}]" if host and ":" in host else host


def whole_content(path: str) -> str:
    """A kubeconfig that needs no other file: certificates and keys that it names by their path are put into it."""
    content = _content(path)
    for kind in ("clusters", "users"):
        for entry in content.get(kind) or []:
            details = entry.get(kind.removesuffix("s")) or {}
            for field in FILES:
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
