"""kube-score over every Kubernetes object; what it objects to is mended, or waived with a reason in waivers.yaml."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.judges.defects import Defect, spoiled
from tests.judges.finding import Finding, assert_waived
from tests.judges.manifests import manifests
from tests.judges.registered import Registered
from tests.judges.tools import said_as_json, write_manifests

JUDGE = "kube-score"
VERSION = "v1.35"
GOOD = 10
POD = "spec.template.spec"
CONTAINER = f"{POD}.containers.0"
SECURITY = f"{CONTAINER}.securityContext"
SECURITY_CHECK = "container-security-context"
MATCHES = "pod-selector-labels-match-template-metadata-labels"
OTHER = {"app": "other"}
DEFECTS = [
    Defect("Deployment", "shop-web", f"{CONTAINER}.image", "registry.example.com/shop:latest", "container-image-tag"),
    Defect("Deployment", "shop-web", f"{CONTAINER}.resources", None, "container-resources"),
    Defect("Deployment", "shop-web", f"{CONTAINER}.readinessProbe", None, "pod-probes"),
    Defect("Deployment", "shop-web", f"{SECURITY}.privileged", True, "container-security-context-privileged"),
    Defect("Deployment", "shop-web", f"{SECURITY}.readOnlyRootFilesystem", False, f"{SECURITY_CHECK}-readonlyrootfilesystem"),
    Defect("Deployment", "shop-web", "spec.selector.matchLabels", OTHER, f"deployment-{MATCHES}"),
    Defect("StatefulSet", "shop-redis", "spec.selector.matchLabels", OTHER, f"statefulset-{MATCHES}"),
    Defect("Service", "shop-web", "spec.selector", OTHER, "service-targets-pod"),
    Defect("PodDisruptionBudget", "shop-web", "spec.selector.matchLabels", OTHER, "deployment-has-poddisruptionbudget"),
    Defect("CronJob", "shop-digest", "spec.startingDeadlineSeconds", None, "cronjob-has-deadline"),
]


def findings(kube_score: Path, stack: str, resources: Iterable[Registered], folder: Path) -> list[Finding]:
    file = write_manifests(folder / f"{stack}.yaml", manifests(resources))
    command: list[str | Path] = [kube_score, "score", "--kubernetes-version", VERSION, "--output-format", "json", file]
    return [
        Finding(check["check"]["id"], judged["object_name"], stack, comment.get("path", "") + " " + comment.get("summary", ""))
        for judged in said_as_json(command) or []
        for check in judged["checks"] or []
        if not check["skipped"] and check["grade"] < GOOD
        for comment in check["comments"] or [{}]
    ]


@pytest.fixture(scope="module")
def sound(kube_score: Path, stacks: dict[str, list[Registered]], tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    folder = tmp_path_factory.mktemp("kube-score")
    return [each for stack, resources in stacks.items() for each in findings(kube_score, stack, resources, folder)]


def test_nothing_is_left_to_object_to(sound: list[Finding]) -> None:
    assert_waived(JUDGE, sound)


@pytest.mark.parametrize("defect", DEFECTS, ids=str)
def test_the_judge_sees(
    kube_score: Path, sound: list[Finding], stacks: dict[str, list[Registered]], tmp_path: Path, defect: Defect
) -> None:
    before = {(each.check, each.resource, each.text) for each in sound if each.stack == "cluster"}
    found = findings(kube_score, "cluster", spoiled(stacks["cluster"], [defect]), tmp_path)
    new = [each for each in found if (each.check, each.resource, each.text) not in before]
    # Of a Service or a budget that matches nothing, the judge tells on the object that it should match.
    assert any(each.check == defect.check and defect.name in each.resource for each in new), f"the judge is blind to {defect}"
