"""How users reach the web pods: Service, and Ingress or HTTPRoute."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pydantic import Field

from railbed.enums import Exposure
from railbed.kubernetes.names import Annotations, SubdomainName
from railbed.kubernetes.workload import Labels, Manifest
from railbed.validation.arguments import Arguments
from railbed.validation.quantities import Memory, mebibytes
from railbed.validation.rules import rule
from railbed.validation.types import InputText

if TYPE_CHECKING:  # (settings of every target come by here)
    from pulumi_kubernetes.core.v1 import Service


class Exposed(Arguments):
    """How users reach the application, and the details of it."""

    exposure: Exposure = Exposure.INTERNAL
    """How users reach the application: internal, node_port, load_balancer, ingress or gateway. Default internal."""
    node_port: int | None = Field(None, ge=30000, le=32767)
    """Port on every node, with exposure node_port: 30000 to 32767. Default: chosen by the cluster."""
    node_address: str = "localhost"
    """Address under which a node is reached, with exposure node_port, for the URL that is shown. Default localhost."""
    ingress_class: SubdomainName | None = None
    """Ingress class, with exposure ingress. Default: the cluster's default class."""
    tls_secret: SubdomainName | None = None
    """Secret with the certificate of the hosts, with exposure ingress. Default: none, no TLS at the ingress, or one named after
    the component with `cluster_issuer`."""
    cluster_issuer: SubdomainName | None = None
    """ClusterIssuer of cert-manager that puts the certificate of the hosts into `tls_secret` and renews it, with exposure
    ingress. Default: none."""
    body_limit: Memory | None = None
    """Largest request body that the ingress controller passes on, such as "100Mi" for uploads, with exposure ingress and class
    nginx, which else refuses what is larger than 1 MiB with 413. Default: the controller's."""
    gateway: SubdomainName | None = None
    """Gateway of the Gateway API that the application's HTTPRoute belongs to, with exposure gateway, which needs one. It has to
    be there, with a listener for the hosts, and let in routes of the application's namespace. Default: none."""
    gateway_namespace: SubdomainName | None = None
    """Namespace of that Gateway. Default: the application's."""
    gateway_listener: SubdomainName | None = None
    """Listener of that Gateway, by its name (`sectionName`), such as https. Default: every listener that has the hosts."""
    https: bool = False
    """Whether users come by HTTPS: with exposure load_balancer it listens on port 443 too, its annotations tell it the
    certificate, and it hands requests on as HTTP; with exposure gateway the Gateway ends TLS, which the URL that is shown then
    says. Default false."""
    keep_client_addresses: bool = False
    """Whether pods see the address of the client instead of a node's, with exposure load_balancer: for load balancers that do
    not send X-Forwarded-For. Only nodes with a web pod get requests then. Default false."""
    annotations: Annotations = {}
    """Annotations of the load balancer's Service, the Ingress or the HTTPRoute. Default: none."""

    @rule
    def _details_fit(self) -> None:
        details = {
            "node_port": Exposure.NODE_PORT,
            **dict.fromkeys(("ingress_class", "tls_secret", "cluster_issuer", "body_limit"), Exposure.INGRESS),
            **dict.fromkeys(("gateway", "gateway_namespace", "gateway_listener"), Exposure.GATEWAY),
        }
        for field, exposure in details.items():
            if getattr(self, field) is not None and self.exposure is not exposure:
                raise ValueError(
                    f"{field} has no effect with exposure {self.exposure.value}: remove it or set exposure to {exposure.value}"
                )
        balanced, routed = Exposure.LOAD_BALANCER, (Exposure.INGRESS, Exposure.GATEWAY)
        for switch, exposures in {"https": (balanced, Exposure.GATEWAY), "keep_client_addresses": (balanced,)}.items():
            if getattr(self, switch) and self.exposure not in exposures:
                listed = " or ".join(exposure.value for exposure in exposures)
                raise ValueError(
                    f"{switch} has no effect with exposure {self.exposure.value}: remove it or set exposure to {listed}"
                )
        if self.annotations and self.exposure not in (balanced, *routed):
            raise ValueError(
                f"annotations have no effect with exposure {self.exposure.value}: remove them or set exposure to "
                "load_balancer, ingress or gateway"
            )

    @rule
    def _gateway_is_named(self) -> None:
        if self.exposure is Exposure.GATEWAY and self.gateway is None:
            raise ValueError(
                "exposure gateway needs gateway: name the Gateway; `kubectl get gateways --all-namespaces` lists those that "
                "there are"
            )

    @rule
    def _body_limit_is_understood(self) -> None:
        if self.body_limit is not None and self.exposure is Exposure.INGRESS and self.ingress_class not in _BODY_LIMITS:
            raise ValueError(
                f"body_limit is known for ingress class {', '.join(_BODY_LIMITS)} only: set ingress_class, or remove it and "
                "specify the controller's own annotation in annotations"
            )

    def certificate_secret(self, name: str) -> str | None:
        """Name of the Secret with the certificate, for the component of this name; None without TLS at the ingress."""
        return self.tls_secret or (f"{name}-tls" if self.cluster_issuer else None)

    def ingress_annotations(self) -> dict[str, InputText]:
        """Annotations of the Ingress: those given, and what TLS needs."""
        secured = self.tls_secret or self.cluster_issuer
        redirect = _REDIRECTS.get(self.ingress_class or "", {}) if secured else {}
        issuer = {"cert-manager.io/cluster-issuer": self.cluster_issuer} if self.cluster_issuer else {}
        limit = f"{mebibytes(self.body_limit)}m" if self.body_limit else ""
        limits = dict.fromkeys(_BODY_LIMITS.get(self.ingress_class or "", ()), limit) if limit else {}
        return {**redirect, **issuer, **limits, **self.annotations}


