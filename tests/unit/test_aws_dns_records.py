"""AwsDnsRecords: host names that lead to a load balancer."""

from typing import Any

import pulumi
import pytest

from railbed.args import AwsDnsRecordsArgs
from railbed.aws.dns.records import AwsDnsRecords
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import Deployment, Recorded, record


def make(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    least: AwsDnsRecordsArgs = {
        "hosts": ["shop.example.com"],
        "zone_id": "Z1",
        "load_balancer_dns_name": "shop-1.eu-central-1.elb.amazonaws.com",
        "load_balancer_zone_id": "Z215JYRZR1TBD5",
    }
    return record(lambda: AwsDnsRecords("shop", {**least, **arguments}), registered=registered)  # type: ignore[typeddict-item]


def test_each_host_gets_an_alias_record() -> None:
    deployed = make(hosts=["shop.example.com", "*.shop.example.com"])
    assert {each.name for each in deployed.all("Record")} == {"shop-shop.example.com", "shop-*.shop.example.com"}
    assert deployed.the("Record", "shop-shop.example.com").inputs == {
        "zoneId": "Z1",
        "name": "shop.example.com",
        "type": "A",
        "aliases": [
            {
                "name": "shop-1.eu-central-1.elb.amazonaws.com",
                "zoneId": "Z215JYRZR1TBD5",
                "evaluateTargetHealth": True,
            }
        ],
    }
    assert {each.parent for each in deployed.all("Record")} == {"shop"}


def test_clients_with_ipv6_only_reach_a_load_balancer_that_has_it() -> None:
    deployed = make(ipv6=True)
    assert {each.name: each.inputs["type"] for each in deployed.all("Record")} == {
        "shop-shop.example.com": "A",
        "shop-shop.example.com-ipv6": "AAAA",
    }


def test_the_address_may_be_an_output() -> None:
    output = pulumi.Output.from_input
    (given,) = make(load_balancer_dns_name="x.example.net").all("Record")
    deployed = record(
        lambda: AwsDnsRecords(
            "shop",
            {
                "hosts": ["shop.example.com"],
                "zone_id": output("Z1"),
                "load_balancer_dns_name": output("x.example.net"),
                "load_balancer_zone_id": output("Z215JYRZR1TBD5"),
            },
        )
    )
    assert deployed.the("Record").inputs == given.inputs


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"hosts": []},
            (
                "hosts: found []; it should be a list of at least 1. Host names, each of which gets a record of its own; "
                "a star may stand for the first part: *.example.com."
            ),
        ),
        ({"hosts": ["a.example.com", "a.example.com"]}, "hosts name a.example.com more than once: name each once"),
        (
            {"hosts": ["localhost"]},
            "hosts.0: found 'localhost'; specify a full host name in lower case, such as shop.example.com or *.example.com, "
            "without scheme, port or path",
        ),
        ({"zone_id": None}, "zone_id: is required. ID of the Route 53 zone that the hosts are in."),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"AwsDnsRecords 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
