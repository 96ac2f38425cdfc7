"""Console: a container that waits for `rails console` and one-off tasks."""

from typing import Self

import pulumi
import pulumi_kubernetes as kubernetes
from pydantic import model_validator

from railbed.arguments import checked
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.pod import as_written, rails_container, rails_pod
from railbed.kubernetes.workload import Manifest, Workload, WorkloadArgs, labels_of, merged, metadata_of

END_GRACE_SECONDS = 10

# `sleep` alone would be process 1, which ignores TERM, and every release would wait for its kill.
WAIT = "trap 'exit 0' TERM INT; sleep infinity & wait"


class ConsoleArgs(WorkloadArgs):
    """Arguments of Console."""


class _Console(Workload):
    """`ConsoleArgs`, checked."""

    @model_validator(mode="after")
    def _overrides_are_known(self) -> Self:
        return self.with_overrides_of(Console.OVERRIDABLE)


class Console(pulumi.ComponentResource):
    """A container with the application's image and environment that does nothing: a Deployment of one pod.

    `kubectl exec` opens a Rails console in it or runs a task and returns its exit code, apart from the pods that serve users.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"deployment"})

    command: pulumi.Output[str]
    """The command that opens a Rails console."""

    def __init__(self, name: str, args: ConsoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        console = checked(_Console, args, f"Console '{name}'")
        super().__init__("railbed:index:Console", name, {}, opts)
        labels = labels_of(name, "console")

        configuration = Configuration(name, console, labels, self)
        wait = ["sh", "-c", WAIT]
        container = rails_container("console", console, wait if console.entrypoint else None, configuration.sources, stdin=True)
        if console.entrypoint is None:  # the image's could migrate
            container["command"] = as_written(wait)
        manifest: Manifest = {
            "metadata": metadata_of(labels, console.namespace, name),
            "spec": {
                "replicas": 1,
                "strategy": {"type": "Recreate"},
                "selector": {"matchLabels": labels},
                "revisionHistoryLimit": 1,
                "template": {
                    "metadata": {"labels": labels},
                    "spec": rails_pod(console, [container], END_GRACE_SECONDS),
                },
            },
        }
        deployment = kubernetes.apps.v1.Deployment(
            name, **merged(manifest, console.overrides.get("deployment", {})), opts=pulumi.ResourceOptions(parent=self)
        )

        self.command = deployment.metadata.apply(
            lambda metadata: f"kubectl -n {metadata.namespace} exec -it deployment/{metadata.name} -- bin/rails console"
        )
        self.register_outputs({"command": self.command})
