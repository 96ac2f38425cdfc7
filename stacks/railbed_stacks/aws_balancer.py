"""A load balancer on AWS that several stacks share: each has its own target group, and rules for its own hosts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pulumi
from pulumi_aws import lb
from pulumi_aws.autoscaling import Attachment
from pulumi_aws.lb import ListenerCertificate, ListenerRule
from pulumi_aws.vpc import SecurityGroupEgressRule, SecurityGroupIngressRule
from pydantic import Field

from railbed.aws.load_balancer.arguments import ApplicationLoadBalancerModel, ApplicationLoadBalancerOptions
from railbed.aws.load_balancer.load_balancer import forward_to, make_target_group
from railbed.outputs import known_after
from railbed.validation.arguments import Arguments, assembled
from railbed.validation.rules import rule
from railbed.validation.types import matching
from railbed_stacks.existing import SecurityGroupId, check_alone
from railbed_stacks.lookups import Lookups

MOST_RULES = 100
"""Rules of a listener, by default: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"""

LAST_PRIORITY = 50_000
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""


class ExistingLoadBalancer(Arguments):
    """An Application Load Balancer that exists."""

    # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    name: Annotated[str, matching("[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?", "specify the name of a load balancer")]
    """Name of the load balancer."""
    port: int = Field(443, ge=1, le=65535)
    """Port of its listener, which gets a rule for each host of the application. Its default action stays. Default 443."""
    priority: int | None = Field(None, ge=1, le=LAST_PRIORITY - MOST_RULES)
    """Priority of the first host's rule; the other hosts' follow it. Needed where a rule of others, such as for *.example.com,
    would win. Default: behind all that there are."""
    security_group_id: SecurityGroupId | None = None
    """One of its security groups, which gets a rule that lets requests out to the application. Default: none, it lets them out
    already."""


class LoadBalancerSection(ApplicationLoadBalancerOptions):
    """Settings of the load balancer of a stack on AWS."""

    existing: ExistingLoadBalancer | None = None
    """A load balancer that exists, which other stacks use too. Default: none, the stack creates one."""

    @rule
    def _existing_stays_as_it_is(self) -> None:
        of_targets = ("certificate_arn", "health_codes", "deregistration_delay", "overrides")
        check_alone(self, self.existing, beside=of_targets)
        others = sorted(set(self.overrides) - {"target_group"})
        if self.existing is not None and others:
            raise ValueError(f"overrides of {', '.join(others)} have no effect with existing: remove them")

    def for_targets(self, **placement: Any) -> ApplicationLoadBalancerModel:
        """The arguments of the stack's part of a load balancer that exists."""
        given = {field: getattr(self, field) for field in self.model_fields_set - {"existing"}}
        return assembled(ApplicationLoadBalancerModel, given | placement, beyond=[ApplicationLoadBalancerOptions])


@dataclass(frozen=True)
class SharedLoadBalancer:
    """The stack's part of a load balancer; its attributes are those of ApplicationLoadBalancer."""

    url: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    target_group_arn: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    target_group_arn_suffix: pulumi.Output[str]


