"""A certificate of DigitalOcean that exists."""

from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.refused_settings import Refused, each_target, told

EXISTING: dict[str, Any] = {"certificate": {"existing": {"name": "wildcard"}}}
ANNOTATION = "service.beta.kubernetes.io/do-loadbalancer-certificate-name"


@pytest.mark.parametrize("dns", [{"zone": "example.com"}, None])
def test_the_load_balancer_serves_https_with_it(dns: dict[str, str] | None) -> None:
    made = deploy("doks", dns=dns, **EXISTING)
    assert not made.all("Certificate")
    assert made.the("Service", "shop-web").at("metadata.annotations")[ANNOTATION] == "wildcard"
    assert bool(made.all("DnsRecord")) is (dns is not None)
    assert made.exports["url"] == "https://shop.example.com"


def test_a_domain_of_its_own_is_in_a_wildcard_too() -> None:
    app = {**APP, "web": {"hosts": ["example.com", "shop.example.com"]}}
    assert deploy("doks", app=app, dns=None, **EXISTING).the("Service", "shop-web")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone", "certificate.existing.name: 'gone' was not found: "),
        ("failed", "certificate.existing.name: failed could not be issued: name another one"),
        (
            "blog",
            "certificate.existing.name: blog is for blog.example.com, not for shop.example.com: name one for all hosts",
        ),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused(name: str, sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        deploy("doks", certificate={"existing": {"name": name}})
    (problem,) = str(raised.value).splitlines()[1:]
    assert problem.startswith(f"  - {sentence}")


REFUSED: list[Refused] = [
    (
        "doks",
        {"certificate.existing": {"name": "wildcard"}, "app.web": {}, "dns": None},
        "certificate.existing without app.web.hosts is for nothing: add the application's host names",
    ),
    (
        "doks",
        {"certificate.existing": {"name": "*"}},
        "certificate.existing.name: found '*'; specify the name of a certificate",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_does_not_go_together_is_refused(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
