"""Secret arguments of components: from `secrets` alone, as secrets, and not to the application."""

import importlib
import json
from typing import Any

import pulumi
import pytest
from railbed_stacks import component_secrets

from railbed import InvalidArguments
from railbed.secrets.clear_text import has_secret_name
from railbed.validation.arguments import Options
from tests.unit.cloud_stacks import APP, LEAST, deploy
from tests.unit.recording import HIDDEN, Deployment, record

SECRET = "hunter2-pass-0123456789"
WHERE = [
    ("doks", "cluster", "api_token", "RAILBED_CLUSTER_API_TOKEN"),
    *((target, "database", "password", "RAILBED_DATABASE_PASSWORD") for target in ("eks", "ecs")),
    *((target, "redis", "auth_token", "RAILBED_REDIS_AUTH_TOKEN") for target in ("eks", "ecs")),
]


def read(target: str, secure: tuple[str, ...] = ("secrets",), **settings: Any) -> Any:
    values = {"target": target, "app": APP, **LEAST[target], **settings}
    texts = {f"railbed:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}

    def program() -> Any:
        pulumi.runtime.set_all_config(texts, [f"railbed:{key}" for key in secure])
        return importlib.import_module(f"railbed_stacks.{target}").SETTINGS.from_config()

    return record(program).result


def refused(target: str, secure: tuple[str, ...] = ("secrets",), **settings: Any) -> list[str]:
    with pytest.raises(InvalidArguments) as raised:
        read(target, secure, **settings)
    assert SECRET not in str(raised.value), "the error shows the secret"
    return raised.value.problems


@pytest.mark.parametrize(("target", "section", "argument", "name"), WHERE)
def test_in_clear_text_it_is_refused(target: str, section: str, argument: str, name: str) -> None:
    assert refused(target, ("secrets",), **{section: {argument: SECRET}}) == [
        f"{section}.{argument}: is a secret: run `pulumi config set --secret --path railbed:secrets.{name}`, and remove it here"
    ]


@pytest.mark.parametrize(("target", "section", "argument", "name"), WHERE)
def test_a_secure_one_is_refused_where_it_would_not_stay_secret(target: str, section: str, argument: str, name: str) -> None:
    assert refused(target, (section,), **{section: {argument: SECRET}}) == [
        f"{section}: holds a secure value, which would not stay secret there: move it to secrets as {name}"
    ]


INPUTS = {
    "RAILBED_DATABASE_PASSWORD": ("Instance", "password"),
    "RAILBED_REDIS_AUTH_TOKEN": ("ReplicationGroup", "authToken"),
}


@pytest.mark.parametrize(("target", "section", "argument", "name"), WHERE)
def test_out_of_secrets_it_reaches_the_component_alone_and_as_a_secret(
    target: str, section: str, argument: str, name: str
) -> None:
    deployed: Deployment = deploy(target, secrets={"RAILS_MASTER_KEY": "0" * 32, name: SECRET})
    if name in INPUTS:
        kind, argument_of_cloud = INPUTS[name]
        (made,) = [each for each in deployed.all(kind) if argument_of_cloud in each.inputs]
        assert made.inputs[argument_of_cloud] == SECRET
        assert made.visible[argument_of_cloud] == HIDDEN, "it would be readable in the state"
    else:
        assert any(SECRET in json.dumps(each.inputs, default=str) for each in deployed.resources), "nothing got the token"
    for each in deployed.resources:
        assert SECRET not in json.dumps(each.visible, default=str), f"it would be readable in the state: {each.name}"
        assert name not in json.dumps(each.inputs, default=str), f"the application got it: {each.name}"


@pytest.mark.parametrize(
    ("target", "secrets", "section"),
    [
        ("doks", {"RAILBED_DATABASE_PASSWORD": SECRET}, "database"),
        ("doks", {"RAILBED_REDIS_AUTH_TOKEN": SECRET}, "redis"),
        ("ecs", {"RAILBED_CLUSTER_API_TOKEN": SECRET}, "cluster"),
        ("ecs", {"RAILBED_DATABASE_PASSWORD": SECRET, "DATABASE_URL": "postgresql://db/shop"}, "database"),
        ("eks", {"RAILBED_REDIS_AUTH_TOKEN": SECRET, "REDIS_URL": "redis://cache/0"}, "redis"),
    ],
)
def test_one_that_nothing_reads_is_refused(target: str, secrets: dict[str, str], section: str) -> None:
    (problem,) = refused(target, secrets=secrets)
    name = next(iter(secrets))
    assert problem == (
        f"secrets.{name}: this stack makes no {section} that would take it; remove it "
        f"(`pulumi config rm --path railbed:secrets.{name}`)"
    )


def test_a_wrong_one_is_told_without_its_value() -> None:
    (problem,) = refused("ecs", secrets={"RAILBED_REDIS_AUTH_TOKEN": "short"})
    assert problem.startswith("secrets.RAILBED_REDIS_AUTH_TOKEN: ") and "short" not in problem
    (problem,) = refused("ecs", secrets={"RAILBED_DATABASE_PASSWORD": f"{SECRET}@"})
    assert problem.startswith("secrets.RAILBED_DATABASE_PASSWORD: ")


@pytest.mark.parametrize(
    ("target", "settings", "path"),
    [
        ("eks", {"database": {"overrides": {"instance": {"password": SECRET}}}}, "database.overrides.instance.password"),
        (
            "ecs",
            {"redis": {"overrides": {"replication_group": {"auth_token": SECRET}}}},
            "redis.overrides.replication_group.auth_token",
        ),
        ("doks", {"cluster": {"tags": {"token": SECRET}}}, "cluster.tags.token"),
        ("ecs", {"database": {"tags": {"note": f"postgresql://shop:{SECRET}@db"}}}, "database.tags.note"),
        ("ecs", {"ecs": {"secrets": {"STRIPE_SECRET_KEY": SECRET}}}, "ecs.secrets.STRIPE_SECRET_KEY"),
        ("ecs", {"ecs": {"services": {"web": {"env": {"TOKEN": SECRET}}}}}, "ecs.services.web.env.TOKEN"),
    ],
)
def test_a_secret_anywhere_else_in_the_settings_is_refused(target: str, settings: dict[str, Any], path: str) -> None:
    assert path in [problem.split(": ")[0] for problem in refused(target, **settings)]


@pytest.mark.parametrize(
    ("target", "settings"),
    [
        ("eks", {"database": {"parameters": {"password_encryption": "scram-sha-256"}, "tags": {"secret": "no"}}}),
        ("eks", {"load_balancer": {"idle_timeout": 50}}),
        ("ecs", {"ecs": {"secret_references": {"TOKEN": "arn:aws:ssm:eu-central-1:123456789012:parameter/shop"}}}),
    ],
)
def test_what_is_no_secret_is_taken(target: str, settings: dict[str, Any]) -> None:
    read(target, **settings)


@pytest.mark.parametrize("target", LEAST)
def test_every_secret_argument_of_a_section_has_a_name_in_secrets(target: str) -> None:
    settings: Any = read(target)
    sections = {section: getattr(settings, section) for section in type(settings).model_fields if section != "app"}
    for section, values in sections.items():
        if isinstance(values, Options):
            secret = {name for name in type(values).model_fields if has_secret_name(name)} - {"secret_references"}
            assert secret <= set(component_secrets.ARGUMENTS.get(section, ())), f"{section} takes it in clear text"


@pytest.mark.parametrize("target", ["cluster", *LEAST])
def test_secrets_in_clear_text_are_refused(target: str) -> None:
    values = LEAST.get(target, {})
    texts: dict[str, Any] = {"target": target, "app": APP, **values}
    texts["secrets"] = {"RAILS_MASTER_KEY": SECRET}

    def program() -> Any:
        pulumi.runtime.set_all_config(
            {f"railbed:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in texts.items()}, []
        )
        return importlib.import_module(f"railbed_stacks.{target}").SETTINGS.from_config()

    with pytest.raises(InvalidArguments) as raised:
        record(program)
    (problem,) = raised.value.problems
    assert problem.startswith("secrets.RAILS_MASTER_KEY: is in clear text in Pulumi.test.yaml: run `pulumi config set --secret")
    assert SECRET not in problem
