"""What keeps a workload from coming up is told in one sentence that names the argument to change."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
import pytest
from kubernetes import client

from railbed import Console, CronTask, MigrationJob, Postgresql, RailsWeb, Redis, SidekiqWorkers
from tests.cluster.components import strange_images
from tests.cluster.kubernetes_stack import SHELL_IMAGE, KubernetesStack, Outcome, k8s, kubectl
from tests.cluster.waiting import eventually

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
TOKEN = "hunter2-token"
FILL_MEMORY = ["ruby", "-e", "fill = []; loop { fill << 'x' * 10_000_000 }"]
ONLY_AS_LARGE_AS_NEEDED = {"cpu": "10m", "memory": "32Mi", "memory_limit": "64Mi"}


def impatient(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
    """Wait for no workload longer than a crash takes on a busy machine."""
    patience = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="30s"))
    return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, patience))


def failed(stack: KubernetesStack, component: Any, arguments: dict[str, Any], *before: Any) -> Outcome:
    """`up` of a component with these arguments that is to fail."""

    def program() -> None:
        others = [make() for make in before]
        common = {"namespace": stack.namespace, "kubeconfig": stack.variables["KUBECONFIG"]}
        options = pulumi.ResourceOptions(transformations=[impatient], depends_on=others)
        component("shop", {**common, **arguments}, options)

    outcome = stack.up(program)
    assert not outcome.succeeded, f"{component.__name__} does not come up, and the user is told that it does:\n{outcome.text}"
    assert "Traceback" not in outcome.text, outcome.text
    return outcome


def assert_told(outcome: Outcome, *expected: str) -> None:
    for text in expected:
        assert text in outcome.text, f"the user is not told {text!r}:\n{outcome.text}"


def quota(namespace: str, **hard: str) -> Any:
    return lambda: k8s.core.v1.ResourceQuota("quota", metadata={"name": "small", "namespace": namespace}, spec={"hard": hard})


@pytest.mark.parametrize(
    ("component", "argument"),
    [
        (RailsWeb, "web.resources.memory_limit (64Mi)"),
        (SidekiqWorkers, "resources.memory_limit (64Mi) of workers shop"),
        (MigrationJob, "migration.resources.memory_limit (64Mi)"),
    ],
)
def test_out_of_memory(stack: KubernetesStack, component: Any, argument: str) -> None:
    arguments = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "command": FILL_MEMORY,
        "resources": ONLY_AS_LARGE_AS_NEEDED,
    }
    assert_told(failed(stack, component, arguments), f"ran out of memory: raise {argument}", "OOMKilled")


def test_a_store_out_of_memory(stack: KubernetesStack) -> None:
    container = {
        "name": "redis",
        "image": SHELL_IMAGE,
        "command": FILL_MEMORY,
        "resources": {"limits": {"memory": "64Mi"}},
        # As a store's: on a busy machine it would be ready for a moment before its memory is full.
        "readinessProbe": {"exec": {"command": ["false"]}},
    }
    arguments = {"overrides": {"stateful_set": {"spec": {"template": {"spec": {"containers": [container]}}}}}}
    assert_told(failed(stack, Redis, arguments), "ran out of memory: raise redis.resources.memory_limit (64Mi)")


@pytest.fixture(scope="module")
def images(sandbox_up: None) -> None:
    strange_images.load()


@pytest.mark.usefixtures("images")
@pytest.mark.parametrize("component", [RailsWeb, SidekiqWorkers, MigrationJob, Console])
def test_an_image_without_a_shell(stack: KubernetesStack, component: Any) -> None:
    image = strange_images.WITHOUT_SHELL
    assert_told(failed(stack, component, {"image": image}), f"The image {image} has no shell (sh)", "executable file not found")


@pytest.mark.usefixtures("images")
@pytest.mark.parametrize("component", [RailsWeb, MigrationJob])
def test_an_image_for_another_processor(stack: KubernetesStack, component: Any) -> None:
    image = strange_images.OTHER_PROCESSOR
    outcome = failed(stack, component, {"image": image})
    assert_told(outcome, "The image is built for another processor architecture than the node's", f"image ({image})")


@pytest.mark.parametrize("component", [RailsWeb, MigrationJob])
def test_a_program_that_the_image_does_not_have(stack: KubernetesStack, component: Any) -> None:
    arguments = {"image": SHELL_IMAGE, "entrypoint": ["bin/nothing"], "command": ["serve"]}
    part = {RailsWeb: "web", MigrationJob: "migration"}[component]
    assert_told(failed(stack, component, arguments), "The program bin/nothing", f"check {part}.command (bin/nothing serve)")


@pytest.mark.parametrize("component", [RailsWeb, SidekiqWorkers, MigrationJob])
def test_an_application_that_lies_in_another_folder(stack: KubernetesStack, component: Any) -> None:
    arguments = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "command": ["ruby", "-e", "File.write('/rails/log/production.log', '')"],
        "workdir": "/srv/app",
    }
    assert_told(
        failed(stack, component, arguments), "set workdir (/srv/app) to its folder in the image, which seems to be /rails"
    )


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (r"printf '\177ELF\2\1\1' > /tmp/arm; chmod +x /tmp/arm; exec /tmp/arm", "another processor architecture"),
        ("BIG=$(head -c 300000 /dev/zero | tr '\\0' x); export BIG; exec ls", "Linux allows 128 KiB for one variable"),
    ],
)
def test_what_only_the_log_tells(stack: KubernetesStack, script: str, told: str) -> None:
    arguments = {"image": SHELL_IMAGE, "entrypoint": ["/usr/bin/env"], "command": ["sh", "-c", script]}
    assert_told(failed(stack, SidekiqWorkers, arguments), told)


@pytest.mark.parametrize(
    ("component", "argument"),
    [(RailsWeb, "web.resources.memory_limit (1Gi)"), (MigrationJob, "migration.resources.memory_limit (1Gi)")],
)
def test_a_quota_that_leaves_no_room(stack: KubernetesStack, component: Any, argument: str) -> None:
    arguments = {"image": SHELL_IMAGE, "start_seconds": 10} if component is MigrationJob else {"image": SHELL_IMAGE}
    outcome = failed(stack, component, arguments, quota(stack.namespace, **{"limits.memory": "512Mi"}))
    assert_told(outcome, "The quota small of the namespace leaves no room for the pod", argument, "exceeded quota: small")


def test_a_quota_that_leaves_no_room_for_a_volume(stack: KubernetesStack) -> None:
    room = quota(stack.namespace, **{"requests.storage": "1Gi"})
    outcome = failed(stack, Postgresql, {"image": SHELL_IMAGE, "storage": "50Gi"}, room)
    assert_told(outcome, "leaves no room for the volume: lower database.storage (50Gi)", "exceeded quota: small")


@pytest.mark.parametrize("component", [RailsWeb, Redis, Console])
def test_no_node_has_room(stack: KubernetesStack, component: Any) -> None:
    part = {RailsWeb: "web", Redis: "redis", Console: "console"}[component]
    arguments = {"image": SHELL_IMAGE, "resources": {"memory": "4000Gi", "memory_limit": "4000Gi"}}
    outcome = failed(stack, component, arguments)
    assert_told(outcome, f"No node has room for the pod: lower {part}.resources.memory (4000Gi)", "Insufficient memory")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("403 Forbidden", "host authorization refuses the host shop.example.com that the health check sends"),
        ("404 Not Found", "correct web.health_path (/up)"),
        ("", "Nothing answers on web.port (3000)"),
    ],
)
def test_a_health_check_that_fails(stack: KubernetesStack, answer: str, told: str) -> None:
    response = f'c << "HTTP/1.1 {answer}\\r\\n\\r\\n"'
    server = f"require 'socket'; s = TCPServer.new(3000); loop {{ c = s.accept; c.readpartial(4096); {response}; c.close }}"
    arguments = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "command": ["ruby", "-e", server] if answer else ["sleep", "600"],
        "hosts": ["shop.example.com"],
        "startup_seconds": 10,
        "drain_seconds": 0,
        "request_seconds": 1,
    }
    assert_told(failed(stack, RailsWeb, arguments), told)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"image": "railbed.sandbox/none:1"}, "railbed.sandbox/none:1"),
        (
            {"command": FILL_MEMORY, "resources": ONLY_AS_LARGE_AS_NEEDED},
            "raise resources.memory_limit (64Mi) of cron task shop",
        ),
    ],
)
def test_the_next_up_tells_of_a_cron_task_that_did_not_work(
    stack: KubernetesStack, arguments: dict[str, Any], told: str
) -> None:
    common = {
        "image": SHELL_IMAGE,
        "schedule": "0 0 1 1 *",
        "entrypoint": ["/usr/bin/env"],
        "command": ["true"],
        "namespace": stack.namespace,
        "kubeconfig": stack.variables["KUBECONFIG"],
    }

    def up() -> Outcome:
        task: Any = {**common, **arguments}
        outcome = stack.up(lambda: CronTask("shop", task))
        assert outcome.succeeded, f"a run of a cron task decides over a release:\n{outcome.text}"
        return outcome

    assert "run" not in up().said.get("shop", ""), "there was no run yet"
    kubectl(stack, "create", "job", "--from=cronjob/shop", "once")
    outcome = eventually(lambda: found if told in (found := up()).text else None, f"the user reads {told!r}", 60)
    assert "Traceback" not in outcome.text


@pytest.mark.parametrize("takes_long_to_end", [True, False])
def test_a_migration_that_is_evicted(stack: KubernetesStack, takes_long_to_end: bool) -> None:
    def evict() -> None:
        name = eventually(lambda: running(stack), "the migration runs", 25)
        metadata = client.V1ObjectMeta(name=name, namespace=stack.namespace)
        stack.core.create_namespaced_pod_eviction(name, stack.namespace, client.V1Eviction(metadata=metadata))

    script = "trap '' TERM; sleep 100" if takes_long_to_end else "trap 'exit 1' TERM; sleep 100 & wait"
    arguments = {
        "image": SHELL_IMAGE,
        "entrypoint": ["/usr/bin/env"],
        "command": ["sh", "-c", script],
        "overrides": {"job": {"spec": {"template": {"spec": {"terminationGracePeriodSeconds": 5}}}}},
    }
    with ThreadPoolExecutor(1) as pool:
        evicted = pool.submit(evict)
        outcome = failed(stack, MigrationJob, arguments)
        evicted.result()
    assert_told(outcome, "was evicted", "run `pulumi up` again")


def running(stack: KubernetesStack) -> str | None:
    found: Any = stack.core.list_namespaced_pod(stack.namespace).items
    return next((pod.metadata.name for pod in found if pod.status.phase == "Running"), None)


def test_no_secret_is_in_a_reason(stack: KubernetesStack) -> None:
    arguments = {"image": SHELL_IMAGE, "entrypoint": [TOKEN], "command": ["serve"], "secrets": {"TOKEN": TOKEN}}
    outcome = failed(stack, RailsWeb, arguments)
    assert "The program [secret] is not in the image" in outcome.text, outcome.text
