"""The stacks that are judged: the repository's own, and those that make what these leave out."""

import copy
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.engine.ecs_stack import ecs_stack
from tests.engine.recorded_stack import settings
from tests.engine.test_production_stacks import settings_of
from tests.existing_things import NETWORK
from tests.judges.registered import Registered, registered

OF_REPOSITORY = ("prod", "prod-eks", "prod-ecs", "staging")
PROGRAMS = {
    "components": Path(__file__).with_name("components.py"),
    "variants": Path(__file__).with_name("variant_components.py"),
}
"""Programs that stacks of these names run instead of the repository's."""

LONGEST = "storefront-of-example-com-2026"
"""An application's name, or a part's, as long as it may be."""

TAINT = {"key": "jobs", "value": "only", "effect": "NoSchedule"}

AT_A_TIME = 2
"""An `up` keeps less than one processor busy."""


def deployed(folder: Path, variables: dict[str, str], wanted: Mapping[str, Any]) -> dict[str, list[Registered]]:
    """What every one of these stacks registers in an `up` from nothing, by stack."""
    fast = variables | {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        found = pool.map(lambda name: _deploy(name, wanted[name], folder / name, fast), wanted)
        return dict(zip(wanted, found, strict=True))


def judged_by_all() -> dict[str, dict[str, Any]]:
    """Settings of the stacks of all judges, by stack."""
    return {
        "components": settings(),
        **{name: settings_of(name) for name in OF_REPOSITORY},
        "cluster": settings(),
        "ingress": _with_other_servers(),
    }


def judged_by_apis() -> dict[str, dict[str, Any]]:
    """Settings of further stacks that are held against the APIs of the clouds: other options, and the longest names."""
    return {
        "variants": settings(),
        "longest-doks": with_longest_names(
            _with_options(
                "prod",
                {
                    "endpoint_access_cidrs": ["203.0.113.0/24"],
                    "node_pools": {LONGEST: {"min_nodes": 2, "max_nodes": 2, "labels": {"for": "jobs"}, "taints": [TAINT]}},
                    "registry_integration": True,
                },
                dns=None,
            )
        ),
        "longest-eks": with_longest_names(
            _with_options(
                "prod-eks",
                {
                    "admin_role_arns": {"operators": "arn:aws:iam::123456789012:role/operators"},
                    "node_pools": {LONGEST: {"node_size": "m7i.large", "taints": [TAINT]}},
                    "endpoint_access_cidrs": ["203.0.113.0/24"],
                },
                dns=None,
            )
        ),
        "longest-ecs": with_longest_names(
            _with_options(
                "prod-ecs",
                {"instances": {"instance_type": "m7i.large", "key_name": "operators"}},
                ecs={"capacity": "ec2", "network_mode": "bridge"},
                load_balancer={"access_logs_bucket": "logs-of-shop", "client_port": True},
            )
        ),
    }


def on_existing_things() -> dict[str, dict[str, Any]]:
    """Settings of stacks that use what exists."""
    network = {"existing": NETWORK}
    passwords = {"RAILBED_DATABASE_PASSWORD": "pass-word-of-shop", "RAILBED_REDIS_AUTH_TOKEN": "0123456789abcdef"}
    database = {"existing": {"identifier": "company", "database": "shop", "username": "shop", "security_group_id": "sg-db"}}
    redis = {"existing": {"identifier": "company", "database": 3, "security_group_id": "sg-cache"}}
    balancer = {"existing": {"name": "shared", "priority": 40, "security_group_id": "sg-office"}}
    on_aws: dict[str, Any] = {"network": network, "database": database, "redis": redis, "load_balancer": balancer}
    on_doks: dict[str, Any] = {
        "database": {"existing": {"name": "company-db"}, "database": "shop", "username": "shop", "pool_size": 20},
        "redis": {"existing": {"name": "company-redis", "database": 2}},
    }
    found = {
        "existing-ecs": {**settings_of("prod-ecs"), **on_aws, "cluster": {"existing": {"name": "tools"}}},
        "existing-eks": {
            **settings_of("prod-eks"),
            **on_aws,
            "cluster": {"existing": {"name": "tools", "node_port": 31080}},
        },
        "existing-doks": {**settings_of("prod"), **on_doks, "cluster": {"existing": {"name": "tools"}}},
    }
    for stack in ("existing-ecs", "existing-eks"):
        found[stack] = {**found[stack], "secrets": {**found[stack].get("secrets", {}), **passwords}}
    return found


AWKWARD = {
    "prod-eks": ("aws-shop",),
    "prod-ecs": ("internal-shop", "x"),
}
"""Names that the settings of a stack accept, although AWS gives a meaning to how they begin, or they are short."""


def awkwardly_named() -> dict[str, dict[str, Any]]:
    """Settings of stacks whose names AWS takes for some things and not for others."""
    found = {}
    for stack, names in AWKWARD.items():
        for name in names:
            chosen = settings_of(stack)
            found[f"{name}-{stack}"] = {**chosen, "app": {**chosen["app"], "name": name}}
    return found


def with_longest_names(chosen: dict[str, Any]) -> dict[str, Any]:
    """The same settings with names that are as long as they may be."""
    app = chosen["app"]
    renamed = {
        **app,
        "name": LONGEST,
        "workers": {LONGEST: app["workers"]["default"]},
        "cron": {f"{LONGEST[:-1]}7": app["cron"]["digest"]},  # (ECS takes no two parts of one name)
    }
    return {**chosen, "app": renamed}


def _with_options(stack: str, of_cluster: dict[str, Any], **others: Any) -> dict[str, Any]:
    chosen = copy.deepcopy(settings_of(stack))
    chosen["cluster"] = chosen.get("cluster", {}) | of_cluster
    return {name: value for name, value in (chosen | others).items() if value is not None}


def _with_other_servers() -> dict[str, Any]:
    """The other ways to run and reach an application on a cluster."""
    chosen = settings()
    chosen["cluster"] = {"exposure": "ingress", "tls_secret": "shop-tls"}
    chosen["app"]["web"] |= {"server": "unicorn"}
    return chosen


def _deploy(name: str, wanted: Mapping[str, Any], folder: Path, variables: dict[str, str]) -> list[Registered]:
    folder.mkdir()
    with ecs_stack(folder, variables, dict(wanted)) as stack:
        if name in PROGRAMS:
            stack.program(PROGRAMS[name].read_text())
        stack.deploy()
        return registered(name, stack.exported("--show-secrets"))
