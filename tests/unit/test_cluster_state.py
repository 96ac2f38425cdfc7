"""What a stack reads of a shared cluster before it changes anything, and what stops it."""

import re
from typing import Any

import pulumi
import pytest
from kubernetes.client import ApiException
from railbed_stacks import cluster
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.cluster_state import _planned, own_namespace

from railbed.kubernetes.api.ownership import ForeignObjects, ObjectName, Owner, namespace_name
from tests.unit.cluster_contents import OURS, ClusterContents
from tests.unit.recording import Deployment, Recorded, record
from tests.unit.samples import IMAGE

THEIRS = Owner("railbed", "staging")
APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}, "workers": {"default": {"replicas": 2}}}
CRON = {"a" * 30: {"schedule": "@daily", "command": ["true"]}}
CLAIM, STORE = "PersistentVolumeClaim", "data-shop-database-0"


def settings(**more: Any) -> ClusterSettings:
    return ClusterSettings.model_validate({"target": "cluster", "app": APP} | more)


def deploy(registered: list[Recorded] | None = None, preview: bool = False, **more: Any) -> Deployment:
    return record(lambda: cluster.deploy(settings(**more)), registered=registered, preview=preview)


def refused(error: type[Exception], words: str, **more: Any) -> str:
    registered: list[Recorded] = []
    with pytest.raises(error, match=words) as caught:
        deploy(registered, **more)
    assert registered == [], "objects are made although nothing should be changed"
    assert "Nothing has been changed" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("owner", [None, THEIRS])
def test_a_namespace_of_somebody_else_stops_the_stack(contents: ClusterContents, owner: Owner | None) -> None:
    contents.put("Namespace", "shop-test", owner, "")
    text = refused(ForeignObjects, "Namespace/shop-test")
    assert "cluster.adopt to [Namespace/shop-test]" in text, "the user does not learn how to take it over"
    deployed = deploy(cluster={"adopt": ["Namespace/shop-test"]})
    assert deployed.the("Namespace").at("metadata.labels")["railbed/stack"] == "test"


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("owner", [None, THEIRS, Owner("other", "test")])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("Deployment", "shop-web"), ("PodDisruptionBudget", "shop-default"), ("StatefulSet", "shop-redis"), (CLAIM, STORE)],
)
def test_an_object_of_somebody_else_stops_the_stack(
    contents: ClusterContents, kind: str, name: str, owner: Owner | None, named: bool
) -> None:
    contents.put("Namespace", "shop-test", None if named else OURS, "")
    contents.put(kind, name, owner)
    contents.put("Service", "shop-web", OURS)
    contents.put(kind, "unrelated", owner)
    cluster = {"namespace": "shop-test"} if named else {}
    text = refused(ForeignObjects, f"{kind}/{name}", cluster=cluster)
    assert "Service/shop-web" not in text and "unrelated" not in text, "objects that are in nobody's way are named"
    deploy(cluster=cluster | {"adopt": [f"{kind}/{name}"]})


def test_what_the_stack_made_itself_is_taken_up_again(contents: ClusterContents) -> None:
    contents.put("Namespace", "shop-test", OURS, "")
    contents.put("Deployment", "shop-web", OURS)
    contents.put(CLAIM, STORE, OURS)
    assert deploy().the("Namespace").at("metadata.name") == "shop-test"


def test_a_namespace_that_the_settings_name_is_not_made(contents: ClusterContents) -> None:
    contents.put("Namespace", "team", None, "")
    assert not deploy(cluster={"namespace": "team"}).all("Namespace"), "a namespace of somebody else would be relabelled"


def test_naming_the_namespace_that_the_stack_made_does_not_delete_it(contents: ClusterContents) -> None:
    contents.put("Namespace", "shop-test", OURS, "")
    deployed = deploy(cluster={"namespace": "shop-test"})
    assert deployed.the("Namespace").at("metadata.name") == "shop-test", "the engine would delete the namespace and all in it"


def test_a_namespace_that_is_not_there_is_told() -> None:
    refused(pulumi.RunError, "there is no such namespace", cluster={"namespace": "team"})


@pytest.mark.parametrize(
    ("claim", "app", "namespace"),
    [
        ("data-store-database-0", "store", "shop-test"),
        ("data-store-redis-0", "store", "store-test"),
    ],
)
def test_data_that_would_stay_behind_stops_the_stack(contents: ClusterContents, claim: str, app: str, namespace: str) -> None:
    contents.outputs = {"app": app, "namespace": namespace}
    contents.put(CLAIM, claim, OURS, namespace)
    text = refused(pulumi.RunError, f"{namespace}/{claim}")
    assert f"cluster.left_behind to [{namespace}/{claim}]" in text
    deploy(cluster={"left_behind": [f"{namespace}/{claim}"]})


