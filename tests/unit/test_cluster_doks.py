"""EksOrDoksCluster on DigitalOcean."""

import functools
import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from tests.unit.cluster_answers import ANSWERS, DOKS, deployed, make_cluster, text
from tests.unit.recording import HIDDEN, Deployment, record


@functools.cache
def least() -> Deployment:
    return deployed(DOKS)


def test_the_least_arguments_give_a_cluster_in_a_vpc_of_its_own() -> None:
    made = least()
    assert made.named() == {
        ("EksOrDoksCluster", "shop"),
        ("Vpc", "shop"),
        ("KubernetesCluster", "shop"),
        ("KubernetesNodePool", "shop-default"),
        ("kubernetes", "shop-provider"),
    }
    assert all(each.parent == "shop" for each in made.resources[1:])
    assert made.the("Vpc").inputs == {"region": "fra1"}
    assert made.the("KubernetesCluster").inputs == {
        "region": "fra1",
        "version": "1.35",
        "vpcUuid": "shop-id",
        "nodePool": {
            "name": "first",
            "size": "s-1vcpu-2gb",
            "nodeCount": 1,
            # Nothing of the application may end up on it.
            "taints": [{"key": "railbed/first-pool", "value": "", "effect": "NoSchedule"}],
        },
        "autoUpgrade": True,
        "surgeUpgrade": True,
        "ha": False,
        "maintenancePolicy": {"day": "sunday", "startTime": "03:00"},
        "registryIntegration": False,
        "tags": [],
    }
    assert made.the("KubernetesNodePool").inputs == {
        "clusterId": "shop-id",
        "size": "s-4vcpu-8gb",
        "autoScale": True,
        "minNodes": 2,
        "maxNodes": 4,
        "tags": [],
        "labels": {},
        "taints": [],
    }


def test_outputs() -> None:
    assert least().result == {
        "kubeconfig": "kubeconfig-of-seven-days",
        "cluster_name": "shop-7f6e5d4",
        "cluster_id": "shop-id",
        "endpoint": "https://doks.example.com",
        "vpc_id": "shop-id",
        "public_subnet_ids": [],
        "private_subnet_ids": [],
        "database_subnet_ids": [],
        "node_security_group_id": "",
        "autoscaling_group_names": [],
    }


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"region": "nyc3"}, "region", "nyc3"),
        ({"version": "1.34"}, "version", "1.34"),
        ({"version": "1.35.1-do.2"}, "version", "1.35.1-do.2"),
        ({"version": "1.35.1-do.2"}, "autoUpgrade", False),
        ({"auto_upgrade": False}, "autoUpgrade", False),
        ({"high_availability": True}, "ha", True),
        ({"maintenance_day": "any"}, "maintenancePolicy.day", "any"),
        ({"maintenance_hour": 22.0}, "maintenancePolicy.startTime", "22:00"),
        ({"registry_integration": True}, "registryIntegration", True),
        ({"tags": {"team": "web", "production": ""}}, "tags", ["team:web", "production"]),
        (
            {"endpoint_access_cidrs": ["203.0.113.0/24"]},
            "controlPlaneFirewall",
            {"enabled": True, "allowedAddresses": ["203.0.113.0/24"]},
        ),
        ({"vpc_id": "vpc-given"}, "vpcUuid", "vpc-given"),
        ({"overrides": {"cluster": {"surge_upgrade": False}}}, "surgeUpgrade", False),
        ({"overrides": {"cluster": {"maintenance_policy": {"day": "any"}}}}, "maintenancePolicy.startTime", "03:00"),
    ],
)
def test_each_argument_reaches_the_cluster(arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deployed(DOKS, **arguments).the("KubernetesCluster").at(path) == expected


def test_a_range_for_its_own_vpc() -> None:
    made = deployed(DOKS, vpc_cidr="10.20.30.0/24", overrides={"vpc": {"description": "Shop"}})
    assert made.the("Vpc").inputs == {"region": "fra1", "ipRange": "10.20.30.0/24", "description": "Shop"}


def test_the_vpc_waits_until_cluster_and_databases_have_left_it() -> None:
    assert least().the("Vpc").request.customTimeouts.delete == "30m"


def test_a_vpc_that_exists_is_used_and_not_made() -> None:
    made = record(lambda: make_cluster(DOKS, vpc_id=text("vpc-given")), outputs=ANSWERS)
    assert made.all("Vpc") == []
    assert made.result["vpc_id"] == "vpc-given"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"node_size": "g-8vcpu-32gb"}, {"size": "g-8vcpu-32gb"}),
        ({"min_nodes": 3, "max_nodes": 9}, {"autoScale": True, "minNodes": 3, "maxNodes": 9}),
        ({"min_nodes": 3, "max_nodes": 3}, {"autoScale": False, "nodeCount": 3}),
        ({"tags": {"team": "web"}}, {"tags": ["team:web"]}),
        ({"overrides": {"node_pool": {"labels": {"a": "b"}}}}, {"labels": {"a": "b"}}),
    ],
)
def test_each_argument_reaches_the_default_pool(arguments: dict[str, Any], expected: dict[str, Any]) -> None:
    pool = deployed(DOKS, **arguments).the("KubernetesNodePool").inputs
    assert pool.items() >= expected.items()
    assert ("nodeCount" in pool) != pool["autoScale"], "a count would undo what the autoscaler has done"


