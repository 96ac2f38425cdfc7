"""What can be said about an Application Load Balancer."""

import ipaddress
import re
from typing import Annotated, Any, TypeAlias

from pulumi_aws.ec2 import SecurityGroupArgs
from pulumi_aws.lb import ListenerArgs, LoadBalancerArgs, TargetGroupArgs
from pydantic import AfterValidator, Field

from railbed.aws.identifiers import BucketName, CertificateArn
from railbed.description.app import Name
from railbed.description.health_path import HealthPath
from railbed.enums import TargetType
from railbed.validation.arguments import Options, Placed
from railbed.validation.host_names import DomainHost, check_once
from railbed.validation.overrides import check_overrides
from railbed.validation.rules import rule
from railbed.validation.types import InputText, matching

EVERYBODY = "0.0.0.0/0"
EVERYBODY_IPV6 = "::/0"
ALIVE = "200-403"
"""Answers of an application that lives."""
DYNAMIC_PORTS = (32768, 65535)
"""Ports that ECS chooses from on instances, in network mode bridge."""

OVERRIDABLE = {
    "load_balancer": LoadBalancerArgs,
    "target_group": TargetGroupArgs,
    "listener": ListenerArgs,
    "redirect_listener": ListenerArgs,
    "security_group": SecurityGroupArgs,
}
"""Children whose arguments a program may change."""


def _cidr(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise ValueError("specify an address range, such as 203.0.113.0/24 or 2001:db8::/32, without bits of a host") from None


def _codes(value: str) -> str:
    ranges = [each.split("-") for each in value.split(",")]
    written = re.fullmatch(r"[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*", value)
    if not written or any(each[0] > each[-1] for each in ranges):
        raise ValueError('specify status codes as "200", "200,204" or "200-299"')
    return value


Cidr: TypeAlias = Annotated[str, AfterValidator(_cidr)]


class ApplicationLoadBalancerOptions(Options):
    """Options of ApplicationLoadBalancer."""

    certificate_arn: CertificateArn | None = None
    """ARN of an issued certificate in ACM, AwsCertificate's `arn`. With it the load balancer serves HTTPS and redirects HTTP to
    it. Default: none, plain HTTP."""
    health_codes: Annotated[str, AfterValidator(_codes)] = ALIVE
    """Status codes of a healthy target: "200", "200,204" or "200-299". Default 200-403: whatever shows that Rails answers, also
    the redirect of force_ssl and the refusal of its host authorization, as the check comes by HTTP with the target's address
    as host; a path that there is not (404) is none."""
    idle_timeout: int = Field(60, ge=1, le=4000)
    """Seconds after which a silent connection is closed. It has to be below the application server's keep-alive, 65 seconds in
    Puma (persistent_timeout), or requests meet a closed connection and fail with 502. Default 60."""
    deregistration_delay: int = Field(30, ge=0, le=3600)
    """Seconds that requests in progress have to finish when a target leaves. Default 30."""
    internal: bool = False
    """Whether it is reached from inside the VPC only. A change replaces the load balancer, which `deletion_protection` refuses.
    Default false."""
    ipv6: bool = False
    """Whether it has IPv6 addresses too; its subnets need them. Default false."""
    allowed_cidrs: Annotated[list[Cidr], Field(min_length=1)] | None = None
    """Address ranges that may connect. Default: everyone."""
    access_logs_bucket: BucketName | None = None
    """Name of an S3 bucket for access logs, whose policy lets Elastic Load Balancing write. Default: none, no access logs."""
    client_port: bool = False
    """Whether X-Forwarded-For holds the client's port too. Default false."""
    tls_policy: Annotated[
        str, matching("ELBSecurityPolicy-[-A-Za-z0-9]+", "specify the name of a policy, ELBSecurityPolicy-...")
    ] = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    """Security policy of HTTPS. Default ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09: TLS 1.2 and 1.3 with forward secrecy, the
    one that AWS recommends (docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)."""
    deletion_protection: bool = True
    """Whether AWS refuses to delete it: set to false and update before you destroy. Default true."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the resources that the component creates, by child: load_balancer, target_group, listener, redirect_listener,
    security_group. Rules of the security group are resources of their own and cannot be given there."""

    def cidrs(self) -> list[str]:
        """Address ranges that may connect."""
        if self.allowed_cidrs is not None:
            return self.allowed_cidrs
        return [EVERYBODY, EVERYBODY_IPV6] if self.ipv6 else [EVERYBODY]

    def check_without_https(self, needed: str) -> None:
        """Raise `ValueError` for options that mean nothing without a certificate, which `needed` gives."""
        if "tls_policy" in self.model_fields_set:
            raise ValueError(f"tls_policy has no effect without a certificate: set {needed} too, or remove it")
        if "redirect_listener" in self.overrides:
            raise ValueError(f"overrides of redirect_listener have no effect: without {needed} there is nothing to redirect to")

    @rule
    def _ranges_differ(self) -> None:
        check_once("allowed_cidrs", self.allowed_cidrs or [])

    @rule
    def _ranges_can_connect(self) -> None:
        unused = [cidr for cidr in self.allowed_cidrs or [] if ":" in cidr]
        if unused and not self.ipv6:
            raise ValueError(
                f"allowed_cidrs {', '.join(unused)} could not connect, as the load balancer has IPv4 addresses only: remove "
                "them, or set ipv6 to true; everybody over IPv4 is 0.0.0.0/0"
            )

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, OVERRIDABLE)
        inline = {"ingress", "egress"} & set(self.overrides.get("security_group", {}))
        if inline:
            raise ValueError(
                f"overrides of security_group cannot hold {' and '.join(sorted(inline))}: rules in the group and rules beside "
                "it undo each other; use allowed_cidrs and target_security_group_ids, or add rule resources for "
                "security_group_id"
            )


