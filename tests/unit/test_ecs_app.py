"""EcsApp: from the description of an application to its migration, services and schedules on ECS."""

from importlib import resources
from typing import Any

import pytest

from railbed import InvalidArguments
from railbed.description.heartbeat import WRITE_LOADER
from railbed.description.listening import LEND_SOCKETS, RUBY
from tests.unit.ecs_samples import BEHIND_LOAD_BALANCER, IMAGE, ON_INSTANCES, SECRET, containers_of, deployed
from tests.unit.recording import Deployment

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "env": {"LEVEL": "info", "ONLY": "app"},
    "web": {"replicas": 3, "port": 4000, "processes": 4, "threads": 6, "request_seconds": 40, "env": {"ONLY": "web"}},
    "workers": {"default": {"queues": ["critical,2", "default"], "concurrency": 9, "shutdown_seconds": 60}},
    "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"], "time_zone": "Europe/Berlin"}},
    "migration": {"post": True, "deadline_seconds": 900},
}
SECRETS = {"DATABASE_URL": "postgresql://app:hunter2@db/app", "REDIS_URL": "rediss://:hunter3@cache"}
BALANCED = {key: value for key, value in BEHIND_LOAD_BALANCER.items() if key != "port"}
LOADER = "/tmp/sidekiq_heartbeat.rb"
HEARTBEAT = resources.files("railbed").joinpath("ruby", "sidekiq_heartbeat.rb").read_text()
PARTS = ("shop-migrate", "shop-web", "shop-default", "shop-digest", "shop-post-migrate")
CONSOLE = "shop-console"


def whole(**arguments: Any) -> Deployment:
    return deployed("EcsApp", **{"app": APP, "secrets": SECRETS, **BALANCED, **arguments})


def app_of(application: Deployment, part: str) -> dict[str, Any]:
    """The application's container of a part."""
    return containers_of(application.the("TaskDefinition", part))[0]


def environment(application: Deployment, part: str) -> dict[str, str]:
    return {each["name"]: each["value"] for each in app_of(application, part)["environment"]}


def test_a_description_becomes_migration_services_and_schedules() -> None:
    application = whole()
    children = {each.type.rsplit(":", 1)[-1] + " " + each.name for each in application.resources if each.parent == "shop"}
    assert children >= {
        "EcsTaskRun shop-migrate",
        "EcsService shop-web",
        "EcsService shop-default",
        "EcsScheduledTask shop-digest",
        "EcsTaskRun shop-post-migrate",
        "EcsConsole shop-console",
    }
    assert {each.name for each in application.all("TaskDefinition")} == {*PARTS, CONSOLE}


def test_it_tells_the_names_of_every_part_for_who_operates_it() -> None:
    application = whole().result
    assert application["services"] == {"web": "shop-1a2b3c", "workers.default": "shop-1a2b3c"}
    assert application["task_families"] == {
        "migration": "shop-migrate_test",
        "cron.digest": "shop-digest_test",
        "console": "shop-console_test",
    }


def test_the_least_description_is_a_migration_and_web() -> None:
    application = deployed("EcsApp")
    assert {each.name for each in application.all("TaskDefinition")} == {"shop-migrate", "shop-web", CONSOLE}


def test_each_part_runs_its_command() -> None:
    application = whole()
    assert {part: app_of(application, part).get("command") for part in PARTS} == {
        "shop-migrate": ["bin/rails", "db:prepare"],
        "shop-post-migrate": ["bin/rails", "db:prepare"],
        "shop-web": [
            *(*RUBY, LEND_SOCKETS, "4000"),
            *("bundle", "exec", "puma", "-C", "config/puma.rb", "-b", "tcp://0.0.0.0:4000"),
        ],
        "shop-default": [
            *(*RUBY, WRITE_LOADER, "/tmp/railbed-heartbeat", LOADER, HEARTBEAT, "bundle", "exec", "sidekiq", "-r", LOADER),
            *("-c", "9", "-t", "60", "-q", "critical,2", "-q", "default"),
        ],
        "shop-digest": ["timeout", "-k", "30", "3600", "bin/rails", "digest:send"],
    }


def worker(services: dict[str, Any] | None = None, **group: Any) -> dict[str, Any]:
    """The container of a group of workers."""
    return app_of(whole(app={**APP, "workers": {"default": group}}, services=services or {}), "shop-default")


