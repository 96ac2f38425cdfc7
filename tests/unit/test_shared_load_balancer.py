"""A load balancer of AWS that several stacks share."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.existing_things import NETWORK, OTHER_VPC, VPC
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.refused_settings import AWS, Refused, each_target, told

NETWORK_ALONE: dict[str, Any] = {"network": {"existing": {key: NETWORK[key] for key in ("vpc_id", "private_subnet_ids")}}}
EXISTING: dict[str, Any] = {"load_balancer": {"existing": {"name": "shared"}}, **NETWORK_ALONE}
HOSTS: dict[str, Any] = {**APP, "web": {"hosts": ["shop.example.com", "www.example.com"]}}
LISTENER = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2"


def sharing(**of_existing: Any) -> dict[str, Any]:
    return {"load_balancer": {"existing": {"name": "shared", **of_existing}}, **NETWORK_ALONE}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_the_load_balancer_and_its_listeners_stay_as_they_are(target: str, preview: bool) -> None:
    made = deploy(target, preview=preview, **EXISTING)
    kinds = {kind for kind, _ in made.named()}
    assert not kinds & {"LoadBalancer", "Listener", "ApplicationLoadBalancer"}
    assert {"TargetGroup", "ListenerRule", "ListenerCertificate"} <= kinds
    groups = {each.inputs.get("securityGroupId") for each in made.all("SecurityGroupEgressRule")}
    assert "sg-of-balancer" not in groups, "its owner has not asked for a rule"


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_each_host_has_a_rule_to_the_target_group_of_the_stack(target: str) -> None:
    made = deploy(target, app=HOSTS, dns=None, **EXISTING)
    rules = {each.name: each.inputs for each in made.all("ListenerRule")}
    assert set(rules) == {"shop-shop.example.com", "shop-www.example.com"}
    group = made.the("TargetGroup")
    assert group.inputs["vpcId"] == VPC
    for rule in rules.values():
        assert rule["listenerArn"] == LISTENER
        assert [action["type"] for action in rule["actions"]] == ["forward"]
        assert "priority" not in rule, "the provider takes the next that is free"
    assert made.exports["url"] == "https://shop.example.com"
    assert made.exports["address"] == "shared.elb.example.com"


def test_priorities_follow_the_one_that_is_given() -> None:
    rules = deploy("ecs", app=HOSTS, dns=None, **sharing(priority=40)).all("ListenerRule")
    assert {each.name: each.inputs["priority"] for each in rules} == {"shop-shop.example.com": 40, "shop-www.example.com": 41}


def test_the_certificate_of_the_hosts_joins_those_of_the_listener() -> None:
    certificate = deploy("ecs", **EXISTING).the("ListenerCertificate").inputs
    assert certificate == {
        "listenerArn": LISTENER,
        "certificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
    }
    assert not deploy("ecs", dns=None, **EXISTING).all("ListenerCertificate"), "the listener's own may be for all hosts"


def test_records_lead_to_the_load_balancer() -> None:
    records = deploy("ecs", **EXISTING).all("Record")
    aliases = [each.inputs["aliases"][0]["name"] for each in records if "aliases" in each.inputs]
    assert set(aliases) == {"shared.elb.example.com"}
    assert {each.inputs["type"] for each in records if "aliases" in each.inputs} == {"A", "AAAA"}


def test_tasks_let_the_load_balancer_in() -> None:
    made = deploy("ecs", **EXISTING)
    rules = {each.name: each.inputs for each in made.all("SecurityGroupIngressRule")}
    assert rules["shop-web"]["referencedSecurityGroupId"] == "sg-of-balancer"
    assert made.the("Service", "shop-web").inputs["loadBalancers"][0]["containerPort"] == 3000


def test_nodes_let_the_load_balancer_in_and_are_its_targets() -> None:
    made = deploy("eks", **EXISTING)
    opened = {each.name: each.inputs for each in made.all("SecurityGroupIngressRule")}["shop-to-nodes"]
    assert (opened["referencedSecurityGroupId"], opened["fromPort"]) == ("sg-of-balancer", 30080)
    assert made.all("Attachment")


def test_a_security_group_that_is_named_lets_requests_out() -> None:
    made = deploy("ecs", **sharing(security_group_id="sg-office"))
    rules = {each.name: each.inputs for each in made.all("SecurityGroupEgressRule")}
    assert rules["shop-to-tasks"]["securityGroupId"] == "sg-office"
    assert (rules["shop-to-tasks"]["fromPort"], rules["shop-to-tasks"]["toPort"]) == (3000, 3000)
    assert rules["shop-to-tasks"]["referencedSecurityGroupId"] == "shop-tasks-id"


@pytest.mark.parametrize(
    ("existing", "sentence"),
    [
        ({"name": "gone"}, "load_balancer.existing.name: 'gone' was not found: reading LoadBalancer (gone)"),
        (
            {"name": "apart"},
            f"load_balancer.existing.name: apart is in VPC {OTHER_VPC}, and network.existing is {VPC}: name one of that VPC",
        ),
        (
            {"name": "lazy"},
            "load_balancer.existing.name: lazy keeps silent connections for 120 seconds and app.web.keep_alive_seconds is 65: "
            "set keep_alive_seconds to 125 or more",
        ),
        ({"name": "fast"}, "load_balancer.existing.name: fast is of type network: name one of type application"),
        ({"port": 8443}, "load_balancer.existing.port: '8443' was not found: reading Listener (8443)"),
        ({"port": 80}, "load_balancer.existing.port: 80 of shared speaks HTTP: name the port of a listener with HTTPS"),
        (
            {"security_group_id": "sg-1"},
            "load_balancer.existing.security_group_id: sg-1 is none of shared: name one of sg-of-balancer, sg-office",
        ),
    ],
)
def test_a_load_balancer_that_cannot_be_used_is_refused(existing: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("ecs", **sharing(**existing))
    (problem,) = str(raised.value).splitlines()[1:]
    assert problem.startswith(f"  - {sentence}")


REFUSED: list[Refused] = [
    (
        AWS,
        {"load_balancer.existing": {"name": "shared"}},
        "load_balancer.existing needs network.existing, as it reaches its own VPC only: name that VPC",
    ),
    (
        AWS,
        {**EXISTING, "app.web": {}, "dns": None},
        "load_balancer.existing needs app.web.hosts, by which it tells applications apart: add them",
    ),
    (
        AWS,
        {"load_balancer": {"existing": {"name": "shared"}, "idle_timeout": 30, "internal": True}, **NETWORK_ALONE},
        "load_balancer: idle_timeout and internal have no effect with existing, which is used as it is: remove them",
    ),
    (
        AWS,
        {"load_balancer": {"existing": {"name": "shared"}, "overrides": {"listener": {"port": 8443}}}, **NETWORK_ALONE},
        "load_balancer: overrides of listener have no effect with existing: remove them",
    ),
    (
        AWS,
        {"load_balancer": {"existing": {"name": "shared_one"}}, **NETWORK_ALONE},
        "load_balancer.existing.name: found 'shared_one'; specify the name of a load balancer",
    ),
    (
        AWS,
        {"load_balancer": {"existing": {"name": "shared", "priority": 50000}}, **NETWORK_ALONE},
        "load_balancer.existing.priority: found 50000; it should be at most 49900.",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
