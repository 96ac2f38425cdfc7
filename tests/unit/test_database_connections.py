"""How many connections managed databases accept: what settings are checked against."""

from typing import Any

import pytest
from pydantic import ValidationError

from railbed.aws.rds.arguments import RdsDatabaseModel
from railbed.aws.rds.connections import accepted_connections as of_rds
from railbed.digitalocean.databases.connections import accepted_connections as of_digitalocean
from railbed.digitalocean.databases.database import DigitalOceanDatabaseModel

PLACE: dict[str, Any] = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-1", "subnet-2"], "clients": {}}


@pytest.mark.parametrize(
    ("engine", "size", "accepted"),
    [
        ("postgresql", "db-s-1vcpu-1gb", 22),
        ("postgresql", "db-s-1vcpu-2gb", 47),
        ("postgresql", "db-s-2vcpu-4gb", 97),
        ("postgresql", "m-8vcpu-64gb", 997),
        ("mysql", "db-s-1vcpu-1gb", 75),
        ("postgresql", "db-of-tomorrow", None),
    ],
)
def test_digitalocean_accepts_connections_by_memory(engine: str, size: str, accepted: int | None) -> None:
    assert of_digitalocean(engine, size) == accepted


@pytest.mark.parametrize(
    ("arguments", "least", "most"),
    [
        ({"instance_class": "db.t4g.micro"}, 75, 87),
        ({"instance_class": "db.t4g.small"}, 180, 198),
        ({"instance_class": "db.t3.medium"}, 380, 413),
        ({"instance_class": "db.m7g.large"}, 800, 856),
        ({"instance_class": "db.r6g.large"}, 1600, 1700),
        ({"instance_class": "db.m7g.8xlarge"}, 4995, 4995),
        ({"instance_class": "db.t4g.micro", "engine": "mysql"}, 55, 66),
        ({"instance_class": "db.t4g.micro", "parameters": {"max_connections": "400"}}, 395, 395),
    ],
)
def test_rds_accepts_about_what_users_measured(arguments: dict[str, Any], least: int, most: int) -> None:
    accepted = of_rds(RdsDatabaseModel.model_validate({**PLACE, **arguments}))
    assert accepted is not None
    assert least <= accepted <= most


@pytest.mark.parametrize(
    "arguments",
    [
        {"instance_class": "db.x2g.large"},
        {"instance_class": "db.z1d.large"},
        {"parameters": {"max_connections": "LEAST({DBInstanceClassMemory/9531392},500)"}},
    ],
)
def test_where_rds_cannot_be_known_nothing_is_refused(arguments: dict[str, Any]) -> None:
    assert of_rds(RdsDatabaseModel.model_validate({**PLACE, **arguments})) is None


def test_a_pool_cannot_have_more_connections_than_the_database() -> None:
    place = {"region": "fra1", "vpc_id": "vpc-1", "cluster_id": "cluster-1"}
    with pytest.raises(ValidationError) as raised:
        DigitalOceanDatabaseModel.model_validate({**place, "size": "db-s-1vcpu-1gb", "nodes": 1, "pool_size": 23})
    assert "pool_size 23 is more than the 22 connections that size db-s-1vcpu-1gb accepts: lower it" in str(raised.value)
