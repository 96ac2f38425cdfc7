"""Migrations that fail, hang or never start: what the user reads, and that the release before serves on."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from railbed.description.commands import WAIT_FOR_DATABASE
from tests.cluster.rails_stack import MASTER_KEY, RailsStack, Run, image_with, rails_stack

GOOD = "railbed.sandbox/demo:1"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        # Of today's Rails: db:prepare loads the schema into a database without tables, and says nothing of it by itself.
        assert "A new database: its tables were made" in run.text, f"the log of the migration is not shown:\n{run.text}"
        yield stack


@pytest.fixture
def release(deployed: RailsStack) -> Iterator[RailsStack]:
    """The deployed stack; after the test its settings are as before."""
    before = json.dumps(deployed.settings)
    yield deployed
    deployed.settings = json.loads(before)


def failed_without_harm(stack: RailsStack) -> Run:
    """An `up` that must fail, and leave what runs alone."""
    pods, schema = [stack.pods(part) for part in ("web", "worker")], stack.status()["schema_version"]
    run = stack.up()
    print(run.text)
    assert run.code != 0, f"a failed migration did not fail `up`:\n{run.text}"
    assert [stack.pods(part) for part in ("web", "worker")] == pods, f"a failed migration replaced pods:\n{run.text}"
    status = serving(stack)
    assert (status["version"], status["schema_version"]) == ("1", schema), "a failed migration left something behind"
    assert "Traceback (most recent call last)" not in run.text, f"the user reads a Python traceback:\n{run.text}"
    return run


def serving(stack: RailsStack) -> dict[str, Any]:
    """What the application says of itself; if it does not answer, what the cluster says of it."""
    try:
        return stack.status()
    except httpx.HTTPError as error:
        described = stack.kubectl("describe", "pods", "--selector", "app.kubernetes.io/component=web")
        pytest.fail(f"the old release does not serve: {error}\n{described}")


def jobs(stack: RailsStack) -> dict[str, Any]:
    return {job["metadata"]["uid"]: job for job in stack.objects("jobs")}


def test_a_failed_migration_stops_the_release_until_a_good_one_comes(release: RailsStack) -> None:
    reason = "there is no column visits.referrer to copy from"
    release.app["image"]["ref"] = image_with("fail")
    assert reason in (text := failed_without_harm(release).text), f"the reason is not shown:\n{text}"
    first = jobs(release)
    assert reason in (text := failed_without_harm(release).text), f"the reason is not shown again:\n{text}"
    assert set(jobs(release)) - set(first), "the next `up` did not run the failed migration again"

    pods = [release.pods(part) for part in ("web", "worker")]
    release.app["image"]["ref"] = GOOD
    run = release.up()
    assert run.code == 0, f"a good release does not succeed after a failed migration:\n{run.text}"
    assert [release.pods(part) for part in ("web", "worker")] == pods, "the release that serves already was rolled out again"
    (job,) = jobs(release).values()
    assert job["status"].get("succeeded") == 1, "Jobs of failed migrations stay"


def test_ten_megabytes_of_log_end_with_what_matters(release: RailsStack) -> None:
    release.app["image"]["ref"] = image_with("print_ten_megabytes")
    run = failed_without_harm(release)
    assert "the last line counts" in run.text, "the end of a long log is missing"
    assert len(run.text) < 100_000, f"{len(run.text)} characters of log bury everything else"


def test_binary_bytes_and_escapes_in_the_log_do_nothing_to_the_terminal(release: RailsStack) -> None:
    release.app["image"]["ref"] = image_with("print_binary_bytes")
    run = failed_without_harm(release)
    assert "readable in spite of the bytes above" in run.text, f"bytes that are no text hide the reason:\n{run.text}"
    found = re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", run.text)
    assert not found, f"control characters reach the terminal: {found}"


def test_secrets_in_the_log_are_hidden(release: RailsStack) -> None:
    passwords = [stack_password(release, store) for store in ("database", "redis")]
    release.app["image"]["ref"] = image_with("print_secrets")
    run = failed_without_harm(release)
    assert "connecting to [secret]" in run.text and "could not connect to [secret]" in run.text, f"no log:\n{run.text}"
    for secret in (MASTER_KEY, *passwords):
        assert secret not in run.text, f"a secret that the migration printed is in the output:\n{run.text}"
    assert MASTER_KEY not in release.state(), "a secret that the migration printed is in the state"


def stack_password(stack: RailsStack, store: str) -> str:
    (secret,) = [
        item for item in stack.objects("secrets") if item["metadata"]["name"].startswith(f"{stack.name}-{store}-password")
    ]
    return base64.b64decode(secret["data"]["password"]).decode()


def test_a_hanging_migration_is_ended_at_its_deadline(release: RailsStack) -> None:
    release.app["image"]["ref"] = image_with("hang")
    release.app["migration"]["deadline_seconds"] = 20
    run = failed_without_harm(release)
    assert "DeadlineExceeded" in run.text, f"the reason is not shown:\n{run.text}"
    assert "waiting for a lock that nobody releases" in run.text, f"the log is not shown:\n{run.text}"


def test_a_missing_image_is_told_long_before_the_deadline(release: RailsStack) -> None:
    release.app["image"]["ref"] = "railbed.sandbox/absent:1"
    release.app["migration"]["start_seconds"] = 10
    run = failed_without_harm(release)
    assert "The migration did not start" in run.text and "railbed.sandbox/absent:1" in run.text, run.text


def test_a_migration_without_a_place_to_run_is_told_long_before_the_deadline(release: RailsStack) -> None:
    release.app["image"]["ref"] = image_with("fail")
    release.app["migration"] |= {"start_seconds": 10, "resources": {"cpu": "64", "cpu_limit": "64"}}
    run = failed_without_harm(release)
    assert "The migration did not start: No node has room for the pod: lower migration.resources.cpu (64)" in run.text, run.text
    assert "Insufficient cpu" in run.text, f"Kubernetes' own words are missing:\n{run.text}"


def test_a_pod_that_the_cluster_refuses_is_told_long_before_the_deadline(release: RailsStack) -> None:
    release.app["image"]["ref"] = image_with("fail")
    release.app["migration"]["start_seconds"] = 10
    release.kubectl("create", "quota", "full", "--hard=pods=1")
    try:
        run = failed_without_harm(release)
    finally:
        release.kubectl("delete", "quota", "full")
    assert "The migration did not start" in run.text and "exceeded quota: full" in run.text, run.text


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://app:hunter2-pass@127.0.0.1:5999/app", "127.0.0.1:5999"),
        ("postgresql:///app?host=127.0.0.1&port=5999&user=app&password=hunter2-pass", "127.0.0.1:5999"),
        ("mysql2://app:hunter2-pass@127.0.0.1/app", "127.0.0.1:3306"),
        ("postgresql:///app?host=/nowhere&password=hunter2-pass", "the socket in /nowhere"),
    ],
)
def test_a_database_that_does_not_answer_is_named(release: RailsStack, url: str, place: str) -> None:
    database = release.pods("database")
    release.settings["secrets"]["DATABASE_URL"] = url
    release.app["migration"]["database_seconds"] = 3
    run = failed_without_harm(release)
    assert f"The database at {place} did not accept connections in time" in run.text, run.text
    assert "hunter2" not in run.text, f"the password of the database is in the output:\n{run.text}"
    assert release.pods("database") == database, "a failed move to another database deleted the old one"


@pytest.mark.parametrize("character", ['"', "[", "%", "#", "/", " "])
def test_an_address_that_cannot_be_read_is_no_traceback_in_the_pods_log(release: RailsStack, character: str) -> None:
    url = f"DATABASE_URL=postgresql://app:hunter2{character}pass@db/app"
    waiting = [
        "env",
        url,
        "RAILBED_DATABASE_SECONDS=3",
        "sh",
        "-c",
        'ruby -e "$1" 2>&1; echo "ended with $?"',
        "-",
        WAIT_FOR_DATABASE,
    ]
    said = release.kubectl("exec", f"deployment/{release.name}-web", "--", *waiting)
    assert "percent-encode everything in user name, password and parameters" in said and "ended with 1" in said, said
    assert "hunter2" not in said and len(said.splitlines()) == 2, f"the pod's log holds the password:\n{said}"


def test_after_all_that_the_old_settings_serve_again(release: RailsStack) -> None:
    stores = [release.pods(part) for part in ("database", "cache")]
    run = release.up()
    assert run.code == 0, f"the settings of the old release cannot be deployed any more:\n{run.text}"
    assert [release.pods(part) for part in ("database", "cache")] == stores, f"stores were replaced:\n{run.text}"
    assert serving(release)["visits"] >= 0
    assert len(jobs(release)) == 1, "Jobs of failed migrations stay"
    assert release.up().operations == {}, "an `up` without a change still does something"
