"""The real program of this repository with target docker, deployed to the sandbox's machine with Docker."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker
import httpx
from docker.errors import APIError, NotFound

from sandbox import images, machine
from sandbox.images.catalogue import demo_image
from tests.cluster.rails_stack import HOST, MASTER_KEY, OVERLAYS, SMALL, RailsStack

TOKEN = "token-of-the-first-day"
LABELS = {"railbed/project": "railbed"}
STACKS = ("test", "other")
"""Names of the stacks that tests make; what they have left is removed before and after."""


def free_port() -> int:
    """A port of the loopback address that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def image_with(migration: str) -> str:
    """Reference of version 1 with one more migration, of the folder overlays."""
    (file,) = OVERLAYS.glob(f"*_{migration}.rb")
    image = demo_image("1", {f"db/migrate/{file.name}": file.read_text()})
    images.load_into(machine.client(), [image])
    return image.reference


def settings_of(name: str) -> dict[str, Any]:
    """Settings of a small installation of the demo application."""
    return {
        "target": "docker",
        "docker": {"port": free_port(), "proxy_image": "railbed.sandbox/caddy:2"},
        "app": {
            "name": name,
            "image": {"ref": "railbed.sandbox/demo:1"},
            "env": {"DEMO_GREETING": "hello"},
            "web": {"replicas": 1, "hosts": [HOST], "request_seconds": 5, "resources": SMALL},
            "workers": {"default": {"shutdown_seconds": 1, "resources": SMALL}},
            "migration": {"post": True, "resources": SMALL},
            "console": {"enabled": False},
        },
        "secrets": {"RAILS_MASTER_KEY": MASTER_KEY, "PARTNER_TOKEN": TOKEN},
        "database": {"image": images.postgres_reference(), "resources": SMALL},
        "redis": {"image": images.redis_reference(), "resources": SMALL},
    }


class MachineStack(RailsStack):
    """One stack of the project on the machine, in a folder and a state of its own."""

    def __init__(self, folder: Path, variables: dict[str, str], name: str, stack: str) -> None:
        super().__init__(folder, variables, name, stack)
        self.settings = settings_of(name)
        self.engine = machine.client()

    def of(self, component: str | None = None) -> dict[str, str]:
        """IDs by name of the containers of the stack, or of one of its components, those that have ended too."""
        wanted = {**LABELS, "railbed/stack": self.stack, **({"railbed/component": component} if component else {})}
        labels = [f"{key}={value}" for key, value in wanted.items()]
        listed = self.engine.api.containers(all=True, filters={"label": labels})
        return {each["Names"][0].lstrip("/"): each["Id"] for each in listed}

    def volumes(self) -> set[str]:
        """Names of the volumes of the stack that have one."""
        listed = self.engine.volumes.list(filters={"label": f"railbed/stack={self.stack}"})
        return {str(each.name) for each in listed}

    def running(self, component: str) -> list[docker.models.containers.Container]:
        """The containers of a component that run."""
        found = []
        for identity in self.of(component).values():
            with suppress(NotFound):
                found.append(self.engine.containers.get(identity))
        return [each for each in found if each.status == "running"]

    def variables_of(self, component: str) -> dict[str, str]:
        """The environment of the container of a component."""
        (container,) = self.running(component)
        return dict(each.split("=", 1) for each in container.attrs["Config"]["Env"])

    def has_said(self, text: str) -> bool:
        """Whether the command of pulumi that runs has said something."""
        return self._events.exists() and text in self._events.read_text()

    def client(self) -> httpx.Client:
        """A client of the application at the address that the stack tells."""
        return httpx.Client(base_url=self.outputs()["url"], headers={"Host": HOST}, timeout=30, trust_env=False)

    def authority(self) -> str:
        """The certificate of the authority with which the proxy signs for names that only the machine knows."""
        (proxy,) = self.running("proxy")
        code, found = proxy.exec_run(["cat", "/data/caddy/pki/authorities/local/root.crt"])
        assert code == 0, found
        return str(found.decode())

    def page(self, host: str, path: str = "/") -> httpx.Response:
        """A page by HTTPS, of the address that the proxy has; the certificate is checked."""
        context = ssl.create_default_context(cadata=self.authority())
        address = self.settings["docker"]["address"]
        with httpx.Client(verify=context, headers={"Host": host}, timeout=30, trust_env=False) as client:
            return client.get(f"https://{address}{path}", extensions={"sni_hostname": host})

    def remove(self) -> None:
        """Remove whatever is left of the stack on the machine."""
        for identity in self.of().values():
            self.engine.api.remove_container(identity, v=True, force=True)
        for network in self.engine.networks.list(filters={"label": f"railbed/stack={self.stack}"}):
            network.remove()
        for volume in self.volumes():
            with suppress(APIError):
                self.engine.volumes.get(volume).remove(force=True)


@contextmanager
def machine_stack(folder: Path, variables: dict[str, str], name: str = "shop", stack: str = "test") -> Iterator[MachineStack]:
    """A stack of which nothing is left afterwards, whatever the test did to it."""
    found = MachineStack(folder, variables, name, stack)
    found.remove()
    try:
        yield found
    finally:
        found.remove()


def copied(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings to go back to."""
    found: dict[str, Any] = json.loads(json.dumps(settings))
    return found
