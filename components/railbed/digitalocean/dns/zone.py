"""DigitalOceanDnsZone: a domain whose DNS DigitalOcean is."""

import pulumi
from pulumi_digitalocean.domain import Domain

from railbed.args import DigitalOceanDnsZoneArgs
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.host_names import Zone


class DigitalOceanDnsZoneModel(Arguments):
    """Arguments of DigitalOceanDnsZone."""

    zone: Zone
    """The domain, such as example.com. Its registrar has to name ns1, ns2 and ns3.digitalocean.com as its name servers. A
    change creates another zone and leaves this one."""


class DigitalOceanDnsZone(Component[DigitalOceanDnsZoneModel]):
    """A domain in DigitalOcean's DNS, still without records. Leave it out if the domain is there already.

    It stays when the component is destroyed: all records of the domain, those of mail too, would go with it.

    Raises `InvalidArguments` before anything is registered.
    """

    zone: pulumi.Output[str]
    """The domain, known once DigitalOcean has it."""

    def __init__(self, name: str, args: DigitalOceanDnsZoneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DigitalOceanDnsZoneModel, opts)
        wanted = self._arguments

        domain = Domain(name, name=wanted.zone, opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True))

        self.zone = domain.name
        self._register_outputs()
