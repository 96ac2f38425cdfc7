"""ApplicationLoadBalancer: brings users' requests to targets in a VPC of AWS."""

from typing import Any

import pytest
from pulumi_aws.ecs import Service

from railbed.aws.load_balancer.load_balancer import ApplicationLoadBalancer
from tests.unit.load_balancer_samples import FORWARD, HTTPS, LEAST, NODES, OUTPUTS, make
from tests.unit.recording import record


def test_the_least_arguments_serve_http() -> None:
    deployed = make()
    assert deployed.the("LoadBalancer").inputs == {
        "loadBalancerType": "application",
        "internal": False,
        "ipAddressType": "ipv4",
        "subnets": ["subnet-a", "subnet-b"],
        "securityGroups": ["shop-id"],
        "idleTimeout": 60,
        "enableDeletionProtection": True,
        "dropInvalidHeaderFields": True,
        "desyncMitigationMode": "defensive",
        "enableXffClientPort": False,
    }
    assert deployed.the("TargetGroup").inputs == {
        "vpcId": "vpc-1",
        "targetType": "ip",
        "protocol": "HTTP",
        "port": 3000,
        "deregistrationDelay": 30,
        "loadBalancingAlgorithmType": "least_outstanding_requests",
        "healthCheck": {
            "path": "/up",
            "matcher": "200",
            "interval": 5,
            "timeout": 4,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
    }
    assert deployed.the("Listener").inputs == {
        "loadBalancerArn": "arn:lb",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [FORWARD],
    }
    assert {each.parent for each in deployed.resources} == {"", "shop"}


def test_with_a_certificate_users_are_sent_to_https() -> None:
    deployed = make(**HTTPS)
    assert deployed.the("Listener", "shop-https").inputs == {
        "loadBalancerArn": "arn:lb",
        "port": 443,
        "protocol": "HTTPS",
        "certificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/1",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "defaultActions": [FORWARD],
    }
    redirect = deployed.the("Listener", "shop-http")
    assert redirect.inputs == {
        "loadBalancerArn": "arn:lb",
        "port": 80,
        "protocol": "HTTP",
        "defaultActions": [
            {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}},
        ],
    }
    assert "shop-https" in redirect.depends_on, "users would be sent to a port that nothing listens on yet"


def test_port_80_keeps_its_listener_when_a_certificate_is_added() -> None:
    before, after = make(), make(**HTTPS)
    (without,) = [each.name for each in before.all("Listener") if each.inputs["port"] == 80]
    (with_certificate,) = [each.name for each in after.all("Listener") if each.inputs["port"] == 80]
    assert without == with_certificate, "a second listener on port 80 is refused while the first is still there"


def test_requests_for_other_hosts_get_404() -> None:
    deployed = make(**HTTPS, hosts=["shop.example.com", "*.shop.example.com"])
    assert deployed.the("Listener", "shop-https").inputs["defaultActions"] == [
        {
            "type": "fixed-response",
            "fixedResponse": {"contentType": "text/plain", "messageBody": "No such host", "statusCode": "404"},
        }
    ]
    assert deployed.the("ListenerRule", "shop-shop.example.com").inputs == {
        "listenerArn": "arn:listener",
        "actions": [FORWARD],
        "conditions": [{"hostHeader": {"values": ["shop.example.com"]}}],
    }
    assert {each.name for each in deployed.all("ListenerRule")} == {"shop-shop.example.com", "shop-*.shop.example.com"}


def test_each_outputs_value() -> None:
    assert make().result == {
        "url": "http://shop-1.eu-central-1.elb.amazonaws.com",
        "dns_name": "shop-1.eu-central-1.elb.amazonaws.com",
        "zone_id": "Z215JYRZR1TBD5",
        "target_group_arn": "arn:targets",
        "security_group_id": "shop-id",
        "arn": "arn:lb",
        "arn_suffix": "app/shop/50dc",
        "target_group_arn_suffix": "targetgroup/shop/73e2",
    }
    assert make(**HTTPS, hosts=["*.example.com", "shop.example.com"]).result["url"] == "https://shop.example.com", (
        "nobody can follow a link with a star in it"
    )


