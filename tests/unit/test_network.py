"""Network: a VPC on AWS."""

from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest

from railbed import InvalidArguments
from railbed.aws.network.arguments import SubnetRanges, usual_zones
from railbed.aws.network.network import Network
from tests.unit.recording import Deployment, Recorded, record

REGION = "eu-central-1"
ANSWERS = {
    "Role": {"arn": "arn:aws:iam::123456789012:role/flow-logs", "name": "flow-logs"},
    "LogGroup": {"arn": "arn:aws:logs:eu-central-1:123456789012:log-group:flow-logs"},
}


def network(registered: list[Recorded] | None = None, preview: bool = False, **arguments: Any) -> Deployment:
    given = {"region": REGION} | arguments
    return record(
        lambda: Network("shop", given),  # type: ignore[arg-type]
        outputs=ANSWERS,
        registered=registered,
        preview=preview,
    )


def test_the_least_arguments_give_three_zones() -> None:
    made = network()
    vpc = made.the("Vpc")
    assert (vpc.name, vpc.parent) == ("shop", "shop")
    assert vpc.inputs == {
        "region": REGION,
        "cidrBlock": "10.0.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"Name": "shop"},
    }
    assert {each.name for each in made.all("Subnet")} == {
        f"shop-{tier}-{zone}" for tier in ("public", "private", "database") for zone in "abc"
    }
    assert all(each.parent == "shop" for each in made.resources[1:])
    assert all(each.inputs["region"] == REGION for each in made.resources if each.type.startswith("aws:ec2/"))


def test_the_vpc_is_protected_until_told_otherwise() -> None:
    assert network().the("Vpc").request.protect, "another range would make an empty network and leave everything in the old one"
    assert not network(protect=False).the("Vpc").request.protect


def test_the_ids_are_in_the_order_of_the_zones() -> None:
    assert network(zones=["eu-central-1c", "eu-central-1a"]).result == {
        "vpc_id": "shop-id",
        "cidr": "10.0.0.0/16",
        "public_subnet_ids": ["shop-public-a-id", "shop-public-c-id"],
        "private_subnet_ids": ["shop-private-a-id", "shop-private-c-id"],
        "database_subnet_ids": ["shop-database-a-id", "shop-database-c-id"],
    }


