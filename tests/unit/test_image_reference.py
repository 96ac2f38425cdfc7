"""References to images: refused at once, each with its own sentence, where a registry or the kubelet would refuse them late."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from railbed import InvalidArguments
from railbed.description.image_source import ImageSource
from railbed.image.reference import PINNED, check_reference
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, make

SHA256 = "sha256:" + "0a" * 32

TAKEN = [
    "shop:1",
    "acme/shop:1f3c2ab",
    "docker.io/library/ruby:3.3.4-slim",
    "docker.io/acme/shop:v1.2_rc-3",
    "localhost/shop:1",
    "localhost:5000/shop:1",
    "registry.example.com:5000/team/shop:1",
    "GHCR.io/acme/shop:1",
    "192.0.2.7:5000/shop:1",
    "[2001:db8::1]:5000/shop:1",
    "registry.example.com/a/b/c/my__shop-2.web---x:1",
    "shop:Release_1.2-RC",
    "shop:_",
    f"shop@{SHA256}",
    f"shop:latest@{SHA256}",
    "shop@sha512:" + "0f" * 64,
    "shop:" + "t" * 128,
]


@pytest.mark.parametrize("reference", TAKEN)
def test_references_that_registries_take_are_taken(reference: str) -> None:
    check_reference(reference)


ONE_TAG = "write one tag, after one colon"
DIGEST = "write a digest after @, such as sha256: and 64 hexadecimal digits, or leave @ out"
SHORT = "a sha256 digest has 64 hexadecimal digits, this one has"
REPOSITORY = "write the repository in lower case letters and digits"
REGISTRY = "write the registry as a host name, with a port if it has one"
TAG = "write the tag in letters, digits, underscores, dots and dashes, without a dot or dash first"

REFUSED = [
    ("", "specify an image reference without spaces"),
    ("shop:1 ", "specify an image reference without spaces"),
    ("shop", PINNED),
    ("shop:latest", PINNED),
    ("registry.example.com:5000/shop", PINNED),
    ("shop@", DIGEST),
    ("shop:1@", DIGEST),
    ("shop@1f3c2ab", DIGEST),
    ("shop@md5:" + "0" * 32, DIGEST),
    ("shop@sha256:abc", f"{SHORT} 3 characters: copy it whole"),
    ("shop@sha256:" + "0" * 65, f"{SHORT} 65 characters: copy it whole"),
    (f"shop@{SHA256}@{SHA256}", SHORT),
    ("shop@sha512:" + "0" * 64, "a sha512 digest has 128 hexadecimal digits, this one has 64 characters"),
    ("shop@sha256:" + "0A" * 32, "in lower case"),
    ("shop@sha256:" + "0g" * 32, "digits 0 to 9 and a to f"),
    (f"shop:@{SHA256}", "name a tag after the colon, or leave the colon out"),
    ("https://ghcr.io/acme/shop:1", "leave out https://"),
    ("docker://ghcr.io/acme/shop:1", "leave out docker://"),
    ("oci://ghcr.io/acme/shop:1", "leave out oci://"),
    ("Shop:1", "write the repository in lower case, shop: registries take no capital letters there"),
    ("ghcr.io/Acme/Shop:1", "write the repository in lower case, acme/shop: registries take no capital letters there"),
    ("Acme/shop:1", "write the repository in lower case, acme/shop"),
    ("shop:1:2", ONE_TAG),
    ("ghcr.io/acme/shop:1:2", ONE_TAG),
    ("shop:" + "t" * 129, "the tag has 129 characters, 128 is the most"),
    ("shop:-1", TAG),
    ("shop:.1", TAG),
    ("shop:1+2", TAG),
    ("shop:${TAG}", TAG),
    ("shop:é", TAG),
    ("-shop:1", REPOSITORY),
    ("shop-:1", REPOSITORY),
    ("acme//shop:1", REPOSITORY),
    ("/shop:1", REPOSITORY),
    ("ghcr.io/:1", REPOSITORY),
    ("my___shop:1", REPOSITORY),
    ("my..shop:1", REPOSITORY),
    ("a" * 256 + ":1", "the repository has 256 characters, 255 is the most"),
    ("registry.example.com:http/shop:1", REGISTRY),
    ("registry..com/shop:1", REGISTRY),
    ("my_registry.example.com/shop:1", REGISTRY),
    ("registry.example.com:70000/shop:1", "the port of the registry should be 1 to 65535"),
]


@pytest.mark.parametrize(("reference", "sentence"), REFUSED)
def test_a_reference_that_nothing_can_be_pulled_by_has_its_own_sentence(reference: str, sentence: str) -> None:
    with pytest.raises(ValueError) as raised:
        check_reference(reference)
    assert sentence in str(raised.value)


PLACES: list[tuple[str, dict[str, Any]]] = [
    ("RailsWeb", {"image": "ghcr.io/Acme/Shop:1"}),
    ("MigrationJob", {"image": "ghcr.io/Acme/Shop:1"}),
    ("Postgresql", {"image": "ghcr.io/Acme/Shop:1"}),
    ("Redis", {"image": "ghcr.io/Acme/Shop:1"}),
    ("EcsService", {"image": "ghcr.io/Acme/Shop:1"}),
    ("EcsTaskRun", {"image": "ghcr.io/Acme/Shop:1"}),
    ("EcsService", {"log_router_image": "ghcr.io/Acme/Shop:1", "log_router_options": {"Name": "null"}}),
    ("KubernetesApp", {"app": {"name": "shop", "image": {"ref": "ghcr.io/Acme/Shop:1"}}}),
    ("EcsApp", {"app": {"name": "shop", "image": {"ref": "ghcr.io/Acme/Shop:1"}}}),
    ("RailsImage", {"repository": "ghcr.io/acme//shop"}),
]


@pytest.mark.parametrize(("component", "arguments"), PLACES)
def test_an_image_is_checked_wherever_it_is_given_before_anything_is_made(component: str, arguments: dict[str, Any]) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments, match="write the repository in lower case"):
        record(lambda: make(component, **arguments), registered=registered)
    assert registered == [], f"{json.dumps(arguments)} would be refused after a database exists"


@pytest.mark.parametrize("repository", ["shop", "acme/shop", "team/web/my-shop"])
def test_repositories_are_taken(repository: str) -> None:
    assert ImageSource(build="../shop", repository=repository).repository == repository


@pytest.mark.parametrize(
    "repository", ["", "Shop", "shop:1", f"shop@{SHA256}", "registry.example.com:5000/shop", "shop/", "a b"]
)
def test_what_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(ValidationError):
        ImageSource(build="../shop", repository=repository)


def test_the_sample_is_taken() -> None:
    check_reference(IMAGE)
