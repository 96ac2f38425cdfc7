"""EcsTaskRun: the task of a migration or of any command that runs once, and what waits for it."""

import json
from typing import Any

import pytest

from railbed.description.commands import WAIT_FOR_DATABASE
from tests.unit.ecs_samples import DEFINITION, IMAGE, containers_of, deployed
from tests.unit.recording import Deployment

DATABASE = {"secrets": {"DATABASE_URL": "postgresql://app:hunter2@db/app"}}


def container(run: Deployment, position: int = 0) -> dict[str, Any]:
    return containers_of(run.the("TaskDefinition"))[position]


def environment(run: Deployment) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container(run)["environment"]}


def test_the_least_arguments_migrate_without_a_service() -> None:
    run = deployed("EcsTaskRun")
    assert container(run)["command"] == ["bin/rails", "db:prepare"]
    assert container(run)["stopTimeout"] == 30
    assert run.all("Service") == []
    assert run.result == {"image": IMAGE, "task_definition_arn": DEFINITION, "log_group_name": "shop-log"}


def test_what_ran_is_recorded_only_after_it_has_run() -> None:
    run = deployed("EcsTaskRun", start_seconds=100, deadline_seconds=1000)
    record = run.the("Parameter")
    assert record.inputs == {
        "type": "String",
        "insecureValue": DEFINITION,
        "description": "Task definition that the migration ran with last",
        "tags": {"railbed:image": IMAGE},
    }
    hook = "railbed:EcsTaskRun:shop:run"
    assert (list(record.request.hooks.before_create), list(record.request.hooks.before_update)) == ([hook], [hook])
    assert record.request.customTimeouts.create == record.request.customTimeouts.update == "1400s", (
        "Pulumi would give up before the deadline"
    )


def test_it_waits_for_the_database_in_a_container_before_the_command() -> None:
    run = deployed("EcsTaskRun", database_seconds=60, **DATABASE)
    command, waiting = containers_of(run.the("TaskDefinition"))
    assert {"containerName": "wait-for-database", "condition": "SUCCESS"} in command["dependsOn"]
    assert (waiting["name"], waiting["essential"], waiting["image"]) == ("wait-for-database", False, IMAGE)
    assert waiting["entryPoint"] == ["ruby", "-e", WAIT_FOR_DATABASE]
    assert waiting["secrets"] == command["secrets"]
    assert environment(run)["RAILBED_DATABASE_SECONDS"] == "60"


@pytest.mark.parametrize("arguments", [{}, {"database_seconds": 0, **DATABASE}])
def test_it_waits_for_no_database_where_there_is_none_or_nobody_wants_it(arguments: dict[str, Any]) -> None:
    run = deployed("EcsTaskRun", **arguments)
    assert len(containers_of(run.the("TaskDefinition"))) == 1
    assert "wait-for-database" not in [each["containerName"] for each in container(run)["dependsOn"]]


@pytest.mark.parametrize(("phase", "skips"), [("only", None), ("pre", "true"), ("post", None)])
def test_a_first_phase_leaves_post_deployment_migrations_out(phase: str, skips: str | None) -> None:
    assert environment(deployed("EcsTaskRun", phase=phase)).get("SKIP_POST_DEPLOYMENT_MIGRATIONS") == skips


def test_any_command_can_run_once() -> None:
    run = deployed("EcsTaskRun", command=["bin/rails", "data:fix"], purpose="repair", cpu=512, memory=2048)
    assert container(run)["command"] == ["bin/rails", "data:fix"]
    assert (run.the("TaskDefinition").at("cpu"), run.the("TaskDefinition").at("memory")) == ("512", "2048")
    assert run.the("Parameter").inputs["description"] == "Task definition that the repair ran with last"


def test_children_can_be_overridden() -> None:
    overrides = {
        "record": {"tags": {"a": "b"}},
        "task_definition": {"ephemeral_storage": {"size_in_gib": 40}},
        "container": {"stopTimeout": 90},
    }
    run = deployed("EcsTaskRun", overrides=overrides)
    assert run.the("Parameter").at("tags") == {"a": "b", "railbed:image": IMAGE}
    assert run.the("TaskDefinition").at("ephemeralStorage") == {"sizeInGib": 40}
    assert container(run)["stopTimeout"] == 90


def test_secrets_stay_hidden() -> None:
    run = deployed("EcsTaskRun", **DATABASE)
    assert "hunter2" not in json.dumps([[each.visible, each.outputs] for each in run.resources])
