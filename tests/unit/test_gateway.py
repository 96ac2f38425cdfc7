"""RailsWeb behind a Gateway of the Gateway API: the HTTPRoute, and what is refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from railbed import InvalidArguments
from tests.unit import cluster_stack
from tests.unit.conftest import Deploy
from tests.unit.recording import Recorded, record
from tests.unit.samples import MARK, make

HOSTS = ["shop.example.com", "www.example.com"]
SCHEMA = json.loads(Path(__file__).with_name("http_route_schema.json").read_text())
"""`spec` of HTTPRoute in gateway.networking.k8s.io_httproutes.yaml of sigs.k8s.io/gateway-api v1.4.0, without descriptions,
filters, matches of rules and CEL."""
TYPES: dict[str, type | tuple[type, ...]] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def problems(value: Any, schema: dict[str, Any], path: str = "spec") -> Iterator[str]:
    """What a schema objects to, in a strict reading: the API server drops fields that it does not know."""
    if not isinstance(value, TYPES[schema["type"]]):
        yield f"{path} is no {schema['type']}"
        return
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{path}.{key} is not known" for key in sorted(set(value) - set(known)))
        yield from (f"{path}.{key} is required" for key in schema.get("required", []) if key not in value)
        for key in set(value) & set(known):
            yield from problems(value[key], known[key], f"{path}.{key}")
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{path} has {len(value)} items"
        for position, each in enumerate(value):
            yield from problems(each, schema["items"], f"{path}.{position}")
    elif isinstance(value, str):
        if not re.fullmatch(schema.get("pattern", ".*"), value) or len(value) > schema.get("maxLength", len(value)):
            yield f"{path} is {value}"
    elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{path} is {value}"


def routed(deploy: Deploy, **arguments: Any) -> Any:
    return deploy(lambda: make("RailsWeb", exposure="gateway", **{"gateway": "public", "hosts": HOSTS} | arguments))


def test_a_route_sends_every_host_from_the_gateway_to_the_service(deploy: Deploy) -> None:
    deployed = routed(deploy)
    route = deployed.the("HTTPRoute")
    assert route.type == "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
    assert route.spec == {
        "parentRefs": [{"name": "public"}],
        "hostnames": HOSTS,
        "rules": [{"backendRefs": [{"name": "shop", "port": 80}]}],
    }
    service = deployed.the("Service")
    assert service.at("metadata.name") == "shop"
    assert (service.spec["type"], service.at("spec.ports.0.port")) == ("ClusterIP", 80)
    assert MARK.items() <= route.at("metadata.labels").items()
    assert not deployed.all("Ingress")
    assert deployed.result["url"] == "http://shop.example.com"


def test_the_gateway_may_be_elsewhere_and_end_tls(deploy: Deploy) -> None:
    there = {"gateway_namespace": "infra", "gateway_listener": "https", "https": True, "annotations": {"a.example.com/b": "c"}}
    deployed = routed(deploy, namespace="team", **there)
    route = deployed.the("HTTPRoute")
    assert route.at("spec.parentRefs") == [{"name": "public", "namespace": "infra", "sectionName": "https"}]
    assert route.at("metadata.namespace") == "team"
    assert route.at("metadata.annotations") == {"a.example.com/b": "c"}
    assert deployed.result["url"] == "https://shop.example.com"
    assert [port["port"] for port in deployed.the("Service").spec["ports"]] == [80], "the Gateway speaks HTTP to pods"


@pytest.mark.parametrize(
    "arguments",
    [{}, {"gateway_namespace": "infra", "gateway_listener": "https"}, {"hosts": [f"a{n}.example.com" for n in range(16)]}],
)
def test_the_route_is_as_the_gateway_api_has_it(deploy: Deploy, arguments: dict[str, Any]) -> None:
    assert list(problems(routed(deploy, **arguments).the("HTTPRoute").spec, SCHEMA)) == []


@pytest.mark.parametrize(
    ("spec", "objection"),
    [
        ({"parentRefs": [{}]}, "spec.parentRefs.0.name is required"),
        ({"hosts": HOSTS}, "spec.hosts is not known"),
        ({"hostnames": ["shop_1.example.com"]}, "spec.hostnames.0 is shop_1.example.com"),
        ({"hostnames": ["a.example.com"] * 17}, "spec.hostnames has 17 items"),
        ({"rules": [{"backendRefs": [{"name": "shop", "port": "http"}]}]}, "spec.rules.0.backendRefs.0.port is no integer"),
        ({"rules": [{"backendRefs": [{"name": "shop", "port": 0}]}]}, "spec.rules.0.backendRefs.0.port is 0"),
    ],
)
def test_the_schema_objects(spec: dict[str, Any], objection: str) -> None:
    assert list(problems(spec, SCHEMA)) == [objection]


def test_the_route_can_be_overridden(deploy: Deploy) -> None:
    timeouts = {"rules": [{"backendRefs": [{"name": "shop", "port": 80}], "timeouts": {"request": "60s"}}]}
    assert routed(deploy, overrides={"http_route": {"spec": timeouts}}).the("HTTPRoute").spec["rules"] == timeouts["rules"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"exposure": "gateway", "hosts": HOSTS}, "exposure gateway needs gateway: name the Gateway"),
        ({"exposure": "gateway", "gateway": "public"}, "exposure gateway needs hosts: name at least one"),
        (
            {"exposure": "gateway", "gateway": "public", "hosts": [f"a{n}.example.com" for n in range(17)]},
            "exposure gateway takes 16 hosts and there are 17: remove some",
        ),
        ({"gateway": "public"}, "gateway has no effect with exposure internal: remove it or set exposure to gateway"),
        (
            {"exposure": "ingress", "hosts": HOSTS, "gateway_listener": "https"},
            "gateway_listener has no effect with exposure ingress: remove it or set exposure to gateway",
        ),
        (
            {"exposure": "gateway", "gateway": "public", "hosts": HOSTS, "tls_secret": "certificate"},
            "tls_secret has no effect with exposure gateway: remove it or set exposure to ingress",
        ),
        ({"exposure": "ingress", "hosts": HOSTS, "https": True}, "set exposure to load_balancer or gateway"),
        ({"annotations": {"a": "b"}}, "set exposure to load_balancer, ingress or gateway"),
        ({"body_limit": "100Mi"}, "body_limit has no effect with exposure internal: remove it or set exposure to ingress"),
        (
            {"exposure": "ingress", "hosts": HOSTS, "ingress_class": "traefik", "body_limit": "100Mi"},
            "body_limit is known for ingress class nginx only: set ingress_class, or remove it",
        ),
        ({"exposure": "ingress", "hosts": HOSTS, "ingress_class": "nginx", "body_limit": "100MB"}, "body_limit"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("RailsWeb", **arguments), registered=registered)
    assert sentence in str(raised.value)
    assert registered == []


def test_uploads_may_be_as_large_as_the_limit(deploy: Deploy) -> None:
    arguments: dict[str, Any] = {"exposure": "ingress", "hosts": HOSTS, "ingress_class": "nginx", "body_limit": "2Gi"}
    annotations = deploy(lambda: make("RailsWeb", **arguments)).the("Ingress").at("metadata.annotations")
    assert annotations == {"nginx.ingress.kubernetes.io/proxy-body-size": "2048m", "nginx.org/client-max-body-size": "2048m"}


def test_the_settings_of_a_cluster_name_the_gateway() -> None:
    app = cluster_stack.APP | {"web": {"hosts": HOSTS}}
    cluster = {"exposure": "gateway", "gateway": "public", "gateway_namespace": "infra", "https": True}
    deployed = cluster_stack.deploy(app=app, cluster=cluster)
    assert deployed.the("HTTPRoute").at("spec.parentRefs.0") == {"name": "public", "namespace": "infra"}
    assert deployed.exports["url"] == "https://shop.example.com"
