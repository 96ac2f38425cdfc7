"""DigitalOcean's API description as a judge: the requests by which the provider makes each kind of resource.

https://github.com/digitalocean/terraform-provider-digitalocean/tree/main/digitalocean
"""

from collections.abc import Iterable

from tests.judges.api_judgement import Api, Judgement, judge
from tests.judges.api_requests import HERE, At, Made, NotHandedOn, Supplied, Target
from tests.judges.openapi import shape_of
from tests.judges.registered import Registered

SERVICE = "digitalocean"
CLUSTERS, DATABASES = "/v2/kubernetes/clusters", "/v2/databases"
DATABASE = f"{DATABASES}/{{database_cluster_uuid}}"
RECORDS = "/v2/domains/{domain_name}/records"

OF_DATABASE: dict[str, Target] = {"clusterId": "database_cluster_uuid"}


def _of(operation: str, member: str) -> At:
    return At(member, service=SERVICE, operation=operation)


OPERATIONS: dict[str, Made] = {
    "Certificate lets_encrypt": Made(
        SERVICE, "POST /v2/certificates certificate_request_lets_encrypt", {"domains": "dns_names"}
    ),
    "Certificate custom": Made(SERVICE, "POST /v2/certificates certificate_request_custom"),
    "ContainerRegistry": Made(SERVICE, "POST /v2/registry"),
    "ContainerRegistryDockerCredentials": Made(
        SERVICE,
        "GET /v2/registry/docker-credentials",
        {"registryName": _of("GET /v2/registries/{registry_name}", "registry_name"), "write": "read_write"},
    ),
    "DatabaseCluster": Made(
        SERVICE,
        f"POST {DATABASES}",
        {
            "nodeCount": "num_nodes",
            "maintenanceWindows": HERE,
            "maintenanceWindows.day": _of(f"PUT {DATABASE}/maintenance", "day"),
            "maintenanceWindows.hour": _of(f"PUT {DATABASE}/maintenance", "hour"),
            "evictionPolicy": _of(f"PUT {DATABASE}/eviction_policy", "eviction_policy"),
            # The provider sends the same under a name that the description does not have here, storage_autoscale.
            "storageAutoscale": _of(f"PUT {DATABASE}/autoscale", "storage"),
        },
    ),
    "DatabaseConnectionPool": Made(SERVICE, f"POST {DATABASE}/pools", {**OF_DATABASE, "dbName": "db"}),
    "DatabaseDb": Made(SERVICE, f"POST {DATABASE}/dbs", OF_DATABASE),
    "DatabaseFirewall": Made(SERVICE, f"PUT {DATABASE}/firewall", OF_DATABASE),
    "DatabaseMysqlConfig": Made(SERVICE, f"PATCH {DATABASE}/config mysql_advanced_config", OF_DATABASE),
    "DatabaseUser": Made(SERVICE, f"POST {DATABASE}/users", OF_DATABASE),
    "DatabaseValkeyConfig": Made(
        SERVICE,
        f"PATCH {DATABASE}/config valkey_advanced_config",
        {
            **OF_DATABASE,
            "persistence": "valkey_persistence",
            "ssl": "valkey_ssl",
        },
    ),
    "DnsRecord A": Made(SERVICE, f"POST {RECORDS} domain_record_a", {"domain": "domain_name", "value": "data"}),
    "DnsRecord AAAA": Made(SERVICE, f"POST {RECORDS} domain_record_aaaa", {"domain": "domain_name", "value": "data"}),
    "Domain": Made(SERVICE, "POST /v2/domains"),
    "KubernetesCluster": Made(
        SERVICE,
        f"POST {CLUSTERS}",
        {
            "nodePool": "node_pools",
            "nodePool.nodeCount": "count",
            "registryIntegration": NotHandedOn("with it the provider calls /v2/kubernetes/registry with the cluster's ID"),
        },
    ),
    "KubernetesNodePool": Made(
        SERVICE,
        f"POST {CLUSTERS}/{{cluster_id}}/node_pools",
        {"nodeCount": "count"},
        {"count": Supplied("the autoscaler's, between min_nodes and max_nodes", only_with="minNodes")},
    ),
    "Vpc": Made(SERVICE, "POST /v2/vpcs"),
}
"""By kind, and by type where the API has schemas of their own for those."""


def judge_digitalocean(resources: Iterable[Registered]) -> Judgement:
    """Hold all resources of DigitalOcean among these against the description."""
    return judge(resources, _DIGITALOCEAN)


def _made_by(resource: Registered) -> Made | None:
    return OPERATIONS.get(f"{resource.kind} {resource.inputs.get('type')}") or OPERATIONS.get(resource.kind)


_DIGITALOCEAN = Api("digitalocean", shape_of, _made_by, {}, {})