_REDIRECTS = {
    "nginx": {"nginx.ingress.kubernetes.io/ssl-redirect": "true"},
    "haproxy": {"haproxy.org/ssl-redirect": "true"},
}
"""What sends users from HTTP to HTTPS, by ingress class; with others Rails' force_ssl does."""

_BODY_LIMITS = {"nginx": ("nginx.ingress.kubernetes.io/proxy-body-size", "nginx.org/client-max-body-size")}
"""Annotations for the largest request body, by ingress class: nginx is the class of two controllers, each with its own.

https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-max-body-size
https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
"""

MOST_ROUTED_HOSTS = 16
"""Of an HTTPRoute: spec.hostnames in its CustomResourceDefinition (https://github.com/kubernetes-sigs/gateway-api)."""

_SERVICE_TYPES = {
    Exposure.INTERNAL: "ClusterIP",
    Exposure.NODE_PORT: "NodePort",
    Exposure.LOAD_BALANCER: "LoadBalancer",
    Exposure.INGRESS: "ClusterIP",
    Exposure.GATEWAY: "ClusterIP",
}


def service_spec(exposed: Exposed, labels: Labels) -> Manifest:
    """A Service on port 80, and on 443 if asked for, in front of the pods' port `http`."""
    ports: list[Manifest] = [{"name": "http", "port": 80, "targetPort": "http"}]
    if exposed.node_port is not None:
        ports[0]["nodePort"] = exposed.node_port
    if exposed.https and exposed.exposure is Exposure.LOAD_BALANCER:
        ports.append({"name": "https", "port": 443, "targetPort": "http"})
    kept = {"externalTrafficPolicy": "Local"} if exposed.keep_client_addresses else {}
    return {"type": _SERVICE_TYPES[exposed.exposure], "selector": labels, "ports": ports, **kept}


def ingress_spec(service: str, hosts: Sequence[str], ingress_class: str | None, tls_secret: str | None) -> Manifest:
    """An Ingress that sends every path of every host to the Service."""
    backend: Manifest = {"service": {"name": service, "port": {"name": "http"}}}
    spec: Manifest = {
        "rules": [
            {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}} for host in hosts
        ]
    }
    if ingress_class is not None:
        spec["ingressClassName"] = ingress_class
    if tls_secret is not None:
        spec["tls"] = [{"hosts": list(hosts), "secretName": tls_secret}]
    return spec


def route_spec(exposed: Exposed, service: str, hosts: Sequence[str]) -> Manifest:
    """An HTTPRoute that sends every path of every host from the Gateway to the Service.

    https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec
    """
    parent = {"name": exposed.gateway, "namespace": exposed.gateway_namespace, "sectionName": exposed.gateway_listener}
    return {
        "parentRefs": [{key: value for key, value in parent.items() if value is not None}],
        "hostnames": list(hosts),
        "rules": [{"backendRefs": [{"name": service, "port": 80}]}],
    }


def exposed_url(name: str, exposed: Exposed, hosts: Sequence[str], service: "Service") -> pulumi.Output[str]:
    """The address of the application, as far as the cluster can tell it."""
    if exposed.exposure is Exposure.INGRESS:
        scheme = "https" if exposed.certificate_secret(name) else "http"
        return pulumi.Output.from_input(f"{scheme}://{hosts[0]}")
    if exposed.exposure is Exposure.GATEWAY:
        return pulumi.Output.from_input(f"{'https' if exposed.https else 'http'}://{hosts[0]}")
    if exposed.https and hosts:
        return service.metadata.apply(lambda _: f"https://{hosts[0]}")
    if exposed.exposure is Exposure.LOAD_BALANCER:
        return load_balancer_address(exposed, service).apply(lambda address: f"http://{address or '(pending)'}")
    if exposed.exposure is Exposure.NODE_PORT:
        return service.spec.apply(lambda spec: f"http://{exposed.node_address}:{(spec.ports or [])[0].node_port}")
    return service.metadata.apply(lambda metadata: f"http://{name}.{metadata.namespace}.svc")


def load_balancer_address(exposed: Exposed, service: "Service") -> pulumi.Output[str]:
    """Address or host name of the Service's load balancer; empty as long as there is none."""
    if exposed.exposure is not Exposure.LOAD_BALANCER:
        return pulumi.Output.from_input("")
    return service.status.apply(_first_address)


def _first_address(status: object) -> str:
    points = getattr(getattr(status, "load_balancer", None), "ingress", None) or []
    return str(points[0].hostname or points[0].ip) if points else ""
