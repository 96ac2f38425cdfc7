"""ApplicationLoadBalancer: brings users' requests to targets in a VPC of AWS."""

from typing import Any

import pulumi
from pulumi_aws.autoscaling import Attachment
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.lb import Listener, ListenerRule, LoadBalancer, TargetGroup
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule

from railbed.args import ApplicationLoadBalancerArgs
from railbed.aws.load_balancer.arguments import EVERYBODY, ApplicationLoadBalancerModel
from railbed.aws.names import LOAD_BALANCER, SECURITY_GROUP, check_name
from railbed.component import Component
from railbed.outputs import known_after
from railbed.validation.overrides import overridden

LONGEST_GENERATED_NAME = 24
"""Characters of a name that Pulumi can add its 8 to: Elastic Load Balancing allows 32."""

HTTPS_PORT = 443

OF_MACHINES = {"interval": 5, "timeout": 4, "healthy_threshold": 2, "unhealthy_threshold": 3}
"""A new machine gets requests after 10 seconds, not after the 150 of AWS' defaults; one that is lost none after 15."""
OF_TASKS = {"interval": 10, "timeout": 9, "healthy_threshold": 2, "unhealthy_threshold": 10}
"""ECS ends a task that its load balancer takes for broken: one whose threads are all busy has 100 seconds, or those that are
left would have even more to do and be ended too (aws/containers-roadmap#1271). 10 is the most that AWS takes."""


