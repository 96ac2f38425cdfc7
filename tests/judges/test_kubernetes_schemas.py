"""Every Kubernetes object against the schemas of the API, strictly: an unknown field is as wrong as one of a wrong type."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.judges.manifests import manifests
from tests.judges.registered import Registered
from tests.judges.tools import write_manifests

VERSIONS = ("1.30", "1.35", "1.37")
"""The oldest that has all that railbed uses, the default of EksOrDoksCluster, the newest whose schemas there are."""

DEFECTS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"spec": {"replica": 3}}, "'replica' was unexpected"),
    "a wrong type": ({"spec": {"replicas": "three"}}, "'three' is not of type 'integer'"),
    "a number for a text": ({"metadata": {"name": 1}}, "1 is not of type 'string'"),
}


def judgement(kubernetes_validate: Path, version: str, file: Path) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [kubernetes_validate, "--kubernetes-version", version, "--strict", "--quiet", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_as_the_api_has_it(
    kubernetes_validate: Path, stacks: dict[str, list[Registered]], tmp_path: Path, version: str
) -> None:
    everything = [each for resources in stacks.values() for each in manifests(resources)]
    assert len(everything) > 100, "there is nothing to judge"
    run = judgement(kubernetes_validate, version, write_manifests(tmp_path / "all.yaml", everything))
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_judge_sees(kubernetes_validate: Path, tmp_path: Path, defect: str) -> None:
    change, objection = DEFECTS[defect]
    sound: dict[str, Any] = {
        "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "shop:1"}]},
            },
        },
    }
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment"}
    spoiled = {key: {**value, **change.get(key, {})} for key, value in sound.items()}
    for manifest, expected in (({**deployment, **sound}, ""), ({**deployment, **spoiled}, objection)):
        run = judgement(kubernetes_validate, VERSIONS[-1], write_manifests(tmp_path / "one.yaml", [manifest]))
        assert expected in run.stdout + run.stderr
        assert (run.returncode == 0) == (not expected)
