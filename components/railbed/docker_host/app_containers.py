"""The containers of an application on a Docker host, one for each part of its description."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_docker import Container

from railbed.description.app import PREPARE_TO_END_SECONDS, WORKER_EXTRA_SECONDS, AppCron, AppPart, AppWorkers
from railbed.description.commands import (
    IDLE_COMMAND,
    RAILS_ENVIRONMENT,
    WAIT_FOR_DATABASE,
    phase_environment,
    server_environment,
)
from railbed.description.heartbeat import HEARTBEAT_VARIABLES
from railbed.description.listening import listening_command
from railbed.description.process_limits import limited
from railbed.description.ruby_source import ruby_source
from railbed.description.workers import loader_of, worker_checks, worker_command, worker_environment
from railbed.docker_host import development, migration, proxy, schedule
from railbed.docker_host.app_arguments import DockerAppModel
from railbed.docker_host.container import Properties, container, environment, limits, on_network, security, temporary
from railbed.docker_host.health import web_check, worker_check
from railbed.docker_host.names import labels_of
from railbed.enums import MigrationPhase, RolloutStrategy, Server
from railbed.secrets.public_configuration import in_clear_text
from railbed.stores.variables import with_usable_address

CONSOLE_SECONDS = 10

# Docker copies no file into a container whose root file system is read-only.
WITH_LOADER = 'printf %s "$RAILBED_LOADER" > "$0"; exec "$@"'
# Rails and Puma expect these folders, and not every image has them.
WITH_FOLDERS = 'mkdir -p "$0/cache" "$0/pids" "$0/sockets"; exec "$@"'
WAIT_FIRST = 'ruby -e "$1" || exit; shift; exec "$@"'


class AppContainers:
    """Makes the containers of one application."""

    def __init__(self, name: str, arguments: DockerAppModel, parent: pulumi.Resource) -> None:
        self._name, self._given, self._app, self._parent = name, arguments, arguments.app, parent

    def migration(
        self, suffix: str, image: pulumi.Input[str], phase: MigrationPhase, opts: pulumi.ResourceOptions | None
    ) -> Container:
        """A container that migrates once it is started: a hook does that, and waits for its end."""
        run = self._app.migration
        command = list(run.command)
        if run.database_seconds and "DATABASE_URL" in {**self._app.env, **run.env, **self._given.secrets}:
            command = ["sh", "-c", WAIT_FIRST, "sh", WAIT_FOR_DATABASE, *command]
        variables = {**phase_environment(phase, run.database_seconds), **run.env}
        once: Properties = {"start": False, "must_run": False, "restart": "no"}
        return self._container(
            suffix, "migration", run, image, command, variables, stop_seconds=migration.STOP_SECONDS, opts=opts, **once
        )

    def web(self, image: pulumi.Input[str]) -> list[Container]:
        """Containers that serve requests; only the proxy reaches them."""
        web = self._app.web
        # TERM ends Unicorn at once; QUIT lets it finish (https://yhbt.net/unicorn/SIGNALS.html).
        signal: Properties = {"stop_signal": "SIGQUIT"} if web.server is Server.UNICORN else {}
        seconds = web.request_seconds + PREPARE_TO_END_SECONDS
        return [
            self._container(
                f"web-{number}",
                "web",
                web,
                image,
                web.command or listening_command(web),
                {**server_environment(web), **web.env},
                stop_seconds=seconds,
                # In development Rails answers to localhost, and not to the hosts of production.
                healthcheck=web_check(web if self._given.source is None else web.model_copy(update={"hosts": []})),
                **signal,
            )
            for number in range(1, web.replicas + 1)
        ]

    def workers(self, key: str, group: AppWorkers, image: pulumi.Input[str]) -> list[Container]:
        """Containers of a group of workers."""
        variables: dict[str, pulumi.Input[str]] = {**worker_environment(group), **group.env}
        loader = loader_of(group)
        file = f"/tmp/{loader}"
        command = group.command or worker_command(group, file if loader else None)
        if loader:
            variables |= {**HEARTBEAT_VARIABLES, "RAILBED_LOADER": ruby_source(loader)}
            command = ["sh", "-c", WITH_LOADER, file, *command]
        checks = worker_checks(group, loaded=loader is not None)
        check = {"healthcheck": worker_check(checks.alive, group.startup_seconds)} if checks else {}
        seconds = group.shutdown_seconds + WORKER_EXTRA_SECONDS
        recreated = group.strategy is RolloutStrategy.RECREATE
        return [
            self._container(
                f"{key}-{number}",
                key,
                group,
                image,
                command,
                variables,
                component="worker",
                stop_seconds=seconds,
                opts=pulumi.ResourceOptions(delete_before_replace=True) if recreated else None,
                **check,
            )
            for number in range(1, group.replicas + 1)
        ]

    def cron(self, key: str, task: AppCron, image: pulumi.Input[str]) -> Container:
        """The container of a scheduled task. It goes before another takes its place: no run may start twice."""
        return self._container(
            key,
            key,
            task,
            image,
            schedule.scheduler_command(task),
            task.env,
            component="cron",
            stop_seconds=task.deadline_seconds + schedule.STOP_SECONDS,
            opts=pulumi.ResourceOptions(delete_before_replace=True),
        )

    def console(self, image: pulumi.Input[str]) -> Container:
        """A container that waits."""
        console = self._app.console
        # The image's own entrypoint could migrate.
        command, variables = IDLE_COMMAND, dict[str, str]()
        if self._given.source is not None:
            command = ["sh", "-c", development.WITH_TESTS, "sh", *command]
            variables = {"RAILBED_TESTS": development.RUN_TESTS}
        words: Properties = {"entrypoints": command} if console.entrypoint is None else {"command": command}
        return self._container(
            "console", "console", console, image, None, variables, stop_seconds=CONSOLE_SECONDS, stdin_open=True, **words
        )

    def proxy(
        self,
        image: pulumi.Input[str],
        volume: pulumi.Input[str],
        certificates: pulumi.Input[str] | None,
        hooks: pulumi.ResourceHookBinding,
    ) -> Container:
        """The container that holds the machine's ports. It is root without its powers, as Caddy's image wants it."""
        given = self._given
        inputs: Properties = {
            "image": image,
            "entrypoints": ["sh", "-c", proxy.START],
            "read_only": True,
            # The program in Caddy's image has this one, and does not start without.
            "capabilities": {"drops": ["ALL"], "adds": ["NET_BIND_SERVICE"]},
            "security_opts": ["no-new-privileges:true"],
            "memory": 256,
            "memory_swap": 256,
            "envs": environment(proxy.ENVIRONMENT, {}),
            "networks_advanced": on_network(given.network, "proxy"),
            "mounts": [
                {"target": "/config", "type": "volume", "source": volume},
                *([] if certificates is None else [{"target": "/data", "type": "volume", "source": certificates}]),
                *temporary(["/tmp"] if certificates is not None else ["/data", "/tmp"]),
            ],
            "ports": [
                {"internal": inside, "external": port, "ip": given.published_address} for port, inside in given.ports.items()
            ],
        }
        # Two cannot have one port.
        opts = pulumi.ResourceOptions(delete_before_replace=True, hooks=hooks)
        labels = labels_of(self._name, "proxy")
        return container(f"{self._name}-proxy", self._parent, inputs, labels, stop_seconds=proxy.STOP_SECONDS, opts=opts)

    def _container(
        self,
        suffix: str,
        instance: str,
        part: AppPart,
        image: pulumi.Input[str],
        command: Sequence[str] | None,
        variables: Mapping[str, pulumi.Input[str]],
        *,
        stop_seconds: int,
        component: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **more: Any,
    ) -> Container:
        writable, tmp = self._writable(part), f"{self._app.workdir}/tmp"
        if command is not None and tmp in writable:
            command = ["sh", "-c", WITH_FOLDERS, tmp, *command]
        source = self._given.source
        files: Properties = {**security(self._app.user), "mounts": temporary(writable)}
        inputs: Properties = {
            "image": image,
            "working_dir": self._app.workdir,
            "envs": self._environment(variables),
            "networks_advanced": on_network(self._given.network, instance),
            **limits(part.resources),
            **(files if source is None else development.from_folder(source, self._app, writable)),
            **({"entrypoints": part.entrypoint} if part.entrypoint is not None else {}),
            **({"command": list(command)} if command is not None else {}),
            **more,
        }
        labels = labels_of(f"{self._name}-{instance}", component or instance)
        return container(
            f"{self._name}-{suffix}",
            self._parent,
            inputs,
            labels,
            stop_seconds=stop_seconds,
            overrides=part.overrides,
            opts=opts,
        )

    def _environment(self, variables: Mapping[str, pulumi.Input[str]]) -> list[pulumi.Input[str]]:
        given = {**self._app.env, **variables}
        rails = RAILS_ENVIRONMENT | (development.ENVIRONMENT if self._given.source is not None else {})
        plain = {**rails, **{name: in_clear_text(name, value) for name, value in given.items()}}
        secrets = {name: limited(name, with_usable_address(name, value)) for name, value in self._given.secrets.items()}
        return environment({name: limited(name, value) for name, value in plain.items()}, secrets)

    def _writable(self, part: AppPart) -> list[str]:
        own = part.writable_paths
        folders = [f"{self._app.workdir}/log", f"{self._app.workdir}/tmp"] if own is None else own
        return list(dict.fromkeys(["/tmp", *folders]))
