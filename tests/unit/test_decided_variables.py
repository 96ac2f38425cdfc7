"""A variable that a setting decides is refused: it would win over the setting, and connections would be counted wrongly."""

from typing import Any

import pulumi
import pytest
from railbed_stacks.cluster_settings import ClusterSettings

from railbed import InvalidArguments
from railbed.description.app import App
from railbed.validation.checks import checked
from tests.unit.ecs_samples import deployed
from tests.unit.recording import record
from tests.unit.samples import IMAGE, WORKLOADS, make

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "web": {"threads": 4},
    "workers": {"default": {"concurrency": 10}, "mailers": {"concurrency": 2}},
    "migration": {"post": True},
}
BOTH = "web.threads and workers.default.concurrency and workers.mailers.concurrency"
PATH = "PATH would take the place of the image's, and bundle would not be found: remove it, and set it in the Dockerfile"
OWN = "names that begin with RAILBED_ are railbed's own: choose another one"


def of(part: str, **env: Any) -> dict[str, Any]:
    """The description with variables in a part of it."""
    match part.split("."):
        case ["web"]:
            return {**APP, "web": {**APP["web"], "env": env}}
        case ["workers", group]:
            return {**APP, "workers": {**APP["workers"], group: {**APP["workers"][group], "env": env}}}
    return {**APP, "env": env}


WRONG: list[tuple[str, str, Any, str]] = [
    ("", "RAILS_MAX_THREADS", 3, f"env.RAILS_MAX_THREADS would win over {BOTH}: remove it, and set those instead"),
    ("", "RAILS_MAX_THREADS", 4, f"env.RAILS_MAX_THREADS would win over {BOTH}: remove it, and set those instead"),
    ("", "WEB_CONCURRENCY", 6, "env.WEB_CONCURRENCY would win over web.processes: remove it, and set that instead"),
    ("", "PORT", "8080", "env.PORT would win over web.port: remove it, and set that instead"),
    ("web", "PORT", "8080", "web.env.PORT would win over web.port: remove it, and set that instead"),
    (
        "web",
        "PUMA_PERSISTENT_TIMEOUT",
        20,
        "web.env.PUMA_PERSISTENT_TIMEOUT would win over web.keep_alive_seconds: remove it, and set that instead",
    ),
    (
        "workers.default",
        "RAILS_MAX_THREADS",
        3,
        "workers.default.env.RAILS_MAX_THREADS would win over workers.default.concurrency: remove it, and set that instead",
    ),
    (
        "",
        "SKIP_POST_DEPLOYMENT_MIGRATIONS",
        True,
        "env.SKIP_POST_DEPLOYMENT_MIGRATIONS would win over migration.post: remove it, and set that instead",
    ),
    (
        "",
        "RAILBED_DATABASE_SECONDS",
        "abc",
        "env.RAILBED_DATABASE_SECONDS would win over migration.database_seconds: remove it, and set that instead",
    ),
    ("workers.default", "RAILBED_HEARTBEAT_FILE", "/x", f"workers.default.env.RAILBED_HEARTBEAT_FILE: {OWN}"),
    ("web", "PATH", "/opt/bin", f"web.env.{PATH}"),
    (
        "web",
        "PUMA_MAX_THREADS",
        16,
        "web.env.PUMA_MAX_THREADS is '16' and web.threads is 4: set both to the same, or remove PUMA_MAX_THREADS",
    ),
    (
        "web",
        "PUMA_WORKERS",
        5,
        "web.env.PUMA_WORKERS is '5' and web.processes is 2: set both to the same, or remove PUMA_WORKERS",
    ),
    (
        "workers.default",
        "SIDEKIQ_CONCURRENCY",
        25,
        "workers.default.env.SIDEKIQ_CONCURRENCY is '25' and workers.default.concurrency is 10: set both to the same, or "
        "remove SIDEKIQ_CONCURRENCY",
    ),
    (
        "",
        "DB_POOL",
        5,
        "env.DB_POOL is 5 and workers.default.concurrency is 10, each with a database connection: set DB_POOL to 10 or more, "
        "or remove it",
    ),
]


