"""checkov over every Kubernetes object, and over the plan that Terraform would have for the same resources of the clouds.

What it objects to is mended, or waived with a reason in waivers.yaml.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.judges.defects import Defect, spoiled
from tests.judges.finding import Finding, assert_waived
from tests.judges.manifests import manifests
from tests.judges.registered import Registered
from tests.judges.terraform_plan import label, terraform_plan
from tests.judges.tools import said_as_json, write_manifests

JUDGE = "checkov"
SPOILED = "spoiled-"
CONTAINER = "spec.template.spec.containers.0"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
DEFECTS: dict[str, list[Defect]] = {
    "prod-eks": [
        Defect("rds/Instance", "shop-database", "publiclyAccessible", True, "CKV_AWS_17"),
        Defect("rds/Instance", "shop-database", "storageEncrypted", False, "CKV_AWS_16"),
        Defect("rds/Instance", "shop-database", "backupRetentionPeriod", 0, "CKV_AWS_133"),
        Defect("rds/Instance", "shop-database", "deletionProtection", False, "CKV_AWS_293"),
        Defect("rds/Instance", "shop-database", "multiAz", False, "CKV_AWS_157"),
        Defect("rds/Instance", "shop-database", "autoMinorVersionUpgrade", False, "CKV_AWS_226"),
        Defect("elasticache/ReplicationGroup", "shop-redis", "atRestEncryptionEnabled", False, "CKV_AWS_29"),
        Defect("elasticache/ReplicationGroup", "shop-redis", "transitEncryptionEnabled", False, "CKV_AWS_30"),
        Defect("eks/Cluster", "shop", "encryptionConfig", None, "CKV_AWS_58"),
        Defect("eks/Cluster", "shop", "enabledClusterLogTypes", ["api"], "CKV_AWS_37"),
        Defect("eks/NodeGroup", "shop-default", "remoteAccess", {"ec2SshKey": "key"}, "CKV_AWS_100"),
        Defect("ec2/LaunchTemplate", "shop-default", "metadataOptions.httpTokens", "optional", "CKV_AWS_79"),
        Defect("ec2/Subnet", "shop-network-private-a", "mapPublicIpOnLaunch", True, "CKV_AWS_130"),
        Defect("kms/Key", "shop-secrets", "enableKeyRotation", False, "CKV_AWS_7"),
        Defect("lb/LoadBalancer", "shop", "dropInvalidHeaderFields", False, "CKV_AWS_131"),
        Defect("lb/LoadBalancer", "shop", "enableDeletionProtection", False, "CKV_AWS_150"),
        Defect("lb/Listener", "shop-https", "protocol", "HTTP", "CKV_AWS_2"),
        Defect("lb/Listener", "shop-https", "sslPolicy", "ELBSecurityPolicy-2016-08", "CKV_AWS_103"),
        Defect("vpc/SecurityGroupIngressRule", "shop-80-0.0.0.0/0", "fromPort", 22, "CKV_AWS_24"),
        Defect("vpc/SecurityGroupIngressRule", "shop-443-0.0.0.0/0", "description", None, "CKV_AWS_23"),
        Defect("iam/RolePolicy", "shop-control-plane-secrets", "policy", EVERYTHING, "CKV_AWS_63"),
    ],
    "prod-ecs": [
        Defect("ecs/Cluster", "shop", "settings.0.value", "disabled", "CKV_AWS_65"),
        Defect("ecs/Service", "shop-web", "networkConfiguration.assignPublicIp", True, "CKV_AWS_333"),
        Defect("cloudwatch/LogGroup", "shop-web-log", "retentionInDays", None, "CKV_AWS_66"),
    ],
    "components": [
        Defect("ecr/Repository", "plain-images", "imageTagMutability", "MUTABLE", "CKV_AWS_51"),
        Defect("ecr/Repository", "plain-images", "imageScanningConfiguration.scanOnPush", False, "CKV_AWS_163"),
    ],
    "cluster": [
        Defect("Deployment", "shop-web", f"{CONTAINER}.securityContext.privileged", True, "CKV_K8S_16"),
        Defect("Deployment", "shop-web", f"{CONTAINER}.securityContext.readOnlyRootFilesystem", False, "CKV_K8S_22"),
        Defect("Deployment", "shop-web", f"{CONTAINER}.resources.limits.memory", None, "CKV_K8S_13"),
        Defect("Deployment", "shop-web", f"{CONTAINER}.image", "registry.example.com/shop", "CKV_K8S_14"),
        Defect("Deployment", "shop-default", "spec.template.spec.hostPID", True, "CKV_K8S_17"),
        Defect("StatefulSet", "shop-database", "spec.template.spec.hostNetwork", True, "CKV_K8S_19"),
        Defect("CronJob", "shop-digest", "spec.jobTemplate.spec.template.spec.hostIPC", True, "CKV_K8S_18"),
    ],
}


@pytest.fixture(scope="module")
def judgement(
    checkov: Path, stacks: dict[str, list[Registered]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Finding]]:
    """What is found in each stack, and in the same with defects; in one run, as checkov takes seconds to start."""
    folder = tmp_path_factory.mktemp("checkov")
    for stack, resources in stacks.items():
        _write(folder, stack, resources)
    for stack, defects in DEFECTS.items():
        _write(folder, f"{SPOILED}{stack}", spoiled(stacks[stack], defects))
    command: list[str | Path] = [checkov, "--directory", folder, "--framework", "kubernetes", "terraform_plan"]
    reports = said_as_json([*command, "--output", "json", "--quiet", "--compact", "--skip-download"], cwd=folder)
    found: dict[str, list[Finding]] = {}
    for report in reports:
        assert report["summary"]["parsing_errors"] == 0, report["results"]["parsing_errors"]
        for failed in report["results"]["failed_checks"]:
            stack = Path(failed["file_path"]).name.partition(".")[0]
            found.setdefault(stack, []).append(_finding(stack, failed))
    return found


def test_nothing_is_left_to_object_to(judgement: dict[str, list[Finding]]) -> None:
    sound = [each for stack, found in judgement.items() if not stack.startswith(SPOILED) for each in found]
    assert_waived(JUDGE, sound)


@pytest.mark.parametrize(
    ("stack", "defect"), [(stack, defect) for stack, defects in DEFECTS.items() for defect in defects], ids=str
)
def test_the_judge_sees(judgement: dict[str, list[Finding]], stack: str, defect: Defect) -> None:
    def seen(found: list[Finding]) -> set[str]:
        return {each.resource for each in found if each.check == defect.check}

    new = seen(judgement[f"{SPOILED}{stack}"]) - seen(judgement.get(stack, []))
    assert any(resource.endswith((f".{defect.name}", f".{label(defect.name)}")) for resource in new), (
        f"the judge is blind to {defect}"
    )


def _write(folder: Path, stack: str, resources: list[Registered]) -> None:
    if objects := manifests(resources):
        write_manifests(folder / f"{stack}.yaml", objects)
    if any(not each.type.startswith("kubernetes:") for each in resources):
        (folder / f"{stack}.plan.json").write_text(json.dumps(terraform_plan(resources)))


def _finding(stack: str, failed: dict[str, Any]) -> Finding:
    return Finding(failed["check_id"], failed["resource"], stack, failed["check_name"])
