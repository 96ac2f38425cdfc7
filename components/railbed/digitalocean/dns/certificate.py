"""DigitalOceanCertificate: a certificate for DigitalOcean's load balancers."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_digitalocean.certificate import Certificate

from railbed.args import DigitalOceanCertificateArgs
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import DomainHost, check_once
from railbed.validation.rules import rule
from railbed.validation.types import InputText

MOST_HOSTS = 100
"""https://letsencrypt.org/docs/rate-limits/"""


def check_hosts(hosts: Sequence[str]) -> None:
    """Raise `ValueError` for more hosts than a certificate by Let's Encrypt can be for."""
    if len(hosts) > MOST_HOSTS:
        raise ValueError(f"hosts: there are {len(hosts)}, and Let's Encrypt allows {MOST_HOSTS} for a certificate: remove some")


class DigitalOceanCertificateModel(Arguments):
    """Arguments of DigitalOceanCertificate: `hosts`, or a certificate of your own."""

    hosts: list[DomainHost] = []
    """Host names of a certificate that Let's Encrypt issues and DigitalOcean renews; *.example.com too. DigitalOcean has to be
    the DNS of their domain. A change creates a new certificate before the old one goes. Default: none."""
    zone: InputText | None = None
    """Domain that the hosts are in: DigitalOceanDnsZone's `zone`, so that the certificate is asked for once it is there.
    Default: the domain is there already."""
    certificate: InputText | None = None
    """A certificate of your own in PEM format. A change replaces the one at DigitalOcean. Default: none."""
    private_key: InputText | None = None
    """Its private key in PEM format. Default: none."""
    chain: InputText | None = None
    """Certificates of the authorities between it and a root that clients know, in PEM format. Default: none."""

    @rule
    def _one_kind(self) -> None:
        own = [field for field in ("certificate", "private_key", "chain") if getattr(self, field) is not None]
        if self.hosts and own:
            raise ValueError(
                f"hosts and {' and '.join(own)} exclude each other: remove hosts to use the certificate of your own"
            )
        if not self.hosts and not own:
            raise ValueError("give hosts for a certificate by Let's Encrypt, or certificate and private_key of your own")
        if own and (self.certificate is None or self.private_key is None):
            raise ValueError(f"{' and '.join(own)} alone cannot be used: specify both certificate and private_key")
        if own and self.zone is not None:
            raise ValueError("zone has no effect with a certificate of your own: remove it")

    @rule
    def _hosts_differ(self) -> None:
        check_once("hosts", self.hosts)

    @rule
    def _hosts_fit(self) -> None:
        check_hosts(self.hosts)


class DigitalOceanCertificate(Component[DigitalOceanCertificateModel]):
    """A certificate by Let's Encrypt, renewed by DigitalOcean, or one of your own.

    Give its name to the load balancer of a Service: the ID of a certificate by Let's Encrypt changes with each renewal. Where a
    load balancer uses one, DigitalOcean adds A records for its hosts by itself, unless told not to; with DigitalOceanDnsRecords
    tell it: annotation service.beta.kubernetes.io/do-loadbalancer-disable-lets-encrypt-dns-records "true".

    Raises `InvalidArguments` before anything is registered.
    """

    certificate_name: pulumi.Output[str]
    """Name, for the annotation service.beta.kubernetes.io/do-loadbalancer-certificate-name. It stays the same."""
    certificate_id: pulumi.Output[str]
    """ID at this moment, for the annotation service.beta.kubernetes.io/do-loadbalancer-certificate-id."""

    def __init__(self, name: str, args: DigitalOceanCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanCertificateModel, opts)
        wanted = self._arguments

        # Pulumi adds to its name: a new one has to be there before the load balancer lets go of the old one.
        certificate = Certificate(name, **_inputs(wanted), opts=pulumi.ResourceOptions(parent=self))

        self.certificate_name = certificate.name
        self.certificate_id = certificate.uuid
        self._register_outputs()


def _inputs(wanted: DigitalOceanCertificateModel) -> dict[str, Any]:
    if wanted.hosts:
        hosts = pulumi.Output.from_input(wanted.zone).apply(lambda _: wanted.hosts)
        return {"type": "lets_encrypt", "domains": hosts}
    inputs: dict[str, Any] = {
        "type": "custom",
        "leaf_certificate": wanted.certificate,
        "private_key": pulumi.Output.secret(wanted.private_key),
    }
    if wanted.chain is not None:
        inputs["certificate_chain"] = wanted.chain
    return inputs
