"""AwsCertificate: a certificate of AWS, validated through Route 53."""

from typing import Any

import pytest

from railbed.args import AwsCertificateArgs
from railbed.aws.dns.certificate import AwsCertificate
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import Deployment, Recorded, record

ARN = "arn:aws:acm:eu-central-1:123456789012:certificate/1a2b"


def option(domain: str, label: str) -> dict[str, str]:
    return {
        "domainName": domain,
        "resourceRecordName": f"_{label}.{domain.removeprefix('*.')}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{label}.acm-validations.aws.",
    }


OUTPUTS: dict[str, dict[str, Any]] = {
    "Certificate": {
        "arn": ARN,
        # In another order than the hosts, as AWS may tell them.
        "domainValidationOptions": [
            option("www.example.org", "c"),
            option("*.example.com", "a"),
            option("example.com", "a"),
        ],
    },
    "Record": {"fqdn": "fqdn.example.com"},
}


def make(registered: list[Recorded] | None = None, **arguments: Any) -> Deployment:
    least: AwsCertificateArgs = {"hosts": ["example.com"], "zone_id": "Z1"}
    return record(lambda: AwsCertificate("shop", {**least, **arguments}), outputs=OUTPUTS, registered=registered)  # type: ignore[typeddict-item]


def test_what_other_certificates_share_stays() -> None:
    record = make().the("Record")
    assert record.inputs["allowOverwrite"], "a second stack of the same hosts could not be deployed"
    assert record.request.retainOnDelete, "AWS could not renew the certificates of other stacks for the same host"


def test_the_least_arguments_give_a_certificate_its_record_and_its_validation() -> None:
    deployed = make()
    assert deployed.named() == {
        ("AwsCertificate", "shop"),
        ("Certificate", "shop"),
        ("Record", "shop-example.com"),
        ("CertificateValidation", "shop"),
    }
    assert deployed.the("Certificate").inputs == {
        "domainName": "example.com",
        "subjectAlternativeNames": [],
        "keyAlgorithm": "RSA_2048",
        "validationMethod": "DNS",
    }
    assert deployed.the("Record").inputs == {
        "zoneId": "Z1",
        "name": "_a.example.com.",
        "type": "CNAME",
        "records": ["_a.acm-validations.aws."],
        "ttl": 60,
        "allowOverwrite": True,
    }
    assert {each.parent for each in deployed.resources} == {"", "shop"}


def test_users_of_the_certificate_wait_until_it_is_issued() -> None:
    deployed = make()
    validation = deployed.the("CertificateValidation")
    assert validation.inputs == {"certificateArn": ARN, "validationRecordFqdns": ["fqdn.example.com"]}
    assert {"shop", "shop-example.com"} <= validation.depends_on, "validation would wait for records that nobody makes"
    assert deployed.result == {"arn": ARN}


def test_a_domain_and_its_wildcard_share_one_record() -> None:
    deployed = make(hosts=["example.com", "*.example.com", "www.example.org"])
    assert {each.name: each.inputs["name"] for each in deployed.all("Record")} == {
        "shop-example.com": "_a.example.com.",
        "shop-www.example.org": "_c.www.example.org.",
    }, "AWS asks for the same record for both: two resources would fight over it"
    certificate = deployed.the("Certificate")
    assert certificate.inputs["domainName"] == "example.com"
    assert certificate.inputs["subjectAlternativeNames"] == ["*.example.com", "www.example.org"]


def test_records_are_known_by_host_not_by_place_in_the_list() -> None:
    one_way = {each.name: each.inputs for each in make(hosts=["example.com", "www.example.org"]).all("Record")}
    other_way = {each.name: each.inputs for each in make(hosts=["www.example.org", "example.com"]).all("Record")}
    assert one_way == other_way, "another order of the hosts would replace records that are right"


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"algorithm": "EC_prime256v1"}, "keyAlgorithm", "EC_prime256v1"),
        ({"overrides": {"certificate": {"tags": {"team": "shop"}}}}, "tags", {"team": "shop"}),
    ],
)
def test_each_argument_reaches_the_certificate(arguments: dict[str, Any], field: str, expected: object) -> None:
    assert make(**arguments).the("Certificate").inputs[field] == expected


def test_a_preview_from_nothing_shows_every_record() -> None:
    hosts = ["example.com", "*.example.com", "www.example.org"]
    previewed = record(lambda: AwsCertificate("shop", {"hosts": hosts, "zone_id": "Z1"}), preview=True)
    assert previewed.named() == make(hosts=hosts).named(), "records must not depend on what only AWS knows"
    assert previewed.result == {"arn": None}


HOST = "specify a full host name in lower case, such as shop.example.com or *.example.com, without scheme, port or path"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"hosts": []},
            (
                "hosts: found []; it should be a list of at least 1. Host names that the certificate is for, the main one"
                " first; a star may stand for the first part: *.example.com."
            ),
        ),
        ({"hosts": ["https://example.com"]}, f"hosts.0: found 'https://example.com'; {HOST}"),
        ({"hosts": ["Example.com"]}, f"hosts.0: found 'Example.com'; {HOST}"),
        ({"hosts": ["www.*.example.com"]}, f"hosts.0: found 'www.*.example.com'; {HOST}"),
        ({"hosts": ["a.example.com", "a.example.com"]}, "hosts name a.example.com more than once: name each once"),
        (
            {"algorithm": "RSA_1024"},
            (
                "algorithm: found 'RSA_1024'; it should be 'RSA_2048', 'EC_prime256v1' or 'EC_secp384r1'. Algorithm of "
                "the key: RSA_2048, EC_prime256v1 or EC_secp384r1."
            ),
        ),
        ({"zone_id": None}, "zone_id: is required. ID of the public Route 53 zone that the hosts are in."),
        ({"overrides": {"cert": {}}}, "overrides of cert have no effect: use one of certificate"),
        (
            {"overrides": {"certificate": {"key_algoritm": "x"}}},
            "overrides of certificate do not know key_algoritm: did you mean key_algorithm?",
        ),
    ],
)
def test_the_user_reads_what_is_wrong(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        make(registered, **arguments)
    assert str(raised.value) == f"AwsCertificate 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"
