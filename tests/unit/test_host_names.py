"""Host names that a target would refuse: why, and what to write instead."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from railbed import InvalidArguments
from railbed.aws.dns.certificate import AwsCertificateModel
from railbed.description.app import AppWeb
from railbed.validation.checks import checked
from railbed.validation.host_names import DomainHost, Zone
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, make

WITHOUT = "specify a host name in lower case, such as shop.example.com, without scheme, port or path"
ADDRESS = "an address has no certificate and no DNS record: specify a host name that leads to it, such as shop.example.com"
REFUSED = [
    ("*.example.com", "a wildcard names no host: name each host that users enter, such as shop.example.com"),
    ("bücher.example", "DNS knows it in punycode: write xn--bcher-kva.example"),
    ("Bücher.Example", "DNS knows it in punycode: write xn--bcher-kva.example"),
    ("straße.example", "DNS knows it in punycode: write xn--strae-oqa.example"),
    ("пример.испытание", "DNS knows it in punycode: write xn--e1afmkfd.xn--80akhbyknj4f"),
    ("bu\u0308cher.example.", "DNS knows it in punycode: write xn--bcher-kva.example"),
    ("shop.example.com.", "leave out the dot at the end: shop.example.com"),
    ("my_shop.example.com", "host names have no underscores: use letters, digits and dashes, as in my-shop.example.com"),
    ("Shop.example.com", WITHOUT),
    ("shop.example.com:443", WITHOUT),
    ("https://shop.example.com", WITHOUT),
    ("shop.example.com/admin", WITHOUT),
    ("user@shop.example.com", WITHOUT),
    (" shop.example.com", WITHOUT),
    ("shop.example.com\n", WITHOUT),
    ("shop..example.com", WITHOUT),
    (".", WITHOUT),
    ("-shop.example.com", WITHOUT),
    ("192.0.2.7", ADDRESS),
    ("192.0.2.700", ADDRESS),
    ("2001:db8::1", ADDRESS),
    ("[2001:db8::1]", ADDRESS),
    ("a" * 64 + ".example.com", "this host has 76 characters, 64 in a row without a dot: DNS takes 253, and 63 between dots"),
    (".".join(["abcdefg"] * 32), "this host has 255 characters, 7 in a row without a dot: DNS takes 253, and 63 between dots"),
]


@pytest.mark.parametrize("component", ["RailsWeb", "KubernetesApp", "EcsApp"])
@pytest.mark.parametrize(("host", "sentence"), REFUSED)
def test_a_host_that_a_target_would_refuse_is_told_with_what_to_write(component: str, host: str, sentence: str) -> None:
    web: dict[str, Any] = {"hosts": ["shop.example.com", host]}
    arguments = web if component == "RailsWeb" else {"app": {"name": "shop", "image": {"ref": IMAGE}, "web": web}}
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments), registered=registered)
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].endswith(f"; {sentence}"), "the user does not learn why"
    assert "hosts.1: found" in raised.value.problems[0], "the user does not learn which host"
    assert registered == []


@pytest.mark.parametrize("component", ["RailsWeb", "KubernetesApp", "EcsApp"])
def test_a_host_that_is_named_twice_is_refused(component: str) -> None:
    web: dict[str, Any] = {"hosts": ["shop.example.com", "www.example.com", "shop.example.com"]}
    arguments = web if component == "RailsWeb" else {"app": {"name": "shop", "image": {"ref": IMAGE}, "web": web}}
    with pytest.raises(InvalidArguments, match=r"hosts name shop\.example\.com more than once: name each once"):
        record(lambda: make(component, **arguments))


def test_the_longest_host_is_taken() -> None:
    host = ".".join(["a" * 63] * 3 + ["b" * 61])
    assert checked(AppWeb, {"hosts": [host]}, "web").hosts == [host]


@pytest.mark.parametrize("host", ["*.example.com", "shop.example.com", "*.xn--bcher-kva.example"])
def test_certificates_and_records_take_a_wildcard(host: str) -> None:
    assert TypeAdapter(DomainHost).validate_python(host) == host


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (DomainHost, "*.bücher.example", r"write \*\.xn--bcher-kva\.example"),
        (DomainHost, "192.0.2.7", "an address has no certificate"),
        (DomainHost, "shop.example.com.", "leave out the dot at the end"),
        (Zone, "bücher.example", r"write xn--bcher-kva\.example"),
        (Zone, "*.example.com", "specify a domain in lower case, such as example.com"),
        (Zone, "com", "specify a domain in lower case, such as example.com"),
    ],
)
def test_certificates_records_and_zones_tell_it_too(kind: Any, value: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        TypeAdapter(kind).validate_python(value)


def test_the_main_host_of_a_certificate_of_aws_is_short() -> None:
    long = f"{'a' * 53}.example.com"
    with pytest.raises(InvalidArguments, match=r"has 65 characters, and AWS allows 64 .*: put a shorter one first"):
        record(lambda: make("AwsCertificate", hosts=[long]))
    hosts = ["shop.example.com", long]
    assert checked(AwsCertificateModel, {"hosts": hosts, "zone_id": "Z1"}, "certificate").hosts == hosts
