"""Verified certificates of managed databases: what DATABASE_URL asks for, and where containers find the authorities'."""

import json
import ssl
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from railbed import InvalidArguments
from railbed.aws.rds.authorities import authorities_of
from railbed.aws.regions import REGIONS
from railbed.stores.url import store_address
from tests.unit import cloud_stacks
from tests.unit.conftest import Deploy
from tests.unit.recording import Deployment, record
from tests.unit.samples import KIND_OF_PODS, WORKLOADS, make

BUNDLE = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
WITHOUT = {
    *("ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "il-central-1", "mx-central-1"),
    *("cn-north-1", "cn-northwest-1", "eusc-de-east-1", "us-gov-east-1", "us-gov-west-1"),
}
"""Regions whose authorities are not in authorities.pem."""
TEN_YEARS = 10 * 365 * 24 * 3600
MOUNTED = "/railbed-database/authorities.pem"
VERIFIED = {"verify_certificate": True}
MYSQL = {"engine": "mysql"}
TRILOGY = MYSQL | {"adapter": "trilogy"}
DATABASES = ("RdsDatabase", "DigitalOceanDatabase")
OUTPUTS: dict[str, dict[str, Any]] = {
    "DatabaseCluster": {"user": "doadmin", "password": "pass", "privateHost": "private-shop.example.com", "port": 25060},
    "DatabaseConnectionPool": {"name": "pool", "privateHost": "private-pool.example.com", "port": 25061},
    "RandomString": {"result": "k3j5x8q1"},
    "Role": {"arn": "arn:aws:iam::123456789012:role/shop-monitoring"},
    "Instance": {
        "address": "shop.example.com",
        "endpoint": "shop.example.com:5432",
        "identifier": "shop",
        "arn": "arn:aws:rds:eu-west-1:123456789012:db:shop",
    },
}


def database(component: str, **arguments: Any) -> Deployment:
    return record(lambda: make(component, **arguments), outputs=OUTPUTS)


@pytest.mark.parametrize("component", DATABASES)
@pytest.mark.parametrize(
    ("arguments", "scheme", "parameters"),
    [
        ({}, "postgresql", {"sslmode": ["require"]}),
        (MYSQL, "mysql2", {"ssl_mode": ["required"]}),
        (MYSQL | {"adapter": "mysql2"}, "mysql2", {"ssl_mode": ["required"]}),
        (TRILOGY, "trilogy", {"ssl_mode": ["required"]}),
        (VERIFIED, "postgresql", {"sslmode": ["verify-full"], "sslrootcert": [MOUNTED]}),
        (MYSQL | VERIFIED, "mysql2", {"ssl_mode": ["verify_identity"], "sslca": [MOUNTED]}),
        (TRILOGY | VERIFIED, "trilogy", {"ssl_mode": ["verify_identity"], "ssl_ca": [MOUNTED]}),
    ],
)
def test_the_url_asks_for_adapter_and_verification(
    component: str, arguments: dict[str, Any], scheme: str, parameters: dict[str, list[str]]
) -> None:
    url = database(component, **arguments).result["url"]
    assert (urlsplit(url).scheme, parse_qs(urlsplit(url).query)) == (scheme, parameters)
    assert store_address("DATABASE_URL", url).scheme == scheme, "Rails would refuse it"


@pytest.mark.parametrize("component", DATABASES)
def test_an_adapter_of_mysql_is_refused_for_postgresql(component: str) -> None:
    with pytest.raises(InvalidArguments, match="adapter has no effect with engine postgresql: remove it"):
        database(component, adapter="trilogy")


def test_copies_and_pools_are_verified_too() -> None:
    made = database("RdsDatabase", replicas={"reports": {}}, **VERIFIED)
    assert f"sslmode=verify-full&sslrootcert={MOUNTED}" in made.result["replica_urls"]["reports"]
    urls = database("DigitalOceanDatabase", pool_size=10, **VERIFIED).result
    expected = f"sslmode=verify-full&sslrootcert={MOUNTED}"
    assert urls["url"].endswith(f"/pool?{expected}&prepared_statements=false")
    assert urls["direct_url"].endswith(f"?{expected}")


def test_the_authorities_of_a_database_are_those_of_its_region_or_cluster() -> None:
    assert database("RdsDatabase", **VERIFIED).result["authorities"] == authorities_of("eu-west-1")
    assert database("DigitalOceanDatabase", **VERIFIED).result["authorities"] == "authority of shop-id"
    for component in DATABASES:
        assert database(component).result["authorities"] == "", "nothing is asked for unless it is used"


def test_authorities_in_the_image_are_taken_from_there() -> None:
    made = database("RdsDatabase", authorities_path="/rails/config/rds.pem", **VERIFIED).result
    assert made["url"].endswith("?sslmode=verify-full&sslrootcert=/rails/config/rds.pem")
    assert made["authorities"] == ""
    with pytest.raises(InvalidArguments, match="authorities_path has no effect without verify_certificate"):
        database("RdsDatabase", authorities_path="/rails/config/rds.pem")


@pytest.mark.parametrize("region", [each for each in REGIONS if each not in WITHOUT])
def test_the_authorities_of_rds_are_whole(region: str) -> None:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=authorities_of(region))
    found: list[dict[str, Any]] = client.get_ca_certs()
    names = {word for each in found for part in each["subject"] for key, word in part if key == "commonName"}
    assert names == {f"Amazon RDS {region} Root CA {algorithm} G1" for algorithm in ("RSA2048", "RSA4096", "ECC384")}
    for each in found:
        assert each["issuer"] == each["subject"]
        assert ssl.cert_time_to_seconds(each["notAfter"]) > time.time() + TEN_YEARS


