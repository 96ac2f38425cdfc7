"""Settings that once passed the check and broke at run time: the user reads of each before anything is made."""

from typing import Any

import pytest

from tests.unit.refused_settings import ALL, AWS, CLOUDS, KUBERNETES, Refused, each_target, told
from tests.unit.samples import RAILS

SCHEDULE = "app.cron.digest.schedule"
REGISTRY = {"server": "registry.example.com", "username": "robot"}

REFUSED: list[Refused] = [
    (
        ALL,
        {"app.cron.digest.schedule": "0 0 * * 1-9"},
        "app.cron.digest: schedule '0 0 * * 1-9': the day of the week '1-9' is outside 0 to 7",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "-5 * * * *"},
        "app.cron.digest: schedule '-5 * * * *': the minute '-5' should have ranges of two numbers, as in 1-5",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "** * * * *"},
        "app.cron.digest: schedule '** * * * *': the minute '**' should be numbers",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "1-2-3 * * * *"},
        "app.cron.digest: schedule '1-2-3 * * * *': the minute '1-2-3' should have ranges of two numbers, as in 1-5",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "5-5-5 * * * *"},
        "app.cron.digest: schedule '5-5-5 * * * *': the minute '5-5-5' should have ranges of two numbers, as in 1-5",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "/5 * * * *"},
        "app.cron.digest: schedule '/5 * * * *': the minute '/5' should say what its step is of, as in */5",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "1,,2 * * * *"},
        "app.cron.digest: schedule '1,,2 * * * *': the minute '1,,2' should have something before and after each comma",
    ),
    (
        ALL,
        {"app.cron.digest.schedule": "0 0 31 2 *"},
        "app.cron.digest: schedule '0 0 31 2 *' never runs: no month of '2' has a day '31'",
    ),
    (
        "ecs",
        {SCHEDULE: "0 6 1 * 1"},
        "app.cron.digest: schedule '0 6 1 * 1' names a day of the month and a day of the week, which AWS cannot have in "
        "one schedule: make two tasks, one for each",
    ),
    (
        ALL,
        {"app.image.ref": "shop@"},
        "app.image.ref: found 'shop@'; write a digest after @, such as sha256: and 64 hexadecimal digits, or leave @ out",
    ),
    (
        ALL,
        {"app.image.ref": "shop@sha256:abc"},
        "app.image.ref: found 'shop@sha256:abc'; a sha256 digest has 64 hexadecimal digits, this one has 3 "
        "characters: copy it whole",
    ),
    (
        ALL,
        {"app.image.ref": "https://registry.example.com/shop:1"},
        "app.image.ref: found 'https://registry.example.com/shop:1'; leave out https://: an image reference starts "
        "with the registry, as in registry.example.com/shop:1",
    ),
    (
        ALL,
        {"app.image.ref": "Shop:1"},
        "app.image.ref: found 'Shop:1'; write the repository in lower case, shop: registries take no capital letters there",
    ),
    (
        ALL,
        {"app.image.ref": "shop:1:2"},
        "app.image.ref: found 'shop:1:2'; write one tag, after one colon: registry.example.com/shop:1f3c2ab",
    ),
    (
        AWS,
        {"app.name": "my--shop"},
        "app.name 'my--shop' cannot be used: RDS and ElastiCache name their servers after it and take letters, digits and "
        "single dashes, a letter first; use another",
    ),
    (
        "ecs",
        {"app.name": "awshop"},
        "app.name 'awshop' cannot be used: Systems Manager names parameters after it and takes none that begins with aws or "
        "ssm; use another",
    ),
    (
        "ecs",
        {"app.name": "ssm-shop"},
        "app.name 'ssm-shop' cannot be used: Systems Manager names parameters after it and takes none that begins with aws or "
        "ssm; use another",
    ),
    (
        AWS,
        {"app.web.hosts": ["a" * 50 + ".shop.example.com"]},
        "app.web.hosts: the first, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.shop.example.com, has 67 "
        "characters, and AWS allows 64 for the main name of a certificate: put a shorter one first",
    ),
    (
        CLOUDS,
        {"app.web.hosts": ["192.0.2.1"]},
        "app.web.hosts.0: found '192.0.2.1'; an address has no certificate and no DNS record: specify a host name that "
        "leads to it, such as shop.example.com",
    ),
    (
        "doks",
        {"app.web.hosts": ["localhost"]},
        "app.web.hosts: localhost is not in the zone example.com; remove it, or make its records with the zone that it is in",
    ),
    (
        AWS,
        {"app.web.hosts": ["localhost"]},
        "app.web.hosts.0: found 'localhost'; specify a full host name in lower case, such as shop.example.com or "
        "*.example.com, without scheme, port or path",
    ),
    (ALL, {"app.web.hosts": ["shop.example.com"] * 2}, "app.web: hosts name shop.example.com more than once: name each once"),
    (
        "doks",
        {"app.image": {"build": str(RAILS), "platform": "linux/arm64"}},
        "app.image.platform is linux/arm64 and cluster.node_size s-4vcpu-8gb has x86_64 processors: set platform to "
        "linux/amd64",
    ),
    (
        ALL,
        {"app.env": {"WEB_CONCURRENCY": 32}},
        "app: env.WEB_CONCURRENCY would win over web.processes: remove it, and set that instead",
    ),
    (
        ALL,
        {"app.env": {"RAILS_MAX_THREADS": 64}},
        "app: env.RAILS_MAX_THREADS would win over web.threads and workers.default.concurrency: remove it, and set "
        "those instead",
    ),
    (
        ALL,
        {"app.env": {"PATH": "/bin"}},
        "app: env.PATH would take the place of the image's, and bundle would not be found: remove it, and set it in "
        "the Dockerfile",
    ),
    (
        ALL,
        {"app.env": {"RAILBED_DATABASE_SECONDS": "abc"}},
        "app: env.RAILBED_DATABASE_SECONDS would win over migration.database_seconds: remove it, and set that instead",
    ),
    (
        ALL,
        {"app.migration.post": True, "app.env": {"SKIP_POST_DEPLOYMENT_MIGRATIONS": "true"}},
        "app: env.SKIP_POST_DEPLOYMENT_MIGRATIONS would win over migration.post: remove it, and set that instead",
    ),
    (
        ALL,
        {"secrets.DATABASE_URL": ""},
        "secrets.DATABASE_URL: is empty: set it to an address such as "
        "postgresql://user:password@db.example.com:5432/app, or remove it",
    ),
    (
        ALL,
        {"secrets.DATABASE_URL": "db.example.com"},
        "secrets.DATABASE_URL: has no scheme: write the whole address, as in "
        "postgresql://user:password@db.example.com:5432/app",
    ),
    (
        ALL,
        {"secrets.RAILS_MASTER_KEY": ""},
        "secrets.RAILS_MASTER_KEY: is empty: run `pulumi config set --secret --path "
        "railbed:secrets.RAILS_MASTER_KEY`, or remove it",
    ),
    (
        KUBERNETES,
        {"registry": {**REGISTRY, "username": ""}, "secrets.REGISTRY_PASSWORD": "x"},
        "registry.username: found ''; specify the user name or the name of a token, without a colon and without spaces around "
        "it",
    ),
    (
        KUBERNETES,
        {"registry": REGISTRY, "secrets.REGISTRY_PASSWORD": ""},
        "secrets.REGISTRY_PASSWORD: is empty: run `pulumi config set --secret --path "
        "railbed:secrets.REGISTRY_PASSWORD`, or remove it",
    ),
    (
        KUBERNETES,
        {"registry": {**REGISTRY, "server": ""}, "secrets.REGISTRY_PASSWORD": "x"},
        "registry.server: found ''; specify the host of the registry, as references of images name it: registry.example.com",
    ),
    (
        KUBERNETES,
        {"registry": {**REGISTRY, "server": "https://registry.example.com"}, "secrets.REGISTRY_PASSWORD": "x"},
        "registry.server: found 'https://registry.example.com'; it is the host alone, as references of images name "
        "it, without scheme and path: set it to registry.example.com",
    ),
    (
        "ecs",
        {"secrets.LARGE": "x" * 70000},
        "the secrets have 70049 bytes together, more than the 65536 that Secrets Manager keeps in one (the largest: "
        "LARGE 70006, RAILS_MASTER_KEY 29): keep large ones in secrets of their own and name them in "
        "secret_references",
    ),
    (
        AWS,
        {"app.image": {"build": str(RAILS)}, "ecr.tags": {"aws:x": "1"}},
        "ecr.tags: the key 'aws:x' begins with aws:, which AWS keeps for itself: use another name",
    ),
    (
        "cluster",
        {"cluster.namespace": "Kube System"},
        "cluster.namespace: found 'Kube System'; use lower case letters, digits and dashes, 63 characters at most, "
        "and not kube- first, which is Kubernetes' own",
    ),
    (
        "cluster",
        {"cluster": {"exposure": "ingress", "tls_secret": "My Secret!"}},
        "cluster.tls_secret: found a value (not shown, it may be secret); use lower case letters, digits, dashes and "
        "dots, 253 characters at most",
    ),
    (ALL, {"app.web.command": [""]}, "app.web.command: found ['']; the first word is empty: name the program to run"),
    (
        ALL,
        {"app.web.resources": {"memory": "5Ki"}},
        "app.web.resources.memory: found '5Ki'; 5Ki is less than 1Mi: is another unit meant, 5Mi or 5Gi?",
    ),
    (
        ALL,
        {"app.web.replicas": True},
        "app.web.replicas: found True; it should be a whole number. Containers that serve requests.",
    ),
    (ALL, {"app.cron.digest": None}, "app.cron.digest: has no value: specify a mapping, or remove it."),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_what_would_break_at_run_time_is_told_at_once(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