class ApplicationLoadBalancer(Component[ApplicationLoadBalancerModel]):
    """A load balancer for HTTP and HTTPS, its target group and its security group.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """Where users reach the application: its first host, or the load balancer's own name."""
    dns_name: pulumi.Output[str]
    """DNS name of the load balancer, for alias records."""
    zone_id: pulumi.Output[str]
    """ID of the zone of that DNS name, for alias records."""
    target_group_arn: pulumi.Output[str]
    """ARN of the target group, known once a listener uses it: before that ECS refuses to register targets in it."""
    security_group_id: pulumi.Output[str]
    """ID of the load balancer's security group, from which targets have to accept requests."""
    arn: pulumi.Output[str]
    """ARN of the load balancer."""
    arn_suffix: pulumi.Output[str]
    """End of its ARN, as metrics and autoscaling by requests name it."""
    target_group_arn_suffix: pulumi.Output[str]
    """End of the target group's ARN, as metrics and autoscaling by requests name it."""

    def __init__(self, name: str, args: ApplicationLoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_name("ApplicationLoadBalancer", name, LOAD_BALANCER, SECURITY_GROUP)
        super().__init__(name, args, ApplicationLoadBalancerModel, opts)
        wanted = self._arguments

        security_group = self._security_group(name, wanted)
        rules = self._inbound_rules(name, wanted, security_group) + self._outbound_rules(name, wanted, security_group)
        balancer = self._load_balancer(name, wanted, security_group)
        target_group = make_target_group(name, wanted, pulumi.ResourceOptions(parent=self))
        listener = self._listener(name, wanted, balancer, target_group)
        host_rules = [self._host_rule(name, host, listener, target_group) for host in wanted.hosts]
        if wanted.certificate_arn is not None:
            self._redirect_listener(name, wanted, balancer, [listener, *host_rules])
        for group, group_name in wanted.autoscaling_group_names.items():
            self._attachment(name, group, group_name, target_group)

        self.url = _url(wanted, balancer)
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        self.target_group_arn = known_after(target_group.arn, listener, *host_rules, *rules)
        self.security_group_id = security_group.id
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.target_group_arn_suffix = target_group.arn_suffix
        self._register_outputs()

    def _security_group(self, name: str, wanted: ApplicationLoadBalancerModel) -> SecurityGroup:
        # Its description can never change: AWS would need a new group.
        inputs = {"vpc_id": wanted.vpc_id, "description": "Load balancer"}
        return SecurityGroup(
            name, **overridden(inputs, wanted.overrides, "security_group"), opts=pulumi.ResourceOptions(parent=self)
        )

    def _inbound_rules(self, name: str, wanted: ApplicationLoadBalancerModel, group: SecurityGroup) -> list[pulumi.Resource]:
        ports = [80] if wanted.certificate_arn is None else [80, HTTPS_PORT]
        return [
            SecurityGroupIngressRule(
                f"{name}-{port}-{cidr}",
                security_group_id=group.id,
                cidr_ipv4=None if ":" in cidr else cidr,
                cidr_ipv6=cidr if ":" in cidr else None,
                description=f"{'HTTPS' if port == HTTPS_PORT else 'HTTP'} from users",
                **_tcp(port, port),
                opts=pulumi.ResourceOptions(parent=self),
            )
            for port in ports
            for cidr in wanted.cidrs()
        ]

    def _outbound_rules(self, name: str, wanted: ApplicationLoadBalancerModel, group: SecurityGroup) -> list[pulumi.Resource]:
        rules: list[pulumi.Resource] = []
        for target, target_group_id in wanted.target_security_group_ids.items():
            rules += [
                SecurityGroupEgressRule(
                    f"{name}-to-{target}",
                    security_group_id=group.id,
                    referenced_security_group_id=target_group_id,
                    description=f"Requests to {target}",
                    **_tcp(*wanted.ports()),
                    opts=pulumi.ResourceOptions(parent=self),
                ),
                SecurityGroupIngressRule(
                    f"{name}-into-{target}",
                    security_group_id=target_group_id,
                    referenced_security_group_id=group.id,
                    description=f"Requests from {name}",
                    **_tcp(*wanted.ports()),
                    opts=pulumi.ResourceOptions(parent=self),
                ),
            ]
        if not rules:
            rules.append(
                SecurityGroupEgressRule(
                    f"{name}-to-targets",
                    security_group_id=group.id,
                    cidr_ipv4=EVERYBODY,
                    description="Requests to targets",
                    **_tcp(*wanted.ports()),
                    opts=pulumi.ResourceOptions(parent=self),
                )
            )
        return rules

    def _load_balancer(self, name: str, wanted: ApplicationLoadBalancerModel, group: SecurityGroup) -> LoadBalancer:
        inputs: dict[str, Any] = {
            **_generated_name(name),
            "load_balancer_type": "application",
            "internal": wanted.internal,
            "ip_address_type": "dualstack" if wanted.ipv6 else "ipv4",
            "subnets": wanted.subnet_ids,
            "security_groups": [group.id],
            "idle_timeout": wanted.idle_timeout,
            "enable_deletion_protection": wanted.deletion_protection,
            "drop_invalid_header_fields": True,
            "desync_mitigation_mode": "defensive",
            "enable_xff_client_port": wanted.client_port,
        }
        if wanted.access_logs_bucket is not None:
            inputs["access_logs"] = {"bucket": wanted.access_logs_bucket, "enabled": True}
        return LoadBalancer(
            name, **overridden(inputs, wanted.overrides, "load_balancer"), opts=pulumi.ResourceOptions(parent=self)
        )

    def _listener(
        self, name: str, wanted: ApplicationLoadBalancerModel, balancer: LoadBalancer, target_group: TargetGroup
    ) -> Listener:
        inputs: dict[str, Any] = {
            "load_balancer_arn": balancer.arn,
            "port": 80,
            "protocol": "HTTP",
            "default_actions": [_unknown_host() if wanted.hosts else forward_to(target_group)],
        }
        suffix = "http"
        if wanted.certificate_arn is not None:
            secure = {"certificate_arn": wanted.certificate_arn, "ssl_policy": wanted.tls_policy}
            inputs |= {"port": HTTPS_PORT, "protocol": "HTTPS", **secure}
            suffix = "https"
        return Listener(
            f"{name}-{suffix}", **overridden(inputs, wanted.overrides, "listener"), opts=pulumi.ResourceOptions(parent=self)
        )

    def _redirect_listener(
        self, name: str, wanted: ApplicationLoadBalancerModel, balancer: LoadBalancer, secure: list[pulumi.Resource]
    ) -> None:
        redirect = {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}
        inputs: dict[str, Any] = {
            "load_balancer_arn": balancer.arn,
            "port": 80,
            "protocol": "HTTP",
            "default_actions": [{"type": "redirect", "redirect": redirect}],
        }
        Listener(
            # As the one that serves HTTP without a certificate: port 80 can only have one, which then changes in place.
            f"{name}-http",
            **overridden(inputs, wanted.overrides, "redirect_listener"),
            # Users must not be sent to HTTPS before it is there.
            opts=pulumi.ResourceOptions(parent=self, depends_on=secure),
        )

    def _host_rule(self, name: str, host: str, listener: Listener, target_group: TargetGroup) -> ListenerRule:
        return ListenerRule(
            f"{name}-{host}",
            listener_arn=listener.arn,
            actions=[forward_to(target_group)],
            conditions=[{"host_header": {"values": [host]}}],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _attachment(self, name: str, group: str, group_name: pulumi.Input[str], target_group: TargetGroup) -> None:
        Attachment(
            f"{name}-{group}",
            autoscaling_group_name=group_name,
            lb_target_group_arn=target_group.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )


def make_target_group(name: str, wanted: ApplicationLoadBalancerModel, opts: pulumi.ResourceOptions) -> TargetGroup:
    """A target group for what the arguments describe; a new one is there before the old one goes."""
    check = OF_MACHINES if wanted.autoscaling_group_names else OF_TASKS
    inputs: dict[str, Any] = {
        # Never a name of our own: a new group could then not be made before the old one goes.
        **_generated_name(name),
        "vpc_id": wanted.vpc_id,
        "target_type": wanted.target_type.value,
        "protocol": "HTTP",
        "port": wanted.port,
        "deregistration_delay": wanted.deregistration_delay,
        # Slow requests pile up behind one busy process with round robin.
        "load_balancing_algorithm_type": "least_outstanding_requests",
        "health_check": {"path": wanted.health_path, "matcher": wanted.health_codes, **check},
    }
    return TargetGroup(name, **overridden(inputs, wanted.overrides, "target_group"), opts=opts)


def _url(wanted: ApplicationLoadBalancerModel, balancer: LoadBalancer) -> pulumi.Output[str]:
    scheme = "http" if wanted.certificate_arn is None else "https"
    host = next((host for host in wanted.hosts if not host.startswith("*")), balancer.dns_name)
    return pulumi.Output.concat(f"{scheme}://", host)


def _generated_name(name: str) -> dict[str, Any]:
    """A beginning of six characters, the most that the provider takes, where Pulumi's name would be refused.

    No load balancer's name may begin with "internal-"; Pulumi adds a dash to the name.
    """
    fits = len(name) <= LONGEST_GENERATED_NAME and not f"{name}-".startswith("internal-")
    return {} if fits else {"name_prefix": name[:6]}


def _tcp(first: int, last: int) -> dict[str, Any]:
    return {"ip_protocol": "tcp", "from_port": first, "to_port": last}


def forward_to(target_group: TargetGroup) -> Any:
    """The action that hands requests on to a target group."""
    return {"type": "forward", "target_group_arn": target_group.arn}


def _unknown_host() -> Any:
    response = {"content_type": "text/plain", "message_body": "No such host", "status_code": "404"}
    return {"type": "fixed-response", "fixed_response": response}
