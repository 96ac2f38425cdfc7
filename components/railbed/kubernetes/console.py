"""Console: a container that waits for `rails console` and one-off tasks."""

import pulumi

from railbed.args import ConsoleArgs
from railbed.component import Component
from railbed.description.commands import IDLE_COMMAND
from railbed.kubernetes.authorities import mount_authorities
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.network_policy import limit_workload
from railbed.kubernetes.pod import as_written, rails_container, rails_pod
from railbed.kubernetes.rollout import rolled_out
from railbed.kubernetes.workload import Workload, WorkloadOptions, labels_of
from railbed.validation.rules import rule

STARTUP_SECONDS = 60
SESSION_SECONDS = 3600
"""How long what runs in a console may go on after a release has replaced it."""

# Runs while anything runs that somebody started with `kubectl exec`, or left behind there: it is in another session than the
# container's own processes, whose is 1, and than this hook. Only builtins of the shell: an image need not have ps.
WAIT_FOR_SESSIONS = """
busy() {
  for process in /proc/[0-9]*; do
    state= session=
    while read -r key value _; do
      case $key in State:) state=$value ;; NSsid:) session=$value ;; esac
    done < $process/status
    case $state:$session in Z:* | *: | *:1 | *:$$) continue ;; esac
    return 0
  done 2> /dev/null
  return 1
}
while busy; do sleep 1; done
"""


class ConsoleOptions(WorkloadOptions):
    """Options of Console."""

    @rule
    def _overrides_are_known(self) -> None:
        self.check_overrides_of(Console.OVERRIDABLE)


class ConsoleModel(ConsoleOptions, Workload):
    """Arguments of Console."""


class Console(Component[ConsoleModel]):
    """A container with the application's image and environment that does nothing: a Deployment of one pod.

    `kubectl exec` opens a Rails console in it or runs a task and returns its exit code, apart from the pods that serve users.
    What runs in it when a release replaces it has an hour to finish; new sessions begin in the new pod.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"deployment", "network_policy"})

    command: pulumi.Output[str]
    """The command that opens a Rails console."""

    def __init__(self, name: str, args: ConsoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, ConsoleModel, opts)
        console = self._arguments
        labels = labels_of(name, "console")

        limit_workload(name, console, labels, self)
        configuration = Configuration(name, console, labels, self)
        command = IDLE_COMMAND if console.entrypoint else None
        container = rails_container("console", console, command, configuration.sources, stdin=True)
        if console.entrypoint is None:  # the image's could migrate
            container["command"] = as_written(IDLE_COMMAND)
        container["lifecycle"] = {"preStop": {"exec": {"command": ["sh", "-c", WAIT_FOR_SESSIONS]}}}
        pod = rails_pod(console, [container], SESSION_SECONDS)
        mount_authorities(name, console, labels, container, pod, self)
        deployment = rolled_out(
            name,
            self,
            console,
            labels,
            pod,
            replicas=1,
            startup_seconds=STARTUP_SECONDS,
            revisionHistoryLimit=1,
        )

        self.command = deployment.metadata.apply(
            lambda metadata: f"kubectl -n {metadata.namespace} exec -it deployment/{metadata.name} -- bin/rails console"
        )
        self._register_outputs()