@dataclass(frozen=True)
class FoundLoadBalancer:
    """A load balancer that exists, and its listener, as AWS describes them."""

    existing: ExistingLoadBalancer
    balancer: lb.AwaitableGetLoadBalancerResult
    listener: lb.AwaitableGetListenerResult

    @property
    def ipv6(self) -> bool:
        """Whether it has IPv6 addresses too."""
        return str(self.balancer.ip_address_type).startswith("dualstack")

    def share(
        self,
        name: str,
        wanted: ApplicationLoadBalancerModel,
        targets: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
        *,
        open_targets: bool,
    ) -> SharedLoadBalancer:
        """A target group with rules for the hosts; `targets` are security groups, which may have to be opened."""
        group = make_target_group(name, wanted, opts)
        made: list[pulumi.Resource] = [*self._rules(name, wanted, group, opts)]
        if wanted.certificate_arn is not None:
            made.append(
                ListenerCertificate(name, listener_arn=self.listener.arn, certificate_arn=wanted.certificate_arn, opts=opts)
            )
        made += self._openings(name, wanted, targets, opts, open_targets=open_targets)
        for pool, group_name in wanted.autoscaling_group_names.items():
            Attachment(f"{name}-{pool}", autoscaling_group_name=group_name, lb_target_group_arn=group.arn, opts=opts)
        host = next((host for host in wanted.hosts if not host.startswith("*")), self.balancer.dns_name)
        return SharedLoadBalancer(
            url=_known(f"{self.listener.protocol.lower()}://{host}"),
            dns_name=_known(self.balancer.dns_name),
            zone_id=_known(self.balancer.zone_id),
            target_group_arn=known_after(group.arn, *made),
            security_group_id=_known(self._security_group),
            arn=_known(self.balancer.arn),
            arn_suffix=_known(self.balancer.arn_suffix),
            target_group_arn_suffix=group.arn_suffix,
        )

    @property
    def _security_group(self) -> str:
        return self.existing.security_group_id or self.balancer.security_groups[0]

    def _rules(
        self, name: str, wanted: ApplicationLoadBalancerModel, group: lb.TargetGroup, opts: pulumi.ResourceOptions
    ) -> Sequence[pulumi.Resource]:
        first = self.existing.priority
        return [
            ListenerRule(
                f"{name}-{host}",
                listener_arn=self.listener.arn,
                # Without one the provider takes the next behind all that there are, and tries again if somebody was faster.
                priority=None if first is None else first + position,
                actions=[forward_to(group)],
                conditions=[{"host_header": {"values": [host]}}],
                opts=opts,
            )
            for position, host in enumerate(wanted.hosts)
        ]

    def _openings(
        self,
        name: str,
        wanted: ApplicationLoadBalancerModel,
        targets: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
        *,
        open_targets: bool,
    ) -> Sequence[pulumi.Resource]:
        first, last = wanted.ports()
        ports: dict[str, Any] = {"ip_protocol": "tcp", "from_port": first, "to_port": last}
        rules: list[pulumi.Resource] = []
        for target, group_id in targets.items():
            if self.existing.security_group_id is not None:
                rules.append(
                    SecurityGroupEgressRule(
                        f"{name}-to-{target}",
                        security_group_id=self.existing.security_group_id,
                        referenced_security_group_id=group_id,
                        description=f"Requests to {target} of {name}",
                        **ports,
                        opts=opts,
                    )
                )
            if open_targets:
                rules.append(
                    SecurityGroupIngressRule(
                        f"{name}-to-{target}",
                        security_group_id=group_id,
                        referenced_security_group_id=self._security_group,
                        description=f"Load balancer of {name}",
                        **ports,
                        opts=opts,
                    )
                )
        return rules


def find_load_balancer(
    existing: ExistingLoadBalancer, vpc_id: str, keep_alive_seconds: int, with_certificate: bool, lookups: Lookups
) -> FoundLoadBalancer | None:
    """The load balancer as AWS has it; None where it cannot be used, which `lookups` tells."""
    setting, name, port = "load_balancer.existing", existing.name, existing.port
    balancer = lookups.find(f"{setting}.name", name, lambda opts: lb.get_load_balancer(name=name, opts=opts))
    if balancer is None:
        return None
    if balancer.load_balancer_type != "application":
        lookups.add(f"{setting}.name: {name} is of type {balancer.load_balancer_type}: name one of type application")
        return None
    if balancer.vpc_id != vpc_id:
        lookups.add(
            f"{setting}.name: {name} is in VPC {balancer.vpc_id}, and network.existing is {vpc_id}: name one of that VPC"
        )
    if balancer.idle_timeout >= keep_alive_seconds:
        lookups.add(
            f"{setting}.name: {name} keeps silent connections for {balancer.idle_timeout} seconds and "
            f"app.web.keep_alive_seconds is {keep_alive_seconds}: set keep_alive_seconds to {balancer.idle_timeout + 5} or more"
        )
    group = existing.security_group_id
    if group is not None and group not in balancer.security_groups:
        listed = ", ".join(balancer.security_groups)
        lookups.add(f"{setting}.security_group_id: {group} is none of {name}: name one of {listed}")
    listener = lookups.find(
        f"{setting}.port", str(port), lambda opts: lb.get_listener(load_balancer_arn=balancer.arn, port=port, opts=opts)
    )
    if listener is None:
        return None
    if listener.protocol != "HTTPS" and with_certificate:
        lookups.add(f"{setting}.port: {port} of {name} speaks {listener.protocol}: name the port of a listener with HTTPS")
    return FoundLoadBalancer(existing, balancer, listener)


def _known(value: str) -> pulumi.Output[str]:
    return pulumi.Output.from_input(value)
