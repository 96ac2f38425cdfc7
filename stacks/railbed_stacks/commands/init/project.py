"""The other files of a Pulumi project that deploys a stack: Pulumi.yaml, the program, its requirements."""

import json
import os
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from railbed_stacks.settings import Target

PROGRAM = '''"""The Pulumi program: deploys the Rails application that the stack's settings describe."""

from railbed_stacks import deploy

deploy()
'''


def project_files(name: str, target: Target, folder: Path) -> dict[str, str]:
    """The texts of the files by their names, for a project in a folder."""
    return {
        "Pulumi.yaml": _project(name),
        "__main__.py": PROGRAM,
        "requirements.txt": _requirements(target, folder),
    }


def _project(name: str) -> str:
    return (
        f"name: {name}\n"
        "description: A Rails application and everything it needs\n"
        "runtime:\n"
        "  name: python\n"
        "  options:\n"
        "    toolchain: pip\n"
        "    virtualenv: .venv\n"
    )


def _requirements(target: Target, folder: Path) -> str:
    """Both distributions from where those that run now come from, with the SDKs of the target and of building images."""
    extras = f"[{target.value},build]"
    return "".join(f"{_requirement(distribution, extras, folder)}\n" for distribution in ("railbed", "railbed-stacks"))


def _requirement(distribution: str, extras: str, folder: Path) -> str:
    """A requirement as pip takes it.

    https://packaging.python.org/en/latest/specifications/direct-url/ says where a distribution comes from.
    """
    found = metadata.distribution(distribution)
    text = found.read_text("direct_url.json")
    origin = json.loads(text) if text else {}
    url, version_control = str(origin.get("url", "")), origin.get("vcs_info")
    if version_control is not None:
        inside = f"#subdirectory={origin['subdirectory']}" if "subdirectory" in origin else ""
        return f"{distribution}{extras} @ {version_control['vcs']}+{url}@{version_control['commit_id']}{inside}"
    local = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else None
    if local is not None and local.is_dir():
        editable = "-e " if origin.get("dir_info", {}).get("editable") else ""
        return f"{editable}{os.path.relpath(local, folder.resolve())}{extras}"
    return f"{distribution}{extras}=={found.version}"
