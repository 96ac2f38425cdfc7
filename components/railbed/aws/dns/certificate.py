"""AwsCertificate: a certificate of AWS Certificate Manager, validated through Route 53."""

from collections.abc import Sequence
from typing import Annotated, Any

import pulumi
from pulumi_aws.acm import Certificate, CertificateArgs, CertificateValidation
from pulumi_aws.route53 import Record
from pydantic import Field

from railbed.args import AwsCertificateArgs
from railbed.aws.identifiers import HostedZoneId
from railbed.component import Component
from railbed.enums import CertificateAlgorithm
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import DomainHost, check_once
from railbed.validation.overrides import check_overrides, overridden
from railbed.validation.rules import rule

VALIDATION_TTL_SECONDS = 60

LONGEST_MAIN_HOST = 64

MOST_HOSTS = 100
"""https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html; more than 10 need a higher quota."""


def check_hosts(hosts: Sequence[str]) -> None:
    """Raise `ValueError` for more hosts than a certificate can be for, or a first one that is too long for its main name."""
    if len(hosts) > MOST_HOSTS:
        raise ValueError(f"hosts: there are {len(hosts)}, and AWS allows {MOST_HOSTS} for a certificate: remove some")
    if hosts and len(hosts[0]) > LONGEST_MAIN_HOST:
        raise ValueError(
            f"hosts: the first, {hosts[0]}, has {len(hosts[0])} characters, and AWS allows {LONGEST_MAIN_HOST} for the main "
            "name of a certificate: put a shorter one first"
        )


class AwsCertificateModel(Arguments):
    """Arguments of AwsCertificate."""

    hosts: Annotated[list[DomainHost], Field(min_length=1)]
    """Host names that the certificate is for, the main one first; a star may stand for the first part: *.example.com. A
    change creates a new certificate; the old one goes once nothing uses it."""
    zone_id: HostedZoneId
    """ID of the public Route 53 zone that the hosts are in. A change makes the validation records anew there."""
    algorithm: CertificateAlgorithm = CertificateAlgorithm.RSA_2048
    """Algorithm of the key: RSA_2048, EC_prime256v1 or EC_secp384r1. A change creates a new certificate. Default RSA_2048."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the resources that the component creates, by child: certificate."""

    @rule
    def _hosts_differ(self) -> None:
        check_once("hosts", self.hosts)

    @rule
    def _hosts_fit(self) -> None:
        check_hosts(self.hosts)

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, {"certificate": CertificateArgs})


class AwsCertificate(Component[AwsCertificateModel]):
    """A certificate for host names in a Route 53 zone. AWS renews it as long as its validation records are there: they stay
    when it is destroyed, as other certificates for the same hosts share them.

    Raises `InvalidArguments` before anything is registered.
    """

    arn: pulumi.Output[str]
    """ARN of the certificate, known once it has been issued."""

    def __init__(self, name: str, args: AwsCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, AwsCertificateModel, opts)
        wanted = self._arguments

        certificate = self._certificate(name, wanted)
        records = [self._record(name, wanted, certificate, domain) for domain in _validated_domains(wanted.hosts)]
        validation = self._validation(name, certificate, records)

        self.arn = validation.certificate_arn
        self._register_outputs()

    def _certificate(self, name: str, wanted: AwsCertificateModel) -> Certificate:
        inputs = {
            "domain_name": wanted.hosts[0],
            "subject_alternative_names": wanted.hosts[1:],
            "key_algorithm": wanted.algorithm.value,
            "validation_method": "DNS",
        }
        return Certificate(
            name, **overridden(inputs, wanted.overrides, "certificate"), opts=pulumi.ResourceOptions(parent=self)
        )

    def _record(self, name: str, wanted: AwsCertificateModel, certificate: Certificate, domain: str) -> Record:
        option = certificate.domain_validation_options.apply(lambda options: _option_of(domain, options or []))
        return Record(
            f"{name}-{domain}",
            zone_id=wanted.zone_id,
            name=option.apply(lambda found: str(found.resource_record_name)),
            type="CNAME",
            records=[option.apply(lambda found: str(found.resource_record_value))],
            ttl=VALIDATION_TTL_SECONDS,
            # All certificates of an account for a domain share one record, also those of other stacks and programs: whoever
            # comes second takes it as it is, and whoever goes leaves it, or AWS could not renew the others' (ACM User Guide,
            # "DNS validation").
            allow_overwrite=True,
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )

    def _validation(self, name: str, certificate: Certificate, records: Sequence[Record]) -> CertificateValidation:
        return CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _validated_domains(hosts: Sequence[str]) -> list[str]:
    """The domains that need a record: example.com and *.example.com share one."""
    return list(dict.fromkeys(host.removeprefix("*.") for host in hosts))


def _option_of(domain: str, options: Sequence[Any]) -> Any:
    for option in options:
        if str(option.domain_name).removeprefix("*.") == domain:
            return option
    raise ValueError(f"AWS tells no validation record for {domain}")
