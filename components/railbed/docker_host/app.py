"""DockerApp: a whole Rails application on one machine with Docker, from its description."""

from collections.abc import Sequence

import pulumi
from pulumi_docker import Container, RemoteImage, Volume
from pulumi_random import RandomUuid

from railbed.args import DockerAppArgs
from railbed.component import Component
from railbed.docker_host.app_arguments import DockerAppModel
from railbed.docker_host.app_containers import AppContainers
from railbed.docker_host.development import TESTS
from railbed.docker_host.engine import Engine
from railbed.docker_host.migration import MigrationRunner
from railbed.docker_host.names import Labels, as_arguments, host_name, labels_of
from railbed.docker_host.port import TakenPort
from railbed.docker_host.rollout import Rollout
from railbed.docker_host.store import kept_volume
from railbed.enums import MigrationPhase
from railbed.watching.log_text import Redaction
from railbed.watching.previews import known_in_previews

EXTRA_SECONDS = 300
"""For hooks beyond what they wait for."""


class DockerApp(Component[DockerAppModel]):
    """A Rails application on one machine with Docker: migration, then web behind a proxy, workers, cron tasks and console, then
    the post-migration.

    The containers of a release start beside those of the release before; requests go to them once all are healthy. Give
    `depends_on` with the data stores: the migration starts after them.

    Raises `InvalidArguments` before anything is registered.
    """

    url: pulumi.Output[str]
    """Where the application is reached from the machine."""
    console: pulumi.Output[str]
    """The command that opens a Rails console; empty if there is none."""
    exec: pulumi.Output[str]
    """What to put in front of any command, such as bin/rails routes, for it to run in a container; empty without a console."""
    tests: pulumi.Output[str]
    """The command that runs the tests; empty unless the application runs from its folder with TEST_DATABASE_URL."""
    logs: pulumi.Output[str]
    """The command that shows the logs of a web container as they come."""
    image: pulumi.Output[str]
    """The image that runs, known once every container works and the post-migration has run."""

    def __init__(self, name: str, args: DockerAppArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, DockerAppModel, opts)
        self._name, given, app = name, self._arguments, self._arguments.app
        self._engine, self._redaction = Engine.of(given.host), Redaction()
        pulumi.Output.all(*given.secrets.values()).apply(lambda values: self._redaction.add(map(str, values)))
        containers = AppContainers(name, given, self)

        proxy = self._proxy(containers)
        image = RemoteImage(name, name=given.whole_image, keep_locally=True, opts=pulumi.ResourceOptions(parent=self))
        after = pulumi.ResourceOptions(depends_on=opts.depends_on if opts else None)
        first = containers.migration("migrate", image.image_id, app.migration.first_phase, after)
        migrated = self._migrated("migrate", first, image, given.whole_image)
        identity = known_in_previews(_kept(migrated, "identity"), image.image_id)

        web = containers.web(identity)
        workers = [each for key, group in app.workers.items() for each in containers.workers(key, group, identity)]
        for key, task in app.cron.items():
            if not task.suspended:
                containers.cron(key, task, identity)
        console = containers.console(identity) if app.console.enabled else None
        reference = known_in_previews(_kept(migrated, "image"), given.whole_image)
        rolled_out = self._rolled_out(proxy, web, workers, reference)
        self.image = known_in_previews(_kept(rolled_out, "image"), reference)
        if app.migration.post:
            waits = pulumi.ResourceOptions(depends_on=[rolled_out])
            post = containers.migration("post-migrate", identity, MigrationPhase.POST, waits)
            release = [*web, *workers]
            done = self._migrated("post-migrate", post, image, self.image, release)
            self.image = known_in_previews(_kept(done, "image"), self.image)

        self.url = pulumi.Output.from_input(
            f"https://{app.web.hosts[0]}" if given.tls else f"http://{_reachable(given.address)}:{given.port}"
        )
        self.console = self._command("exec -it {} bin/rails console", console)
        self.exec = self._command("exec -it {}", console)
        has_tests = given.source is not None and "TEST_DATABASE_URL" in given.secrets
        self.tests = self._command(f"exec -it {{}} sh {TESTS}", console if has_tests else None)
        self.logs = self._command("logs -f {}", web[0])
        self._register_outputs()

    def _proxy(self, containers: AppContainers) -> Container:
        name, given, inside = f"{self._name}-proxy", self._arguments, pulumi.ResourceOptions(parent=self)
        image = RemoteImage(name, name=given.proxy_image, keep_locally=True, opts=inside)
        labels = as_arguments(labels_of(self._name, "proxy"))
        volume = Volume(name, name=host_name(name), labels=labels, opts=inside)
        certificates = self._certificates() if given.tls else None
        taken = TakenPort(self, self._engine, given.published_address, list(given.ports))
        hook = pulumi.ErrorHook(f"railbed:DockerApp:{self._name}:port", taken.on_error)
        return containers.proxy(image.image_id, volume.name, certificates, pulumi.ResourceHookBinding(on_error=[hook]))

    def _certificates(self) -> pulumi.Output[str]:
        """The volume of the certificates. It stays: authorities limit how many they issue for a host in a week."""
        return kept_volume(f"{self._name}-certificates", "certificates", self._engine, self, keep=True).name

    def _migrated(
        self,
        suffix: str,
        container: Container,
        image: RemoteImage,
        reference: pulumi.Input[str],
        release: Sequence[Container] = (),
    ) -> RandomUuid:
        """The record of a migration, made once it has succeeded. With a release, what is not of it is stopped first."""
        app, name = self._arguments.app, f"{self._name}-{suffix}"
        parts = [("web", "web"), *((key, "worker") for key in app.workers)]
        runner = MigrationRunner(
            component=self,
            engine=self._engine,
            labels=labels_of(f"{self._name}-migration", "migration"),
            deadline_seconds=app.migration.deadline_seconds,
            redaction=self._redaction,
            earlier=[labels_of(f"{self._name}-{key}", kind) for key, kind in parts] if release else list[Labels](),
        )
        keepers = {"container": container.id, "image": reference, "identity": image.image_id}
        if release:
            keepers["after"] = _joined(release)
        hook = pulumi.ResourceHook(f"railbed:DockerApp:{name}:run", runner.run)
        return self._record(name, keepers, hook, app.migration.deadline_seconds + app.web.request_seconds)

    def _rolled_out(
        self, proxy: Container, web: Sequence[Container], workers: Sequence[Container], image: pulumi.Input[str]
    ) -> RandomUuid:
        """The record of a rollout, made once every container of it works and gets its requests."""
        app, name = self._arguments.app, f"{self._name}-rollout"
        seconds = {
            "web": app.web.startup_seconds,
            "worker": max((each.startup_seconds for each in app.workers.values()), default=0),
        }
        hosts = app.web.hosts if self._arguments.tls else []
        rollout = Rollout(self, self._engine, seconds, app.web.port, self._redaction, hosts)
        keepers = {"proxy": proxy.id, "web": _joined(web), "workers": _joined(workers), "image": image}
        if hosts:
            keepers["hosts"] = ",".join(hosts)
        hook = pulumi.ResourceHook(f"railbed:DockerApp:{name}:run", rollout.run)
        return self._record(name, keepers, hook, max(seconds.values()))

    def _record(self, name: str, keepers: dict[str, pulumi.Input[str]], hook: pulumi.ResourceHook, seconds: int) -> RandomUuid:
        """Something that is made anew whenever one of its keepers changes, and only if its hook succeeds."""
        patience = pulumi.CustomTimeouts(create=f"{seconds + EXTRA_SECONDS}s")
        hooks = pulumi.ResourceHookBinding(before_create=[hook])
        opts = pulumi.ResourceOptions(parent=self, custom_timeouts=patience, hooks=hooks)
        return RandomUuid(name, keepers=keepers, opts=opts)

    def _command(self, words: str, container: Container | None) -> pulumi.Output[str]:
        """A command of docker on a container; it names the engine where that is not the usual one. Empty without one."""
        if container is None:
            return pulumi.Output.from_input("")
        host = pulumi.Output.from_input(self._arguments.host)
        return pulumi.Output.all(host, container.name).apply(
            lambda both: " ".join(["docker", *(["-H", both[0]] if both[0] else []), words.format(both[1])])
        )


def _joined(containers: Sequence[Container]) -> pulumi.Output[str]:
    return pulumi.Output.all(*[each.id for each in containers]).apply(lambda found: ",".join(map(str, found)))


def _kept(record: RandomUuid, keeper: str) -> pulumi.Output[str]:
    """What a record was made with: an `up` that leaves it out leaves everything after it as it is."""
    return record.keepers.apply(lambda kept: str((kept or {})[keeper]))


def _reachable(address: str) -> str:
    return "localhost" if address in ("127.0.0.1", "0.0.0.0") else address  # noqa: S104
