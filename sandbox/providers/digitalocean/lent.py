"""What the sandbox lends in place of what DigitalOcean would make: a cluster, databases and caches.

Its load balancers are made by its controller in the cluster, whose part the sandbox's cluster plays by itself.
"""

from sandbox import lending
from sandbox.providers.cloud import Made, hidden, lent_name
from sandbox.providers.ledger import Ledger
from sandbox.providers.lent_cluster import lent_cluster
from sandbox.providers.properties import Properties
from sandbox.providers.server import Refusal

OWNER = "doadmin"


def cluster(_: Made, __: Ledger) -> Properties:
    """DOKS."""
    found = lent_cluster()
    config = {
        "rawConfig": found.kubeconfig,
        "host": found.server,
        "clusterCaCertificate": found.authority,
        "clientCertificate": found.certificate,
        "clientKey": found.key,
        "token": "",
    }
    return {"endpoint": found.server, "kubeConfigs": hidden([config])}


def database(made: Made, _: Ledger) -> Properties:
    """Managed PostgreSQL or Valkey."""
    engine, password = made.inputs["engine"], str(made.inputs["password"])
    if engine == "pg":
        found = lending.postgresql(made.lent, "defaultdb", OWNER, password)
    elif engine == "valkey":
        found = lending.redis(made.lent, password)
    else:
        raise Refusal(f"The sandbox has no {engine} to lend: rehearse with PostgreSQL.")
    return {"host": found.host, "privateHost": found.host, "port": found.port}


def _database_of_cluster(made: Made, _: Ledger) -> Properties:
    """A further database in PostgreSQL."""
    lending.add_database(lent_name(str(made.inputs["clusterId"])), OWNER, made.name)
    return {}


def user(made: Made, _: Ledger) -> Properties:
    """A further user of PostgreSQL."""
    lending.add_user(lent_name(str(made.inputs["clusterId"])), OWNER, made.name, str(made.inputs["password"]))
    return {}


def pool(_: Made, __: Ledger) -> Properties:
    """A connection pool."""
    raise Refusal("The sandbox has no PgBouncer to lend: rehearse without database.pool_size.")


LENT = {
    "DatabaseCluster": database,
    "DatabaseConnectionPool": pool,
    "DatabaseDb": _database_of_cluster,
    "DatabaseUser": user,
    "KubernetesCluster": cluster,
}
