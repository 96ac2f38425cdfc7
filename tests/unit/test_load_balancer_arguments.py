"""ApplicationLoadBalancer: what a user reads about wrong arguments."""

from typing import Any

import pytest

from railbed.validation.checks import InvalidArguments
from tests.unit.load_balancer_samples import make
from tests.unit.recording import Recorded

TWO_ZONES = (
    "subnet_ids: found ['subnet-a']; it should be a list of at least 2. IDs of subnets in at least two zones;"
    " public ones, unless `internal`."
)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"subnet_ids": ["subnet-a"]}, TWO_ZONES),
        ({"vpc_id": None}, "vpc_id: is required. ID of the VPC."),
        ({"hosts": ["a.example.com", "a.example.com"]}, "hosts name a.example.com more than once: name each once"),
        (
            {"port": 0},
            (
                "port: found 0; it should be at least 1. Port of the targets: the application's, or with "
                "`autoscaling_group_names` the NodePort."
            ),
        ),
        ({"health_path": "up"}, "health_path: found 'up'; start it with a slash, such as /up"),
        ({"health_codes": "2xx"}, 'health_codes: found \'2xx\'; specify status codes as "200", "200,204" or "200-299"'),
        (
            {"idle_timeout": 0},
            "idle_timeout: found 0; it should be at least 1. Seconds after which a silent connection is closed.",
        ),
        (
            {"allowed_cidrs": ["203.0.113.7/24"]},
            "allowed_cidrs.0: found '203.0.113.7/24'; specify an address range, such as 203.0.113.0/24 or 2001:db8::/32, "
            "without bits of a host",
        ),
        (
            {"allowed_cidrs": []},
            "allowed_cidrs: found []; it should be a list of at least 1. Address ranges that may connect.",
        ),
        (
            {"allowed_cidrs": ["203.0.113.0/24", "203.0.113.0/24"]},
            "allowed_cidrs name 203.0.113.0/24 more than once: name each once",
        ),
        (
            {"tls_policy": "TLS1.3", "certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1"},
            "tls_policy: found 'TLS1.3'; specify the name of a policy, ELBSecurityPolicy-...",
        ),
        (
            {"autoscaling_group_names": {"default": "eks-default-1"}},
            "autoscaling_group_names have no effect with target_type ip: set target_type to instance, or remove them",
        ),
        (
            {"target_type": "instance", "autoscaling_group_names": {"default": "eks-default-1"}},
            "autoscaling_group_names need port: the port that every machine listens on, such as a NodePort",
        ),
        (
            {"tls_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"},
            "tls_policy has no effect without a certificate: set certificate_arn too, or remove it",
        ),
        (
            {"overrides": {"redirect_listener": {"port": 8080}}},
            "overrides of redirect_listener have no effect: without certificate_arn there is nothing to redirect to",
        ),
        (
            {"overrides": {"targets": {}}},
            "overrides of targets have no effect: use one of listener, load_balancer, redirect_listener, security_group, "
            "target_group",
        ),
        (
            {"overrides": {"security_group": {"ingress": []}}},
            "overrides of security_group cannot hold ingress: rules in the group and rules beside it undo each other; use "
            "allowed_cidrs and target_security_group_ids, or add rule resources for security_group_id",
        ),
        (
            {"overrides": {"target_group": {"slow_strat": 30}}},
            "overrides of target_group do not know slow_strat: did you mean slow_start?",
        ),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"ApplicationLoadBalancer 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidArguments) as raised:
        make(port=0, idle_timeout=5000, subnets=["subnet-a"])
    assert {problem.split(":")[0] for problem in raised.value.problems} == {"port", "idle_timeout", "subnets"}
