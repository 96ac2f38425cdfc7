"""Arguments of EksOrDoksCluster: the sentence that the user reads, before anything is registered."""

import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel

from railbed import InvalidArguments
from railbed.args import NodePoolArgs, NodeTaintArgs
from railbed.cluster.arguments import EksOrDoksClusterModel
from railbed.cluster.node_pools import NodePool, NodeTaint
from tests.unit.cluster_answers import ANSWERS, DOKS, EKS, deployed, make_cluster, text
from tests.unit.recording import Recorded, record

VERSION = 'specify a minor version such as "1.35", on doks also an exact one, "1.35.1-do.2"'

WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {},
        {"region": "fra1"},
        ("platform: is required. Whose managed Kubernetes: doks (DigitalOcean) or eks (AWS)."),
    ),
    (
        DOKS,
        {"platform": "gke"},
        "platform: found 'gke'; it should be 'doks' or 'eks'. Whose managed Kubernetes: doks (DigitalOcean) or eks (AWS).",
    ),
    (DOKS, {"region": "eu-central-1"}, "region 'eu-central-1' is not one of doks: name it as in fra1"),
    (EKS, {"region": "fra1"}, "region 'fra1' is not one of eks: name it as in eu-central-1"),
    (EKS, {"version": "1"}, f"version: found '1'; {VERSION}"),
    (DOKS, {"version": "latest"}, f"version: found 'latest'; {VERSION}"),
    (EKS, {"version": "1.35.1-do.2"}, "version 1.35.1-do.2 is one of doks: on eks specify the minor version, 1.35"),
    (
        DOKS,
        {"version": "1.35.1-do.2", "auto_upgrade": True},
        "version 1.35.1-do.2 does not stay with auto_upgrade, and a later deployment would ask for a lower one, which replaces "
        "the cluster: specify the minor version, or leave auto_upgrade out",
    ),
    (
        DOKS,
        {"min_nodes": 0},
        "min_nodes: found 0; it should be at least 1. Minimum number of nodes in the default pool.",
    ),
    (
        DOKS,
        {"min_nodes": 5},
        "max_nodes 4 is below min_nodes 5: raise max_nodes to 5 or more, or lower min_nodes",
    ),
    (
        EKS,
        {"node_pools": {"workers": {"min_nodes": 9}}},
        "node_pools.workers: max_nodes 4 is below min_nodes 9: raise max_nodes to 9 or more, or lower min_nodes",
    ),
    (
        EKS,
        {"node_pools": {"default": {}}},
        "node_pools: default is the pool that node_size, min_nodes and max_nodes describe: use another name",
    ),
    (
        EKS,
        {"node_pools": {"Workers": {}}},
        "node_pools.Workers: found 'Workers'; use lower case letters, digits and dashes, a letter first, no dash last, 30 "
        "characters at most",
    ),
    (
        EKS,
        {"node_pools": {"workers": {"taints": [{"key": "a", "effect": "NO_SCHEDULE"}]}}},
        "node_pools.workers.taints.0.effect: found 'NO_SCHEDULE'; it should be 'NoSchedule', 'PreferNoSchedule' "
        "or 'NoExecute'. What it does: NoSchedule, PreferNoSchedule or NoExecute.",
    ),
    (
        DOKS,
        {"maintenance_hour": 24},
        "maintenance_hour: found 24; it should be at most 23. Hour, UTC, at which the maintenance window of four "
        "hours begins; doks only.",
    ),
    (EKS, {"high_availability": True}, "high_availability has no effect on eks: remove it"),
    (
        EKS,
        {"maintenance_hour": 4, "registry_integration": True},
        "maintenance_hour, registry_integration have no effect on eks: remove them",
    ),
    (EKS, {"api_token": "dop-secret-token"}, "api_token has no effect on eks: remove it"),
    (DOKS, {"zones": ["a", "b"], "nat": "per_zone"}, "zones, nat have no effect on doks: remove them"),
    (DOKS, {"patches": "manual", "grace_seconds": 60}, "patches, grace_seconds have no effect on doks: remove them"),
    (DOKS, {"admin_role_arns": {"ci": "arn"}}, "admin_role_arns has no effect on doks: remove it"),
    (
        EKS,
        {"endpoint_access_cidrs": ["203.0.113.7/24"]},
        "endpoint_access_cidrs: found ['203.0.113.7/24']; specify ranges of IPv4 addresses such as 203.0.113.0/24 "
        "(203.0.113.7/24 has host bits set)",
    ),
    (
        DOKS,
        {"endpoint_access_cidrs": []},
        "endpoint_access_cidrs is empty, so nobody could reach the cluster: name a range, or omit it",
    ),
    (
        EKS,
        {"vpc_id": "vpc-1"},
        "vpc_id needs private_subnet_ids: name the subnets for nodes, in two zones at least",
    ),
    (
        EKS,
        {"vpc_id": "vpc-1", "private_subnet_ids": ["a", "b"], "vpc_cidr": "10.1.0.0/16", "nat": "per_zone"},
        "vpc_cidr, nat only for a network of its own: remove vpc_id, or vpc_cidr, nat",
    ),
    (
        EKS,
        {"nat": "none"},
        "nat none: nodes have no other way to images and to the control plane: set nat to one or per_zone",
    ),
    (
        EKS,
        {"private_subnet_ids": ["a", "b"]},
        "private_subnet_ids and public_subnet_ids need vpc_id: name the VPC that they are in",
    ),
    (
        EKS,
        {"vpc_cidr": "10.1.0.0/24"},
        "vpc_cidr 10.1.0.0/24 cannot be divided into the subnets of all zones: specify a range between /16 and /20, such as "
        "10.0.0.0/16",
    ),
    (DOKS, {"vpc_cidr": "10.1.0.0"}, "vpc_cidr: found '10.1.0.0'; specify a range between /16 and /28, such as 10.0.0.0/16"),
    (EKS, {"node_size": "s-2vcpu-4gb"}, "node_size 's-2vcpu-4gb' is not one of eks: name it as in t3.large"),
    (
        DOKS,
        {"node_pools": {"workers": {"node_size": "t3.large"}}},
        "node_pools.workers.node_size 't3.large' is not one of doks: name it as in s-4vcpu-8gb",
    ),
    (
        EKS,
        {"zones": ["eu-west-1a", "eu-west-1b"]},
        "zones: eu-west-1a is not a zone of eu-central-1: name zones such as eu-central-1a",
    ),
    (
        DOKS,
        {"tags": {"team": "web shop", "a": "b"}},
        "tags: DigitalOcean refuses team:web shop: use letters, digits, colons, dashes and underscores only",
    ),
    (
        DOKS,
        {"overrides": {"clutser": {}}},
        "overrides of clutser have no effect: use one of cluster, node_pool, vpc",
    ),
    (
        EKS,
        {"overrides": {"vpc": {}}},
        "overrides of vpc have no effect: use one of cluster, cluster_autoscaler, launch_template, node_pool",
    ),
    (
        EKS,
        {"overrides": {"cluster": {"deletionProtection": False}}},
        "overrides of cluster do not know deletionProtection: did you mean deletion_protection?",
    ),
]


