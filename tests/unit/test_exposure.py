"""How users reach RailsWeb: Service, Ingress and the address that is shown."""

from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.samples import make

HOSTS = ["shop.example.com", "www.example.com"]


@pytest.mark.parametrize(
    ("exposure", "service_type", "url"),
    [
        ("internal", "ClusterIP", "http://shop.default.svc"),
        ("node_port", "NodePort", "http://localhost:31234"),
        ("load_balancer", "LoadBalancer", "http://192.0.2.7"),
        ("ingress", "ClusterIP", "http://shop.example.com"),
    ],
)
def test_each_exposure_has_its_service_and_address(deploy: Deploy, exposure: str, service_type: str, url: str) -> None:
    deployed = deploy(lambda: make("RailsWeb", exposure=exposure, hosts=HOSTS))
    assert deployed.the("Service").spec["type"] == service_type
    assert deployed.result["url"] == url
    assert len(deployed.all("Ingress")) == (exposure == "ingress")


def test_a_node_port_can_be_chosen(deploy: Deploy) -> None:
    arguments = {"exposure": "node_port", "node_port": 30080, "node_address": "node.example.com"}
    deployed = deploy(lambda: make("RailsWeb", **arguments))
    assert deployed.the("Service").at("spec.ports") == [{"name": "http", "port": 80, "targetPort": "http", "nodePort": 30080}]
    assert deployed.result["url"] == "http://node.example.com:30080"


def test_an_ingress_sends_every_host_to_the_service(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb", exposure="ingress", hosts=HOSTS))
    backend = {"service": {"name": "shop", "port": {"name": "http"}}}
    paths = {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}
    assert deployed.the("Ingress").spec == {"rules": [{"host": host, "http": paths} for host in HOSTS]}


def test_an_ingress_with_a_certificate_is_reached_by_https(deploy: Deploy) -> None:
    arguments: dict[str, Any] = {"exposure": "ingress", "hosts": HOSTS, "tls_secret": "shop-tls", "ingress_class": "nginx"}
    deployed = deploy(lambda: make("RailsWeb", **arguments))
    assert deployed.the("Ingress").at("spec.tls") == [{"hosts": HOSTS, "secretName": "shop-tls"}]
    assert deployed.the("Ingress").at("spec.ingressClassName") == "nginx"
    assert deployed.result["url"] == "https://shop.example.com"


def test_cert_manager_gets_the_certificate_of_the_hosts(deploy: Deploy) -> None:
    arguments: dict[str, Any] = {"exposure": "ingress", "hosts": HOSTS, "cluster_issuer": "letsencrypt"}
    deployed = deploy(lambda: make("RailsWeb", **arguments))
    assert deployed.the("Ingress").at("metadata.annotations") == {"cert-manager.io/cluster-issuer": "letsencrypt"}
    assert deployed.the("Ingress").at("spec.tls") == [{"hosts": HOSTS, "secretName": "shop-tls"}]
    assert deployed.result["url"] == "https://shop.example.com"
    named = deploy(lambda: make("RailsWeb", **arguments, tls_secret="certificate"))
    assert named.the("Ingress").at("spec.tls.0.secretName") == "certificate"


@pytest.mark.parametrize(
    ("ingress_class", "redirect"),
    [("nginx", "nginx.ingress.kubernetes.io/ssl-redirect"), ("haproxy", "haproxy.org/ssl-redirect")],
)
def test_an_ingress_with_a_certificate_sends_users_from_http_to_https(
    deploy: Deploy, ingress_class: str, redirect: str
) -> None:
    arguments: dict[str, Any] = {"exposure": "ingress", "hosts": HOSTS, "ingress_class": ingress_class}
    secured = deploy(lambda: make("RailsWeb", **arguments, tls_secret="shop-tls"))
    assert secured.the("Ingress").at("metadata.annotations") == {redirect: "true"}
    otherwise = deploy(lambda: make("RailsWeb", **arguments, tls_secret="shop-tls", annotations={redirect: "false"}))
    assert otherwise.the("Ingress").at("metadata.annotations") == {redirect: "false"}
    plain = deploy(lambda: make("RailsWeb", **arguments))
    assert plain.the("Ingress").at("metadata.annotations") is None, "without a certificate there is nothing to be sent to"


def test_pods_can_see_the_addresses_of_clients(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb", exposure="load_balancer", keep_client_addresses=True))
    assert deployed.the("Service").spec["externalTrafficPolicy"] == "Local"
    without = deploy(lambda: make("RailsWeb", exposure="load_balancer"))
    assert "externalTrafficPolicy" not in without.the("Service").spec


def test_a_load_balancer_with_a_certificate_listens_on_443_and_is_known_by_its_address(deploy: Deploy) -> None:
    annotations = {"service.beta.kubernetes.io/do-loadbalancer-tls-ports": "443"}
    arguments: dict[str, Any] = {"exposure": "load_balancer", "https": True, "hosts": HOSTS, "annotations": annotations}
    deployed = deploy(lambda: make("RailsWeb", **arguments))
    assert [(port["port"], port["targetPort"]) for port in deployed.the("Service").at("spec.ports")] == [
        (80, "http"),
        (443, "http"),
    ]
    assert deployed.result["url"] == "https://shop.example.com"
    assert deployed.result["address"] == "192.0.2.7", "no DNS record could be made"


@pytest.mark.parametrize(("exposure", "kind"), [("load_balancer", "Service"), ("ingress", "Ingress")])
def test_annotations_reach_what_the_cloud_reads(deploy: Deploy, exposure: str, kind: str) -> None:
    annotations = {"example.com/proxy-protocol": "true"}
    deployed = deploy(lambda: make("RailsWeb", exposure=exposure, hosts=HOSTS, annotations=annotations))
    assert deployed.the(kind).at("metadata.annotations") == annotations
    assert deployed.the("Deployment").at("metadata.annotations") is None
