"""The real program of this repository, run by the real engine, against the recording provider."""

import copy
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.rails_stack import RailsStack, Run
from tests.engine.recording_provider import Record

NAME = "shop"
MASTER_KEY = "4f5c1c0f7b6e4a0b9d2e8a7c6b5d4e3f"


def settings() -> dict[str, Any]:
    """Settings in which everything that railbed can make is made."""
    return {
        "target": "cluster",
        "cluster": {"exposure": "node_port", "node_port": 30500, "node_address": "192.0.2.1"},
        "app": {
            "name": NAME,
            "image": {"ref": "registry.example.com/shop:1"},
            "env": {"GREETING": "hello"},
            "web": {"replicas": 2, "hosts": ["shop.example.com"]},
            "workers": {"default": {}, "mailers": {"queues": ["mailers"], "replicas": 2}},
            "migration": {"post": True},
            "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]}},
        },
        "secrets": {"RAILS_MASTER_KEY": MASTER_KEY, "REGISTRY_PASSWORD": "password-of-the-registry"},
        "registry": {"server": "registry.example.com", "username": "deployer"},
        "database": {},
        "redis": {},
    }


class RecordedStack(RailsStack):
    """A stack whose objects are only recorded."""

    def __init__(self, folder: Path, variables: dict[str, str], record: Record) -> None:
        super().__init__(folder, variables, NAME)
        self.record = record
        self.settings = settings()
        self.event_log = ""

    def program(self, text: str) -> None:
        """Run this program instead of the repository's."""
        self._change_project(main=str(self.folder))
        (self.folder / "__main__.py").write_text(text)

    def plugin(self, name: str, folder: Path) -> None:
        """Let the program use a provider plugin that lies in a folder."""
        self._change_project(plugins={"providers": [{"name": name, "path": str(folder)}]})

    def deploy(self) -> Run:
        """`pulumi up` that nothing hinders and that has to succeed."""
        self.record.mend()
        run = self.up()
        assert run.code == 0, f"the release failed:\n{run.text}"
        return run

    def start(self, command: str, *options: str) -> "subprocess.Popen[str]":
        """Start a command of pulumi; the record holds nothing but what it does."""
        self.record.start()
        return super().start(command, *options)

    def preview(self, *options: str) -> Run:
        """`pulumi preview`."""
        return self.finish(self.start("preview", *options))

    @contextmanager
    def changed(self, changes: Mapping[str, Any]) -> Iterator[None]:
        """Other settings for a while, by path; None takes one out."""
        before = self.settings
        self.settings = copy.deepcopy(before)
        for path, value in changes.items():
            *parents, last = path.split(".")
            place = self.settings
            for parent in parents:
                place = place.setdefault(parent, {})
            if value is None:
                place.pop(last, None)
            else:
                place[last] = value
        try:
            yield
        finally:
            self.settings = before

    def exported(self, *options: str) -> str:
        """What `pulumi stack export` says."""
        return self._pulumi("stack", "export", "--stack", "test", *options)

    def restore(self, state: Path) -> None:
        """Go on from an exported state."""
        self._pulumi("stack", "import", "--stack", "test", "--file", str(state))

    def _change_project(self, **changes: Any) -> None:
        file = self.folder / "Pulumi.yaml"
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | changes))

    def finish(self, process: "subprocess.Popen[str]") -> Run:
        run = super().finish(process)
        self.event_log = self._events.read_text() if self._events.exists() else ""
        return run