@pytest.mark.parametrize(
    ("tier", "ranges", "tags"),
    [
        ("private", ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"], {"kubernetes.io/role/internal-elb": "1"}),
        ("public", ["10.0.128.0/22", "10.0.132.0/22", "10.0.136.0/22"], {"kubernetes.io/role/elb": "1"}),
        ("database", ["10.0.160.0/22", "10.0.164.0/22", "10.0.168.0/22"], {}),
    ],
)
def test_subnets_of_each_kind(tier: str, ranges: list[str], tags: dict[str, str]) -> None:
    made = network()
    for zone, cidr in zip("abc", ranges, strict=True):
        assert made.the("Subnet", f"shop-{tier}-{zone}").inputs == {
            "region": REGION,
            "vpcId": "shop-id",
            "availabilityZone": f"{REGION}{zone}",
            "cidrBlock": cidr,
            "mapPublicIpOnLaunch": False,
            "tags": {"Name": f"shop-{tier}-{zone}", **tags},
        }


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.16.0.0/18", "192.168.16.0/20"])
def test_no_two_subnets_overlap_whatever_zones_there_are(cidr: str) -> None:
    ranges = [SubnetRanges(cidr, f"{REGION}{letter}") for letter in "abcdefgh"]
    subnets = [IPv4Network(each) for zone in ranges for each in (zone.private, zone.public, zone.database)]
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


def test_another_zone_moves_no_subnet() -> None:
    def ranges(made: Deployment) -> dict[str, str]:
        return {each.name: each.inputs["cidrBlock"] for each in made.all("Subnet")}

    few, more = ranges(network(zones=[f"{REGION}b", f"{REGION}c"])), ranges(network())
    assert few.items() < more.items(), "a subnet with another range is replaced, with all that is in it"


def routes(made: Deployment) -> dict[str, dict[str, Any]]:
    return {each.name: each.inputs for each in made.all("Route")}


def test_public_subnets_reach_the_internet_themselves() -> None:
    made = network()
    assert routes(made)["shop-public"] == {
        "region": REGION,
        "routeTableId": "shop-public-id",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "shop-id",
    }
    assert made.the("InternetGateway").inputs == {"region": REGION, "vpcId": "shop-id", "tags": {"Name": "shop"}}
    for zone in "abc":
        joined = made.the("RouteTableAssociation", f"shop-public-{zone}").inputs
        assert joined == {"region": REGION, "subnetId": f"shop-public-{zone}-id", "routeTableId": "shop-public-id"}


def test_one_nat_gateway_serves_all_zones_by_default() -> None:
    made = network()
    gateway = made.the("NatGateway", "shop-nat-a")
    assert gateway.inputs["subnetId"] == "shop-public-a-id"
    assert gateway.inputs["allocationId"] == "shop-nat-a-id"
    assert made.the("Eip").inputs["domain"] == "vpc"
    assert "shop-public" in gateway.depends_on, "without a way to the internet it leads nowhere"
    for zone in "abc":
        assert routes(made)[f"shop-private-{zone}"] == {
            "region": REGION,
            "routeTableId": f"shop-private-{zone}-id",
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": "shop-nat-a-id",
        }
        joined = made.the("RouteTableAssociation", f"shop-private-{zone}").inputs
        assert joined == {"region": REGION, "subnetId": f"shop-private-{zone}-id", "routeTableId": f"shop-private-{zone}-id"}


def test_a_nat_gateway_in_every_zone() -> None:
    made = network(nat="per_zone")
    assert {each.name for each in made.all("NatGateway")} == {"shop-nat-a", "shop-nat-b", "shop-nat-c"}
    for zone in "abc":
        assert made.the("NatGateway", f"shop-nat-{zone}").inputs["subnetId"] == f"shop-public-{zone}-id"
        assert routes(made)[f"shop-private-{zone}"]["natGatewayId"] == f"shop-nat-{zone}-id"


def test_without_a_nat_gateway_private_subnets_have_no_way_to_the_internet() -> None:
    made = network(nat="none")
    assert not made.all("NatGateway") + made.all("Eip")
    assert set(routes(made)) == {"shop-public"}


def test_more_nat_gateways_replace_none_that_is_there() -> None:
    one, per_zone = network().named(), network(nat="per_zone").named()
    assert one < per_zone, "an address that partners have allowed would be given back"


def test_databases_have_no_way_to_the_internet() -> None:
    made = network()
    tables = {made.the("RouteTableAssociation", f"shop-database-{zone}").inputs["routeTableId"] for zone in "abc"}
    assert tables == {"shop-database-id"}
    assert "shop-database-id" not in {each["routeTableId"] for each in routes(made).values()}
    assert "routes" not in made.the("RouteTable", "shop-database").inputs


def test_s3_is_reached_inside_aws() -> None:
    assert network().the("VpcEndpoint").inputs == {
        "region": REGION,
        "vpcId": "shop-id",
        "serviceName": "com.amazonaws.eu-central-1.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": ["shop-private-a-id", "shop-private-b-id", "shop-private-c-id", "shop-database-id"],
        "tags": {"Name": "shop-s3"},
    }


def test_the_default_security_group_lets_nothing_through() -> None:
    group = network().the("DefaultSecurityGroup")
    assert group.inputs == {"region": REGION, "vpcId": "shop-id", "tags": {"Name": "shop"}}


def test_refused_connections_are_logged() -> None:
    made = network(log_retention_days=30)
    log = made.the("FlowLog")
    assert log.inputs == {
        "region": REGION,
        "vpcId": "shop-id",
        "trafficType": "REJECT",
        "logDestination": ANSWERS["LogGroup"]["arn"],
        "iamRoleArn": ANSWERS["Role"]["arn"],
        "tags": {"Name": "shop-flow-logs"},
    }
    assert "shop-flow-logs-write" in log.depends_on, "AWS refuses a role that may not write yet"
    assert made.the("LogGroup").inputs["retentionInDays"] == 30
    trust = made.the("Role").statements
    assert trust == [{"Effect": "Allow", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"}, "Action": ["sts:AssumeRole"]}]
    allowed = made.the("RolePolicy").statements
    assert allowed[0]["Resource"] == f"{ANSWERS['LogGroup']['arn']}:*", "it could write to every log of the account"


def test_flow_logs_can_be_left_out() -> None:
    kinds = {kind for kind, _ in network(flow_logs=False).named()}
    assert not kinds & {"FlowLog", "LogGroup", "Role", "RolePolicy"}


def test_tags_reach_everything_that_can_be_tagged() -> None:
    made = network(tags={"team": "web"})
    for each in made.resources:
        if "tags" in each.inputs:
            assert each.inputs["tags"]["team"] == "web", f"{each.type} {each.name}"
    assert made.the("Subnet", "shop-public-a").inputs["tags"] == {
        "Name": "shop-public-a",
        "kubernetes.io/role/elb": "1",
        "team": "web",
    }


def test_the_whole_network_has_the_range_that_is_given() -> None:
    made = network(cidr="172.20.0.0/18")
    assert made.the("Vpc").inputs["cidrBlock"] == "172.20.0.0/18"
    assert made.the("Subnet", "shop-private-a").inputs["cidrBlock"] == "172.20.0.0/22"


@pytest.mark.parametrize(
    ("region", "letters"), [("eu-west-1", "abc"), ("ap-northeast-1", "acd"), ("ca-central-1", "abd"), ("us-west-1", "ac")]
)
def test_zones_that_new_accounts_have(region: str, letters: str) -> None:
    assert usual_zones(region) == [f"{region}{letter}" for letter in letters]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"region": "Frankfurt"}, "region: found 'Frankfurt'; specify an AWS region, such as eu-central-1"),
        ({"region": None}, "region: is required. AWS region."),
        (
            {"cidr": "10.0.0.0/24"},
            "cidr 10.0.0.0/24 cannot be divided into the subnets of all zones: specify a range between /16 and /20, such as "
            "10.0.0.0/16",
        ),
        (
            {"cidr": "10.0.1.0/16"},
            "cidr: found '10.0.1.0/16'; specify an IPv4 range such as 10.0.0.0/16 (10.0.1.0/16 has host bits set)",
        ),
        (
            {"zones": ["eu-west-1a", "eu-west-1b"]},
            "zones: eu-west-1a is not a zone of eu-central-1: name zones such as eu-central-1a",
        ),
        ({"zones": ["eu-central-1a", "eu-central-1a"]}, "zones: one is named twice: name each once"),
        (
            {"zones": ["eu-central-1a"]},
            "zones: found ['eu-central-1a']; it should be a list of at least 2. Availability zones by their full "
            'names, two at least: ["eu-central-1a", "eu-central-1b"].',
        ),
        (
            {"nat": "two"},
            (
                "nat: found 'two'; it should be 'one', 'per_zone' or 'none'. How private subnets reach the internet: one NAT "
                "gateway, one per_zone, or none, where they do not."
            ),
        ),
        ({"log_retention_days": 31}, "log_retention_days: found 31; CloudWatch does not support it; next supported: 60"),
        (
            {"cird": "10.0.0.0/16"},
            "cird: is not known here. Did you mean 'cidr'? Known are: cidr, flow_logs, log_retention_days, nat, "
            "protect, region, tags, zones.",
        ),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        network(registered=registered, **arguments)
    assert str(raised.value) == f"Network 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
