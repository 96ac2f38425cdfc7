"""The real program of this repository, deployed by the real engine with settings of the test's own."""

import copy
import json
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from sandbox import cluster, images

PROJECT = Path(__file__).parents[2]
HOST = "demo.example.com"
MASTER_KEY = (PROJECT / "sandbox/demo/config/master.key").read_text().strip()
OVERLAYS = Path(__file__).parent / "overlays"
SMALL = {"cpu": "20m", "memory": "128Mi", "memory_limit": "512Mi"}
PASSPHRASE = "test"


def image_with(migration: str) -> str:
    """Reference of version 1 with one more migration, of the folder overlays."""
    (file,) = OVERLAYS.glob(f"*_{migration}.rb")
    return images.demo("1", {f"db/migrate/{file.name}": file.read_text()})


def settings_of(name: str) -> dict[str, Any]:
    """Settings of a small installation of the demo application."""
    return {
        "target": "cluster",
        "cluster": {"exposure": "node_port", "node_address": cluster.NODE_ADDRESS},
        "app": {
            "name": name,
            "image": {"ref": "railbed.sandbox/demo:1"},
            "env": {"DEMO_GREETING": "hello"},
            "web": {"replicas": 2, "hosts": [HOST], "drain_seconds": 5, "resources": SMALL},
            "workers": {"default": {"resources": SMALL}},
            "migration": {"resources": SMALL},
            "console": {"enabled": False},
        },
        "secrets": {"RAILS_MASTER_KEY": MASTER_KEY},
        "database": {"image": images.postgres_reference(), "storage": "1Gi", "resources": SMALL},
        "redis": {"image": images.redis_reference(), "storage": "1Gi", "resources": SMALL},
    }


@dataclass
class Run:
    """What one command of pulumi did and what its user read."""

    code: int
    text: str
    operations: dict[str, list[str]] = field(default_factory=dict)
    """By resource name (type and name): the engine's operations, `same` left out."""

    def changed(self, kind: str) -> set[str]:
        """Names of the resources of a kind (Deployment, Job, Secret) that were created, updated or replaced."""
        return {key.split("::")[1] for key in self.operations if key.split("::")[0].split(":")[-1] == kind}