class ApplicationLoadBalancerModel(ApplicationLoadBalancerOptions, Placed):
    """Arguments of ApplicationLoadBalancer."""

    vpc_id: InputText
    """ID of the VPC. A change replaces the load balancer, which `deletion_protection` refuses."""
    subnet_ids: Annotated[list[InputText], Field(min_length=2)]
    """IDs of subnets in at least two zones; public ones, unless `internal`."""
    hosts: list[DomainHost] = []
    """Host names to serve, *.example.com too; requests for others get 404. Default: every host."""
    target_type: TargetType = TargetType.IP
    """ip for targets with addresses of their own, as tasks of ECS have; instance for a port of every machine of
    `autoscaling_group_names`, or without these for tasks of ECS in network mode bridge. A change creates a new target group.
    Default ip."""
    port: int = Field(3000, ge=1, le=65535)
    """Port of the targets: the application's, or with `autoscaling_group_names` the NodePort. A change creates a new target
    group. Default 3000."""
    autoscaling_group_names: dict[Name, InputText] = {}
    """Names of autoscaling groups whose machines are targets, by a name of your choice, such as the node pool's. Default:
    none."""
    target_security_group_ids: dict[Name, InputText] = {}
    """IDs of the targets' security groups, by a name of your choice: each is opened for the load balancer on `port`, which then
    reaches nothing else. Default: none, the load balancer may open connections to that port of any address, and whoever owns
    the targets opens their group for `security_group_id`."""
    health_path: HealthPath = "/up"
    """Path of the health check. Default /up."""

    def ports(self) -> tuple[int, int]:
        """First and last port that targets may listen on."""
        if self.target_type is TargetType.INSTANCE and not self.autoscaling_group_names:
            return DYNAMIC_PORTS
        return self.port, self.port

    @rule
    def _hosts_differ(self) -> None:
        check_once("hosts", self.hosts)

    @rule
    def _groups_have_instances(self) -> None:
        if self.autoscaling_group_names and self.target_type is not TargetType.INSTANCE:
            raise ValueError(
                "autoscaling_group_names have no effect with target_type ip: set target_type to instance, or remove them"
            )
        if self.autoscaling_group_names and "port" not in self.model_fields_set:
            raise ValueError("autoscaling_group_names need port: the port that every machine listens on, such as a NodePort")

    @rule
    def _https_has_a_certificate(self) -> None:
        if self.certificate_arn is None:
            self.check_without_https("certificate_arn")
