"""Domains, records and certificates of DigitalOcean."""

from typing import Any

import pytest

from railbed.args import DigitalOceanDnsRecordsArgs
from railbed.digitalocean.dns.certificate import DigitalOceanCertificate
from railbed.digitalocean.dns.records import DigitalOceanDnsRecords
from railbed.digitalocean.dns.zone import DigitalOceanDnsZone
from railbed.validation.checks import InvalidArguments
from railbed.validation.host_names import relative_name
from tests.unit.recording import Deployment, Recorded, record

PEM = "-----BEGIN CERTIFICATE-----"
KEY = "-----BEGIN PRIVATE KEY-----hunter2"
OUTPUTS: dict[str, dict[str, Any]] = {"Certificate": {"name": "shop-1a2b3c", "uuid": "892071a0"}}
IN_ZONE: DigitalOceanDnsRecordsArgs = {"zone": "example.com", "hosts": ["shop.example.com"], "address": "192.0.2.7"}


def records(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    return record(lambda: DigitalOceanDnsRecords("shop", {**IN_ZONE, **arguments}), registered=registered)  # type: ignore[typeddict-item]


def certificate(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    return record(
        lambda: DigitalOceanCertificate("shop", arguments),  # type: ignore[arg-type]
        outputs=OUTPUTS,
        registered=registered,
    )


def test_a_zone_stays_when_the_component_is_destroyed() -> None:
    deployed = record(lambda: DigitalOceanDnsZone("shop", {"zone": "example.com"}))
    domain = deployed.the("Domain")
    assert domain.inputs == {"name": "example.com"}
    assert domain.request.retainOnDelete, "records of mail and of other applications would go with it"
    assert domain.parent == "shop"
    assert deployed.result == {"zone": "example.com"}


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("example.com", "@"),
        ("shop.example.com", "shop"),
        ("a.b.example.com", "a.b"),
        ("*.example.com", "*"),
        ("*.shop.example.com", "*.shop"),
    ],
)
def test_a_host_leads_to_the_address(host: str, name: str) -> None:
    deployed = records(hosts=[host])
    assert deployed.the("DnsRecord", f"shop-{host}").inputs == {
        "domain": "example.com",
        "name": name,
        "type": "A",
        "value": "192.0.2.7",
        "ttl": 300,
    }
    assert deployed.the("DnsRecord").parent == "shop"


def test_hosts_lead_to_an_ipv6_address_as_well() -> None:
    deployed = records(ipv6_address="2001:db8::7", ttl=60)
    ipv6 = deployed.the("DnsRecord", "shop-shop.example.com-ipv6").inputs
    assert (ipv6["type"], ipv6["value"], ipv6["ttl"]) == ("AAAA", "2001:db8::7", 60)
    assert len(deployed.all("DnsRecord")) == 2


def test_records_of_a_new_zone_wait_for_it() -> None:
    def program() -> None:
        zone = DigitalOceanDnsZone("zone", {"zone": "example.com"})
        DigitalOceanDnsRecords("shop", {**IN_ZONE, "zone": zone.zone})

    created = record(program).the("DnsRecord")
    assert "zone" in created.depends_on
    assert created.inputs["name"] == "shop"


def test_a_host_outside_a_zone_that_is_known_late_is_refused_when_it_is_known() -> None:
    with pytest.raises(ValueError, match=r"shop\.example\.com is not in the zone example\.org"):
        relative_name("shop.example.com", "example.org")


def test_lets_encrypt_issues_a_certificate_for_hosts() -> None:
    deployed = certificate(hosts=["example.com", "*.example.com"])
    created = deployed.the("Certificate")
    assert created.inputs == {"type": "lets_encrypt", "domains": ["example.com", "*.example.com"]}, (
        "with a name of our own a new certificate could not be made before the load balancer lets go of the old one"
    )
    assert created.parent == "shop"
    assert deployed.result == {"certificate_name": "shop-1a2b3c", "certificate_id": "892071a0"}


def test_a_certificate_in_a_new_zone_waits_for_it() -> None:
    def program() -> None:
        zone = DigitalOceanDnsZone("zone", {"zone": "example.com"})
        DigitalOceanCertificate("shop", {"hosts": ["example.com"], "zone": zone.zone})

    assert "zone" in record(program, outputs=OUTPUTS).the("Certificate").depends_on, "Let's Encrypt could not validate it"


def test_a_certificate_of_ones_own_keeps_its_key_secret() -> None:
    created = certificate(certificate=PEM, private_key=KEY, chain=PEM).the("Certificate")
    assert created.inputs == {"type": "custom", "leafCertificate": PEM, "privateKey": KEY, "certificateChain": PEM}
    assert KEY not in str(created.visible)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"hosts": []},
            (
                "hosts: found []; it should be a list of at least 1. Full host names in that domain, the domain itself "
                "too, each of which gets a record of its own; a star may stand for the first part: *.example.com."
            ),
        ),
        (
            {"hosts": ["shop.example.org"]},
            "hosts: shop.example.org is not in the zone example.com; remove it, or make its records with the zone that it is "
            "in",
        ),
        (
            {"hosts": ["anexample.com"]},
            "hosts: anexample.com is not in the zone example.com; remove it, or make its records with the zone that it is in",
        ),
        (
            {"hosts": ["a.example.com", "a.example.com"]},
            "hosts name a.example.com more than once: name each once",
        ),
        (
            {"ttl": 5},
            (
                "ttl: found 5; it should be at least 30. Seconds for which others may remember an answer: so long a "
                "change takes until everyone sees it."
            ),
        ),
        ({"address": None}, "address: is required. IPv4 address that they lead to: RailsWeb's `address`."),
    ],
)
def test_the_user_reads_what_is_wrong_with_records(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        records(registered, **arguments)
    assert str(raised.value) == f"DigitalOceanDnsRecords 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"zone": "example.com"},
            "give hosts for a certificate by Let's Encrypt, or certificate and private_key of your own",
        ),
        (
            {"hosts": ["example.com"], "certificate": PEM, "private_key": KEY},
            "hosts and certificate and private_key exclude each other: remove hosts to use the certificate of your own",
        ),
        ({"private_key": KEY}, "private_key alone cannot be used: specify both certificate and private_key"),
        (
            {"certificate": PEM, "private_key": KEY, "zone": "example.com"},
            "zone has no effect with a certificate of your own: remove it",
        ),
        (
            {"hosts": ["localhost"]},
            "hosts.0: found 'localhost'; specify a full host name in lower case, such as shop.example.com or *.example.com, "
            "without scheme, port or path",
        ),
        (
            {"private_key": [KEY]},
            "private_key: found a value (not shown, it may be secret); specify a string, a number, true or false, or a Pulumi "
            "output of a string",
        ),
    ],
)
def test_the_user_reads_what_is_wrong_with_a_certificate(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        certificate(registered, **arguments)
    assert str(raised.value) == f"DigitalOceanCertificate 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"


def test_the_user_reads_what_is_wrong_with_a_zone() -> None:
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: DigitalOceanDnsZone("shop", {"zone": "https://example.com"}))
    assert raised.value.problems == ["zone: found 'https://example.com'; specify a domain in lower case, such as example.com"]