def test_workers_show_that_they_work() -> None:
    container = worker(startup_seconds=240)
    assert container["healthCheck"] == {
        "command": ["CMD", "sh", "-c", 'test -n "$(find /tmp/railbed-heartbeat -mmin -2)"'],
        "interval": 10,
        "timeout": 10,
        "retries": 6,
        "startPeriod": 240,
    }, "ECS would take Sidekiq that crashes, or stands still, for healthy"


@pytest.mark.parametrize(
    ("group", "further"),
    [
        ({"command": ["bin/jobs"]}, {}),
        ({}, {"command": ["bin/jobs"]}),
        ({}, {"overrides": {"container": {"command": ["bin/jobs"]}}}),
        ({"overrides": {"container": {"command": ["bin/jobs"]}}}, {}),
    ],
)
def test_workers_with_a_command_of_their_own_are_not_asked_for_sidekiqs_heartbeat(
    group: dict[str, Any], further: dict[str, Any]
) -> None:
    container = worker({"default": further}, **group)
    assert container["command"] == ["bin/jobs"]
    assert "healthCheck" not in container, "they would be replaced again and again"


def test_workers_with_a_command_of_their_own_may_have_a_check_of_their_own() -> None:
    container = worker({"default": {"health_command": ["CMD", "bin/alive"]}}, command=["bin/jobs"])
    assert container["healthCheck"]["command"] == ["CMD", "bin/alive"]


def test_workers_that_start_longer_than_ecs_waits_are_refused() -> None:
    with pytest.raises(InvalidArguments, match=r"app.workers.default: startup_seconds 3600: use 3300 at most"):
        worker(startup_seconds=3600)


def test_each_part_has_the_environment_of_the_application_and_its_own() -> None:
    application = whole()
    for part in (*PARTS, CONSOLE):
        assert environment(application, part)["LEVEL"] == "info"
    web = environment(application, "shop-web")
    assert {key: web[key] for key in ("ONLY", "PORT", "WEB_CONCURRENCY", "RAILS_MAX_THREADS")} == {
        "ONLY": "web",
        "PORT": "4000",
        "WEB_CONCURRENCY": "4",
        "RAILS_MAX_THREADS": "6",
    }
    assert environment(application, "shop-default")["RAILS_MAX_THREADS"] == "9"
    assert environment(application, "shop-migrate")["SKIP_POST_DEPLOYMENT_MIGRATIONS"] == "true"
    assert "SKIP_POST_DEPLOYMENT_MIGRATIONS" not in environment(application, "shop-post-migrate")


def test_the_secrets_are_kept_once_and_reach_every_part() -> None:
    application = whole()
    assert [each.name for each in application.all("Secret")] == ["shop-secrets"]
    for part in (*PARTS, CONSOLE):
        assert app_of(application, part)["secrets"] == [
            {"name": name, "valueFrom": f"{SECRET}:{name}::11112222-3333"} for name in sorted(SECRETS)
        ]
        assert not set(SECRETS) & set(environment(application, part))


def test_everything_stops_as_late_as_rails_and_sidekiq_need() -> None:
    application = whole()
    assert app_of(application, "shop-web")["stopTimeout"] == 45, "requests of 40 seconds would be cut off"
    assert app_of(application, "shop-default")["stopTimeout"] == 70, "Sidekiq could not give its jobs back"


def test_web_is_behind_the_load_balancer_and_workers_are_not() -> None:
    application = whole()
    (balanced,) = application.the("Service", "shop-web").inputs["loadBalancers"]
    assert balanced["containerPort"] == 4000
    assert application.the("Service", "shop-web").at("desiredCount") == 3
    assert "loadBalancers" not in application.the("Service", "shop-default").inputs
    assert "portMappings" not in app_of(application, "shop-default")


def test_nothing_starts_before_the_migration_and_the_post_migration_comes_last() -> None:
    application = whole()
    for part in ("shop-web", "shop-default", "shop-digest"):
        assert "shop-migrate" in application.the("TaskDefinition", part).depends_on, f"{part} could meet an old schema"
    last = application.the("TaskDefinition", "shop-post-migrate").depends_on
    assert {"shop-web", "shop-default"} <= last, "columns would go that the old release still uses"


@pytest.mark.parametrize(
    ("resources", "size"),
    [
        ({}, ("256", "1024")),
        ({"cpu": "500m", "memory_limit": "2Gi"}, ("512", "2048")),
        ({"cpu": "500m", "memory": "4Gi", "memory_limit": "6Gi"}, ("1024", "6144")),
        ({"cpu": "3", "cpu_limit": "4", "memory_limit": "2Gi"}, ("4096", "8192")),
    ],
)
def test_a_task_has_the_smallest_size_of_fargate_that_is_enough(resources: dict[str, str], size: tuple[str, str]) -> None:
    application = whole(app={**APP, "web": {"resources": resources}})
    definition = application.the("TaskDefinition", "shop-web")
    assert (definition.at("cpu"), definition.at("memory")) == size


