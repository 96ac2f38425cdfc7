"""Databases are reached by the application, and by nobody else."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from known import known, mappings

WEB_PORTS = {80, 443}
STORE_PORTS = {
    *(1433, 1521, 3306, 5432, 6432, 26257, 33060),  # databases
    *(6379, 6380, 11211, 26379),  # caches
    *(2379, 5672, 9042, 9092, 9200, 27017),  # documents, searches, queues
}
STORE_NAMES = {"postgres", "postgresql", "mysql", "redis", "valkey", "mongodb", "memcached"}
WIDEST = {4: 8, 6: 16}
"""A range of public addresses with a shorter prefix is as good as everyone: two halves are the whole."""
INTERNAL = (
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/do-loadbalancer-network", "INTERNAL"),
)
"""Annotations of a Service whose load balancer has a private address."""


@dataclass(frozen=True)
class Rule:
    """Who may connect to which ports."""

    ranges: list[str]
    ports: tuple[int, int] | None
    """First and last; None for all of them, and for protocols without ports."""


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    props = known(args.props)
    for problem in (*_of_addresses(args.resource_type, props), *_of_rules(args.resource_type, props)):
        report_violation(f"{args.name}: {problem}", None)
    if args.resource_type.removesuffix("Patch") == "kubernetes:core/v1:Service":
        for problem in _of_service(props):
            report_violation(f"{args.name}: {problem}", None)


def _of_addresses(kind: str, props: Mapping[str, Any]) -> Iterator[str]:
    if kind.startswith("aws:") and props.get("publiclyAccessible") is True:
        yield "the internet reaches it: set publiclyAccessible to false"
    if kind == "digitalocean:index/databaseFirewall:DatabaseFirewall":
        values = [rule.get("value") for rule in mappings(props.get("rules")) if rule.get("type") == "ip_addr"]
        if _everybody(values):
            yield "its rules let everybody connect: name the cluster instead"


def _of_rules(kind: str, props: Mapping[str, Any]) -> Iterator[str]:
    for rule in _rules(kind, props):
        open_to = _everybody(rule.ranges)
        if open_to and not (rule.ports and rule.ports[0] == rule.ports[1] and rule.ports[0] in WEB_PORTS):
            yield f"everybody ({', '.join(open_to)}) may connect to other ports than 80 and 443: name who may"


def _rules(kind: str, props: Mapping[str, Any]) -> Iterator[Rule]:
    match kind:
        case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
            yield _rule_of_aws(props, [props.get("cidrIpv4"), props.get("cidrIpv6")], "ipProtocol")
        case "aws:ec2/securityGroupRule:SecurityGroupRule":
            if props.get("type") == "ingress":
                yield _rule_of_aws(props, _ranges(props), "protocol")
        case "aws:ec2/securityGroup:SecurityGroup" | "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":
            for rule in mappings(props.get("ingress")):
                yield _rule_of_aws(rule, _ranges(rule), "protocol")
        case "digitalocean:index/firewall:Firewall":
            for rule in mappings(props.get("inboundRules")):
                if rule.get("protocol") != "icmp":
                    yield Rule(_texts(rule.get("sourceAddresses")), _ports_of_range(str(rule.get("portRange") or "")))


def _rule_of_aws(rule: Mapping[str, Any], ranges: Iterable[Any], protocol: str) -> Rule:
    first, last = rule.get("fromPort"), rule.get("toPort")
    known_ports = isinstance(first, int | float) and isinstance(last, int | float)
    if str(rule.get(protocol)) in ("-1", "all") or not known_ports:
        return Rule(_texts(ranges), None)
    return Rule(_texts(ranges), (int(first or 0), int(last or 0)))


def _ports_of_range(text: str) -> tuple[int, int] | None:
    first, _, last = text.partition("-")
    return (int(first), int(last or first)) if first.isdigit() and (last or first).isdigit() else None


def _ranges(rule: Mapping[str, Any]) -> list[Any]:
    return [*(rule.get("cidrBlocks") or []), *(rule.get("ipv6CidrBlocks") or [])]


def _texts(values: Any) -> list[str]:
    return [value for value in values or [] if isinstance(value, str)]


def _everybody(ranges: Iterable[object]) -> list[str]:
    """Those of the ranges of addresses that hold more or less all of them."""
    found = []
    for each in ranges:
        try:
            network = ipaddress.ip_network(str(each), strict=False)
        except ValueError:
            continue
        if network.prefixlen < WIDEST[network.version] and (network.prefixlen <= 1 or not network.is_private):
            found.append(str(each))
    return found


def _of_service(props: Mapping[str, Any]) -> Iterator[str]:
    """A Service that leads from outside of the cluster to a store."""
    spec, annotations = props.get("spec") or {}, (props.get("metadata") or {}).get("annotations") or {}
    outside = spec.get("type") in ("LoadBalancer", "NodePort") or bool(spec.get("externalIPs"))
    ranges = _texts(spec.get("loadBalancerSourceRanges"))
    limited = spec.get("type") == "LoadBalancer" and (
        (ranges and not _everybody(ranges)) or any(annotations.get(name) == value for name, value in INTERNAL)
    )
    for port in mappings(spec.get("ports")):
        ports = {port.get(name) for name in ("port", "targetPort", "name")}
        numbers = {int(each) for each in ports if isinstance(each, int | float) or (isinstance(each, str) and each.isdigit())}
        store = [
            *sorted(numbers & STORE_PORTS),
            *sorted(each for each in ports if isinstance(each, str) and each in STORE_NAMES),
        ]
        if outside and not limited and store:
            yield f"everybody may reach port {store[0]} of a store from outside: make it a ClusterIP without externalIPs"


DATABASES_ARE_PRIVATE = ResourceValidationPolicy(
    name="databases-are-private",
    description="No database has a public address, and only 80 and 443 are open to everybody.",
    validate=_check,
)
