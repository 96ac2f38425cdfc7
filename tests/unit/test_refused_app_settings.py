"""Wrong settings of the application, its secrets and a cluster that exists, which the user reads of before anything is made."""

from typing import Any

import pytest

from tests.unit.refused_settings import ALL, AWS, KUBERNETES, Refused, each_target, told

SCHEDULE = "app.cron.digest.schedule"
REGISTRY = {"server": "registry.example.com", "username": "robot"}

REFUSED: list[Refused] = [
    (
        "cluster",
        {"database.overrides": {"deployment": {}}},
        "database: overrides of deployment have no effect: use one of network_policy, service, stateful_set",
    ),
    (
        "cluster",
        {"redis.overrides": {"stateful_set": {"specs": {}}}},
        "redis: overrides of stateful_set do not know specs: did you mean spec?",
    ),
    *(
        (
            AWS,
            {"app.name": name},
            f"app.name '{name}' cannot be used: EC2 names security groups after it and takes none that begins with sg-; use "
            "another",
        )
        for name in ("sg-shop", "sg")
    ),
    (
        ALL,
        {"app.name": "shop\n"},
        "app.name: found 'shop\\n'; use lower case letters, digits and dashes, a letter first, no dash last, 30 "
        "characters at most",
    ),
    (
        ALL,
        {"app.name": "shöp"},
        "app.name: found 'shöp'; use lower case letters, digits and dashes, a letter first, no dash last, 30 "
        "characters at most",
    ),
    (
        ALL,
        {"app.name": "s" * 31},
        "app.name: found 'sssssssssssssssssssssssssssssss'; use lower case letters, digits and dashes, a letter "
        "first, no dash last, 30 characters at most",
    ),
    (
        "ecs",
        {"app.cron": {"web": {"schedule": "@daily", "command": ["x"]}}},
        "app.cron.web: another part of the application has that name on ECS: rename it",
    ),
    (
        "ecs",
        {"app.cron": {"default": {"schedule": "@daily", "command": ["x"]}}},
        "app.cron.default: another part of the application has that name on ECS: rename it",
    ),
    (
        "ecs",
        {"app.workers": {"post-migrate": {}}},
        "app.workers.post-migrate: another part of the application has that name on ECS: rename it",
    ),
    (
        ALL,
        {SCHEDULE: "*/70 * * * *"},
        "app.cron.digest: schedule '*/70 * * * *': the step of the minute '*/70' should be 60 or less",
    ),
    (
        ALL,
        {SCHEDULE: "@reboot"},
        "app.cron.digest.schedule: found '@reboot'; give cron's five fields, such as \"0 6 * * *\" for six every "
        "morning, or @hourly, @daily, @weekly, @monthly",
    ),
    (ALL, {SCHEDULE: "0 6 L * *"}, "app.cron.digest: schedule '0 6 L * *': the day of the month 'L' should be numbers"),
    (
        ALL,
        {SCHEDULE: "٣ 6 * * *"},
        "app.cron.digest.schedule: found '٣ 6 * * *'; give cron's five fields, such as \"0 6 * * *\" for six every "
        "morning, or @hourly, @daily, @weekly, @monthly",
    ),
    (
        ALL,
        {"app.cron.digest.time_zone": "Europe/berlin"},
        "app.cron.digest: time_zone 'Europe/berlin' is not known: name it as in \"Europe/Berlin\"",
    ),
    (
        ALL,
        {"app.web.health_path": "/up#top"},
        "app.web.health_path: found '/up#top'; write a path of a URL, such as /up, other characters percent-encoded "
        "and nothing after a #",
    ),
    (
        ALL,
        {"app.web.health_path": "/üp"},
        "app.web.health_path: found '/üp'; write a path of a URL, such as /up, other characters percent-encoded and "
        "nothing after a #",
    ),
    (
        ALL,
        {"app.web.health_path": "/up%zz"},
        "app.web.health_path: found '/up%zz'; write a path of a URL, such as /up, other characters percent-encoded "
        "and nothing after a #",
    ),
    (
        ALL,
        {"app.web.health_path": "/" + "u" * 1024},
        "app.web.health_path: found "
        "'/uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu...; it has 1025 characters: "
        "specify 1024 at most",
    ),
    (
        ALL,
        {"app.web.hosts": ["shop.example.com."]},
        "app.web.hosts.0: found 'shop.example.com.'; leave out the dot at the end: shop.example.com",
    ),
    (
        "doks",
        {"app.web.hosts": [f"h{n}.example.com" for n in range(101)]},
        "app.web.hosts: there are 101, and Let's Encrypt allows 100 for a certificate: remove some",
    ),
    (
        AWS,
        {"app.web.hosts": [f"h{n}.example.com" for n in range(101)]},
        "app.web.hosts: there are 101, and AWS allows 100 for a certificate: remove some",
    ),
    (
        ALL,
        {"app.workdir": "/rails/../etc"},
        "app.workdir: found '/rails/../etc'; specify an absolute path, such as /rails/tmp, without spaces, colons, . "
        "and .., and without a slash at the end",
    ),
    (
        ALL,
        {"app.workdir": "/rails/"},
        "app.workdir: found '/rails/'; specify an absolute path, such as /rails/tmp, without spaces, colons, . and .., "
        "and without a slash at the end",
    ),
    (
        ALL,
        {"app.web.writable_paths": ["/rails/a:b"]},
        "app.web.writable_paths.0: found '/rails/a:b'; specify an absolute path, such as /rails/tmp, without spaces, "
        "colons, . and .., and without a slash at the end",
    ),
    (
        "ecs",
        {"app.web.writable_paths": ["/rails"]},
        "app.web: writable_paths /rails holds the application in /rails, which would be copied for every task: name the "
        "folders in it that are written to, such as /rails/tmp",
    ),
    (
        ALL,
        {"app.web.command": ["bundle exec puma"]},
        "app.web.command: found ['bundle exec puma']; it is one word with spaces, which no program is named: write "
        "one item a word, as in [bundle, exec, puma]",
    ),
    (
        ALL,
        {"app.web.entrypoint": ["/bin/sh -c"]},
        "app.web.entrypoint: found ['/bin/sh -c']; it is one word with spaces, which no program is named: write one "
        "item a word, as in [/bin/sh, -c]",
    ),
    (
        "ecs",
        {"app.web.overrides": {"container": {"ulimit": []}}},
        "app.web: overrides of container do not know ulimit: did you mean ulimits?",
    ),
    (
        "doks",
        {"app.web.resources": {"cpu": "4", "cpu_limit": "4"}},
        "app.web.resources.cpu 4 has no room on cluster.node_size s-4vcpu-8gb: lower it, or take larger nodes",
    ),
    (
        "doks",
        {"app.workers.default.resources": {"memory": "8Gi", "memory_limit": "8Gi"}},
        "app.workers.default.resources.memory 8Gi has no room on cluster.node_size s-4vcpu-8gb: lower it, or take larger nodes",
    ),
    (
        "eks",
        {"app.web.resources": {"cpu": "2"}},
        "app.web.resources.cpu 2 has no room on cluster.node_size t3.large: lower it, or take larger nodes",
    ),
    (
        ALL,
        {"secrets.RAILS_MASTER_KEY": "abc\n"},
        "secrets.RAILS_MASTER_KEY: begins or ends with a space or a line break, which would count as part of it: set "
        "it without",
    ),
    (
        ALL,
        {"secrets.API_TOKEN": "  "},
        "secrets.API_TOKEN: is empty: run `pulumi config set --secret --path railbed:secrets.API_TOKEN`, or remove it",
    ),
    (
        KUBERNETES,
        {"registry": {**REGISTRY, "username": "a:b"}, "secrets.REGISTRY_PASSWORD": "x"},
        "registry.username: found 'a:b'; specify the user name or the name of a token, without a colon and without "
        "spaces around it",
    ),
    (
        KUBERNETES,
        {"registry": REGISTRY, "secrets.REGISTRY_PASSWORD": "x\n"},
        "secrets.REGISTRY_PASSWORD: begins or ends with a space or a line break, which would count as part of it: "
        "set it without",
    ),
    (
        "cluster",
        {"cluster": {"exposure": "ingress", "ingress_class": "My Class"}},
        "cluster.ingress_class: found 'My Class'; use lower case letters, digits, dashes and dots, 253 characters at most",
    ),
    (
        "cluster",
        {"cluster": {"exposure": "ingress", "annotations": {"a b": "c"}}},
        "cluster.annotations.a b: found 'a b'; use letters, digits and - _ . between them, 63 characters at most, "
        "with a domain and a slash before them if wanted: example.com/role",
    ),
    (
        "cluster",
        {"cluster.namespace": "kube-system"},
        "cluster.namespace: found 'kube-system'; use lower case letters, digits and dashes, 63 characters at most, "
        "and not kube- first, which is Kubernetes' own",
    ),
    (
        "cluster",
        {"cluster.left_behind": ["data-shop-database-0"]},
        "cluster.left_behind.0: found 'data-shop-database-0'; give namespace/name, such as shop/data-shop-database-0",
    ),
    (
        "cluster",
        {"cluster": {"exposure": "node_port", "node_address": "http://x:80/"}},
        "cluster.node_address: found 'http://x:80/'; specify a host name or address alone",
    ),
    (
        "cluster",
        {"database.storage_class": "My Class"},
        "database.storage_class: found 'My Class'; use lower case letters, digits, dashes and dots, 253 characters at most",
    ),
]


@pytest.mark.parametrize(("target", "values", "sentence"), each_target(REFUSED))
def test_wrong_settings_of_an_application_are_told_at_once(target: str, values: dict[str, Any], sentence: str) -> None:
    assert sentence in told(target, values)
