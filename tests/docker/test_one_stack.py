"""One stack on one machine, from test to test: requests go on, failed releases change nothing, cut ones are completed."""

import json
import os
import signal

from tests.cluster.load import load
from tests.cluster.rails_stack import MASTER_KEY
from tests.cluster.waiting import eventually
from tests.docker.machine_stack import TOKEN, MachineStack, image_with

ENOUGH = 1_500
REASON = "there is no column visits.referrer to copy from"
ANOTHER_TOKEN = "token-of-the-second-day"
TRACEBACK = "Traceback (most recent call last)"
SLOWLY = ["sh", "-c", "echo copying rows; ${SKIP_POST_DEPLOYMENT_MIGRATIONS:+sleep 20}; bin/rails db:prepare; echo copied rows"]
"""The post-migration of the same command does not wait."""


def serving(stack: MachineStack) -> dict[str, dict[str, str]]:
    """Containers of all parts that a failed release must leave alone."""
    return {part: stack.of(part) for part in ("web", "worker", "proxy", "database", "cache")}


def migrates(stack: MachineStack) -> bool:
    return any(b"copying rows" in each.logs() for each in stack.running("migration"))


def test_the_page_answers_and_a_job_is_done(shop: MachineStack) -> None:
    assert shop.outputs()["url"] == f"http://localhost:{shop.settings['docker']['port']}"
    with shop.client() as client:
        assert "hello" in client.get("/").text
    jobs = eventually(lambda: (found := shop.status()["jobs"])["done"] and found, "the job of the visit is done")
    assert jobs["done"] == jobs["enqueued"]


def test_a_second_up_changes_nothing_and_no_secret_is_in_clear_text(shop: MachineStack) -> None:
    before = shop.of()
    run = shop.up()
    assert (run.code, run.operations) == (0, {}), run.text
    assert shop.of() == before
    found = shop.variables_of("worker")
    password = found["DATABASE_URL"].partition("://app:")[2].partition("@")[0]
    assert (found["RAILS_MASTER_KEY"], found["PARTNER_TOKEN"]) == (MASTER_KEY, TOKEN)
    assert len(password) > 20, found["DATABASE_URL"]
    shown = shop.state() + json.dumps(shop.outputs()) + run.text
    assert [secret for secret in (MASTER_KEY, TOKEN, password) if secret in shown] == []


def test_a_failed_migration_stops_the_release_and_shows_its_log(attempt: MachineStack) -> None:
    before = serving(attempt)
    attempt.app["image"]["ref"] = image_with("fail")
    run = attempt.up()
    assert run.code != 0, run.text
    assert "The migration failed: exit code 1. Nothing after it has been changed." in run.text
    assert REASON in run.text, "the log is not shown"
    assert TRACEBACK not in run.text
    assert serving(attempt) == before
    assert attempt.status()["version"] == "1"


def test_a_release_that_does_not_start_leaves_the_one_before(attempt: MachineStack) -> None:
    before = [each.id for each in attempt.running("web")]
    attempt.app["web"] |= {"command": ["sh", "-c", "echo no such port; exit 3"], "startup_seconds": 10}
    run = attempt.up()
    assert run.code != 0, run.text
    assert "does not start: it ends again and again" in run.text
    assert "no such port" in run.text, "the log is not shown"
    assert [each.id for each in attempt.running("web")] == before
    assert attempt.status()["version"] == "1"


def test_changed_settings_and_a_rotated_secret_reach_the_application_alone(shop: MachineStack) -> None:
    before = serving(shop)
    shop.app["web"]["replicas"] = 2
    shop.app["env"]["DEMO_GREETING"] = "good morning"
    shop.settings["secrets"]["PARTNER_TOKEN"] = ANOTHER_TOKEN
    run = shop.up()
    assert run.code == 0, run.text
    after = serving(shop)
    assert shop.status()["greeting"] == "good morning"
    assert len(after["web"]) == 2
    assert shop.variables_of("worker")["PARTNER_TOKEN"] == ANOTHER_TOKEN
    assert ANOTHER_TOKEN not in run.text + shop.state() + json.dumps(shop.outputs())
    assert {part for part in before if after[part] != before[part]} == {"web", "worker"}


def test_a_release_fails_no_request(shop: MachineStack) -> None:
    with load(shop, at_least=ENOUGH) as tally:
        eventually(lambda: tally.versions["1"], "version 1 answers")
        shop.app["image"]["ref"] = "railbed.sandbox/demo:2"
        run = shop.up()
        assert run.code == 0, run.text
        eventually(lambda: tally.versions["2"], "version 2 answers")
    print(f"release: {tally}")
    assert not tally.failures, f"users saw errors during the release: {tally}"
    assert tally.versions["1"], "the release took place before or after the load"
    assert tally.last_seen["1"] < tally.last_seen["2"]
    assert len(shop.running("web")) == 2, "containers of the release before are left"
    assert shop.status()["schema_version"] == 20250401100000, "the post-migration did not run"


def test_what_was_lost_and_then_stopped_by_hand_is_completed_by_the_next_up(shop: MachineStack) -> None:
    before = shop.of("web")
    shop.app["migration"]["command"] = SLOWLY
    lost = shop.start("up", "--yes", "--skip-preview")
    eventually(lambda: migrates(shop), "the migration runs")
    shop.kill(lost)

    by_hand = shop.start("up", "--yes", "--skip-preview")
    eventually(lambda: shop.has_said("copying rows"), "the next `up` migrates, or waits for it")
    os.killpg(by_hand.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
    stopped = shop.finish(by_hand)
    assert stopped.code != 0, stopped.text
    assert TRACEBACK not in stopped.text
    assert shop.of("web") == before
    assert shop.status()["version"] == "2"

    run = shop.up()
    assert run.code == 0, run.text
    known = shop.state()
    assert [name for name in shop.of() if f'"{name}"' not in known] == [], "interrupted runs left containers"
    again = shop.up()
    assert (again.code, again.operations) == (0, {}), again.text
