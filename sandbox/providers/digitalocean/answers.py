"""What DigitalOcean answers, as far as railbed's components ask."""

import base64
import json
import uuid

from sandbox.cluster import certificates, registry
from sandbox.providers.cloud import Cloud, Made, hidden
from sandbox.providers.properties import Properties

from .lent import LENT
from .refusals import REFERENCES, UNIQUE, refused

NOWHERE = "https://doks.invalid"

KUBECONFIG = f"""apiVersion: v1
kind: Config
current-context: doks
clusters: [{{name: doks, cluster: {{server: "{NOWHERE}"}}}}]
contexts: [{{name: doks, context: {{cluster: doks, user: admin}}}}]
users: [{{name: admin, user: {{token: none}}}}]
"""


def _cluster(made: Made) -> Properties:
    version = made.inputs["version"]
    return {
        "endpoint": f"https://{made.identity}.k8s.ondigitalocean.com",
        "version": version,
        "status": "running",
        "clusterUrn": f"do:kubernetes:{made.identity}",
        "kubeConfigs": hidden([{"rawConfig": KUBECONFIG, "clusterCaCertificate": "Q0E=", "token": "none", "host": NOWHERE}]),
    }


def _database(made: Made) -> Properties:
    valkey = made.inputs["engine"] == "valkey"
    host = f"{made.name}-do-user-1-0.db.ondigitalocean.com"
    return {
        "host": host,
        "privateHost": f"private-{host}",
        "port": 25061 if valkey else 25060,
        "user": "default" if valkey else "doadmin",
        "password": hidden(f"stood-in-{made.suffix}"),
        "database": "" if valkey else "defaultdb",
    }


def _pool(_: Made) -> Properties:
    return {"host": "pool.db.ondigitalocean.com", "privateHost": "private-pool.db.ondigitalocean.com", "port": 25061}


def _docker_credentials(_: Made) -> Properties:
    auth = base64.b64encode(":".join(registry.login()).encode()).decode()
    return {
        "dockerCredentials": hidden(json.dumps({"auths": {"registry.digitalocean.com": {"auth": auth}}})),
        "credentialExpirationTime": "2036-01-01T00:00:00Z",
    }


def _authority(_: Properties) -> Properties:
    """What signs the databases that the sandbox lends; nothing where it has not been started."""
    authority = certificates.authority()
    return {"certificate": authority.read_text() if authority.exists() else "stood-in"}


DIGITALOCEAN = Cloud(
    package="digitalocean",
    name_of={},
    unnamed=frozenset({"DnsRecord", "Domain", "DatabaseDb", "DatabaseUser"}),
    # https://github.com/digitalocean/terraform-provider-digitalocean: ForceNew in the resources' schemas
    replacing={
        "KubernetesCluster": frozenset({"region", "vpcUuid", "clusterSubnet", "serviceSubnet"}),
        "KubernetesNodePool": frozenset({"clusterId", "size"}),
        "DatabaseCluster": frozenset({"engine", "privateNetworkUuid"}),
        "DatabaseDb": frozenset({"clusterId", "name"}),
        "DatabaseUser": frozenset({"clusterId", "name"}),
        "DatabaseConnectionPool": frozenset({"clusterId", "name", "mode", "size", "dbName", "user"}),
        "DatabaseFirewall": frozenset({"clusterId"}),
        "DnsRecord": frozenset({"domain", "type"}),
        "Domain": frozenset({"name"}),
        "Vpc": frozenset({"region", "ipRange"}),
        "Certificate": frozenset({"domains", "type", "name"}),
        "ContainerRegistry": frozenset({"name", "region"}),
    },
    protected_by={},
    identities={},
    compute={
        "Certificate": lambda _: {"uuid": str(uuid.uuid4()), "state": "verified"},
        "ContainerRegistry": lambda made: {
            "endpoint": f"registry.digitalocean.com/{made.name}",
            "serverUrl": "registry.digitalocean.com",
        },
        "ContainerRegistryDockerCredentials": _docker_credentials,
        "DatabaseCluster": _database,
        "DatabaseConnectionPool": _pool,
        "DatabaseUser": lambda made: {"password": hidden(f"stood-in-{made.suffix}")},
        "DnsRecord": lambda made: {"fqdn": f"{made.inputs['name']}.{made.inputs['domain']}"},
        "KubernetesCluster": _cluster,
    },
    every=lambda made: {"urn": f"do:{made.kind.name.lower()}:{made.identity}"},
    identity=lambda kind, _: None if kind.name in ("Certificate", "ContainerRegistry", "Domain") else str(uuid.uuid4()),
    lend=LENT,
    asked={"digitalocean:index/getDatabaseCa:getDatabaseCa": _authority},
    references=REFERENCES,
    unique=UNIQUE,
    refuse=refused,
)