@pytest.mark.parametrize(
    ("arguments", "users"),
    [
        ({}, {"shop-http"}),
        (HTTPS, {"shop-https"}),
        ({**HTTPS, "hosts": ["shop.example.com"]}, {"shop-https", "shop-shop.example.com"}),
    ],
)
def test_targets_can_register_only_once_a_listener_uses_the_group(arguments: dict[str, Any], users: set[str]) -> None:
    def program() -> None:
        balancer = ApplicationLoadBalancer("shop", {**LEAST, **arguments})  # type: ignore[typeddict-item]
        Service(
            "service",
            load_balancers=[{"target_group_arn": balancer.target_group_arn, "container_name": "web", "container_port": 3000}],
        )

    service = record(program, outputs=OUTPUTS).the("Service")
    assert users <= service.depends_on, "ECS refuses a service whose target group has no load balancer"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, {"shop-80-0.0.0.0/0": (80, "cidrIpv4", "0.0.0.0/0")}),
        (
            HTTPS,
            {
                "shop-80-0.0.0.0/0": (80, "cidrIpv4", "0.0.0.0/0"),
                "shop-443-0.0.0.0/0": (443, "cidrIpv4", "0.0.0.0/0"),
            },
        ),
        (
            {"ipv6": True},
            {"shop-80-0.0.0.0/0": (80, "cidrIpv4", "0.0.0.0/0"), "shop-80-::/0": (80, "cidrIpv6", "::/0")},
        ),
        ({"allowed_cidrs": ["203.0.113.0/24"]}, {"shop-80-203.0.113.0/24": (80, "cidrIpv4", "203.0.113.0/24")}),
    ],
)
def test_who_may_connect(arguments: dict[str, Any], expected: dict[str, tuple[int, str, str]]) -> None:
    rules = make(**arguments).all("SecurityGroupIngressRule")
    assert {each.name: each.inputs for each in rules} == {
        name: {
            "securityGroupId": "shop-id",
            "description": "HTTPS from users" if port == 443 else "HTTP from users",
            "ipProtocol": "tcp",
            "fromPort": port,
            "toPort": port,
            family: cidr,
        }
        for name, (port, family, cidr) in expected.items()
    }


def test_rules_are_never_in_the_security_group_itself() -> None:
    group = make().the("SecurityGroup")
    assert group.inputs == {"vpcId": "vpc-1", "description": "Load balancer"}, "inline rules undo those beside the group"


def test_it_connects_to_the_port_of_the_targets_only() -> None:
    rule = make(port=8080).the("SecurityGroupEgressRule")
    assert rule.inputs == {
        "securityGroupId": "shop-id",
        "ipProtocol": "tcp",
        "fromPort": 8080,
        "toPort": 8080,
        "cidrIpv4": "0.0.0.0/0",
        "description": "Requests to targets",
    }


def test_it_connects_to_the_ports_that_ecs_chooses_on_instances() -> None:
    deployed = make(target_type="instance")
    rule = deployed.the("SecurityGroupEgressRule").inputs
    assert (rule["fromPort"], rule["toPort"]) == (32768, 65535), "containers in network mode bridge would never be reached"
    assert deployed.the("TargetGroup").inputs["targetType"] == "instance"
    assert not deployed.all("Attachment")


def test_the_targets_groups_are_opened_for_it_and_nothing_else() -> None:
    deployed = make(**NODES, target_security_group_ids={"nodes": "sg-nodes"})
    port = {"ipProtocol": "tcp", "fromPort": 30080, "toPort": 30080}
    assert deployed.the("SecurityGroupEgressRule").inputs == {
        "securityGroupId": "shop-id",
        "referencedSecurityGroupId": "sg-nodes",
        "description": "Requests to nodes",
        **port,
    }
    assert deployed.the("SecurityGroupIngressRule", "shop-into-nodes").inputs == {
        "securityGroupId": "sg-nodes",
        "referencedSecurityGroupId": "shop-id",
        "description": "Requests from shop",
        **port,
    }


