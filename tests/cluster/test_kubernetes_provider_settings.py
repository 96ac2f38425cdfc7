"""The settings of the Kubernetes provider: which cluster, what may change in place, what is taken over, files as output."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from .kubernetes_stack import IMAGE, KubernetesStack, k8s, kubectl, kubernetes_stack

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def stack(variables: dict[str, str], tmp_path: Path) -> Iterator[KubernetesStack]:
    with kubernetes_stack(tmp_path, variables) as made:
        yield made


def config_map(stack: KubernetesStack, value: str, name: str | None = None, **more: object) -> Any:
    metadata = {"namespace": stack.namespace, **({"name": name} if name else {})}
    return k8s.core.v1.ConfigMap("settings", metadata=metadata, data={"VALUE": value}, **more)


def test_config_map_changes_in_place_when_told_so(stack: KubernetesStack) -> None:
    def program(value: str) -> None:
        provider = k8s.Provider("in-place", enable_config_map_mutable=True, enable_secret_mutable=True)
        config_map(stack, value, name="fixed", opts=pulumi.ResourceOptions(provider=provider))

    assert stack.up(lambda: program("1")).succeeded
    assert stack.up(lambda: program("2")).did("settings") == ["update"]
    assert kubectl(stack, "get", "configmap", "fixed", "-o", "jsonpath={.data.VALUE}") == "2"


def test_existing_object_is_not_taken_over_unasked(stack: KubernetesStack) -> None:
    kubectl(stack, "create", "configmap", "theirs", "--from-literal=VALUE=0")
    refused = stack.up(lambda: config_map(stack, "1", name="theirs"))
    assert not refused.succeeded and "already exists" in refused.text

    def upserting() -> None:
        provider = k8s.Provider("upserting", upsert_existing_objects=True)
        metadata = {"name": "theirs", "namespace": stack.namespace, "annotations": {"pulumi.com/patchForce": "true"}}
        options = pulumi.ResourceOptions(provider=provider)
        k8s.core.v1.ConfigMap("settings", metadata=metadata, data={"VALUE": "1"}, opts=options)

    assert stack.up(upserting).succeeded
    assert kubectl(stack, "get", "configmap", "theirs", "-o", "jsonpath={.data.VALUE}") == "1"


def test_replacement_by_a_provider_that_upserts(stack: KubernetesStack) -> None:
    def program(which: str) -> None:
        provider = k8s.Provider("upserting", upsert_existing_objects=True, enable_patch_force=True)
        metadata = {"name": "web", "namespace": stack.namespace}
        template = {"metadata": {"labels": {"app": which}}, "spec": {"containers": [{"name": "main", "image": IMAGE}]}}
        spec = {"replicas": 0, "selector": {"match_labels": {"app": which}}, "template": template}
        k8s.apps.v1.Deployment("web", metadata=metadata, spec=spec, opts=pulumi.ResourceOptions(provider=provider))

    assert stack.up(lambda: program("one")).succeeded
    replaced = ["delete-replaced", "replace", "create-replacement"]
    preview = stack.preview(lambda: program("two"))
    assert preview.succeeded, f"the old object is in the way of a preview, not of the `up`: {preview.text}"
    assert preview.did("web") == replaced
    assert stack.up(lambda: program("two")).did("web") == replaced
    selector = kubectl(stack, "get", "deployment", "web", "-o", "jsonpath={.spec.selector.matchLabels.app}")
    assert selector == "two"


def test_each_provider_keeps_its_own_settings(stack: KubernetesStack) -> None:
    def program() -> None:
        for name in ("default", stack.namespace):
            provider = k8s.Provider(f"to-{name}", namespace=name)
            made = k8s.core.v1.ConfigMap(f"in-{name}", data={}, opts=pulumi.ResourceOptions(provider=provider))
            pulumi.export(name, made.metadata.namespace)

    outputs = stack.up(program).outputs
    assert outputs == {"default": "default", stack.namespace: stack.namespace}
    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.text


def test_provider_with_unknown_or_unreachable_cluster(stack: KubernetesStack) -> None:
    def program(kubeconfig: pulumi.Input[str]) -> None:
        provider = k8s.Provider("there", kubeconfig=kubeconfig)
        config_map(stack, "1", name="far", opts=pulumi.ResourceOptions(provider=provider))

    contents = Path(stack.variables["KUBECONFIG"]).read_text()
    unreachable = contents.replace("https://", "https://127.0.0.1:9/")
    refused = stack.up(lambda: program(unreachable))
    assert not refused.succeeded and "127.0.0.1:9" in refused.text
    assert stack.up(lambda: program(pulumi.Output.secret(contents))).succeeded
    assert contents[-200:-20] not in stack.state_file()
    elsewhere = stack.preview(lambda: program(unreachable))
    assert "replace" in "".join(elsewhere.did("there", "far")), "another cluster means new objects"


def test_kubeconfig_path_that_leads_nowhere_any_more(stack: KubernetesStack) -> None:
    here, there = stack.folder / "here.yaml", stack.folder / "there.yaml"

    def program(path: Path) -> None:
        provider = k8s.Provider("there", kubeconfig=str(path))
        config_map(stack, "1", name="far", opts=pulumi.ResourceOptions(provider=provider))

    here.write_text(Path(stack.variables["KUBECONFIG"]).read_text())
    assert stack.up(lambda: program(here)).succeeded
    here.rename(there)
    for done in (stack.refresh(), stack.destroy()):
        assert not done.succeeded and "PULUMI_K8S_DELETE_UNREACHABLE" in done.text, "refresh and destroy use the old path"
        assert "settings" in stack.state(), "an object that nobody could look at is forgotten"
    moved = stack.up(lambda: program(there))
    assert moved.succeeded, moved.text
    assert moved.did("there", "settings") == ["update"], "the same cluster by another file: only the provider changes"
    assert stack.destroy().succeeded


def test_objects_are_not_rendered_as_files(stack: KubernetesStack) -> None:
    def program() -> None:
        provider = k8s.Provider("files", render_yaml_to_directory=str(stack.folder / "rendered"))
        config_map(stack, "1", name="file", opts=pulumi.ResourceOptions(provider=provider))

    refused = stack.up(program)
    assert not refused.succeeded and "writes no files" in refused.text, "the files would never be written, and nothing says so"
