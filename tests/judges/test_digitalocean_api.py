"""DigitalOcean's own API description over every input that the provider hands on, and over its load balancer's annotations.

The description lies beside the repository, or where RAILBED_DIGITALOCEAN_OPENAPI says.
"""

import pytest

from tests.judges.api_judgement import Judgement
from tests.judges.defects import Defect, spoiled
from tests.judges.digitalocean_api import OPERATIONS, judge_digitalocean
from tests.judges.finding import assert_waived
from tests.judges.load_balancer_annotations import BASE, judge_annotations
from tests.judges.registered import Registered
from tests.judges.stacks import LONGEST

JUDGE = "digitalocean-api"
OF_BALANCERS = "digitalocean-load-balancers"
LEAST_SHARE = 0.98
"""Of the inputs, by kind and path, at least this share is held against a member of a request."""


@pytest.fixture(scope="module")
def judgement(for_apis: dict[str, list[Registered]]) -> Judgement:
    return judge_digitalocean(each for resources in for_apis.values() for each in resources)


def test_nothing_is_left_to_object_to(judgement: Judgement) -> None:
    assert_waived(JUDGE, judgement.findings)


def test_no_input_escapes(judgement: Judgement) -> None:
    judgement.assert_no_input_escapes(LEAST_SHARE)


def test_the_table_of_operations_says_nothing_idle(judgement: Judgement) -> None:
    assert {(kind.split()[0], path) for kind, made in OPERATIONS.items() for path in made.inputs} - judgement.used == set()


def test_load_balancers_are_as_the_controller_has_them(for_apis: dict[str, list[Registered]]) -> None:
    balanced = [each for name in ("prod", "staging", "longest-doks") for each in for_apis[name] if _is_balanced(each)]
    assert len(balanced) == 3
    assert_waived(OF_BALANCERS, judge_annotations(balanced))


DEFECTS: dict[str, list[Defect]] = {
    "prod": [
        Defect("Vpc", "shop", "name", "shop_1a2b3c4", "pattern name"),
        Defect("KubernetesCluster", "shop", "maintenancePolicy.day", "Sunday", "enum maintenance_policy.day"),
        Defect("KubernetesCluster", "shop", "vpcUuid", "shop", "pattern vpc_uuid"),
        Defect("KubernetesCluster", "shop", "version", None, "required version"),
        Defect("KubernetesCluster", "shop", "nodePool.nodeCount", None, "required node_pools.count"),
        Defect("KubernetesNodePool", "shop-default", "minNodes", "two", "type min_nodes"),
        Defect("KubernetesNodePool", "shop-default", "clusterId", "shop", "pattern cluster_id"),
        Defect("DatabaseCluster", "shop-redis", "engine", "valkey8", "enum engine"),
        Defect("DatabaseCluster", "shop-redis", "evictionPolicy", "never", "enum eviction_policy"),
        Defect("DatabaseCluster", "shop-database", "storageAutoscale.thresholdPercent", 96, "max storage.threshold_percent"),
        Defect("DatabaseFirewall", "shop-database-firewall", "rules.0.type", "kubernetes", "enum rules.type"),
        Defect("DatabaseValkeyConfig", "shop-redis-config", "persistence", "aof", "enum valkey_persistence"),
        Defect("Certificate", "shop", "domains", None, "required dns_names"),
        Defect("DnsRecord", "shop-shop.example.com", "value", None, "required data"),
    ],
    "variants": [
        Defect("ContainerRegistry", "acme", "region", "lon1", "enum region"),
        Defect("ContainerRegistry", "acme", "name", "Acme", "pattern name"),
        Defect("DatabaseConnectionPool", "shop-pooled-pool", "mode", None, "required mode"),
        Defect(
            "DatabaseMysqlConfig", "shop-mysql-droplets-config", "sqlRequirePrimaryKey", "no", "type sql_require_primary_key"
        ),
        Defect("Certificate", "shop-own", "privateKey", None, "required private_key"),
    ],
    "longest-doks": [
        Defect("KubernetesNodePool", f"{LONGEST}-{LONGEST}", "taints.0.effect", "NO_SCHEDULE", "enum taints.effect"),
        Defect("KubernetesNodePool", f"{LONGEST}-{LONGEST}", "nodeCount", None, "required count"),
    ],
}


@pytest.mark.parametrize(
    ("stack", "defect"), [(stack, defect) for stack, defects in DEFECTS.items() for defect in defects], ids=str
)
def test_the_judge_sees(for_apis: dict[str, list[Registered]], stack: str, defect: Defect) -> None:
    (sound,) = [each for each in for_apis[stack] if (each.kind, each.name) == (defect.kind, defect.name)]
    assert defect.check not in {each.check for each in judge_digitalocean([sound]).findings}
    found = {each.check for each in judge_digitalocean(spoiled([sound], [defect])).findings}
    assert defect.check in found, f"the judge is blind to {defect}"


def test_an_input_that_goes_nowhere_is_seen(for_apis: dict[str, list[Registered]]) -> None:
    sound = [each for each in for_apis["prod"] if each.kind == "Vpc"]
    assert judge_digitalocean(spoiled(sound, [Defect("Vpc", "shop", "ipv6Range", "::/0", "")])).unknown == {
        ("Vpc", "ipv6Range")
    }


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("type", {"type": None}),
        ("type", {"type": "REGIONAL_NETWORK"}),
        ("name-taken", {"name": "shop-production"}),
        ("protocol", {"protocol": "HTTP"}),
        ("redirect-http-to-https", {"redirect-http-to-https": True}),
        ("http-idle-timeout-seconds", {"http-idle-timeout-seconds": "60s"}),
        ("ports", {"http2-ports": "443"}),
        ("certificate", {"certificate-name": None}),
        ("certificate", {"tls-passthrough": "true"}),
        ("unknown", {"idle-timeout": "60"}),
    ],
)
def test_the_judge_of_load_balancers_sees(
    for_apis: dict[str, list[Registered]], check: str, changes: dict[str, object]
) -> None:
    balanced = [each for each in for_apis["prod"] if _is_balanced(each)]
    (changed,) = spoiled(balanced, [])
    annotations = changed.inputs["metadata"]["annotations"]
    for name, value in changes.items():
        annotations.pop(f"{BASE}{name}", None)
        if value is not None:
            annotations[f"{BASE}{name}"] = value
    assert judge_annotations(balanced) == []
    assert {each.check for each in judge_annotations([changed])} == {check}


def _is_balanced(resource: Registered) -> bool:
    return resource.kind == "Service" and resource.inputs["spec"].get("type") == "LoadBalancer"
