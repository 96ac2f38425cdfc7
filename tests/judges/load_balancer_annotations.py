"""What DigitalOcean's controller takes as annotations of a Service of type LoadBalancer.

https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from tests.judges.finding import Finding
from tests.judges.registered import Registered

BASE = "service.beta.kubernetes.io/do-loadbalancer-"
BOOLEAN = "true|false"
PORTS = r"\d{1,5}(,\d{1,5})*"
RULES = r"(ip|cidr):[0-9a-fA-F.:/]+(,(ip|cidr):[0-9a-fA-F.:/]+)*"
SECONDS = "[1-9][0-9]*"

ALLOWED = {
    "allow-rules": RULES,
    "certificate-id": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "certificate-name": ".+",
    "deny-rules": RULES,
    "disable-lets-encrypt-dns-records": BOOLEAN,
    "enable-backend-keepalive": BOOLEAN,
    "enable-proxy-protocol": BOOLEAN,
    "healthcheck-check-interval-seconds": "[3-9]|[1-9][0-9]|[12][0-9]{2}|300",
    "healthcheck-healthy-threshold": "[2-9]|10",
    "healthcheck-response-timeout-seconds": "[3-9]|[1-9][0-9]|[12][0-9]{2}|300",
    "healthcheck-unhealthy-threshold": "[2-9]|10",
    "hostname": "[a-z0-9.-]+",
    "http-idle-timeout-seconds": SECONDS,
    "http-ports": PORTS,
    "http2-ports": PORTS,
    "http3-port": r"\d{1,5}",
    "name": "(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9.])?",
    "network": "EXTERNAL|INTERNAL",
    "network-stack": "IPV4|DUALSTACK",
    "protocol": "tcp|http|https|http2|http3",
    "redirect-http-to-https": BOOLEAN,
    "size-unit": SECONDS,
    "sticky-sessions-cookie-name": ".+",
    "sticky-sessions-cookie-ttl": SECONDS,
    "sticky-sessions-type": "none|cookies",
    "tls-passthrough": BOOLEAN,
    "tls-ports": PORTS,
    "type": "REGIONAL|REGIONAL_NETWORK",
}
"""Values by annotation; those that are deprecated or in preview are left out."""

OF_HTTP = {
    "certificate-id",
    "certificate-name",
    "enable-backend-keepalive",
    "http-idle-timeout-seconds",
    "http-ports",
    "http2-ports",
    "http3-port",
    "protocol",
    "redirect-http-to-https",
    "sticky-sessions-type",
    "tls-ports",
}
"""Annotations that only a load balancer of type REGIONAL heeds: one of REGIONAL_NETWORK, the default since DOKS 1.33, passes
packets through."""


def judge_annotations(resources: Iterable[Registered]) -> list[Finding]:
    """What the controller would not take, or not heed."""
    return [
        Finding(check, str(each), each.stack, text)
        for each in resources
        if each.kind == "Service" and each.inputs["spec"].get("type") == "LoadBalancer"
        for check, text in _objections(each.inputs["metadata"].get("annotations", {}))
    ]


def _objections(annotations: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    given = {name.removeprefix(BASE): value for name, value in annotations.items() if name.startswith(BASE)}
    for name, value in given.items():
        if name not in ALLOWED:
            yield "unknown", f"{BASE}{name} is not documented"
        elif not isinstance(value, str) or not re.fullmatch(ALLOWED[name], value):
            yield name, f"{value!r} does not match {ALLOWED[name]}"
    if (of_http := sorted(OF_HTTP & set(given))) and given.get("type") != "REGIONAL":
        yield "type", f"is not REGIONAL: {', '.join(of_http)} would not be heeded"
    ports = [
        port for name in ("http-ports", "tls-ports", "http2-ports") for port in str(given.get(name, "")).split(",") if port
    ]
    if len(ports) != len(set(ports)):
        yield "ports", "are shared between http-ports, tls-ports and http2-ports"
    certified = bool({"certificate-id", "certificate-name"} & set(given))
    if {"tls-ports", "http2-ports"} & set(given) and certified == (given.get("tls-passthrough") == "true"):
        yield "certificate", "exactly one of a certificate and tls-passthrough has to be given with tls-ports or http2-ports"
    if "name" in given:
        yield "name-taken", "a load balancer of that name would be taken over, whoever's it is"