def test_regions_without_known_authorities_are_refused() -> None:
    for region in WITHOUT:
        with pytest.raises(ValueError, match=f"does not have the certificates of RDS in {region}: put {BUNDLE}"):
            authorities_of(region)
    with pytest.raises(InvalidArguments, match=r"database.verify_certificate: railbed does not have .* RDS in il-central-1"):
        cloud_stacks.deploy("eks", region="il-central-1", database=VERIFIED)


def test_a_region_that_is_known_only_later_is_refused_then() -> None:
    instance = OUTPUTS["Instance"] | {"arn": "arn:aws:rds:il-central-1:123456789012:db:shop"}
    with pytest.raises(Exception, match=r"RdsDatabase 'shop': verify_certificate: railbed does not have .* in il-central-1"):
        record(lambda: make("RdsDatabase", **VERIFIED), outputs=OUTPUTS | {"Instance": instance})


@pytest.mark.parametrize("component", WORKLOADS)
def test_every_workload_finds_the_authorities(deploy: Deploy, component: str) -> None:
    deployed = deploy(lambda: make(component, database_authorities="PEM", namespace="team"))
    config_map = deployed.the("ConfigMap", "shop-database-authorities")
    assert config_map.inputs["data"] == {"authorities.pem": "PEM"}
    assert config_map.at("metadata.namespace") == "team"
    workload = deployed.the(KIND_OF_PODS[component])
    mounts = {each["mountPath"]: each for each in workload.container["volumeMounts"]}
    assert mounts["/railbed-database"]["readOnly"] is True
    volumes = {each["name"]: each for each in workload.pod["volumes"]}
    assert volumes[mounts["/railbed-database"]["name"]]["configMap"] == {"name": "shop-database-authorities-1a2b3c"}
    within = [other for other in mounts if "/railbed-database".startswith(f"{other}/")]
    assert within == [], "nothing can be mounted inside of a volume that is read-only"


@pytest.mark.parametrize("target", cloud_stacks.KUBERNETES)
def test_a_stack_mounts_what_its_database_names(target: str) -> None:
    deployed = cloud_stacks.deploy(target, database=VERIFIED)
    found = [each.inputs["data"] for each in deployed.all("ConfigMap") if each.name.endswith("-database-authorities")]
    pem = authorities_of("eu-central-1") if target == "eks" else "authority of shop-database-id"
    assert found == [{"authorities.pem": pem}] * 6
    for each in deployed.all("Secret"):
        if "DATABASE_URL" in each.inputs.get("stringData", {}):
            assert f"sslmode=verify-full&sslrootcert={MOUNTED}" in each.inputs["stringData"]["DATABASE_URL"]


@pytest.mark.parametrize("target", cloud_stacks.KUBERNETES)
def test_nothing_is_mounted_unless_it_is_used(target: str) -> None:
    assert not [each for each in cloud_stacks.least(target).all("ConfigMap") if each.name.endswith("-authorities")]
    given = {"DATABASE_URL": "postgresql://app:hunter2-pass@db.example.com/app"}
    deployed = cloud_stacks.deploy(target, secrets=given)
    assert not [each for each in deployed.all("ConfigMap") if each.name.endswith("-authorities")]


def test_on_ecs_the_image_has_the_authorities() -> None:
    with pytest.raises(InvalidArguments, match=f"ECS mounts no files: put {BUNDLE} into the image"):
        cloud_stacks.deploy("ecs", database=VERIFIED)
    in_image = VERIFIED | {"authorities_path": "/rails/config/rds.pem"}
    deployed = cloud_stacks.deploy("ecs", database=in_image)
    (url,) = {json.loads(each.inputs["secretString"])["DATABASE_URL"] for each in deployed.all("SecretVersion")}
    assert url.endswith("?sslmode=verify-full&sslrootcert=/rails/config/rds.pem")