def test_nodes_of_a_cluster_are_targets_on_their_port() -> None:
    deployed = make(**NODES)
    assert deployed.the("TargetGroup").inputs["targetType"] == "instance"
    assert deployed.the("TargetGroup").inputs["port"] == 30080
    attachment = deployed.the("Attachment", "shop-default")
    assert attachment.inputs == {"autoscalingGroupName": "eks-default-1", "lbTargetGroupArn": "arn:targets"}


@pytest.mark.parametrize(
    ("arguments", "kind", "path", "expected"),
    [
        ({"idle_timeout": 30}, "LoadBalancer", "idleTimeout", 30),
        ({"internal": True}, "LoadBalancer", "internal", True),
        ({"ipv6": True}, "LoadBalancer", "ipAddressType", "dualstack"),
        ({"client_port": True}, "LoadBalancer", "enableXffClientPort", True),
        ({"deletion_protection": False}, "LoadBalancer", "enableDeletionProtection", False),
        ({"access_logs_bucket": "logs"}, "LoadBalancer", "accessLogs", {"bucket": "logs", "enabled": True}),
        ({"health_path": "/ready"}, "TargetGroup", "healthCheck.path", "/ready"),
        ({"health_codes": "200-204"}, "TargetGroup", "healthCheck.matcher", "200-204"),
        ({"deregistration_delay": 5}, "TargetGroup", "deregistrationDelay", 5),
        ({"overrides": {"load_balancer": {"idle_timeout": 120}}}, "LoadBalancer", "idleTimeout", 120),
        ({"overrides": {"target_group": {"slow_start": 30}}}, "TargetGroup", "slowStart", 30),
        ({"overrides": {"target_group": {"health_check": {"interval": 30}}}}, "TargetGroup", "healthCheck.interval", 30),
        ({"overrides": {"target_group": {"health_check": {"interval": 30}}}}, "TargetGroup", "healthCheck.path", "/up"),
        ({"overrides": {"security_group": {"tags": {"a": "b"}}}}, "SecurityGroup", "tags", {"a": "b"}),
        (
            {"overrides": {"listener": {"routing_http_response_server_enabled": False}}},
            "Listener",
            "routingHttpResponseServerEnabled",
            False,
        ),
    ],
)
def test_each_argument_reaches_its_resource(arguments: dict[str, Any], kind: str, path: str, expected: object) -> None:
    assert make(**arguments).the(kind).at(path) == expected


def test_the_tls_policy_and_the_redirect_can_be_changed() -> None:
    deployed = make(
        **HTTPS,
        tls_policy="ELBSecurityPolicy-TLS13-1-3-2021-06",
        overrides={"redirect_listener": {"port": 8080}},
    )
    assert deployed.the("Listener", "shop-https").inputs["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert deployed.the("Listener", "shop-http").inputs["port"] == 8080


@pytest.mark.parametrize("kind", ["LoadBalancer", "TargetGroup"])
def test_names_are_generated_so_that_a_new_one_is_there_before_the_old_one_goes(kind: str) -> None:
    assert "name" not in make().the(kind).inputs
    long = make(name="shop-production-load-balancer").the(kind).inputs
    assert long["namePrefix"] == "shop-p", "Pulumi's own name for it would be longer than the 32 characters that AWS allows"
    for name in ("internal-shop", "internal"):
        internal = make(name=name).the(kind).inputs
        assert internal["namePrefix"] == "intern", "AWS takes no load balancer whose name begins with internal-"


def test_a_preview_from_nothing_shows_every_resource() -> None:
    arguments: Any = {**LEAST, **HTTPS, **NODES, "hosts": ["shop.example.com"]}
    previewed = record(lambda: ApplicationLoadBalancer("shop", arguments), preview=True)
    assert previewed.named() == make(**arguments).named()
    assert previewed.result["url"] == "https://shop.example.com"