def test_on_instances_a_task_has_the_size_that_is_asked_for() -> None:
    network = {**BALANCED, "vpc_id": None, "instance_security_group_id": "sg-instances"}
    application = whole(app={**APP, "web": {"resources": {"cpu": "300m", "memory_limit": "700Mi"}}}, **network, **ON_INSTANCES)
    definition = application.the("TaskDefinition", "shop-web")
    assert (definition.at("cpu"), definition.at("memory")) == ("308", "700")


def test_spot_is_for_services_only() -> None:
    application = whole(capacity="fargate_spot")
    for service in application.all("Service"):
        assert service.at("capacityProviderStrategies.0.capacityProvider") == "FARGATE_SPOT"
    request = application.hooks["railbed:EcsTaskRun:shop-migrate:run"].__self__.plan.request
    assert request["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1}], (
        "AWS could stop a migration at any time"
    )


def test_what_only_ecs_knows_can_be_said_of_each_part() -> None:
    scaling = {"minimum": 3, "maximum": 9, "cpu_percent": 60}
    application = whole(services={"web": {"autoscaling": scaling}, "default": {"cpu": 1024, "memory": 2048}})
    assert application.the("Service", "shop-web").at("desiredCount") == 3
    assert application.the("Target").name == "shop-web"
    assert application.the("TaskDefinition", "shop-default").at("cpu") == "1024"


def test_an_image_of_the_program_takes_the_place_of_the_descriptions() -> None:
    application = whole(image="ghcr.io/example/shop:built")
    for part in (*PARTS, CONSOLE):
        assert app_of(application, part)["image"] == "ghcr.io/example/shop:built"
    assert application.result["image"] == "ghcr.io/example/shop:built"


def test_the_console_can_be_left_out() -> None:
    assert "aws ecs execute-command" in whole().result["console"]
    without = whole(app={**APP, "console": {"enabled": False}})
    assert without.result["console"] == ""
    assert not without.all("EcsConsole")


def test_the_console_is_of_the_release_that_runs_and_no_service_is_opened_for_it() -> None:
    application = whole(capacity="fargate_spot")
    assert {"shop-web", "shop-default"} <= application.the("TaskDefinition", CONSOLE).depends_on, (
        "it would have the code of a release that may not come up"
    )
    assert "capacityProvider=FARGATE,weight=1" in application.result["console"], "AWS could end a console at any time"
    assert {each.at("enableExecuteCommand") for each in application.all("Service")} == {False}


def test_what_is_said_of_the_containers_of_a_part_reaches_them() -> None:
    said = {
        "entrypoint": ["/bin/entry"],
        "writable_paths": ["/app/tmp", "/data"],
        "overrides": {"container": {"dockerLabels": {"team": "shop"}}},
    }
    digest = {**APP["cron"]["digest"], **said, "suspended": True}
    parts: dict[str, Any] = {"workers": {"default": said}, "migration": said, "cron": {"digest": digest}}
    application = whole(app={**APP, "web": said, **parts, "workdir": "/app"})
    for part in ("shop-web", "shop-default", "shop-migrate", "shop-digest"):
        container = app_of(application, part)
        folders = {each["containerPath"] for each in container["mountPoints"]}
        assert folders == {"/tmp", "/app/tmp", "/data"}, "the app finds no folder for its data"
        assert container["entryPoint"] == ["/bin/entry"]
        assert container["dockerLabels"] == {"team": "shop"}
        assert container["workingDirectory"] == "/app"
    assert application.the("Schedule").at("state") == "DISABLED"


