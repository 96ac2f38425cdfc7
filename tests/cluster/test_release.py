"""A first release, a second `up` that has nothing to do, and a release with a migration."""

from tests.cluster.rails_stack import RailsStack


def test_the_first_release_serves_pages_and_runs_jobs(shared_stack: RailsStack) -> None:
    with shared_stack.client() as client:
        assert client.get("/").status_code == 200, "the page does not answer"
    status = shared_stack.status()
    assert status["visits"] >= 1, "the visit did not reach PostgreSQL"


def test_a_second_up_changes_nothing(shared_stack: RailsStack) -> None:
    run = shared_stack.up()
    assert run.code == 0, run.text
    assert run.operations == {}, f"an `up` without a change still did something:\n{run.text}"
