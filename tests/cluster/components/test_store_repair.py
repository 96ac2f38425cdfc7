"""A store that an `up` broke is mended by the next one whose settings are right, on the same volume and with its data."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from railbed import Postgresql, Redis
from sandbox import images
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, Outcome, k8s, kubectl

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
IMAGES = {Postgresql: images.postgres_reference(), Redis: images.redis_reference()}
SMALL = {"cpu": "10m", "memory": "64Mi", "memory_limit": "256Mi"}


def up(
    stack: KubernetesStack, component: Any, seconds: int | None = None, quota: dict[str, str] | None = None, **more: Any
) -> Outcome:
    """`up` of a store with these arguments, which waits for it as long as ever, or so many seconds."""

    def impatient(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        patience = pulumi.CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s")
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(custom_timeouts=patience))
        return pulumi.ResourceTransformationResult(args.props, options)

    def program() -> None:
        others = []
        if quota:
            metadata = {"name": "small", "namespace": stack.namespace}
            others.append(k8s.core.v1.ResourceQuota("quota", metadata=metadata, spec={"hard": quota}))
        arguments = {
            "image": IMAGES[component],
            "storage": "64Mi",
            "resources": SMALL,
            "namespace": stack.namespace,
            "kubeconfig": stack.variables["KUBECONFIG"],
        }
        component(
            "shop", arguments | more, pulumi.ResourceOptions(transformations=[impatient] if seconds else [], depends_on=others)
        )

    return stack.up(program)


def in_store(stack: KubernetesStack, script: str) -> str:
    return kubectl(stack, "exec", "shop-0", "--", "sh", "-c", script).strip()


def write(stack: KubernetesStack, component: Any) -> None:
    if component is Postgresql:
        in_store(stack, "psql -U app -d app -h /var/run/postgresql -c 'create table kept (id int)'")
    else:
        in_store(stack, "redis-cli set kept yes")


def is_there(stack: KubernetesStack, component: Any) -> bool:
    if component is Postgresql:
        return in_store(stack, "psql -U app -d app -h /var/run/postgresql -tAc \"select to_regclass('kept')\"") == "kept"
    return in_store(stack, "redis-cli get kept") == "yes"


def uid(stack: KubernetesStack, thing: str) -> str:
    return kubectl(stack, "get", thing, "-o", "jsonpath={.metadata.uid}")


def assert_succeeded(outcome: Outcome, what: str) -> None:
    assert outcome.succeeded, f"{what}:\n{outcome.text}"
    assert "Traceback" not in outcome.text, outcome.text


@pytest.mark.parametrize("component", [Postgresql, Redis])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"image": "railbed.sandbox/none:typo"}, "railbed.sandbox/none:typo"),
        ({"resources": SMALL | {"memory": "4000Gi", "memory_limit": "4000Gi"}}, "resources.memory (4000Gi)"),
    ],
)
def test_a_wrong_setting_put_right(stack: KubernetesStack, component: Any, wrong: dict[str, Any], told: str) -> None:
    assert_succeeded(up(stack, component), "the store does not start")
    write(stack, component)
    claim = uid(stack, "pvc/data-shop-0")
    broken = up(stack, component, seconds=25, **wrong)
    assert not broken.succeeded, f"a store that does not come up is reported as a success:\n{broken.text}"
    assert told in broken.text, f"the user does not learn what is wrong:\n{broken.text}"
    assert_succeeded(up(stack, component), "the store stays down until somebody deletes its pod by hand")
    assert uid(stack, "pvc/data-shop-0") == claim, "the volume was replaced"
    assert is_there(stack, component), "the data is gone"


def test_wrong_overrides_put_right(stack: KubernetesStack) -> None:
    assert_succeeded(up(stack, Redis), "the store does not start")
    write(stack, Redis)
    never = {"template": {"spec": {"nodeSelector": {"example.com/none": "here"}}}}
    assert not up(stack, Redis, seconds=20, overrides={"stateful_set": {"spec": never}}).succeeded
    assert_succeeded(up(stack, Redis), "the store stays down until somebody deletes its pod by hand")
    assert is_there(stack, Redis), "the data is gone"


def test_a_first_up_that_failed(stack: KubernetesStack) -> None:
    assert not up(stack, Redis, seconds=15, image="railbed.sandbox/none:typo").succeeded
    assert_succeeded(up(stack, Redis), "a store whose first `up` failed never starts")


@pytest.mark.parametrize(
    ("wrong", "quota"),
    [
        ({"storage": "50Gi"}, {"requests.storage": "1Gi"}),
        ({"storage": "128Mi", "storage_class": "none-of-that-name"}, None),
    ],
)
def test_a_first_up_whose_volume_could_not_be_made(
    stack: KubernetesStack, wrong: dict[str, Any], quota: dict[str, str] | None
) -> None:
    assert not up(stack, Redis, seconds=15, quota=quota, **wrong).succeeded
    assert_succeeded(
        up(stack, Redis, quota=quota, storage="64Mi", storage_class="local"),
        "a store whose first volume could not be made stays without one although its settings are right",
    )
    asked = kubectl(stack, "get", "pvc/data-shop-0", "-o", "jsonpath={.spec.resources.requests.storage}")
    assert asked == "64Mi", f"the volume has {asked}"


def test_a_quota_that_was_lifted(stack: KubernetesStack) -> None:
    assert not up(stack, Redis, seconds=15, quota={"pods": "0"}).succeeded
    assert_succeeded(
        up(stack, Redis, quota={"pods": "9"}),
        "a store whose pod was forbidden waits for Kubernetes to try again by itself, up to 1,000 seconds",
    )


def test_a_ready_pod_is_replaced_by_kubernetes_alone(stack: KubernetesStack) -> None:
    assert_succeeded(up(stack, Redis), "the store does not start")
    changed = {"template": {"metadata": {"annotations": {"example.com/changed": "yes"}}}}
    outcome = up(stack, Redis, overrides={"stateful_set": {"spec": changed}})
    assert_succeeded(outcome, "the store cannot be changed")
    assert "is replaced" not in outcome.text, f"a pod that was ready was deleted:\n{outcome.text}"


IDLE = {"name": "redis", "image": SHELL_IMAGE, "command": ["sleep", "600"]}
WITHOUT_SERVER = {"stateful_set": {"spec": {"template": {"spec": {"containers": [IDLE], "terminationGracePeriodSeconds": 1}}}}}


@pytest.fixture
def storage_class(stack: KubernetesStack) -> Iterator[Callable[[bool], str]]:
    """Makes a class whose only volume is there already, and which nobody lets grow."""

    def make(allows_growth: bool) -> str:
        place = {"path": f"/tmp/{stack.namespace}", "type": "DirectoryOrCreate"}
        size = {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "64Mi"}}
        metadata = {"name": stack.namespace}
        growth = {"provisioner": "nobody.example.com", "allowVolumeExpansion": allows_growth}
        manifests = [
            {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata, **growth},
            {
                "apiVersion": "v1",
                "kind": "PersistentVolume",
                "metadata": metadata,
                "spec": {"storageClassName": stack.namespace, "hostPath": place, **size},
            },
        ]
        for manifest in manifests:
            (stack.folder / "manifest.json").write_text(json.dumps(manifest))
            kubectl(stack, "create", "--filename", str(stack.folder / "manifest.json"))
        return stack.namespace

    yield make
    kubectl(stack, "delete", "storageclass", stack.namespace, "--ignore-not-found")
    kubectl(stack, "delete", "persistentvolume", stack.namespace, "--ignore-not-found", "--wait=false")


def test_a_growth_that_found_no_room_is_set_back(stack: KubernetesStack, storage_class: Callable[[bool], str]) -> None:
    common: dict[str, Any] = {"overrides": WITHOUT_SERVER, "storage_class": storage_class(True)}
    assert_succeeded(up(stack, Redis, **common), "the store does not start")
    grown = up(stack, Redis, storage="1Gi", **common)
    assert "The volume data-shop-0 has not grown to 1Gi yet; it has 64Mi." in grown.text, f"nobody tells:\n{grown.text}"
    back = up(stack, Redis, **common)
    assert_succeeded(back, "the size cannot be set back")
    assert "did not grow, and keeps its 64Mi" in back.text, back.text
    again = up(stack, Redis, **common)
    assert_succeeded(again, "the size that was set back fails later")
    assert not again.did("shop-size"), "the size is set anew in every `up`"


def test_a_class_that_lets_no_volume_grow(stack: KubernetesStack, storage_class: Callable[[bool], str]) -> None:
    common: dict[str, Any] = {"overrides": WITHOUT_SERVER, "storage_class": storage_class(False)}
    assert_succeeded(up(stack, Redis, **common), "the store does not start")
    grown = up(stack, Redis, storage="1Gi", **common)
    assert not grown.succeeded
    told = f"The storage class {stack.namespace} lets no volume grow: set redis.storage (1Gi) back to 64Mi"
    assert told in grown.text, f"the user is not told what to set:\n{grown.text}"
    assert_succeeded(up(stack, Redis, **common), "the size cannot be set back")
