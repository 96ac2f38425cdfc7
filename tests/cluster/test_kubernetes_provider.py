"""The Kubernetes provider from the engine's side: previews, changes, replacement, secrets, imports, deletion."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi import automation

from .kubernetes_stack import IMAGE, SHELL_IMAGE, KubernetesStack, k8s, kubectl, kubernetes_stack

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path, variables) as made:
        yield made


def config_map(stack: KubernetesStack, value: str, name: str | None = None, **more: object) -> Any:
    metadata = {"namespace": stack.namespace, **({"name": name} if name else {})}
    return k8s.core.v1.ConfigMap("settings", metadata=metadata, data={"VALUE": value}, **more)


def test_life_of_a_resource(stack: KubernetesStack) -> None:
    def program(value: str) -> None:
        made = config_map(stack, value)
        pulumi.export("name", made.metadata.name)

    preview = stack.preview(lambda: program("1"))
    assert preview.did("settings") == ["create"]
    first = stack.up(lambda: program("1"))
    assert first.did("settings") == ["create"]
    name = first.outputs["name"]
    assert name.startswith("settings-") and len(name) == len("settings-") + 8
    assert kubectl(stack, "get", "configmap", name, "-o", "jsonpath={.data.VALUE}") == "1"
    assert stack.up(lambda: program("1")).operations == {}, "a second `up` changes nothing"
    assert stack.refresh().operations == {}
    second = stack.up(lambda: program("2"))
    assert second.did("settings") == ["create-replacement", "replace", "delete-replaced"], (
        "data of a ConfigMap changes by a new one, made before the old one goes"
    )
    assert second.outputs["name"] != name
    assert stack.destroy().succeeded
    assert kubectl(stack, "get", "configmap", "-o", "name").split() == ["configmap/kube-root-ca.crt"]


def test_named_object_is_deleted_before_it_is_replaced(stack: KubernetesStack) -> None:
    stack.up(lambda: config_map(stack, "1", name="fixed"))
    changed = stack.up(lambda: config_map(stack, "2", name="fixed"))
    assert changed.did("settings") == ["delete-replaced", "replace", "create-replacement"]


def test_field_that_cannot_change_makes_a_new_object(stack: KubernetesStack) -> None:
    def program(which: str) -> None:
        def make(kind: Any, name: str, more_metadata: Any = (), **more: Any) -> None:
            kind(name, metadata={"name": name, "namespace": stack.namespace, **dict(more_metadata)}, **more)

        labels = {"app": which}
        pod = {"containers": [{"name": "main", "image": IMAGE}], "termination_grace_period_seconds": 0}
        template = {"metadata": {"labels": labels}, "spec": pod}
        selecting = {"selector": {"match_labels": labels}, "template": template}
        claim = {"access_modes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "8Mi"}}}
        role = {"api_group": "rbac.authorization.k8s.io", "kind": "Role", "name": which}
        make(k8s.apps.v1.Deployment, "deployment", spec={"replicas": 0, **selecting})
        make(k8s.apps.v1.DaemonSet, "daemon-set", spec=selecting)
        once = {"name": "main", "image": SHELL_IMAGE, "command": ["echo", which]}
        make(k8s.batch.v1.Job, "job", spec={"template": {"spec": {"containers": [once], "restart_policy": "Never"}}})
        unbound = {"annotations": {"pulumi.com/skipAwait": "true"}}
        make(k8s.core.v1.PersistentVolumeClaim, "claim", unbound, spec={**claim, "storage_class_name": which})
        make(k8s.core.v1.Secret, "secret", string_data={"A": which})
        make(k8s.rbac.v1.RoleBinding, "binding", role_ref=role, subjects=[])

    assert stack.up(lambda: program("one")).succeeded
    names = ("deployment", "daemon-set", "job", "claim", "secret", "binding")
    assert stack.preview(lambda: program("one")).operations == {}
    changed = stack.up(lambda: program("two"))
    assert changed.succeeded, changed.text
    for name in names:
        assert changed.did(name) == ["delete-replaced", "replace", "create-replacement"], name


@pytest.mark.parametrize("annotations", [None, {}])
def test_nothing_where_annotations_could_be(stack: KubernetesStack, annotations: Any) -> None:
    """Of a Secret the provider compares what the program wrote, of the other kinds what the server would store."""

    def program() -> None:
        metadata = {"namespace": stack.namespace, "annotations": annotations}
        k8s.core.v1.ConfigMap("settings", metadata={"name": "settings", **metadata}, data={"A": "1"})
        k8s.core.v1.Secret("key", metadata={"name": "key", **metadata}, string_data={"A": "1"})
        k8s.core.v1.ConfigMap("autonamed", metadata=metadata, data={"A": "1"})

    assert stack.up(program).succeeded
    again = stack.up(program)
    assert again.succeeded and again.did("settings", "autonamed") == [], (
        "what the server leaves out is no change of a ConfigMap"
    )
    assert again.did("key") == ["update"], "leave the annotations of a Secret out: null or {} is a change in every `up`"


def test_names_follow_the_stack_s_own_rules(stack: KubernetesStack) -> None:
    def program() -> None:
        pulumi.export("name", config_map(stack, "1").metadata.name)

    stack.stack.set_config("pulumi:autonaming.mode", automation.ConfigValue("verbatim"), path=True)
    assert stack.up(program).outputs["name"] == "settings"
    assert stack.destroy().succeeded
    stack.stack.set_config("pulumi:autonaming.mode", automation.ConfigValue("disabled"), path=True)
    refused = stack.up(program)
    assert not refused.succeeded and "metadata.name" in refused.text


def test_preview_is_judged_by_the_server(stack: KubernetesStack) -> None:
    wrong = stack.preview(lambda: config_map(stack, "1", name="No_Such_Name"))
    assert not wrong.succeeded
    assert "RFC 1123" in wrong.text, "the API server's own reason is shown"

    def in_new_namespace() -> None:
        namespace = k8s.core.v1.Namespace("new", metadata={"name": f"{stack.namespace}-new"})
        k8s.core.v1.ConfigMap("inside", metadata={"namespace": namespace.metadata.name}, data={"A": "1"})

    assert stack.preview(in_new_namespace).succeeded, "what does not exist yet cannot be asked"
    assert stack.up(in_new_namespace).succeeded
    assert stack.destroy().succeeded


def test_patch_resource_changes_some_fields_and_gives_them_back(stack: KubernetesStack) -> None:
    kubectl(stack, "create", "configmap", "theirs", "--from-literal=VALUE=0")

    def program(value: str) -> None:
        metadata = {"name": "theirs", "namespace": stack.namespace}
        k8s.core.v1.ConfigMapPatch("patch", metadata=metadata, data={"OURS": value})

    assert stack.preview(lambda: program("1")).succeeded
    assert stack.up(lambda: program("1")).did("patch") == ["create"]
    assert stack.up(lambda: program("2")).did("patch") == ["update"]
    data = kubectl(stack, "get", "configmap", "theirs", "-o", "jsonpath={.data}")
    assert '"OURS":"2"' in data and '"VALUE":"0"' in data
    assert stack.destroy().succeeded
    assert kubectl(stack, "get", "configmap", "theirs", "-o", "jsonpath={.data}") == '{"VALUE":"0"}'


def test_conflicts_are_explained_and_forced_on_request(stack: KubernetesStack) -> None:
    def program(value: str, force: bool = False) -> None:
        provider = k8s.Provider("in-place", enable_config_map_mutable=True, enable_patch_force=force)
        config_map(stack, value, name="fixed", opts=pulumi.ResourceOptions(provider=provider))

    assert stack.up(lambda: program("1")).succeeded
    assert stack.up(lambda: program("2")).succeeded
    theirs = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fixed"},"data":{"VALUE":"theirs"}}'
    (stack.folder / "theirs.json").write_text(theirs)
    kubectl(stack, "apply", "--server-side", "--force-conflicts", "--field-manager=them", "-f", f"{stack.folder}/theirs.json")
    refused = stack.up(lambda: program("3"))
    assert not refused.succeeded
    assert "them" in refused.text and ".data.VALUE" in refused.text, "who has the field, and which"
    assert stack.up(lambda: program("3", force=True)).succeeded
    assert kubectl(stack, "get", "configmap", "fixed", "-o", "jsonpath={.data.VALUE}") == "3"


def test_ignored_changes_leave_a_field_to_others(stack: KubernetesStack) -> None:
    def program(label: str) -> None:
        labels = {"app": "web"}
        container = {"name": "web", "image": IMAGE}
        k8s.apps.v1.Deployment(
            "web",
            metadata={"name": "web", "namespace": stack.namespace, "labels": {"version": label}},
            spec={
                "replicas": 1,
                "selector": {"match_labels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
            opts=pulumi.ResourceOptions(ignore_changes=["spec.replicas"]),
        )

    assert stack.up(lambda: program("1")).succeeded
    kubectl(stack, "scale", "deployment", "web", "--replicas=2")
    kubectl(stack, "rollout", "status", "deployment", "web", "--timeout=60s")
    assert stack.up(lambda: program("2")).did("web") == ["update"]
    assert kubectl(stack, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}") == "2"


def test_update_resets_what_kubectl_changed_but_not_a_scaling(stack: KubernetesStack) -> None:
    """Fields that the program does not set: `kubectl scale` and autoscalers use a subresource, which no update takes over."""

    def program(version: str) -> None:
        labels = {"app": "web"}
        metadata = {"name": "web", "namespace": stack.namespace, "labels": {"version": version}}
        pod = {"containers": [{"name": "main", "image": IMAGE}], "restart_policy": "Never"}
        job = {"spec": {"template": {"spec": pod}}}
        k8s.batch.v1.CronJob("cron", metadata=metadata, spec={"schedule": "0 0 1 1 *", "job_template": job})
        template = {"metadata": {"labels": labels}, "spec": {"containers": pod["containers"]}}
        k8s.apps.v1.Deployment("web", metadata=metadata, spec={"selector": {"match_labels": labels}, "template": template})

    assert stack.up(lambda: program("1")).succeeded
    for version in ("2", "3"):
        kubectl(stack, "patch", "cronjob", "web", "-p", '{"spec":{"suspend":true}}')
        kubectl(stack, "scale", "deployment", "web", "--replicas=2")
        kubectl(stack, "rollout", "status", "deployment", "web", "--timeout=60s")
        updated = stack.up(partial(program, version))
        assert updated.did("cron", "web") == ["update", "update"], updated.text
        suspended = kubectl(stack, "get", "cronjob", "web", "-o", "jsonpath={.spec.suspend}")
        assert suspended == "false", f"a CronJob that kubectl suspended stays suspended after release {version}"
        replicas = kubectl(stack, "get", "deployment", "web", "-o", "jsonpath={.spec.replicas}")
        assert replicas == "2", f"release {version} undoes what `kubectl scale` or an autoscaler asked for"


def test_secrets_stay_secret(stack: KubernetesStack) -> None:
    def program(value: str) -> None:
        metadata = {"namespace": stack.namespace}
        made = k8s.core.v1.Secret("key", metadata=metadata, string_data={"KEY": pulumi.Output.secret(value)})
        plain = k8s.core.v1.Secret("plain", metadata=metadata, string_data={"KEY": "unmarked" + value})
        config_map(stack, "public").data.apply(lambda _: None)
        pulumi.export("key", made.data)
        pulumi.export("plain", plain.data)

    outcomes = [stack.up(lambda: program("correcthorse")), stack.up(lambda: program("batterystaple")), stack.refresh()]
    assert all(outcome.succeeded for outcome in outcomes)
    seen = stack.state_file() + "".join(outcome.text for outcome in outcomes)
    for clear in ("correcthorse", "batterystaple", "Y29ycmVjdGhvcnNl", "YmF0dGVyeXN0YXBsZQ", "dW5tYXJrZWRi"):
        assert clear not in seen
    assert kubectl(stack, "get", "secret", "-o", "jsonpath={.items[*].data.KEY}").count("YmF0dGVyeXN0YXBsZQ") == 1


def test_drift_is_seen_and_mended(stack: KubernetesStack) -> None:
    def program() -> None:
        service = {"type": "ClusterIP", "ports": [{"port": 80, "target_port": "http"}]}
        k8s.core.v1.Service("web", metadata={"name": "web", "namespace": stack.namespace}, spec=service)

    assert stack.up(program).succeeded
    kubectl(stack, "patch", "service", "web", "-p", '{"spec":{"ports":[{"port":80,"targetPort":"other"}]}}')
    refreshed = stack.refresh()
    assert refreshed.succeeded
    assert stack.state()["web"]["outputs"]["spec"]["ports"][0]["targetPort"] == "other"
    assert stack.preview(program).did("web") == ["update"]
    kubectl(stack, "delete", "service", "web")
    assert stack.refresh().succeeded
    assert "web" not in stack.state(), "what is gone leaves the state"
    assert stack.up(program).did("web") == ["create"]


def test_import(stack: KubernetesStack) -> None:
    kubectl(stack, "create", "configmap", "theirs", "--from-literal=VALUE=0")

    def program() -> None:
        identity = f"{stack.namespace}/theirs"
        config_map(stack, "0", name="theirs", opts=pulumi.ResourceOptions(import_=identity))

    imported = stack.up(program)
    assert imported.succeeded, imported.text
    assert imported.did("settings") == ["import"]
    assert stack.up(lambda: config_map(stack, "0", name="theirs")).operations == {}

    def reading() -> None:
        config_map(stack, "0", name="theirs")
        found = k8s.core.v1.ConfigMap.get("read", f"{stack.namespace}/theirs")
        pulumi.export("value", found.data["VALUE"])

    assert stack.up(reading).outputs["value"] == "0"


def test_deletion_waits_for_finalizers(stack: KubernetesStack) -> None:
    def program() -> None:
        metadata = {"name": "held", "namespace": stack.namespace, "finalizers": ["railbed.dev/test"]}
        options = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(delete="3s"))
        k8s.core.v1.ConfigMap("held", metadata=metadata, opts=options)

    assert stack.up(program).succeeded
    held = stack.destroy()
    assert not held.succeeded and "railbed.dev/test" in held.text
    assert "held" in stack.state()
    kubectl(stack, "patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    assert stack.destroy().succeeded, "deleting what is gone is fine"