class RailsStack:
    """One stack of the project, in a folder, a state and a namespace of its own."""

    def __init__(self, folder: Path, variables: dict[str, str], name: str | None = None, stack: str = "test") -> None:
        self.name = name or f"t{uuid.uuid4().hex[:6]}"
        self.stack = stack
        self.namespace = f"{self.name}-{stack}"
        self.folder = folder
        self.settings = settings_of(self.name)
        self._encrypted: dict[str, str] = {}
        self.variables = variables | {
            "PULUMI_BACKEND_URL": folder.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": str(PROJECT),
            "PULUMI_DEBUG_COMMANDS": "true",  # shows --event-log
        }
        project = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())
        project["main"] = str(PROJECT)
        project["runtime"]["options"]["virtualenv"] = str(PROJECT / ".venv")
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        self._pulumi("stack", "init", stack)

    @property
    def app(self) -> dict[str, Any]:
        """The application's part of the settings, to change."""
        app: dict[str, Any] = self.settings["app"]
        return app

    def hasten(self) -> None:
        """One small web pod, and no pod that takes its time to stop: for tests of something else."""
        self.app["web"] |= {"replicas": 1, "processes": 1, "drain_seconds": 1, "request_seconds": 1}
        for workers in self.app["workers"].values():
            workers["shutdown_seconds"] = 1

    def up(self, *options: str) -> Run:
        """`pulumi up`, to its end."""
        return self.finish(self.start("up", "--yes", "--skip-preview", *options))

    def preview(self) -> Run:
        """`pulumi preview`."""
        return self.finish(self.start("preview"))

    def destroy(self) -> Run:
        """`pulumi destroy`."""
        return self.finish(self.start("destroy", "--yes", "--skip-preview"))

    def start(self, command: str, *options: str) -> "subprocess.Popen[str]":
        """Start a command of pulumi with the settings as they are now, in a process group of its own."""
        self._write_settings()
        self._events.unlink(missing_ok=True)
        return subprocess.Popen(
            ["pulumi", command, "--stack", self.stack, "--non-interactive", "--event-log", str(self._events), *options],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, process: "subprocess.Popen[str]") -> Run:
        """Wait for a started command to end."""
        text, _ = process.communicate(timeout=900)
        return Run(process.returncode, text, self._operations())

    def kill(self, process: "subprocess.Popen[str]") -> None:
        """End a command as a lost machine would: engine, language host and program at once, without a word."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        (self.folder / ".pulumi" / "locks").exists() and self._pulumi("cancel", "--yes", self.stack)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        found: dict[str, Any] = json.loads(self._pulumi("stack", "output", "--json", "--stack", self.stack))
        return found

    def state(self) -> str:
        """The state as it lies on the disk."""
        (file,) = (self.folder / ".pulumi" / "stacks").rglob(f"{self.stack}.json")
        return file.read_text()

    def client(self) -> httpx.Client:
        """A client of the application, as behind a proxy that ends TLS."""
        return httpx.Client(base_url=self.outputs()["url"], headers={"Host": HOST, "X-Forwarded-Proto": "https"}, timeout=30)

    def status(self) -> dict[str, Any]:
        """What the application says of itself."""
        with self.client() as client:
            answer = client.get("/status.json")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def kubectl(self, *arguments: str) -> str:
        """Run kubectl in the stack's namespace."""
        command = [str(cluster.binaries() / "kubectl"), "--namespace", self.namespace, *arguments]
        return subprocess.run(command, env=self.variables, capture_output=True, text=True, check=True).stdout

    def create(self, manifest: dict[str, Any]) -> None:
        """Make an object in the stack's namespace as somebody else would."""
        command = [str(cluster.binaries() / "kubectl"), "--namespace", self.namespace, "create", "-f", "-"]
        subprocess.run(command, env=self.variables, input=json.dumps(manifest), text=True, capture_output=True, check=True)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """Objects of a kind in the stack's namespace."""
        found: list[dict[str, Any]] = json.loads(self.kubectl("get", kind, "-o", "json"))["items"]
        return found

    def pods(self, component: str) -> set[str]:
        """Identities (never used twice) of the pods of a component: web, worker, migration, database, cache."""
        return {each["uid"] for each in self._staying(component)}

    def web_pods(self) -> list[str]:
        """Names of the web pods that are not about to end."""
        return [each["name"] for each in self._staying("web")]

    def _staying(self, component: str) -> list[dict[str, Any]]:
        """Metadata of the pods of a component that are not about to end."""
        label = "app.kubernetes.io/component"
        metadata = [pod["metadata"] for pod in self.objects("pods")]
        return [each for each in metadata if each["labels"].get(label) == component and "deletionTimestamp" not in each]

    def ready_web_pods(self) -> int:
        """Number of the web pods that get requests."""
        (deployment,) = (one for one in self.objects("deployments") if one["metadata"]["name"] == f"{self.name}-web")
        return int(deployment["status"].get("readyReplicas", 0))

    @property
    def _events(self) -> Path:
        return self.folder / "events.json"

    def _operations(self) -> dict[str, list[str]]:
        operations: dict[str, list[str]] = {}
        lines = self._events.read_text().splitlines() if self._events.exists() else []
        for event in map(json.loads, lines):
            step = event.get("resourcePreEvent", {}).get("metadata")
            if step and step["op"] not in ("same", "read"):
                key = "::".join(step["urn"].split("$")[-1].split("::")[-2:])
                if not key.startswith("pulumi:providers:pulumi::"):  # the engine itself, which answers the program's questions
                    operations.setdefault(key, []).append(step["op"])
        return operations

    def _write_settings(self) -> None:
        file = self.folder / f"Pulumi.{self.stack}.yaml"
        stack = yaml.safe_load(file.read_text()) if file.exists() else {}
        settings = copy.deepcopy(self.settings)
        secrets = settings.pop("secrets")
        encrypted = stack.get("config", {}).get("railbed:secrets", {})
        kept = {key: text for key, text in encrypted.items() if key in secrets and self._encrypted.get(key) == secrets[key]}
        stack["config"] = {f"railbed:{key}": value for key, value in settings.items()} | {"railbed:secrets": kept}
        file.write_text(yaml.safe_dump(stack))
        self._encrypted = secrets
        for key in secrets.keys() - kept.keys():
            self._pulumi(
                "config", "set", "--stack", self.stack, "--secret", "--path", f"railbed:secrets.{key}", "--", secrets[key]
            )

    def _pulumi(self, *arguments: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments], cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"pulumi {' '.join(arguments[:2])} failed: {done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def rails_stack(
    folder: Path, variables: dict[str, str], name: str | None = None, stack_name: str = "test"
) -> Iterator[RailsStack]:
    """A stack that is gone afterwards, with its namespace, whatever the test did to it."""
    stack = RailsStack(folder, variables, name, stack_name)
    try:
        yield stack
    finally:
        subprocess.run(
            [str(cluster.binaries() / "kubectl"), "delete", "namespace", stack.namespace, "--ignore-not-found", "--wait=false"],
            env=variables,
            capture_output=True,
            check=False,
        )
