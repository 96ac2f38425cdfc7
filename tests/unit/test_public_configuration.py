"""Secrets in what everybody can read of a container: no component and no stack takes them there."""

from typing import Any

import pulumi
import pytest

from railbed import InvalidArguments
from tests.unit.cloud_stacks import LEAST, deploy
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, WORKLOADS, make

SECRET = "hunter2-pass"
REDIS = f"redis://:{SECRET}@cache/0"
TASKS = ("EcsService", "EcsTaskRun", "EcsScheduledTask")
APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}}


def described(**parts: Any) -> dict[str, Any]:
    return {"app": {**APP, **parts}}


CONTAINER = {"template": {"spec": {"containers": [{"name": "app", "env": [{"name": "DB_PASS", "value": SECRET}]}]}}}
WHERE: list[tuple[str, dict[str, Any], str]] = [
    *((each, {"env": {"AWS_SECRET_ACCESS_KEY": SECRET}}, "env.AWS_SECRET_ACCESS_KEY") for each in (*WORKLOADS, *TASKS)),
    *((each, {"env": {"REDIS_URL": REDIS}}, "env.REDIS_URL") for each in (*WORKLOADS, *TASKS)),
    *((each, {"command": ["env", f"PGPASSWORD={SECRET}"]}, "command") for each in ("RailsWeb", "MigrationJob", *TASKS)),
    *((each, {"entrypoint": ["enter", "--password", SECRET]}, "entrypoint") for each in (*WORKLOADS, *TASKS)),
    ("RailsWeb", {"overrides": {"deployment": {"spec": CONTAINER}}}, "containers.0.env.0.DB_PASS"),
    ("CronTask", {"overrides": {"cron_job": {"spec": {"args": [f"--token={SECRET}"]}}}}, "overrides.cron_job.spec.args"),
    (
        "EcsService",
        {"overrides": {"container": {"environment": [{"name": "REDIS", "value": REDIS}]}}},
        "overrides.container.environment.0.REDIS",
    ),
    *(
        entry
        for app in ("KubernetesApp", "EcsApp")
        for entry in (
            (app, described(env={"db_password": SECRET}), "app.env.db_password"),
            (app, described(web={"env": {"TOKEN": SECRET}}), "app.web.env.TOKEN"),
            (app, described(workers={"a": {"env": {"TOKEN": SECRET}}}), "app.workers.a.env.TOKEN"),
            (app, described(migration={"command": ["sh", "-c", f"PASSWORD={SECRET} rake"]}), "app.migration.command"),
            (app, described(cron={"a": {"schedule": "@daily", "command": ["a", "--token", SECRET]}}), "app.cron.a.command"),
        )
    ),
    ("EcsApp", described() | {"services": {"web": {"env": {"TOKEN": SECRET}}}}, "env.TOKEN"),
]


@pytest.mark.parametrize(("component", "arguments", "path"), WHERE)
def test_no_component_shows_a_secret(component: str, arguments: dict[str, Any], path: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments), registered=registered)
    assert path in str(raised.value) and "secrets" in str(raised.value), "the user does not learn where and what to do"
    assert SECRET not in str(raised.value)
    assert registered == []


@pytest.mark.parametrize("target", LEAST)
@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"env": {"AWS_SECRET_ACCESS_KEY": SECRET}}, "app.env.AWS_SECRET_ACCESS_KEY"),
        ({"env": {"REDIS_URL": REDIS}}, "app.env.REDIS_URL"),
        ({"web": {"env": {"STRIPE_SECRET_KEY": SECRET}}}, "app.web.env.STRIPE_SECRET_KEY"),
        ({"workers": {"a": {"env": {"PGPASSWORD": SECRET}}}}, "app.workers.a.env.PGPASSWORD"),
    ],
)
def test_no_stack_shows_a_secret(target: str, parts: dict[str, Any], path: str) -> None:
    hosts = {"hosts": ["shop.example.com"], **parts.get("web", {})}
    with pytest.raises(InvalidArguments) as raised:
        deploy(target, app={**APP, **parts, "web": hosts})
    (told,) = raised.value.problems
    assert told.startswith(f"{path}: ") and told.endswith(
        f"move it to secrets (`pulumi config set --secret --path railbed:secrets.{path.split('.')[-1]}`)"
    )
    assert SECRET not in told


@pytest.mark.parametrize("component", ["RailsWeb", "SidekiqWorkers", "EcsService"])
def test_a_secret_that_is_known_later_is_refused_then(component: str) -> None:
    with pytest.raises(Exception, match="CACHE: holds a URL with a password") as raised:
        record(lambda: make(component, env={"CACHE": pulumi.Output.from_input(REDIS)}))
    assert SECRET not in str(raised.value)


def test_the_name_of_a_secret_is_enough_where_its_value_is_known_later() -> None:
    with pytest.raises(InvalidArguments, match=r"env\.PGPASSWORD: has the name of a secret"):
        record(lambda: make("RailsWeb", env={"PGPASSWORD": pulumi.Output.from_input(SECRET)}))


@pytest.mark.parametrize("component", [*WORKLOADS, *TASKS])
def test_what_is_no_secret_stays_in_env(component: str) -> None:
    env = {"STRIPE_PUBLISHABLE_KEY": "pk_live_1", "OAUTH_TOKEN_URL": "https://example.com/token", "LEVEL": "info"}
    record(lambda: make(component, env={**env, "HOST": pulumi.Output.from_input("db.example.com")}))
