"""How an application on AWS is reached: load balancer, certificate and DNS records."""

from typing import Any

import pulumi

from railbed import ApplicationLoadBalancer, AwsCertificate, AwsDnsRecords
from railbed.args import AwsDnsRecordsArgs
from railbed.aws.load_balancer.arguments import ApplicationLoadBalancerModel
from railbed.image.registry import ecr_repository
from railbed_stacks.aws import AwsSettings
from railbed_stacks.aws_balancer import FoundLoadBalancer, SharedLoadBalancer, find_load_balancer
from railbed_stacks.aws_network import Place
from railbed_stacks.lookups import Lookups


def look_up_load_balancer(settings: AwsSettings, lookups: Lookups) -> FoundLoadBalancer | None:
    """The load balancer that exists, if the settings name one; what cannot be used `lookups` tells."""
    existing, network = settings.load_balancer.existing, settings.network.existing
    if existing is None or network is None:
        return None
    with_certificate = settings.dns is not None or settings.load_balancer.certificate_arn is not None
    return find_load_balancer(existing, network.vpc_id, settings.app.web.keep_alive_seconds, with_certificate, lookups)


def load_balancer_of(
    settings: AwsSettings, place: Place, found: FoundLoadBalancer | None, opts: pulumi.ResourceOptions, **targets: Any
) -> ApplicationLoadBalancer | SharedLoadBalancer:
    """The load balancer, with HTTPS and DNS records if there is a zone; `targets` say what it sends requests to."""
    hosts, dns = settings.app.web.hosts, settings.dns
    where = {"vpc_id": place.vpc_id, "subnet_ids": place.public_subnet_ids, "hosts": hosts, **targets}
    if dns is not None:
        where["certificate_arn"] = AwsCertificate(settings.name, {"hosts": hosts, "zone_id": dns.zone_id}, opts).arn
    balancer: ApplicationLoadBalancer | SharedLoadBalancer
    if found is not None:
        arguments = settings.load_balancer.for_targets(**where)
        to_open = bool(arguments.target_security_group_ids)  # others open themselves
        balancer = found.share(settings.name, arguments, place.clients, opts, open_targets=to_open)
    else:
        arguments = settings.load_balancer.placed(ApplicationLoadBalancerModel, **where)
        balancer = ApplicationLoadBalancer.from_model(settings.name, arguments, opts)
    _warn_of_another_account(settings.app.image.ref, balancer.target_group_arn)
    if dns is not None:
        records: AwsDnsRecordsArgs = {
            "hosts": hosts,
            "zone_id": dns.zone_id,
            "load_balancer_dns_name": balancer.dns_name,
            "load_balancer_zone_id": balancer.zone_id,
            "ipv6": found.ipv6 if found else settings.load_balancer.ipv6,
        }
        AwsDnsRecords(settings.name, records, opts)
    return balancer


def _warn_of_another_account(reference: str | None, arn: pulumi.Output[str]) -> None:
    """Tell whose permission is needed where the image is in the ECR of another account than the stack."""
    repository = ecr_repository(reference or "")
    if repository is None:
        return

    def warn(found: str) -> None:
        account = found.split(":")[4] if found.count(":") >= 5 else repository.account
        if account != repository.account:
            pulumi.log.warn(
                f"app.image.ref is in ECR of account {repository.account}, and the stack is in account {account}: it can be "
                f"pulled only if the policy of repository {repository.repository} allows account {account} to."
            )

    arn.apply(warn)
