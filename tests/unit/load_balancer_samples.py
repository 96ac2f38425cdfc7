"""The least that an ApplicationLoadBalancer must be given, how to make one, and what AWS answers."""

from typing import Any

from railbed.args import ApplicationLoadBalancerArgs
from railbed.aws.load_balancer.load_balancer import ApplicationLoadBalancer
from tests.unit.recording import Deployment, Recorded, record

OUTPUTS: dict[str, dict[str, Any]] = {
    "LoadBalancer": {
        "arn": "arn:lb",
        "arnSuffix": "app/shop/50dc",
        "dnsName": "shop-1.eu-central-1.elb.amazonaws.com",
        "zoneId": "Z215JYRZR1TBD5",
    },
    "TargetGroup": {"arn": "arn:targets", "arnSuffix": "targetgroup/shop/73e2"},
    "Listener": {"arn": "arn:listener"},
}
LEAST: ApplicationLoadBalancerArgs = {"vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b"]}
HTTPS: dict[str, Any] = {"certificate_arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1"}
NODES: dict[str, Any] = {"target_type": "instance", "port": 30080, "autoscaling_group_names": {"default": "eks-default-1"}}
FORWARD = {"type": "forward", "targetGroupArn": "arn:targets"}


def make(registered: list[Recorded] | None = None, name: str = "shop", **arguments: Any) -> Deployment:
    return record(
        lambda: ApplicationLoadBalancer(name, {**LEAST, **arguments}),  # type: ignore[typeddict-item]
        outputs=OUTPUTS,
        registered=registered,
    )
