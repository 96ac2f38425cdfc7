"""Unicorn and Passenger serve the application instead of Puma: each has its own way of ending."""

from collections.abc import Iterator

import pytest

from tests.cluster.load import load
from tests.cluster.rails_stack import RailsStack, rails_stack
from tests.cluster.test_web_process import check_both_addresses
from tests.cluster.waiting import eventually

WORKERS = {"unicorn": "unicorn worker", "passenger": "Passenger RubyApp"}
"""How the processes that answer requests are called."""


@pytest.fixture(scope="module", params=WORKERS)
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]
) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.app["web"]["server"] = request.param
        stack.app["migration"]["post"] = True  # version 2 needs it
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


def test_as_many_processes_serve_as_were_asked_for(shop: RailsStack) -> None:
    worker = WORKERS[shop.app["web"]["server"]]
    assert shop.status()["database_version"], "pages are not made from the database"
    processes = shop.kubectl("exec", shop.web_pods()[0], "--", "ps", "-e", "-o", "args").splitlines()
    assert sum(worker in line for line in processes) == 2, processes


def test_they_answer_on_ipv4_and_ipv6(shop: RailsStack) -> None:
    check_both_addresses(shop)


def test_a_release_fails_no_request(shop: RailsStack) -> None:
    with load(shop, at_least=1000) as tally:
        eventually(lambda: tally.versions["1"], "version 1 answers")
        shop.app["image"]["ref"] = "railbed.sandbox/demo:2"
        run = shop.up()
        assert run.code == 0, run.text
        eventually(lambda: tally.versions["2"], "version 2 answers")
    print(f"release: {tally}")
    assert not tally.failures, f"users saw errors during the release: {tally}"


def test_a_deleted_pod_fails_no_request(shop: RailsStack) -> None:
    with load(shop, at_least=1000) as tally:
        (first, *_) = before = shop.web_pods()
        shop.kubectl("delete", "pod", first)
        eventually(lambda: shop.ready_web_pods() == len(before), "another pod takes the place of the deleted one")
    print(f"deleted pod: {tally}")
    assert not tally.failures, f"users saw errors when a pod was deleted: {tally}"