def test_further_pools() -> None:
    pools = {
        "workers": {
            "node_size": "c-4",
            "min_nodes": 1,
            "max_nodes": 6,
            "labels": {"role": "workers"},
            "taints": [{"key": "workers"}, {"key": "spot", "value": "yes", "effect": "NoExecute"}],
        },
        "plain": {},
    }
    made = deployed(DOKS, node_size="g-2vcpu-8gb", node_pools=pools)
    assert {each.name for each in made.all("KubernetesNodePool")} == {"shop-default", "shop-workers", "shop-plain"}
    assert made.the("KubernetesNodePool", "shop-workers").inputs == {
        "clusterId": "shop-id",
        "size": "c-4",
        "autoScale": True,
        "minNodes": 1,
        "maxNodes": 6,
        "tags": [],
        "labels": {"role": "workers"},
        "taints": [
            {"key": "workers", "value": "", "effect": "NoSchedule"},
            {"key": "spot", "value": "yes", "effect": "NoExecute"},
        ],
    }
    assert made.the("KubernetesNodePool", "shop-plain").inputs["size"] == "g-2vcpu-8gb"


def test_no_size_of_nodes_ever_replaces_the_cluster() -> None:
    small, large = least(), deployed(DOKS, node_size="g-8vcpu-32gb", max_nodes=9)
    assert small.the("KubernetesCluster").inputs == large.the("KubernetesCluster").inputs
    assert "nodePool" in small.the("KubernetesCluster").request.ignoreChanges, "the provider replaces the cluster for its pool"
    pool = small.the("KubernetesNodePool")
    assert "name" not in pool.inputs, "with a name of its own the old pool would go before the new one is up"
    assert not pool.request.deleteBeforeReplace


@pytest.mark.parametrize(("version", "ignored"), [("1.35", ["nodePool", "version"]), ("1.35.1-do.2", ["nodePool"])])
def test_a_minor_version_never_replaces_the_cluster(version: str, ignored: list[str]) -> None:
    cluster = deployed(DOKS, version=version).the("KubernetesCluster")
    assert list(cluster.request.ignoreChanges) == ignored, (
        "to the provider 1.35 is lower than the 1.35.1-do.2 that runs, and a lower version replaces the cluster"
    )


def runs(monkeypatch: pytest.MonkeyPatch, version: str, running: str) -> list[str]:
    """The warnings of a cluster that runs another version than the arguments say."""
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda message, resource: warnings.append(message))
    answers = ANSWERS | {"KubernetesCluster": ANSWERS["KubernetesCluster"] | {"version": running}}
    record(lambda: make_cluster(DOKS, version=version), outputs=answers)
    return warnings


