"""How the application is reached on DigitalOcean: its load balancer, and the certificate of that."""

from collections.abc import Sequence
from typing import Annotated

import pulumi
import pulumi_digitalocean as digitalocean

from railbed import DigitalOceanCertificate
from railbed.enums import Exposure
from railbed.kubernetes.exposure import Exposed
from railbed.validation.arguments import Arguments, Options
from railbed.validation.host_names import Zone
from railbed.validation.types import matching
from railbed_stacks.lookups import Lookups


class ExistingCertificate(Arguments):
    """A certificate of DigitalOcean that exists."""

    # certificate_create_base in DigitalOcean's OpenAPI description
    name: Annotated[str, matching("[a-zA-Z0-9][a-zA-Z0-9.-]*", "specify the name of a certificate, such as shop-example-com")]
    """Name of the certificate, which is for all of `app.web.hosts`."""


class DigitalOceanDns(Arguments):
    """A domain whose DNS is DigitalOcean's."""

    zone: Zone
    """The domain, such as example.com, in which all of `app.web.hosts` are."""
    create: bool = False
    """Whether the stack adds the domain to DigitalOcean; it stays when the stack is destroyed. Default false."""


class CertificateSection(Options):
    """Settings of the certificate of a stack on DigitalOcean."""

    existing: ExistingCertificate | None = None
    """A certificate that exists, with which the application is served by HTTPS. Default: none, the stack creates one where
    there is `dns`."""


def check_certificate(existing: ExistingCertificate, hosts: Sequence[str], lookups: Lookups) -> None:
    """Look up whether a certificate is for the hosts, and keep its problems."""
    setting, name = "certificate.existing.name", existing.name
    found = lookups.find(setting, name, lambda opts: digitalocean.get_certificate(name=name, opts=opts))
    if found is None:
        return
    if found.state == "error":
        lookups.add(f"{setting}: {name} could not be issued: name another one")
    missing = [host for host in hosts if not {host, f"*.{host.partition('.')[2]}"} & set(found.domains)]
    if missing:
        for_others = f"{', '.join(found.domains)}, not for {', '.join(missing)}"
        lookups.add(f"{setting}: {name} is for {for_others}: name one for all hosts")


def certificate_of(
    name: str, section: CertificateSection, hosts: Sequence[str], zone: pulumi.Input[str] | None
) -> pulumi.Input[str]:
    """Name of the certificate: of one that exists, or one of the stack's own; empty without a domain."""
    if section.existing is not None:
        return section.existing.name
    return "" if zone is None else DigitalOceanCertificate(name, {"hosts": list(hosts), "zone": zone}).certificate_name


def exposed(idle_seconds: int, *, https: bool, certificate: pulumi.Input[str] = "") -> Exposed:
    """DigitalOcean's load balancer, made by its controller in the cluster.

    https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md
    """
    prefix = "service.beta.kubernetes.io/do-loadbalancer"
    annotations: dict[str, pulumi.Input[str]] = {
        # From DOKS 1.33 the default is REGIONAL_NETWORK, which knows neither HTTP nor TLS. No name: the controller would take
        # over a load balancer that has it already, whoever's it is.
        f"{prefix}-type": "REGIONAL",
        # HTTP, not TCP, so that Rails learns the client's address (X-Forwarded-For) and scheme (X-Forwarded-Proto).
        f"{prefix}-protocol": "http",
        f"{prefix}-http-idle-timeout-seconds": str(idle_seconds),
        f"{prefix}-enable-backend-keepalive": "true",
    }
    if not https:
        return Exposed(exposure=Exposure.LOAD_BALANCER, annotations=annotations)
    annotations |= {
        f"{prefix}-tls-ports": "443",
        # The certificate's ID changes whenever it is renewed, its name does not.
        f"{prefix}-certificate-name": certificate,
        f"{prefix}-redirect-http-to-https": "true",
        # The records are the stack's own.
        f"{prefix}-disable-lets-encrypt-dns-records": "true",
    }
    return Exposed(exposure=Exposure.LOAD_BALANCER, https=True, annotations=annotations)
