"""No request fails while the application is released, scaled, or loses a pod."""

from collections.abc import Iterator

import pytest

from tests.cluster.load import load
from tests.cluster.rails_stack import HOST, RailsStack, rails_stack
from tests.cluster.waiting import eventually

ENOUGH = 5_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    """Version 1 in two pods, which answer only to their host name, and over TLS only."""
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.app["env"] |= {"APP_HOSTS": HOST, "FORCE_SSL": "true"}
        stack.app["migration"]["post"] = True
        # Long enough for a post-migration to meet version 1 at work, if it did not wait for it.
        stack.app["web"]["drain_seconds"] = 20
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        yield stack


def test_health_checks_pass_where_rails_answers_only_to_its_host_and_over_tls(shop: RailsStack) -> None:
    with shop.client() as client:
        assert client.get("/up").status_code == 200
        refused = client.get("/up", headers={"Host": "10.0.0.1"})
        redirected = client.get("/up", headers={"X-Forwarded-Proto": "http"})
    assert refused.status_code == 403, "Rails answers to any host: the test shows nothing"
    assert redirected.status_code in (301, 308), "Rails answers without TLS: the test shows nothing"


def test_a_release_with_a_migration_fails_no_request(shop: RailsStack) -> None:
    with load(shop, at_least=ENOUGH) as tally:
        eventually(lambda: tally.versions["1"], "version 1 answers")
        shop.app["image"]["ref"] = "railbed.sandbox/demo:2"
        run = shop.up()
        assert run.code == 0, run.text
        eventually(lambda: tally.versions["2"], "version 2 answers")
    print(f"release: {tally}")
    assert tally.requests >= ENOUGH, f"too few requests to tell: {tally}"
    assert not tally.failures, f"users saw errors during the release: {tally}"
    assert tally.versions["1"], "the release took place before or after the load"
    assert tally.last_seen["1"] < tally.last_seen["2"], "the old version still answers after the release"
    assert shop.status()["schema_version"] == 20250401100000, "the post-migration did not run"


@pytest.mark.parametrize("replicas", [3, 1, 2])
def test_scaling_fails_no_request(shop: RailsStack, replicas: int) -> None:
    shop.app["web"]["replicas"] = replicas
    with load(shop, at_least=1000) as tally:
        run = shop.up()
        assert run.code == 0, run.text
        eventually(lambda: len(shop.web_pods()) == replicas, f"there are {replicas} web pods")
    print(f"scaling to {replicas}: {tally}")
    assert not tally.failures, f"users saw errors while scaling to {replicas} pods: {tally}"


def test_a_deleted_web_pod_fails_no_request(shop: RailsStack) -> None:
    with load(shop, at_least=1000) as tally:
        (first, *_) = before = shop.web_pods()
        shop.kubectl("delete", "pod", first)
        eventually(lambda: shop.ready_web_pods() == len(before), "another pod takes the place of the deleted one")
    print(f"deleted pod: {tally}")
    assert not tally.failures, f"users saw errors when a pod was deleted: {tally}"