def test_what_only_ecs_knows_is_added_to_what_the_description_says() -> None:
    further = {"env": {"LEVEL": "debug"}, "overrides": {"container": {"ulimits": []}}}
    web = {"threads": 6, "overrides": {"container": {"dockerLabels": {"team": "shop"}}}}
    application = whole(app={**APP, "web": web}, services={"web": further})
    seen = environment(application, "shop-web")
    assert (seen["LEVEL"], seen["ONLY"], seen["RAILS_MAX_THREADS"]) == ("debug", "app", "6"), (
        "one variable of the service takes all others away"
    )
    assert app_of(application, "shop-web")["dockerLabels"] == {"team": "shop"}
    assert app_of(application, "shop-web")["ulimits"] == []


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"web": {"overrides": {"deployment": {}}}}, "web: overrides of deployment have no effect: use one of container"),
        ({"migration": {"overrides": {"job": {}}}}, "migration: overrides of job have no effect"),
        ({"console": {"overrides": {"deployment": {}}}}, "console: overrides of deployment have no effect"),
        (
            {"console": {"writable_paths": ["/data"]}},
            "app.console: writable_paths has no effect: everything in a console",
        ),
    ],
)
def test_what_only_kubernetes_knows_is_refused(parts: dict[str, Any], problem: str) -> None:
    with pytest.raises(InvalidArguments, match=problem):
        whole(app={**APP, **parts})


def test_a_number_of_tasks_that_something_else_sets_stays() -> None:
    application = whole(app={**APP, "web": {"autoscaled": True}})
    ignored = application.the("Service", "shop-web").request.ignoreChanges
    assert list(ignored) == ["desiredCount"], "every release resets the number of tasks"


CROWDED = (
    "app.workers.default: 9 threads share 256 CPU units, 0.25 of a vCPU, as Fargate lets no task borrow: raise "
    "app.workers.default.resources.cpu to 500m or more, or set cpu and memory in services.default"
)


@pytest.mark.parametrize(
    ("group", "arguments", "warnings"),
    [
        ({"concurrency": 9, "resources": {"cpu": "250m"}}, {}, [CROWDED]),
        ({"concurrency": 9}, {}, []),
        ({"concurrency": 8, "resources": {"cpu": "250m"}}, {}, []),
        ({"concurrency": 9, "backend": "good_job", "resources": {"cpu": "250m"}}, {}, [CROWDED]),
        ({"concurrency": 9, "resources": {"cpu": "500m"}}, {}, []),
        ({"concurrency": 9, "resources": {"cpu": "250m"}}, {"services": {"default": {"cpu": 512}}}, []),
        ({"concurrency": 9}, {**ON_INSTANCES, "vpc_id": None, "instance_security_group_id": "sg-instances"}, []),
    ],
)
def test_many_threads_on_little_cpu_are_warned_of(
    logged: list[tuple[str, str]], group: dict[str, Any], arguments: dict[str, Any], warnings: list[str]
) -> None:
    whole(app={**APP, "web": {"processes": 2, "threads": 4}, "workers": {"default": group}}, **arguments)
    assert [text for level, text in logged if level == "warn"] == warnings


@pytest.mark.parametrize(
    ("part", "described", "size"),
    [
        ("default", {"workers": {"default": {"concurrency": 8}}}, ("256", "1024")),
        ("default", {"workers": {"default": {"concurrency": 10}}}, ("512", "1024")),
        ("default", {"workers": {"default": {"concurrency": 10, "resources": {"memory_limit": "3Gi"}}}}, ("512", "3072")),
        ("default", {"workers": {"default": {"concurrency": 10, "resources": {"cpu": "250m"}}}}, ("256", "1024")),
        ("default", {"workers": {"default": {"concurrency": 10, "resources": {"cpu": "1"}}}}, ("1024", "2048")),
        ("web", {"web": {}}, ("256", "1024")),
        ("web", {"web": {"processes": 2, "threads": 5}}, ("512", "1024")),
    ],
)
def test_many_threads_have_half_a_processor_where_nobody_chose(
    part: str, described: dict[str, Any], size: tuple[str, str]
) -> None:
    task = whole(app={**APP, **described}).the("TaskDefinition", f"shop-{part}").inputs
    assert (task["cpu"], task["memory"]) == size


def test_workers_are_not_scaled_by_requests() -> None:
    scaling = {"minimum": 1, "maximum": 4, "requests_per_target": 100}
    with pytest.raises(InvalidArguments, match=r"services.default.autoscaling.requests_per_target: workers get no requests"):
        whole(services={"default": {"autoscaling": scaling}})


def test_the_log_router_of_the_application_is_beside_services_and_scheduled_tasks() -> None:
    application = whole(log_router_image="fluent-bit:3", log_router_options={"Name": "http"})
    drivers = {part: app_of(application, part)["logConfiguration"]["logDriver"] for part in PARTS}
    assert drivers == {
        "shop-web": "awsfirelens",
        "shop-default": "awsfirelens",
        "shop-digest": "awsfirelens",
        "shop-migrate": "awslogs",
        "shop-post-migrate": "awslogs",
    }, "`pulumi up` shows the end of a migration's log, which it reads in CloudWatch"
