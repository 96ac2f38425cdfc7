"""The repository's production on Amazon ECS, from nothing, again, changed, failed and interrupted, with the real engine."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.cluster.waiting import eventually
from tests.engine.ecs_api import BREAKER
from tests.engine.ecs_stack import EcsStack, ecs_stack
from tests.engine.processes import family, wait_for_the_end_of
from tests.engine.recorded_stack import MASTER_KEY
from tests.engine.test_production_stacks import DATA, FAST, settings_of
from tests.engine.test_settings_changes import operations

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"
SERVICES = ("shop-web", "shop-default", "shop-mailers")
PARTS = (*SERVICES, "shop-digest", "shop-migrate", "shop-post-migrate")
SECONDS_TO_START = 120


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]) -> Iterator[EcsStack]:
    """The stack, deployed from nothing in one `up`."""
    with ecs_stack(tmp_path_factory.mktemp("stack"), engine_variables | FAST, settings_of("prod-ecs")) as stack:
        stack.deploy()
        yield stack


def test_nothing_starts_before_the_migration_and_the_post_migration_comes_last(production: EcsStack) -> None:
    order = production.record.order
    migrated = order.index("done create Parameter shop-migrate")
    for started in (*(f"Service {name}" for name in SERVICES), "Schedule shop-digest"):
        assert migrated < order.index(f"begun create {started}"), f"{started} meets an old schema"
    for name in SERVICES:
        assert order.index(f"done create Parameter {name}") < order.index("begun create TaskDefinition shop-post-migrate")
    ran = [request["taskDefinition"].split("/")[1].partition(":")[0] for request in production.api.calls("RunTask")]
    assert ran == ["shop-migrate_test", "shop-post-migrate_test"], "each runs once, in this order"


def test_the_migration_has_its_image_its_database_and_the_way_to_both(production: EcsStack) -> None:
    needed = needs(production, "Parameter shop-migrate")
    assert needed >= {
        "Instance shop-database",
        "ReplicationGroup shop-redis",
        "SecretVersion shop-secrets",
        "SecurityGroupEgressRule shop-tasks",
        "SecurityGroupIngressRule shop-database-from-tasks",
        "SecurityGroupIngressRule shop-redis-from-tasks",
        "ClusterCapacityProviders shop",
        "RolePolicy shop-migrate-execution",
        *(f"Route shop-private-{zone}" for zone in "abc"),
    }


def test_services_can_be_reached_by_the_load_balancer(production: EcsStack) -> None:
    assert needs(production, "Service shop-web") >= {"Listener shop-https", "SecurityGroupIngressRule shop-web"}


def test_a_second_up_changes_nothing_and_runs_nothing(production: EcsStack) -> None:
    run = production.deploy()
    assert (run.operations, production.record.done) == ({}, []), run.text
    # Both for the last run of the cron task.
    assert [(operation, request.get("family")) for operation, request in production.api.asked] == [
        ("ListExecutions", None),
        ("ListTasks", "shop-digest_test"),
    ]


def test_secrets_are_readable_nowhere(production: EcsStack) -> None:
    run = production.preview("--diff", "--show-sames")
    said = {
        "the screen": run.text,
        "the event log": production.event_log,
        "the state": production.state(),
        "the export": production.exported(),
        "what ECS is asked": json.dumps(production.api.asked),
    }
    revealed = json.loads(production.exported("--show-secrets"))["deployment"]["resources"]
    (version,) = (each for each in revealed if each["urn"].endswith("SecretVersion::shop-secrets"))
    kept = json.loads(json.loads(version["inputs"]["secretString"]["plaintext"]))
    assert set(kept) == {"RAILS_MASTER_KEY", "DATABASE_URL", "REDIS_URL"}
    for secret in (MASTER_KEY, *(urlsplit(kept[name]).password for name in ("DATABASE_URL", "REDIS_URL"))):
        assert secret
        for place, text in said.items():
            assert secret not in text, f"a secret is readable in {place}"


def test_an_up_that_leaves_the_migration_out_leaves_the_image_too(production: EcsStack) -> None:
    with production.changed({"app.image.ref": f"{IMAGE}:next"}):
        run = production.finish(production.start("preview", "--target", "**::shop-web", "--diff"))
    assert run.code == 0, run.text
    assert f"{IMAGE}:next" not in run.text and not run.operations, f"new code would run on an old schema:\n{run.text}"


CONSOLE = "shop-console"
"""A task definition that nothing deploys: a task of it is started by whoever opens a console."""


def rolled(*parts: str) -> set[str]:
    """A new task definition, and what deploys it."""
    found = {f"replace TaskDefinition {part}" for part in parts}
    found |= {f"update Parameter {part}" for part in parts if part not in ("shop-digest", CONSOLE)}
    found |= {f"update Service {part}" for part in parts if part in SERVICES}
    if "shop-digest" in parts:
        found |= {f"update {kind} shop-digest" for kind in ("StateMachine",)} | {"update RolePolicy shop-digest-run"}
    return found


CHANGES: list[tuple[dict[str, Any], set[str]]] = [
    ({"app.image.ref": f"{IMAGE}:2"}, rolled(*PARTS, CONSOLE)),
    (
        {"app.web.replicas": 4, "app.cron.digest.schedule": "0 7 * * *", "load_balancer": {"idle_timeout": 30}},
        {"update Service shop-web", "update Schedule shop-digest", "update LoadBalancer shop"},
    ),
    ({"app.web.env.ONLY_WEB": "1", "app.workers.default.concurrency": 20}, rolled("shop-web", "shop-default")),
    (
        {"secrets.RAILS_MASTER_KEY": "0" * 32},
        {
            "replace SecretVersion shop-secrets",
            *rolled(*PARTS, CONSOLE),
            # Nothing of these changes in the end: a preview does not know the secret's new version, which they leave out.
            *(f"update RolePolicy {part}-execution" for part in (*PARTS, CONSOLE)),
        },
    ),
    (
        {
            "database.instance_class": "db.m7g.xlarge",
            "database.version": "18",
            "database.allow_major_upgrade": True,
            "database.apply_immediately": True,
            "redis.node_type": "cache.m7g.xlarge",
            "cluster.container_insights": "enhanced",
        },
        {
            "update Instance shop-database",
            "replace ParameterGroup shop-database",
            "update ReplicationGroup shop-redis",
            "update Cluster shop",
        },
    ),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES, ids=[next(iter(change)) for change, _ in CHANGES])
def test_a_changed_setting_rolls_what_uses_it_and_replaces_no_data(
    production: EcsStack, change: dict[str, Any], expected: set[str]
) -> None:
    with production.changed(change):
        run = production.preview()
    assert run.code == 0, run.text
    found = operations(run)
    lost = [each for each in found if each.split()[0] in ("replace", "delete") and each.split()[1] in DATA]
    assert lost == [], "data would be lost"
    assert found == expected


@pytest.mark.parametrize(
    "change", [{"database.engine": "mysql"}, {"network.cidr": "10.1.0.0/16"}], ids=lambda change: next(iter(change))
)
def test_a_change_that_would_lose_data_is_refused(production: EcsStack, change: dict[str, Any]) -> None:
    with production.changed(change):
        run = production.preview()
    assert run.code != 0, f"the preview would lose data:\n{run.text}"
    assert "protect" in run.text, run.text


def test_a_failed_migration_leaves_the_old_release_alone_and_runs_again(production: EcsStack) -> None:
    production.api.forget()
    production.settings["app"]["image"]["ref"] = f"{IMAGE}:failing"
    production.api.exit_code, production.api.log = 1, ["PG::DuplicateColumn: column exists"]
    run = production.up()
    assert run.code != 0, "the failure of the migration was not told to the shell"
    assert "The migration failed with exit code 1." in run.text
    assert "PG::DuplicateColumn: column exists" in run.text, "the user has to look for the log"
    assert production.record.names() == ["create TaskDefinition shop-migrate"], "something changed on the old schema"

    production.api.log = ["== migrated"]
    production.deploy()
    assert len(production.api.calls("RunTask")) == 2, "the migration did not run again"
    assert set(production.record.names()) >= {f"update Service {name}" for name in SERVICES}


def test_a_deployment_that_ecs_rolls_back_fails_and_is_tried_again(production: EcsStack) -> None:
    production.settings["app"]["image"]["ref"] = f"{IMAGE}:unhealthy"
    production.api.failing, production.api.log = {"shop-web"}, ["Puma booted", "cannot reach payment service"]
    run = production.up()
    assert run.code != 0, "a release that is not there looks like a success"
    for told in (BREAKER, "Task failed ELB health checks", "cannot reach payment service", "went back to the release before"):
        assert told in run.text, f"the user does not read {told!r}:\n{run.text}"
    assert not any("post-migrate" in name for name in production.record.names()), "columns may be gone that the old one uses"

    production.api.roll_back("shop-web")
    production.deploy()
    deployed = [request["taskDefinition"].split("/")[1].partition(":")[0] for request in production.api.calls("UpdateService")]
    assert deployed == ["shop-web_test"], "what was rolled back has to be deployed again, and nothing else"
    assert [each["taskDefinition"].count("post-migrate") for each in production.api.calls("RunTask")] == [1]


def test_cancelling_stops_the_migration_and_the_next_up_runs_it_again(production: EcsStack) -> None:
    task = _start_and_hold(production, "cancelled", signal.SIGINT)
    assert production.api.tasks[task]["lastStatus"] == "STOPPED", "the migration went on without anybody watching"
    assert "cancelled" in production.api.tasks[task]["stoppedReason"]
    production.deploy()
    assert len(production.api.calls("RunTask")) == 2


def test_a_killed_up_leaves_a_migration_that_the_next_one_waits_for(production: EcsStack) -> None:
    production.api.out_of_reach = True
    _start_and_hold(production, "killed", signal.SIGKILL)
    production.api.forget()
    process = production.start("up", "--yes", "--skip-preview")
    for state in ("still runs", "is being stopped and still runs code"):
        production.api.forget()
        # The second request says that the answer to the first was not the end of it.
        eventually(
            lambda: len(production.api.calls("DescribeTasks")) >= 2,
            f"the migration that {state} is waited for",
            SECONDS_TO_START,
        )
        assert production.api.calls("RunTask") == [], "two migrations run at once"
        production.api.stopping()
    production.api.let_go()
    run = production.finish(process)
    assert run.code == 0, run.text
    assert "An interrupted run left the task" in run.text
    assert production.deploy().operations == {}


def test_answers_that_get_lost_leave_the_migration_running(production: EcsStack) -> None:
    process = _start(production, "throttled")
    production.api.throttled = {"DescribeTasks", "GetLogEvents"}
    production.api.forget()
    # botocore itself repeats a request four times.
    eventually(lambda: len(production.api.calls("DescribeTasks")) > 10, "AWS is asked again and again", SECONDS_TO_START)
    assert process.poll() is None, "`pulumi up` gave up a migration that runs"
    assert production.api.calls("StopTask") == [], "a lost answer stopped the migration in the middle"
    production.api.let_go()
    run = production.finish(process)
    assert run.code == 0, run.text
    assert production.deploy().operations == {}


def _start(stack: EcsStack, tag: str) -> "subprocess.Popen[str]":
    """Begin a release, whose migration runs until it is let go."""
    stack.settings["app"]["image"]["ref"] = f"{IMAGE}:{tag}"
    for name in FAST:  # what is interrupted has to be in the state as far as it went
        stack.variables.pop(name, None)
    stack.api.forget()
    stack.api.holding = True
    stack.api.running.clear()
    process = stack.start("up", "--yes", "--skip-preview")
    assert stack.api.running.wait(SECONDS_TO_START), "the migration was never started"
    return process


def _start_and_hold(stack: EcsStack, tag: str, ending: signal.Signals) -> str:
    """Begin a release, end it in the middle of its migration, and give the migration's task."""
    process = _start(stack, tag)
    if ending is signal.SIGKILL:
        started = family(process.pid)
        stack.kill(process)
        wait_for_the_end_of(started)
    else:
        process.send_signal(ending)
        time.sleep(1)
        process.send_signal(ending)  # (the first lets what is in progress end, which takes as long as the migration)
        assert stack.finish(process).code != 0
    return list(stack.api.tasks)[-1]


def needs(stack: EcsStack, resource: str) -> set[str]:
    """Everything that the engine makes before a resource, by kind and name."""
    found = json.loads(stack.exported())["deployment"]["resources"]
    by_urn = {each["urn"]: each for each in found}
    (urn,) = (urn for urn in by_urn if _named(urn) == resource)
    waiting, seen = [urn], set()
    while waiting:
        for other in by_urn[waiting.pop()].get("dependencies", []):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return {_named(urn) for urn in seen}


def _named(urn: str) -> str:
    kind, name = urn.split("::")[-2:]
    return f"{kind.rsplit(':', 1)[-1]} {name}"
