"""A cluster that others use too: nothing of theirs is touched, and stacks of one application live beside each other."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.load import load
from tests.cluster.rails_stack import RailsStack, Run, image_with, rails_stack

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "theirs"}},
        "template": {
            "metadata": {"labels": {"app": "theirs"}},
            "spec": {"containers": [{"name": "theirs", "image": "railbed.sandbox/pause:1"}]},
        },
    },
}


@pytest.fixture
def their_namespace(stack: RailsStack) -> Iterator[RailsStack]:
    """The namespace that the stack would make is there already, with objects of somebody else."""
    stack.hasten()
    stack.kubectl("create", "namespace", stack.namespace)
    stack.kubectl("create", "configmap", "theirs", "--from-literal=a=1")
    yield stack


def everything(stack: RailsStack) -> dict[str, str]:
    """Identity and version of every object in the stack's namespace, and of the namespace: one that is touched differs."""
    kinds = "configmaps,secrets,services,deployments,statefulsets,cronjobs,jobs,poddisruptionbudgets,persistentvolumeclaims"
    found = [*json.loads(stack.kubectl("get", kinds, "-o", "json"))["items"]]
    found.append(json.loads(stack.kubectl("get", "namespace", stack.namespace, "-o", "json")))
    # The status of a workload changes by itself; what was asked for does not.
    return {
        f"{item['kind']}/{item['metadata']['name']}": json.dumps(
            [item["metadata"]["uid"], item["metadata"].get("generation"), item["metadata"].get("labels"), item.get("data")]
        )
        for item in found
    }


def refused(stack: RailsStack, run: Run, *words: str) -> None:
    print(run.text)
    assert run.code != 0, f"`up` goes on among objects of somebody else:\n{run.text}"
    assert "Traceback" not in run.text, f"the user reads a traceback:\n{run.text}"
    assert not [name for name in run.operations if not name.startswith("pulumi:pulumi:")], (
        f"something was made: {run.operations}"
    )
    for word in (*words, "Nothing has been changed"):
        assert word in run.text, f"not told: {word}\n{run.text}"


def test_a_namespace_of_somebody_else_is_neither_used_nor_relabelled(their_namespace: RailsStack) -> None:
    before = everything(their_namespace)
    named = (f"Namespace/{their_namespace.namespace} carries no mark", "railbed:cluster.namespace", "railbed:cluster.adopt")
    refused(their_namespace, their_namespace.preview(), *named)
    refused(their_namespace, their_namespace.up(), *named)
    assert everything(their_namespace) == before, "objects of somebody else were changed"
    assert their_namespace.destroy().code == 0
    assert everything(their_namespace) == before, "`destroy` took objects of somebody else"


def test_a_namespace_that_the_settings_name_is_used_as_it_is_and_stays(their_namespace: RailsStack) -> None:
    stack = their_namespace
    stack.settings["cluster"]["namespace"] = stack.namespace
    for store in ("database", "redis"):
        stack.settings[store]["keep_data"] = False
    theirs = everything(stack)
    run = stack.up()
    assert run.code == 0, f"a namespace that is there cannot be used:\n{run.text}"
    assert {name: everything(stack)[name] for name in theirs} == theirs, "objects of somebody else were changed"
    assert stack.destroy().code == 0
    assert everything(stack) == theirs, "`destroy` took or left more than the stack's own objects"


@pytest.mark.parametrize(
    ("kind", "suffix", "manifest"),
    [
        ("Deployment", "web", DEPLOYMENT),
        ("Service", "redis", {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 1}]}}),
        (
            "PersistentVolumeClaim",
            "database",
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
            },
        ),
    ],
)
def test_an_object_of_somebody_else_stops_up_before_anything(
    their_namespace: RailsStack, kind: str, suffix: str, manifest: dict[str, Any]
) -> None:
    stack = their_namespace
    stack.settings["cluster"]["namespace"] = stack.namespace
    name = f"data-{stack.name}-{suffix}-0" if kind == "PersistentVolumeClaim" else f"{stack.name}-{suffix}"
    stack.create(manifest | {"metadata": {"name": name}})
    before = everything(stack)
    refused(stack, stack.up(), f"{kind}/{name} carries no mark of a stack", f"railbed:cluster.adopt to [{kind}/{name}]")
    assert everything(stack) == before, "objects of somebody else were changed"


