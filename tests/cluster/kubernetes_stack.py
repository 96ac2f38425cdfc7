"""Small stacks of Kubernetes resources on the sandbox's cluster.

Like everything in the sandbox they use the real provider plugin where there is one (on PATH, or installed in its version)
and the stand-in elsewhere; PLUGIN tells the few tests in which the two differ. docs/sandbox.md lists the differences.
"""

import contextlib
import gc
import importlib
import subprocess
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubernetes import client, config
from pulumi import automation
from pulumi.automation.events import EngineEvent

from sandbox import cluster, environment

PLUGIN = environment.plugin_installed("kubernetes")
IMAGE = "railbed.sandbox/pause:1"
SHELL_IMAGE = "railbed.sandbox/demo:1"
# Untyped: checking nested dictionaries against this SDK's types takes mypy many minutes and gigabytes.
k8s: Any = importlib.import_module("pulumi_kubernetes")  # as a typed value the module takes mypy gigabytes
Program = Callable[[], Any]


@dataclass
class Outcome:
    """What one run of the engine did."""

    succeeded: bool = True
    operations: dict[str, list[str]] = field(default_factory=dict)
    text: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """What the user reads about each resource."""
    outputs: dict[str, Any] = field(default_factory=dict)

    def note(self, event: EngineEvent) -> None:
        step = event.resource_pre_event.metadata if event.resource_pre_event else None
        if step and step.op.value not in {"same", "read", "refresh"} and "pulumi:pulumi:Stack" not in step.urn:
            self.operations.setdefault(step.urn.rsplit("::", 1)[-1], []).append(step.op.value)
        if event.diagnostic_event:
            self.text += event.diagnostic_event.message + "\n"
            name = (event.diagnostic_event.urn or "").rsplit("::", 1)[-1]
            self.said[name] = self.said.get(name, "") + event.diagnostic_event.message + "\n"

    def did(self, *names: str) -> list[str]:
        """The operations on these resources, in order."""
        return [operation for name in names for operation in self.operations.get(name, [])]


class KubernetesStack:
    """A stack whose program each run may change."""

    def __init__(self, folder: Path, variables: dict[str, str], namespace: str) -> None:
        self.folder, self.namespace = folder, namespace
        self.variables = variables | {"PULUMI_BACKEND_URL": folder.as_uri(), "PULUMI_CONFIG_PASSPHRASE": "test"}
        options = automation.LocalWorkspaceOptions(env_vars=self.variables, work_dir=None)
        self.stack = automation.create_stack("test", project_name="provider", program=lambda: None, opts=options)

    def up(self, program: Program, **options: Any) -> Outcome:
        return self._run(self.stack.up, program, **options)

    def preview(self, program: Program, **options: Any) -> Outcome:
        return self._run(self.stack.preview, program, **options)

    def refresh(self) -> Outcome:
        return self._run(self.stack.refresh, None)

    def destroy(self, **options: Any) -> Outcome:
        return self._run(self.stack.destroy, None, **options)

    def _run(self, command: Callable[..., Any], program: Program | None, **options: Any) -> Outcome:
        outcome = Outcome()
        if program is not None:
            options["program"] = program
        lines: list[str] = []
        try:
            command(on_event=outcome.note, on_output=lines.append, **options)
        except automation.CommandError as error:
            outcome.succeeded = False
            print(error)  # pytest shows it when the test fails
            gc.collect()  # the SDK drops the failed program's coroutines, which complain when they are collected late
        outcome.text += "\n".join(lines)
        if command == self.stack.up:
            outcome.outputs = {name: output.value for name, output in self.stack.outputs().items()}
        return outcome

    def state(self) -> dict[str, Any]:
        """The resources in the stack's state, by name."""
        deployment = self.stack.export_stack().deployment or {}
        return {resource["urn"].rsplit("::", 1)[-1]: resource for resource in deployment.get("resources", [])}

    def state_file(self) -> str:
        """The state exactly as it is on the disk."""
        (file,) = (self.folder / ".pulumi" / "stacks" / "provider").glob("test.json")
        return file.read_text()

    @property
    def core(self) -> client.CoreV1Api:
        return client.CoreV1Api(self._client())

    @property
    def apps(self) -> client.AppsV1Api:
        return client.AppsV1Api(self._client())

    def _client(self) -> client.ApiClient:
        made: client.ApiClient = config.new_client_from_config(self.variables["KUBECONFIG"])  # type: ignore[no-untyped-call]
        return made


@contextlib.contextmanager
def kubernetes_stack(folder: Path, variables: dict[str, str]) -> Iterator[KubernetesStack]:
    """An empty stack and a namespace of its own."""
    stack = KubernetesStack(folder, variables, f"provider-{uuid.uuid4().hex[:8]}")
    stack.core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=stack.namespace)))
    try:
        yield stack
    finally:
        stack.core.delete_namespace(stack.namespace)


def kubectl(stack: KubernetesStack, *arguments: str) -> str:
    """Run kubectl in the stack's namespace."""
    command = [str(cluster.binaries() / "kubectl"), "--namespace", stack.namespace, *arguments]
    done = subprocess.run(command, env=stack.variables, capture_output=True, text=True, check=True)
    return done.stdout
