"""Databases are reached by the application, and by nobody else."""

from collections.abc import Iterator

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

EVERYBODY = {"0.0.0.0/0", "::/0"}
WEB_PORTS = {80, 443}


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    for problem in _problems(args):
        report_violation(f"{args.name}: {problem}", None)


def _problems(args: ResourceValidationArgs) -> Iterator[str]:
    props = args.props
    if args.resource_type == "aws:rds/instance:Instance" and props.get("publiclyAccessible"):
        yield "the internet reaches it: set publiclyAccessible to false"
    if args.resource_type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        open_to = EVERYBODY & {props.get("cidrIpv4"), props.get("cidrIpv6")}
        ports = {int(props.get("fromPort") or 0), int(props.get("toPort") or 0)}
        if open_to and not (len(ports) == 1 and ports <= WEB_PORTS):
            yield f"everybody ({', '.join(open_to)}) may connect to other ports than 80 and 443: name who may"
    if args.resource_type == "digitalocean:index/databaseFirewall:DatabaseFirewall":
        values = {rule.get("value") for rule in props.get("rules") or [] if rule.get("type") == "ip_addr"}
        if values & EVERYBODY:
            yield "its rules let everybody connect: name the cluster instead"


DATABASES_ARE_PRIVATE = ResourceValidationPolicy(
    name="databases-are-private",
    description="No database has a public address, and only 80 and 443 are open to everybody.",
    validate=_check,
)
