"""New code never runs on an old schema, and what booted on one is replaced after the migration."""

import shutil
from collections.abc import Iterator

import pytest

from tests.cluster.rails_stack import RailsStack, rails_stack
from tests.cluster.waiting import eventually

OLD, NEW = "railbed.sandbox/demo:1", "railbed.sandbox/demo:2"


@pytest.fixture
def deployed(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    """Version 1."""
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        run = stack.up()
        assert run.code == 0, run.text
        yield stack


def image_of_web(stack: RailsStack) -> str:
    path = "jsonpath={.spec.template.spec.containers[0].image}"
    return stack.kubectl("get", "deployment", f"{stack.name}-web", "-o", path)


def test_an_up_that_leaves_the_migration_out_leaves_the_image_too(deployed: RailsStack) -> None:
    deployed.app["image"]["ref"] = NEW
    run = deployed.up("--target", f"**::{deployed.name}-web")
    assert run.code == 0, run.text
    assert image_of_web(deployed) == OLD, "new code runs on a schema that nobody migrated"
    assert deployed.status()["version"] == "1", "the page does not answer"
    run = deployed.up()
    assert run.code == 0, run.text
    assert deployed.status()["version"] == "2", f"the whole `up` did not release:\n{run.text}"


def test_pods_that_booted_before_the_migration_roll_after_it(deployed: RailsStack) -> None:
    deployed.kubectl("set", "image", f"deployment/{deployed.name}-web", f"web={NEW}")
    eventually(lambda: image_of_web(deployed) == NEW, "the new image is there")
    deployed.kubectl("rollout", "status", f"deployment/{deployed.name}-web", "--timeout=120s")
    booted = deployed.pods("web")
    deployed.app["image"]["ref"] = NEW
    run = deployed.up()
    assert run.code == 0, run.text
    assert not deployed.pods("web") & booted, f"pods that booted on the old schema serve on:\n{run.text}"
    with deployed.client() as client:
        assert client.get("/").status_code == 200, "pods that booted on the old schema answer with errors"
    assert deployed.status()["version"] == "2"


def test_a_kubeconfig_that_lies_elsewhere_changes_and_strands_nothing(deployed: RailsStack) -> None:
    before, path = dict(deployed.variables), deployed.variables["KUBECONFIG"]
    moved = deployed.folder / "moved"
    shutil.copy(path, moved)
    assert path not in deployed.state(), "the state names a file of this machine"
    deployed.variables["KUBECONFIG"] = str(moved)
    run = deployed.up()
    assert (run.code, run.operations) == (0, {}), f"a moved kubeconfig changes the plan:\n{run.text}"
    moved.rename(deployed.folder / "again")
    deployed.variables["KUBECONFIG"] = str(deployed.folder / "again")
    for command in ("refresh", "destroy"):
        run = deployed.finish(deployed.start(command, "--yes", "--skip-preview"))
        assert run.code == 0, f"`pulumi {command}` does not work where the kubeconfig lies elsewhere:\n{run.text}"
    deployed.variables = before
    assert not deployed.objects("deployments"), "`pulumi destroy` left the application"


def test_a_kubeconfig_of_the_settings_may_lie_elsewhere_too(deployed: RailsStack) -> None:
    first, second = deployed.folder / "first", deployed.folder / "second"
    shutil.copy(deployed.variables["KUBECONFIG"], first)
    deployed.settings["cluster"]["kubeconfig"] = str(first)
    run = deployed.up()
    assert run.code == 0 and not run.changed("StatefulSet"), f"naming the same cluster changes its objects:\n{run.text}"
    first.rename(second)
    deployed.settings["cluster"]["kubeconfig"] = str(second)
    run = deployed.up()
    assert (run.code, run.operations) == (0, {}), f"a moved kubeconfig changes the plan:\n{run.text}"
    second.unlink()
    run = deployed.destroy()
    assert run.code == 0, f"`pulumi destroy` needs a file of another machine:\n{run.text}"
