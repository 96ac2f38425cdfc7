"""A real Redis in place of a cloud's managed Valkey: TLS only, with a password."""

import hashlib

from sandbox import images
from sandbox.lending.cluster import Lent, address_of, apply, apply_secret, certificate, wait_for

PORT = 6379


def redis(name: str, password: str) -> Lent:
    """Lend a Redis under a name (a DNS label); the one that is there keeps its data and gets the password."""
    apply("service.yaml", name, service=f"redis-{name}", port=PORT, part="redis")
    host = address_of(f"redis-{name}")
    settings = {
        "port": "0",
        "tls-port": str(PORT),
        "tls-cert-file": "/lent/tls.crt",
        "tls-key-file": "/lent/tls.key",
        "tls-auth-clients": "no",
        "requirepass": f'"{password}"',
        "maxmemory-policy": "noeviction",
        "appendonly": "yes",
        "dir": "/data",
    }
    files = {"redis.conf": "".join(f"{key} {value}\n" for key, value in settings.items()), **certificate(name, "redis", host)}
    apply_secret(name, "redis", files)
    # Redis reads its password when it starts.
    digest = hashlib.sha256(files["redis.conf"].encode()).hexdigest()[:12]
    apply("redis.yaml", name, image=images.redis_reference(), settings=digest)
    return wait_for(f"statefulset/redis-{name}", Lent(host, PORT))
