"""How users reach the web pods: Service and Ingress."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pydantic import Field

from railbed.enums import Exposure
from railbed.kubernetes.names import Annotations, SubdomainName
from railbed.kubernetes.workload import Labels, Manifest
from railbed.validation.arguments import Arguments
from railbed.validation.rules import rule
from railbed.validation.types import InputText

if TYPE_CHECKING:  # (settings of every target come by here)
    from pulumi_kubernetes.core.v1 import Service


class Exposed(Arguments):
    """How users reach the application, and the details of it."""

    exposure: Exposure = Exposure.INTERNAL
    """How users reach the application: internal, node_port, load_balancer or ingress. Default internal."""
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
    https: bool = False
    """Whether the load balancer listens on port 443 too, with exposure load_balancer; its annotations tell it the certificate,
    and it hands requests on as HTTP. Default false."""
    keep_client_addresses: bool = False
    """Whether pods see the address of the client instead of a node's, with exposure load_balancer: for load balancers that do
    not send X-Forwarded-For. Only nodes with a web pod get requests then. Default false."""
    annotations: Annotations = {}
    """Annotations of the load balancer's Service or of the Ingress. Default: none."""

    @rule
    def _details_fit(self) -> None:
        details = {
            "node_port": Exposure.NODE_PORT,
            **dict.fromkeys(("ingress_class", "tls_secret", "cluster_issuer"), Exposure.INGRESS),
        }
        for field, exposure in details.items():
            if getattr(self, field) is not None and self.exposure is not exposure:
                raise ValueError(
                    f"{field} has no meaning with exposure {self.exposure.value}: remove it or set exposure to {exposure.value}"
                )
        for switch in ("https", "keep_client_addresses"):
            if getattr(self, switch) and self.exposure is not Exposure.LOAD_BALANCER:
                raise ValueError(
                    f"{switch} has no meaning with exposure {self.exposure.value}: remove it or set exposure to load_balancer"
                )
        if self.annotations and self.exposure not in (Exposure.LOAD_BALANCER, Exposure.INGRESS):
            raise ValueError(
                f"annotations have no meaning with exposure {self.exposure.value}: remove them or set exposure to "
                "load_balancer or ingress"
            )

    def certificate_secret(self, name: str) -> str | None:
        """Name of the Secret with the certificate, for the component of this name; None without TLS at the ingress."""
        return self.tls_secret or (f"{name}-tls" if self.cluster_issuer else None)

    def ingress_annotations(self) -> dict[str, InputText]:
        """Annotations of the Ingress: those given, and what TLS needs."""
        secured = self.tls_secret or self.cluster_issuer
        redirect = _REDIRECTS.get(self.ingress_class or "", {}) if secured else {}
        issuer = {"cert-manager.io/cluster-issuer": self.cluster_issuer} if self.cluster_issuer else {}
        return {**redirect, **issuer, **self.annotations}


_REDIRECTS = {
    "nginx": {"nginx.ingress.kubernetes.io/ssl-redirect": "true"},
    "haproxy": {"haproxy.org/ssl-redirect": "true"},
}
"""What sends users from HTTP to HTTPS, by ingress class; with others Rails' force_ssl does."""

_SERVICE_TYPES = {
    Exposure.INTERNAL: "ClusterIP",
    Exposure.NODE_PORT: "NodePort",
    Exposure.LOAD_BALANCER: "LoadBalancer",
    Exposure.INGRESS: "ClusterIP",
}


def service_spec(exposed: Exposed, labels: Labels) -> Manifest:
    """A Service on port 80, and on 443 if asked for, in front of the pods' port `http`."""
    ports: list[Manifest] = [{"name": "http", "port": 80, "targetPort": "http"}]
    if exposed.node_port is not None:
        ports[0]["nodePort"] = exposed.node_port
    if exposed.https:
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


def exposed_url(name: str, exposed: Exposed, hosts: Sequence[str], service: "Service") -> pulumi.Output[str]:
    """The address of the application, as far as the cluster can tell it."""
    if exposed.exposure is Exposure.INGRESS:
        scheme = "https" if exposed.certificate_secret(name) else "http"
        return pulumi.Output.from_input(f"{scheme}://{hosts[0]}")
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
