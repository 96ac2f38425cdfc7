"""How the application is reached on DigitalOcean."""

import pulumi

from railbed.enums import Exposure
from railbed.kubernetes.exposure import Exposed


def exposed(idle_seconds: int, *, https: bool, certificate: pulumi.Input[str] = "") -> Exposed:
    """DigitalOcean's load balancer, made by its controller in the cluster.

    https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md
    """
    prefix = "service.beta.kubernetes.io/do-loadbalancer"
    annotations: dict[str, pulumi.Input[str]] = {
        # From DOKS 1.33 the default is REGIONAL_NETWORK, which knows neither HTTP nor TLS. No name: the controller would take
        # over a load balancer that has it already, whoever's it is.
        f"{prefix}-type": "REGIONAL",
        # HTTP, not TCP, so that Rails learns the client's address (X-Forwarded-For) and scheme (X-Forwarded-Proto).
        f"{prefix}-protocol": "http",
        f"{prefix}-http-idle-timeout-seconds": str(idle_seconds),
        f"{prefix}-enable-backend-keepalive": "true",
    }
    if not https:
        return Exposed(exposure=Exposure.LOAD_BALANCER, annotations=annotations)
    annotations |= {
        f"{prefix}-tls-ports": "443",
        # The certificate's ID changes whenever it is renewed, its name does not.
        f"{prefix}-certificate-name": certificate,
        f"{prefix}-redirect-http-to-https": "true",
        # The records are the stack's own.
        f"{prefix}-disable-lets-encrypt-dns-records": "true",
    }
    return Exposed(exposure=Exposure.LOAD_BALANCER, https=True, annotations=annotations)
