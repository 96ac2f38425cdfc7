"""What is done in which order, and what is left alone when a migration or a rollout does not succeed."""

import json

import pytest

from railbed.kubernetes.watching.patience import LOST_RACE
from tests.engine.recorded_stack import RecordedStack

WORKLOADS = {
    "Deployment shop-web",
    "Deployment shop-default",
    "Deployment shop-mailers",
    "CronJob shop-digest",
    "Deployment shop-console",
}
MIGRATION, POST_MIGRATION = "create Job shop-migrate", "create Job shop-post-migrate"
SECONDS_TO_STALL = 120


def test_everything_starts_only_after_what_it_needs(recorded_stack: RecordedStack) -> None:
    recorded_stack.deploy()
    needs = {
        "Job shop-migrate": ["StatefulSet shop-database", "StatefulSet shop-redis", "Secret shop-registry"],
        **{workload: ["Job shop-migrate"] for workload in WORKLOADS},
        "Job shop-post-migrate": ["Deployment shop-web", "Deployment shop-default", "Deployment shop-mailers"],
    }
    order = recorded_stack.record.order
    for each, needed in needs.items():
        for one in needed:
            begun, done = order.index(f"begun create {each}"), order.index(f"done create {one}")
            assert begun > done, f"{each} was begun before {one} was there"


def test_a_failed_migration_leaves_the_old_release_alone(deployed_stack: RecordedStack) -> None:
    deployed_stack.app["image"]["ref"] = "registry.example.com/shop:failing"
    deployed_stack.app["env"]["GREETING"] = "of the failing release"
    deployed_stack.record.failing["Job shop-migrate"] = "the migration's own words"
    run = deployed_stack.up()
    assert run.code != 0, "the failure of the migration was not told to the shell"
    assert "the migration's own words" in run.text
    assert "Traceback" not in run.text
    _nothing_but_new_configuration(deployed_stack)

    deployed_stack.deploy()
    done = deployed_stack.record.names()
    assert MIGRATION in done, "the migration did not run again"
    assert done.index(MIGRATION) < min(done.index(f"update {workload}") for workload in WORKLOADS)


def test_a_killed_up_is_gone_on_with(deployed_stack: RecordedStack) -> None:
    deployed_stack.app["image"]["ref"] = "registry.example.com/shop:killed"
    deployed_stack.record.stalling.add("Job shop-migrate")
    process = deployed_stack.start("up", "--yes", "--skip-preview")
    assert deployed_stack.record.stalled.wait(SECONDS_TO_STALL), "the migration was never started"
    _nothing_but_new_configuration(deployed_stack)
    deployed_stack.kill(process)

    deployed_stack.deploy()
    done = deployed_stack.record.names()
    assert {MIGRATION, POST_MIGRATION} | {f"update {workload}" for workload in WORKLOADS} <= set(done)
    assert deployed_stack.deploy().operations == {}, "after an update that was gone on with, something was still to do"


def test_a_failed_rollout_holds_the_post_migration_back(deployed_stack: RecordedStack) -> None:
    deployed_stack.app["image"]["ref"] = "registry.example.com/shop:unhealthy"
    deployed_stack.record.failing["Deployment shop-web"] = "the pods did not become ready"
    run = deployed_stack.up()
    assert run.code != 0
    done = deployed_stack.record.names()
    assert MIGRATION in done
    assert POST_MIGRATION not in done, "columns may have been dropped that the old release still uses"

    deployed_stack.deploy()
    done = deployed_stack.record.names()
    assert POST_MIGRATION in done
    assert MIGRATION not in done, "a migration that had succeeded ran again"


RACE = 'Operation cannot be fulfilled on deployments.apps "shop-web": ' + LOST_RACE


@pytest.mark.parametrize("thing", ["Deployment shop-web", "StatefulSet shop-database"])
def test_an_update_that_lost_a_race_is_made_again(deployed_stack: RecordedStack, thing: str) -> None:
    change = {"app.web.resources": {"cpu": "310m"}, "database.resources": {"cpu": "310m"}}
    with deployed_stack.changed(change):
        deployed_stack.record.failing_once[thing] = [RACE, RACE]
        run = deployed_stack.up()
    assert run.code == 0, f"the user has to run `pulumi up` again:\n{run.text}"
    assert "has changed while it was updated: trying again" in run.text
    assert f"update {thing}" in deployed_stack.record.names()
    deployed_stack.deploy()


def test_an_update_that_loses_every_race_fails(deployed_stack: RecordedStack) -> None:
    with deployed_stack.changed({"app.web.resources": {"cpu": "320m"}}):
        deployed_stack.record.failing["Deployment shop-web"] = RACE
        run = deployed_stack.up()
    assert run.code != 0
    deployed_stack.deploy()


def test_a_second_up_does_nothing(deployed_stack: RecordedStack) -> None:
    run = deployed_stack.deploy()
    assert run.operations == {}, run.text
    assert deployed_stack.record.names() == []


def test_destroying_ends_the_application_before_its_stores_and_keeps_the_namespace(recorded_stack: RecordedStack) -> None:
    recorded_stack.deploy()
    run = recorded_stack.destroy()
    assert run.code == 0, run.text
    done = recorded_stack.record.names()
    assert "delete Namespace namespace" not in done, "the namespace went, and every volume in it"
    assert "delete PersistentVolumeClaimPatch shop-database-size" not in done
    database = done.index("delete StatefulSet shop-database")
    assert all(done.index(f"delete {workload}") < database for workload in WORKLOADS), "the database went first"
    resources = json.loads(recorded_stack.state())["checkpoint"]["latest"].get("resources") or []
    assert [each["urn"] for each in resources if each["type"] != "pulumi:pulumi:Stack"] == [], "the state still holds something"


def _nothing_but_new_configuration(stack: RecordedStack) -> None:
    touched = [str(operation) for operation in stack.record.done if operation.kind not in ("ConfigMap", "Secret")]
    assert touched == [], f"before the migration had succeeded: {touched}"
    removed = [str(operation) for operation in stack.record.done if operation.what == "delete"]
    assert removed == [], f"pods of the old release need these when they restart: {removed}"
