"""Data outlives changes, destruction and the next deployment, until the user says that it need not."""

import json
from collections.abc import Iterator

import pytest

from tests.cluster.rails_stack import RailsStack, rails_stack
from tests.cluster.waiting import eventually

OF_EVERY_NAMESPACE = {"serviceaccounts/default", "configmaps/kube-root-ca.crt"}


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[RailsStack]:
    with rails_stack(tmp_path_factory.mktemp("stack"), variables) as stack:
        stack.hasten()
        run = stack.up()
        assert run.code == 0, f"the application could not be deployed:\n{run.text}"
        with stack.client() as client:
            assert client.get("/").status_code == 200, "the page does not answer"
        yield stack


def everything_in(stack: RailsStack) -> set[str]:
    """Every object of every kind in the stack's namespace, but for events and what every namespace has."""
    kinds = stack.kubectl("api-resources", "--namespaced", "--verbs=list,delete", "-o", "name").split()
    wanted = ",".join(kind for kind in kinds if not kind.startswith("events"))
    found = json.loads(stack.kubectl("get", wanted, "-o", "json"))["items"]
    names = {f"{item['kind'].lower()}s/{item['metadata']['name']}" for item in found}
    return names - OF_EVERY_NAMESPACE


def claims(stack: RailsStack) -> dict[str, str]:
    """The volume claims: name and identity, which is never used twice."""
    return {item["metadata"]["name"]: item["metadata"]["uid"] for item in stack.objects("persistentvolumeclaims")}


def volumes(stack: RailsStack) -> set[str]:
    found = json.loads(stack.kubectl("get", "persistentvolumes", "-o", "json"))["items"]
    return {item["metadata"]["name"] for item in found if item["spec"]["claimRef"]["namespace"] == stack.namespace}


def namespace_exists(stack: RailsStack) -> bool:
    return bool(stack.kubectl("get", "namespace", stack.namespace, "--ignore-not-found", "-o", "name"))


def test_no_setting_of_a_store_replaces_it(deployed: RailsStack) -> None:
    before = json.dumps(deployed.settings)
    override = {"stateful_set": {"spec": {"template": {"metadata": {"annotations": {"example.com/changed": "yes"}}}}}}
    changes = {"storage": "3Gi", "storage_class": "another", "keep_data": False, "overrides": override}
    deployed.settings["database"] |= changes | {"image": "docker.io/library/postgres:17.6"}
    deployed.settings["redis"] |= changes | {"image": "docker.io/library/redis:8.2.1"}
    run = deployed.preview()
    deployed.settings = json.loads(before)
    assert run.code == 0, f"no preview:\n{run.text}"
    assert run.changed("StatefulSet") == {f"{deployed.name}-database", f"{deployed.name}-redis"}, run.text
    for name, operations in run.operations.items():
        if "StatefulSet" in name or "PersistentVolumeClaim" in name or "Namespace" in name:
            assert operations == ["update"], f"{name} would be changed by {operations}:\n{run.text}"


def test_a_volume_grows_and_a_changed_store_keeps_its_data(deployed: RailsStack) -> None:
    before, visits = claims(deployed), deployed.status()["visits"]
    deployed.settings["database"]["storage"] = "2Gi"
    template = {"metadata": {"annotations": {"example.com/changed": "yes"}}}
    deployed.settings["database"]["overrides"] = {"stateful_set": {"spec": {"template": template}}}
    run = deployed.up()
    assert run.code == 0, f"the volume cannot grow:\n{run.text}"
    assert claims(deployed) == before, "the volume was replaced"
    (size,) = [
        item["status"]["capacity"]["storage"]
        for item in deployed.objects("persistentvolumeclaims")
        if item["metadata"]["name"] == f"data-{deployed.name}-database-0"
    ]
    assert size == "2Gi", f"the volume has {size}"
    assert deployed.status()["visits"] >= visits > 0, "data is gone"


def test_a_volume_that_cannot_shrink_says_so(deployed: RailsStack) -> None:
    before, storage = claims(deployed), deployed.settings["database"]["storage"]
    deployed.settings["database"]["storage"] = "512Mi"
    run = deployed.up()
    deployed.settings["database"]["storage"] = storage
    print(run.text)
    assert run.code != 0, f"a volume was made smaller:\n{run.text}"
    assert "can not be less than" in run.text, f"the reason is not told:\n{run.text}"
    assert "Traceback" not in run.text, f"the user reads a traceback:\n{run.text}"
    assert claims(deployed) == before, "the volume was replaced"


def test_destroy_leaves_the_data_and_nothing_else_and_up_takes_it_up_again(deployed: RailsStack) -> None:
    visits, before, password = deployed.status()["visits"], claims(deployed), passwords(deployed)
    run = deployed.destroy()
    assert run.code == 0, f"the stack cannot be destroyed:\n{run.text}"
    kept = {f"persistentvolumeclaims/data-{deployed.name}-{store}-0" for store in ("database", "redis")}
    eventually(lambda: everything_in(deployed) == kept, f"what is left: {everything_in(deployed)}")
    assert claims(deployed) == before, "the volumes were replaced"

    run = deployed.up()
    assert run.code == 0, f"kept data cannot be taken up again:\n{run.text}"
    assert claims(deployed) == before, "the next deployment did not take the volumes"
    assert deployed.status()["visits"] >= visits > 0, "the data is gone"
    assert not passwords(deployed) & password, "the passwords are the old ones: this test shows nothing"


def passwords(stack: RailsStack) -> set[str]:
    return {item["data"]["password"] for item in stack.objects("secrets") if "password" in item.get("data", {})}


def test_data_that_need_not_be_kept_goes_with_the_stack_and_not_before(deployed: RailsStack) -> None:
    before, visits = claims(deployed), deployed.status()["visits"]
    for store in ("database", "redis"):
        deployed.settings[store]["keep_data"] = False
    run = deployed.up()
    assert run.code == 0, f"keep_data cannot be changed:\n{run.text}"
    assert claims(deployed) == before, "a changed keep_data deleted data"
    assert deployed.status()["visits"] >= visits > 0, "a changed keep_data deleted data"

    run = deployed.destroy()
    assert run.code == 0, f"the stack cannot be destroyed:\n{run.text}"
    eventually(lambda: not namespace_exists(deployed), "the namespace is gone")
    eventually(lambda: not volumes(deployed), "the volumes are gone")