def test_a_minor_version_that_changes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs(monkeypatch, "1.36", "1.35.3-do.1") == [
        "EksOrDoksCluster 'shop' runs Kubernetes 1.35.3-do.1, and version says 1.36. To upgrade, specify an exact version "
        "such as 1.36.1-do.0 (doctl kubernetes cluster get-upgrades lists them); to stay, specify the minor version that runs."
    ]


@pytest.mark.parametrize(("version", "running"), [("1.35", "1.35.3-do.1"), ("1.35.3-do.1", "1.35.3-do.1"), ("1.35", "1.35")])
def test_no_warning_without_need(monkeypatch: pytest.MonkeyPatch, version: str, running: str) -> None:
    assert runs(monkeypatch, version, running) == []


@pytest.mark.parametrize("kind", ["KubernetesCluster", "Vpc"])
def test_the_cluster_is_protected_until_told_otherwise(kind: str) -> None:
    assert least().the(kind).request.protect, "a typo in the region would delete it, with every volume's data"
    assert not deployed(DOKS, protect=False).the(kind).request.protect


def test_nothing_runs_in_the_cluster_before_its_nodes() -> None:
    provider = deployed(DOKS, node_pools={"workers": {}}).the("kubernetes")
    assert provider.depends_on >= {"shop-default", "shop-workers"}


def test_only_another_cluster_replaces_the_provider() -> None:
    provider = least().the("kubernetes").inputs
    assert provider == {
        "kubeconfig": "kubeconfig-of-seven-days",
        "clusterIdentifier": "shop-id",
        "upsertExistingObjects": "true",
        "enablePatchForce": "true",
    }, "renewed credentials would replace everything in the cluster"


KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [
        {
            "name": "shop-7f6e5d4",
            "cluster": {"server": "https://doks.example.com", "certificate-authority-data": "Q0E="},
        }
    ],
    "users": [{"name": "shop-7f6e5d4", "user": {"token": "dop-secret-token"}}],
    "contexts": [{"name": "shop-7f6e5d4", "context": {"cluster": "shop-7f6e5d4", "user": "shop-7f6e5d4"}}],
    "current-context": "shop-7f6e5d4",
}


@pytest.mark.parametrize("given", [str, text])
def test_with_an_api_token_the_kubeconfig_does_not_expire(given: Callable[[str], Any]) -> None:
    made = record(lambda: make_cluster(DOKS, api_token=given("dop-secret-token")), outputs=ANSWERS)
    assert json.loads(made.result["kubeconfig"]) == KUBECONFIG


def test_the_token_of_the_provider_serves_pulumi_and_is_handed_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "of-somebody-else")
    pulumi.runtime.set_all_config({"digitalocean:token": "dop-secret-token"}, ["digitalocean:token"])
    try:
        made = deployed(DOKS)
        assert json.loads(made.the("kubernetes").inputs["kubeconfig"]) == KUBECONFIG, "Pulumi could not deploy after a week"
        assert made.result["kubeconfig"] == "kubeconfig-of-seven-days"
        assert "dop-secret-token" not in str(made.the("EksOrDoksCluster").outputs)
        of_its_own = deployed(DOKS, api_token="of-the-cluster")
        assert "dop-secret-token" not in str([each.inputs for each in of_its_own.resources])
    finally:
        pulumi.runtime.set_all_config({})


@pytest.mark.parametrize("arguments", [{}, {"api_token": "dop-secret-token"}])
def test_credentials_are_secret(arguments: dict[str, Any]) -> None:
    made = deployed(DOKS, **arguments)
    assert made.the("EksOrDoksCluster").outputs["kubeconfig"] == HIDDEN
    assert made.the("kubernetes").visible["kubeconfig"] == HIDDEN
    assert "dop-secret-token" not in str([(each.visible, each.outputs) for each in made.resources])


def test_the_provider_is_ready_to_use() -> None:
    made = record(lambda: make_cluster(DOKS).provider.urn, outputs=ANSWERS)
    assert made.result.endswith("::shop-provider")