@pytest.mark.parametrize(("platform", "arguments", "sentence"), WRONG)
def test_the_user_reads_what_is_wrong(platform: dict[str, Any], arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        deployed(platform, registered, **arguments)
    assert str(raised.value) == f"EksOrDoksCluster 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"


@pytest.mark.parametrize(("declared", "check"), [(NodePoolArgs, NodePool), (NodeTaintArgs, NodeTaint)])
def test_what_is_declared_of_pools_is_what_is_checked(declared: Any, check: type[BaseModel]) -> None:
    assert declared.__required_keys__ | declared.__optional_keys__ == set(check.model_fields)
    assert declared.__required_keys__ == {name for name, field in check.model_fields.items() if field.is_required()}


def test_a_misspelt_argument_gets_a_suggestion() -> None:
    with pytest.raises(InvalidArguments, match=r"node_sizes: is not known here\. Did you mean 'node_size'\? Known are: "):
        deployed(DOKS, node_sizes="s-2vcpu-4gb")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidArguments) as raised:
        deployed(DOKS, version="1", max_nodes=0, node_pools={"workers": {"size": "c-4"}}, vpc_cidr="10.0.0.0/33")
    problems = {problem.split(":")[0] for problem in raised.value.problems}
    assert problems == {"version", "max_nodes", "node_pools.workers.size", "vpc_cidr"}


@pytest.mark.parametrize("token", [["dop-secret-token"], {"value": "dop-secret-token"}])
def test_an_error_never_shows_a_token(token: object) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deployed(DOKS, api_token=token)
    assert "dop-secret-token" not in str(raised.value)


def test_defaults_of_another_platform_may_be_spelled_out() -> None:
    written: dict[str, Any] = {
        "nat": "one",
        "flow_logs": True,
        "log_retention_days": 90,
        "disk_gib": 50,
        "addon_versions": {},
        "zones": None,
    }
    assert deployed(DOKS, **written).named() == deployed(DOKS).named(), "one program with one set of arguments for both"


def test_an_output_of_another_platform_is_refused_too() -> None:
    with pytest.raises(InvalidArguments, match="api_token has no effect on eks: remove it"):
        record(lambda: make_cluster(EKS, api_token=text("dop-secret-token")), outputs=ANSWERS)


def test_numbers_and_nulls_of_other_languages() -> None:
    arguments: dict[str, Any] = {
        "min_nodes": 3.0,
        "max_nodes": 5.0,
        "node_size": None,
        "node_pools": {"workers": {"max_nodes": 2.0, "labels": None}},
    }
    made = deployed(DOKS, **arguments)
    assert made.the("KubernetesNodePool", "shop-default").inputs["minNodes"] == 3
    assert made.the("KubernetesNodePool", "shop-workers").inputs["labels"] == {}


@pytest.mark.parametrize(
    ("version", "auto_upgrade", "upgrades"),
    [("1.35", None, True), ("1.35", False, False), ("1.35.1-do.2", None, False), ("1.35.1-do.2", False, False)],
)
def test_an_exact_version_stays(version: str, auto_upgrade: bool | None, upgrades: bool) -> None:
    checked = EksOrDoksClusterModel.model_validate(DOKS | {"version": version, "auto_upgrade": auto_upgrade})
    assert checked.upgrades_itself is upgrades


@pytest.mark.parametrize(("platform", "other"), [("doks", "pulumi_aws"), ("eks", "pulumi_digitalocean")])
def test_a_program_does_not_import_the_sdk_of_the_other_cloud(platform: str, other: str) -> None:
    program = f"""
import sys
from tests.unit.cluster_answers import DOKS, EKS, deployed
deployed({platform.upper()}, overrides={{"cluster": {{}}}})
print("{other}" in sys.modules)
"""
    shown = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n", "every program would wait a second for a cloud that it does not use"
