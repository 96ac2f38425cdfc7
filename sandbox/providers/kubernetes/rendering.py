"""Objects written as YAML files instead of being sent to a cluster (`renderYamlToDirectory`)."""

from pathlib import Path

import yaml

from .api import Object


def path(item: Object, directory: Path) -> Path:
    """The file of an object: definitions of custom resources come in a directory of their own, to be applied first."""
    group = "0-crd" if item["kind"] == "CustomResourceDefinition" else "1-manifest"
    version = item["apiVersion"].replace("/", "_").replace(":", "_")
    namespace = item["metadata"].get("namespace") or "default"
    return directory / group / f"{version}-{item['kind'].lower()}-{namespace}-{item['metadata']['name']}.yaml"


def write(item: Object, directory: Path) -> Path:
    """Write an object's file; others may not read it, for it can hold secrets."""
    for group in ("0-crd", "1-manifest"):
        (directory / group).mkdir(0o700, parents=True, exist_ok=True)
    file = path(item, directory)
    file.touch(0o600)
    file.write_text(yaml.safe_dump(item))
    return file