def test_an_object_is_taken_over_where_the_settings_say_so(their_namespace: RailsStack) -> None:
    stack = their_namespace
    name = f"{stack.name}-web"
    stack.settings["cluster"] |= {"namespace": stack.namespace, "adopt": [f"Service/{name}"]}
    stack.create(
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"name": "http", "port": 80}]}}
    )
    (uid,) = (item["metadata"]["uid"] for item in stack.objects("services"))
    run = stack.up()
    assert run.code == 0, run.text
    (service,) = (item for item in stack.objects("services") if item["metadata"]["name"] == name)
    assert service["metadata"]["uid"] == uid, "the Service was made anew"
    assert service["metadata"]["labels"]["railbed/stack"] == "test", "nobody can see whose the Service is now"
    assert stack.status()["version"] == "1"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, variables: dict[str, str]) -> Iterator[tuple[RailsStack, RailsStack]]:
    """Production and staging of one application on one cluster."""
    name = f"t{uuid.uuid4().hex[:6]}"
    with (
        rails_stack(tmp_path_factory.mktemp("production"), variables, name, "production") as production,
        rails_stack(tmp_path_factory.mktemp("staging"), variables, name, "staging") as staging,
    ):
        for stack in (production, staging):
            stack.hasten()
            for store in ("database", "redis"):
                stack.settings[store]["keep_data"] = False
        run = production.up()
        assert run.code == 0, run.text
        yield production, staging


def test_another_stack_of_the_application_comes_is_released_fails_and_goes(pair: tuple[RailsStack, RailsStack]) -> None:
    production, staging = pair
    before = everything(production)
    with load(production, at_least=1000) as tally:
        for image, succeeds in (
            ("railbed.sandbox/demo:1", True),
            (image_with("fail"), False),
            ("railbed.sandbox/demo:2", True),
        ):
            staging.app["image"]["ref"] = image
            run = staging.up()
            assert (run.code == 0) is succeeds, run.text
        assert staging.status()["version"] == "2"
        assert staging.destroy().code == 0
    print(tally)
    assert not tally.failures, f"users of production saw errors while staging was worked on: {tally}"
    assert everything(production) == before, "another stack changed objects of production"


def test_a_stack_that_names_the_namespace_of_another_is_refused(pair: tuple[RailsStack, RailsStack]) -> None:
    production, staging = pair
    before = everything(production)
    staging.settings["cluster"]["namespace"] = production.namespace
    run = staging.up()
    del staging.settings["cluster"]["namespace"]
    refused(staging, run, f"Deployment/{production.name}-web belongs to stack 'production' of project 'railbed'")
    assert everything(production) == before, "objects of another stack were changed"


def test_a_new_name_that_would_strand_the_data_is_refused(pair: tuple[RailsStack, RailsStack]) -> None:
    production, _ = pair
    before = everything(production)
    claims = [f"{production.namespace}/data-{production.name}-{store}-0" for store in ("database", "redis")]
    production.app["name"] = f"{production.name}x"
    for run in (production.preview(), production.up()):
        refused(production, run, *claims, "railbed:cluster.left_behind")
    production.app["name"] = production.name
    assert everything(production) == before, "a refused new name changed something"
    assert production.up().operations == {}


def test_the_first_stack_is_released_fails_and_goes_beside_the_other(pair: tuple[RailsStack, RailsStack]) -> None:
    production, staging = pair
    staging.app["image"]["ref"] = "railbed.sandbox/demo:1"
    run = staging.up()
    assert run.code == 0, run.text
    before = everything(staging)
    with load(staging, at_least=1000) as tally:
        for image, succeeds in ((image_with("fail"), False), ("railbed.sandbox/demo:2", True)):
            production.app["image"]["ref"] = image
            run = production.up()
            assert (run.code == 0) is succeeds, run.text
        run = production.destroy()
        assert run.code == 0, run.text
    print(tally)
    assert not tally.failures, f"users of staging saw errors while production went: {tally}"
    assert everything(staging) == before, "another stack changed objects of staging"
    assert staging.up().operations == {}, "staging has to mend something"