@pytest.mark.parametrize(("part", "name", "value", "sentence"), WRONG)
def test_the_user_reads_which_setting_decides(part: str, name: str, value: Any, sentence: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        checked(App, of(part, **{name: value}), "app")
    assert raised.value.problems == [sentence]


def test_all_variables_are_told_at_once() -> None:
    with pytest.raises(InvalidArguments) as raised:
        checked(App, of("", PORT="1", WEB_CONCURRENCY="2", PATH="/bin"), "app")
    for name in ("PORT", "WEB_CONCURRENCY", "PATH"):
        assert f"env.{name} would" in str(raised.value)


@pytest.mark.parametrize(
    ("part", "variables"),
    [
        ("", {"RAILS_ENV": "staging", "RACK_ENV": "staging", "RAILS_MIN_THREADS": "1"}),
        ("", {"DB_POOL": 10}),
        ("", {"MALLOC_ARENA_MAX": "2", "BUNDLE_WITHOUT": "test", "LD_PRELOAD": "libjemalloc.so.2"}),
        ("web", {"MAX_THREADS": 4, "PUMA_WORKERS": "2"}),
        ("workers.default", {"MAX_THREADS": 10, "PORT": 7433}),
    ],
)
def test_what_contradicts_no_setting_is_taken(part: str, variables: dict[str, Any]) -> None:
    checked(App, of(part, **variables), "app")


def test_another_name_for_threads_can_differ_by_part() -> None:
    app = of("web", MAX_THREADS=4)
    app["workers"] = {"default": {"concurrency": 10, "env": {"MAX_THREADS": 10}}}
    checked(App, {**app, "env": {"MAX_THREADS": 4}}, "app")


@pytest.mark.parametrize("name", ["SKIP_POST_DEPLOYMENT_MIGRATIONS", "PATH", "RAILBED_DATABASE_SECONDS"])
def test_a_secret_of_migrations_cannot_contradict_theirs(name: str) -> None:
    with pytest.raises(InvalidArguments, match=rf"migration_secrets\.{name} would"):
        record(lambda: make("KubernetesApp", app=APP, migration_secrets={name: "1"}))


@pytest.mark.parametrize("name", ["RAILS_MAX_THREADS", "WEB_CONCURRENCY", "PORT", "PATH", "RAILBED_DATABASE_SECONDS"])
def test_a_secret_cannot_contradict_a_setting_either(name: str) -> None:
    secret = "hunter2-pass"
    with pytest.raises(ValueError, match=rf"secrets\.{name} would"):
        ClusterSettings.model_validate({"target": "cluster", "app": APP, "secrets": {name: secret}})
    with pytest.raises(InvalidArguments, match=rf"secrets\.{name} would") as refused:
        record(lambda: make("KubernetesApp", app=APP, secrets={name: secret}))
    assert secret not in str(refused.value)
    with pytest.raises(InvalidArguments, match=rf"secrets\.{name} would"):
        deployed("EcsApp", app=APP, secrets={name: secret})
    with pytest.raises(InvalidArguments, match=rf"secret_references\.{name} would"):
        deployed("EcsApp", app=APP, secret_references={name: "arn:aws:ssm:eu-central-1:123456789012:parameter/shop"})


def test_a_service_of_ecs_cannot_contradict_its_description() -> None:
    for part, setting in {"web": "app.web.threads", "default": "app.workers.default.concurrency"}.items():
        services = {part: {"env": {"RAILS_MAX_THREADS": "30"}}}
        sentence = rf"services\.{part}\.env\.RAILS_MAX_THREADS would win over {setting}"
        with pytest.raises(InvalidArguments, match=sentence):
            deployed("EcsApp", app=APP, services=services)


@pytest.mark.parametrize("place", ["env", "secrets"])
@pytest.mark.parametrize(
    ("component", "name", "setting"),
    [
        ("RailsWeb", "RAILS_MAX_THREADS", "threads"),
        ("RailsWeb", "WEB_CONCURRENCY", "processes"),
        ("RailsWeb", "PORT", "port"),
        ("SidekiqWorkers", "RAILS_MAX_THREADS", "concurrency"),
        ("MigrationJob", "RAILBED_DATABASE_SECONDS", "database_seconds"),
    ],
)
def test_a_component_names_its_own_argument(component: str, name: str, setting: str, place: str) -> None:
    with pytest.raises(InvalidArguments, match=rf"{place}\.{name} would win over {setting}: remove it"):
        record(lambda: make(component, **{place: {name: "9"}}))


@pytest.mark.parametrize("phase", ["pre", "post"])
def test_a_phase_of_a_migration_cannot_be_contradicted(phase: str) -> None:
    arguments: dict[str, Any] = {"phase": phase, "env": {"SKIP_POST_DEPLOYMENT_MIGRATIONS": "true"}}
    sentence = "env.SKIP_POST_DEPLOYMENT_MIGRATIONS would win over phase"
    with pytest.raises(InvalidArguments, match=sentence):
        record(lambda: make("MigrationJob", **arguments))
    with pytest.raises(InvalidArguments, match=sentence):
        deployed("EcsTaskRun", **arguments)


@pytest.mark.parametrize("component", WORKLOADS)
def test_no_workload_takes_railbeds_own_variables_or_a_path(component: str) -> None:
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, env={"RAILBED_ANY": "1"}, secrets={"PATH": "/bin"}))
    assert f"env.RAILBED_ANY: {OWN}" in str(raised.value)
    assert f"secrets.{PATH}" in str(raised.value)


def test_threads_of_tasks_that_no_setting_decides_are_the_programs() -> None:
    for component in ("CronTask", "Console", "MigrationJob"):
        values = record(lambda component=component: make(component, env={"RAILS_MAX_THREADS": "8"}))  # type: ignore[misc]
        assert values.the("ConfigMap", "shop-env").inputs["data"]["RAILS_MAX_THREADS"] == "8"


def test_a_value_that_is_not_known_yet_is_let_pass() -> None:
    record(lambda: make("RailsWeb", env={"MAX_THREADS": pulumi.Output.from_input("4")}))
