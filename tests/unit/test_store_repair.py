"""Which pods and volume claims of a store are replaced while it is updated, and which never are."""

from typing import Any

import pytest

from railbed.kubernetes.api.access import Observation
from railbed.kubernetes.stores.repair import START_SECONDS, StoreRepair
from railbed.watching.log_text import Redaction
from tests.unit.conftest import Deploy
from tests.unit.pods import Json, condition, main, pod, read, waiting
from tests.unit.samples import STORES, make

LABELS = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "database"}
CLAIM: Json = {"metadata": {"name": "data", "labels": LABELS}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
COMPONENT: Any = None
STUCK = main(**waiting("ImagePullBackOff", "Back-off pulling image"))
READY = condition("Ready", "True", "")


class Objects:
    """A cluster with these objects, which notes what it is told to do."""

    def __init__(self, found_pod: Any = None, found_claim: Any = None) -> None:
        self._pod, self._claim = found_pod, found_claim
        self.done: list[str] = []

    def pod(self, _: str) -> Any:
        return self._pod

    def claim(self, _: str) -> Any:
        return self._claim

    def delete_pod(self, _: Any) -> bool:
        self.done.append("delete pod")
        return True

    def replace_claim(self, *_: Any) -> bool:
        self.done.append("replace claim")
        return True

    def create_claim(self, *_: Any) -> bool:
        self.done.append("create claim")
        return True

    def retry(self, _: Any) -> None:
        self.done.append("retry")


def stateful_set(revision: str = "new", observed: int = 2, ready: int = 0, storage: str = "1Gi") -> Any:
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "main"}]}}
    claim = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": storage}}}}
    return read(
        "V1StatefulSet",
        {
            "metadata": {"name": "shop", "uid": "of-the-set", "generation": 2},
            "spec": {
                "replicas": 1,
                "serviceName": "shop",
                "selector": {"matchLabels": LABELS},
                "template": template,
                "volumeClaimTemplates": [claim],
            },
            "status": {"observedGeneration": observed, "updateRevision": revision, "replicas": 1, "readyReplicas": ready},
        },
    )


def of_set(found: Any, revision: str = "old", owner: str = "of-the-set") -> Any:
    """A pod of a revision that belongs to a StatefulSet."""
    reference = read("V1OwnerReference", {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "shop", "uid": owner})
    reference.controller = True
    found.metadata.owner_references = [reference]
    found.metadata.labels["controller-revision-hash"] = revision
    return found


def claim_of(storage: str, phase: str = "Pending", volume: str | None = None, labels: dict[str, str] | None = None) -> Any:
    metadata = {"name": "data-shop-0", "labels": LABELS if labels is None else labels}
    spec = {"resources": {"requests": {"storage": storage}}, "volumeName": volume}
    return read("V1PersistentVolumeClaim", {"metadata": metadata, "spec": spec, "status": {"phase": phase}})


def mended(objects: Objects, found: Any, unready_since: dict[str, float] | None = None) -> list[str]:
    observation = Observation(lambda: COMPONENT, Redaction())
    repair = StoreRepair(COMPONENT, observation, LABELS, "data-shop-0", CLAIM)
    told: list[str] = []
    cluster: Any = objects
    repair._mend_claim(cluster, found, lambda _, text: told.append(text))
    since = {} if unready_since is None else unready_since
    repair._mend_pod(cluster, found, objects.pod(""), since, lambda _, text: told.append(text))
    return objects.done


@pytest.mark.parametrize(
    ("found", "done"),
    [
        (of_set(pod(**STUCK)), ["delete pod"]),
        (of_set(pod(**condition("PodScheduled", "False", "Unschedulable", "Insufficient memory"))), ["delete pod"]),
        (of_set(pod(**READY)), []),
        (of_set(pod(**STUCK), revision="new"), []),
        (of_set(pod(**STUCK), owner="of-another"), []),
        (pod(**STUCK), []),
        (of_set(pod(**main(running={}))), []),
        (None, []),
    ],
)
def test_only_a_pod_of_an_earlier_version_that_cannot_become_ready_is_deleted(found: Any, done: list[str]) -> None:
    assert mended(Objects(found, claim_of("1Gi", "Bound", "volume")), stateful_set()) == done


def test_a_pod_that_starts_gets_its_time() -> None:
    starting = of_set(pod(**main(running={})))
    objects = Objects(starting, claim_of("1Gi", "Bound", "volume"))
    assert mended(objects, stateful_set(), {"1": -START_SECONDS - 1e9}) == ["delete pod"], "it would stay for ever"


def test_no_pod_is_deleted_before_kubernetes_knows_the_new_version() -> None:
    objects = Objects(of_set(pod(**STUCK)), claim_of("1Gi", "Bound", "volume"))
    assert not mended(objects, stateful_set(observed=1))


@pytest.mark.parametrize(
    ("claim", "template", "done"),
    [
        (claim_of("50Gi"), "50Gi", ["replace claim"]),
        (claim_of("1Gi"), "1Gi", []),
        (claim_of("50Gi", "Bound", "volume"), "50Gi", []),
        (claim_of("50Gi", volume="of-the-users"), "50Gi", []),
        (claim_of("50Gi", "Lost", "gone"), "50Gi", []),
        (claim_of("50Gi", labels={}), "50Gi", []),
        (None, "50Gi", ["create claim"]),
        (None, "1Gi", []),
    ],
)
def test_only_a_claim_that_never_had_a_volume_is_made_again(claim: Any, template: str, done: list[str]) -> None:
    assert mended(Objects(None, claim), stateful_set(storage=template)) == done, "data could be lost"


@pytest.mark.parametrize(
    ("found", "replicas", "asked"),
    [(None, 1, True), (None, 0, False), (of_set(pod(**STUCK)), 1, False)],
)
def test_kubernetes_is_asked_again_for_a_pod_that_it_did_not_make(found: Any, replicas: int, asked: bool) -> None:
    wanted = stateful_set()
    wanted.spec.replicas = replicas
    objects: Any = Objects(found, claim_of("1Gi", "Bound", "volume"))
    repair = StoreRepair(COMPONENT, Observation(lambda: COMPONENT, Redaction()), LABELS, "data-shop-0", CLAIM)
    assert repair._mend_delay(objects, wanted, found) == asked, "once a quota is raised, Kubernetes may wait for 1,000 seconds"
    assert objects.done == (["retry"] if asked else [])


def test_the_claim_of_a_store_that_works_stays() -> None:
    assert not mended(Objects(None, claim_of("50Gi")), stateful_set(ready=1))


@pytest.mark.parametrize("store", STORES)
def test_every_store_is_mended_when_it_is_updated(deploy: Deploy, store: str) -> None:
    hooks = deploy(lambda: make(store)).the("StatefulSet").request.hooks
    assert hooks.before_update and hooks.before_create, "a store that an `up` broke stays down"
    assert hooks.on_error, "the user does not learn why"