def test_a_stack_of_before_marks_keeps_its_namespace_and_its_objects(contents: ClusterContents) -> None:
    contents.outputs = {"url": "http://shop.example.com", "namespace": "shop"}
    contents.put("Namespace", "shop", None, "")
    contents.put("StatefulSet", "shop-database", None, "shop")
    contents.put(CLAIM, STORE, None, "shop")
    deployed = deploy()
    assert deployed.the("Namespace").at("metadata.name") == "shop", "who upgrades would start with an empty database"
    assert deployed.the("StatefulSet", "shop-database").at("metadata.labels")["railbed/stack"] == "test"


def test_a_deployed_stack_keeps_its_namespace(contents: ClusterContents) -> None:
    contents.outputs = {"app": "shop", "namespace": "shop"}
    contents.put("Namespace", "shop", OURS, "")
    assert deploy().the("Namespace").at("metadata.name") == "shop"


def test_a_stack_of_the_same_name_elsewhere_is_not_taken_for_this_one(contents: ClusterContents) -> None:
    contents.put(CLAIM, "data-blog-database-0", OURS, "blog-test")
    deploy()


def test_a_database_elsewhere_may_leave_the_old_volume(contents: ClusterContents) -> None:
    contents.put("Namespace", "shop-test", OURS, "")
    contents.put(CLAIM, STORE, OURS)
    contents.put(CLAIM, "data-shop-redis-0", OURS)
    contents.outputs = {"app": "shop", "namespace": "shop-test"}
    deploy(secrets={"DATABASE_URL": "postgresql://app:secret@db.example.com/app"})


@pytest.mark.parametrize("error", [OSError("no route to host"), ApiException(status=403, reason="Forbidden")])
def test_a_cluster_that_cannot_be_read_stops_up_and_not_a_preview(
    contents: ClusterContents, error: Exception, logged: list[tuple[str, str]]
) -> None:
    contents.error = error
    said = "could not be read: 403" if isinstance(error, ApiException) else "unreachable at https://192.0.2.1:6443"
    refused(pulumi.RunError, said)
    assert deploy(preview=True).the("Deployment", "shop-web")
    assert any(level == "warn" and said in text for level, text in logged), "the preview hides what is not known"


def test_every_object_with_a_name_of_its_own_is_looked_for() -> None:
    more = {"cron": CRON, "web": {"hosts": ["shop.example.com"]}}
    given = settings(app=APP | more, cluster={"exposure": "ingress"})
    deployed = record(lambda: cluster.deploy(given))
    named = {
        ObjectName(each.type.rsplit(":", 1)[-1].removesuffix("Patch"), each.at("metadata.name"))
        for each in deployed.resources
        if each.at("metadata.name") and each.at("metadata.namespace")
    }
    assert _planned(given) == named, "an object of somebody else with such a name would be changed"


@pytest.mark.parametrize(
    ("stack", "expected"),
    [("production", "shop-production"), ("feature_42", r"shop-feature-42-\w{8}"), ("x" * 90, r"shop-x{49}-\w{8}")],
)
def test_the_namespace_is_named_after_application_and_stack(stack: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: stack)
    found = namespace_name("shop")
    assert re.fullmatch(expected, found), found
    assert len(found) <= 63


@pytest.mark.parametrize(
    ("kind", "name", "owner", "stops"),
    [
        ("Namespace", "shop-test", None, True),
        ("Namespace", "shop-test", OURS, False),
        ("Deployment", "shop-web", THEIRS, True),
        ("Deployment", "shop-web", OURS, False),
        ("Deployment", "another", THEIRS, False),
    ],
)
def test_a_cluster_of_the_stack_is_read_too(
    contents: ClusterContents, kind: str, name: str, owner: Owner | None, stops: bool
) -> None:
    if kind != "Namespace":
        contents.put("Namespace", "shop-test", OURS, "")
    contents.put(kind, name, owner, "" if kind == "Namespace" else "shop-test")
    deployed = None
    try:
        deployed = record(lambda: own_namespace(settings().app, pulumi.Output.secret("kubeconfig")))
    except pulumi.RunError as error:
        assert f"{kind}/{name}" in str(error)
    assert (deployed is None) is stops, "objects of somebody else would be changed, or the stack's own are in its way"
    assert deployed is None or deployed.result == "shop-test"


def test_a_cluster_that_was_only_just_made_may_not_answer_yet(contents: ClusterContents, logged: list[tuple[str, str]]) -> None:
    contents.error = OSError("Name or service not known")
    assert record(lambda: own_namespace(settings().app, pulumi.Output.secret("kubeconfig"))).result == "shop-test"
    assert [text for level, text in logged if level == "warn" and "could not be read" in text]
