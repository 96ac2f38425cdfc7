"""MigrationJob: what runs before anything of a release starts."""

from typing import Any

import pulumi
import pytest

from tests.unit.conftest import Deploy
from tests.unit.recording import record
from tests.unit.samples import IMAGE, make

LABELS = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "migration"}
URL = {"DATABASE_URL": "postgresql://app:hunter2-pass@db/app"}
WITHOUT_PASSWORD = {"DATABASE_URL": "postgresql://app@db/app"}


def test_the_least_arguments_prepare_the_database_once(deploy: Deploy) -> None:
    job = deploy(lambda: make("MigrationJob")).the("Job")
    assert job.container["args"] == ["bin/rails", "db:prepare"]
    assert job.pod["restartPolicy"] == "Never"
    assert job.pod["terminationGracePeriodSeconds"] == 30
    assert job.spec["backoffLimit"] == 0, "a failed migration would run again by itself"
    assert job.spec["activeDeadlineSeconds"] == 3600
    assert set(job.spec) == {"backoffLimit", "activeDeadlineSeconds", "template"}, (
        "with ttlSecondsAfterFinished the next `up` would find the Job gone and migrate again"
    )
    assert job.at("metadata.annotations") == {"pulumi.com/replaceUnready": "true", "railbed/image": IMAGE}, (
        "the `up` after a failure would not run the migration again"
    )
    assert "name" not in job.inputs["metadata"], "a new release could not replace the Job"
    assert [each["name"] for each in job.pod["initContainers"]] == ["folders"]


def test_standard_error_and_output_stay_in_order(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("MigrationJob"))
    (mounted,) = [each for each in deployed.the("Job").container["volumeMounts"] if each["mountPath"] == "/railbed"]
    assert mounted["readOnly"]
    (variable,) = deployed.the("Job").container["env"]
    assert variable == {"name": "RUBYOPT", "value": "-r/railbed/ordered_log.rb"}, (
        "the error that ended a migration could stand far before the end of its log"
    )
    assert "$stderr.reopen($stdout)" in deployed.the("ConfigMap", "shop-log").inputs["data"]["ordered_log.rb"]


def test_ruby_options_of_the_application_stay(deploy: Deploy) -> None:
    job = deploy(lambda: make("MigrationJob", env={"RUBYOPT": "--yjit"})).the("Job")
    assert job.container["env"] == [{"name": "RUBYOPT", "value": "--yjit -r/railbed/ordered_log.rb"}]


def test_outputs_lead_from_the_finished_migration_to_the_workloads(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("MigrationJob"))
    assert deployed.result == {"image": IMAGE, "job_name": "shop-1a2b3c"}
    assert deployed.the("MigrationJob").outputs == deployed.result

    def release() -> Any:
        migration: Any = make("MigrationJob", "migrate")
        make("RailsWeb", "web", image=migration.image)
        make("SidekiqWorkers", "jobs", image=migration.image)

    deployed = deploy(release)
    for name in ("web", "jobs"):
        assert "migrate" in deployed.the("Deployment", name).depends_on, f"{name} would start on the old schema"


def test_the_image_is_known_in_previews() -> None:
    deployed = record(lambda: make("MigrationJob"), preview=True)
    assert deployed.result["image"] == IMAGE, "no preview could show which image is rolled out"


@pytest.mark.parametrize("where", ["env", "secrets"])
def test_it_waits_for_the_database(deploy: Deploy, where: str) -> None:
    job = deploy(lambda: make("MigrationJob", **{where: WITHOUT_PASSWORD})).the("Job")
    _, waiting = job.pod["initContainers"]
    assert waiting["command"][:2] == ["ruby", "-e"]
    assert waiting["envFrom"] == job.container["envFrom"], "it would not know DATABASE_URL"


def test_no_log_gets_into_the_status_of_its_pod(deploy: Deploy) -> None:
    job = deploy(lambda: make("MigrationJob", secrets=URL)).the("Job")
    for container in (job.container, *job.pod["initContainers"]):
        assert container["terminationMessagePolicy"] == "File", "the provider would show secrets that the migration printed"


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"command": ["bin/rails", "db:migrate"]}, "spec.template.spec.containers.0.args", ["bin/rails", "db:migrate"]),
        ({"deadline_seconds": 60}, "spec.activeDeadlineSeconds", 60),
        ({"database_seconds": 0, "env": WITHOUT_PASSWORD}, "spec.template.spec.initContainers.1", None),
    ],
)
def test_each_argument_reaches_the_job(deploy: Deploy, arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deploy(lambda: make("MigrationJob", **arguments)).the("Job").at(path) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, {"RAILBED_DATABASE_SECONDS": "120"}),
        ({"database_seconds": 7}, {"RAILBED_DATABASE_SECONDS": "7"}),
        ({"phase": "pre"}, {"RAILBED_DATABASE_SECONDS": "120", "SKIP_POST_DEPLOYMENT_MIGRATIONS": "true"}),
        ({"phase": "post"}, {"RAILBED_DATABASE_SECONDS": "120"}),
    ],
)
def test_the_phase_reaches_the_environment(deploy: Deploy, arguments: dict[str, Any], expected: dict[str, str]) -> None:
    data = deploy(lambda: make("MigrationJob", **arguments)).the("ConfigMap", "shop-env").inputs["data"]
    rails = {"RAILS_ENV", "RACK_ENV", "RAILS_LOG_TO_STDOUT", "RAILS_SERVE_STATIC_FILES"}
    assert {key: value for key, value in data.items() if key not in rails} == expected


@pytest.mark.parametrize("deadline", [10, 3600, 86400])
def test_pulumi_waits_longer_than_the_jobs_own_deadline(deploy: Deploy, deadline: int) -> None:
    job = deploy(lambda: make("MigrationJob", deadline_seconds=deadline)).the("Job")
    assert job.request.customTimeouts.create == f"{deadline + 90}s", "Pulumi would give up on a migration that still runs"


def test_the_job_is_watched_and_its_failure_shown(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("MigrationJob"))
    assert set(deployed.hooks) == {f"railbed:MigrationJob:shop:{hook}" for hook in ("before", "after", "error")}
    hooks = deployed.the("Job").request.hooks
    assert list(hooks.before_create) == ["railbed:MigrationJob:shop:before"]
    assert list(hooks.after_create) == ["railbed:MigrationJob:shop:after"]
    assert list(hooks.on_error) == ["railbed:MigrationJob:shop:error"]


def test_an_image_may_be_an_output(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("MigrationJob", image=pulumi.Output.from_input(IMAGE)))
    assert deployed.the("Job").container["image"] == deployed.result["image"] == IMAGE
