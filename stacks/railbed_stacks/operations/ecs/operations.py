"""What can be done with an application on ECS."""

from collections.abc import Iterator, Sequence
from typing import Any

from railbed.aws.ecs.task import CONTAINER
from railbed_stacks.operations.ecs.access import EcsPlace as EcsPlace
from railbed_stacks.operations.ecs.access import EcsTasks, container_of, explained, log_group_of
from railbed_stacks.operations.ecs.logs import TaskLogs
from railbed_stacks.operations.ecs.run import EcsRun
from railbed_stacks.operations.ecs.terminal import EcsTerminal
from railbed_stacks.operations.errors import OperationError, part_named
from railbed_stacks.operations.operations import LogLine, PartStatus, Show, Size


class EcsOperations:
    """An application on ECS."""

    def __init__(self, place: EcsPlace) -> None:
        self._place, self._tasks = place, EcsTasks(place)

    def status(self) -> list[PartStatus]:
        """Every part, and how it is."""
        services = self._tasks.services()
        missing = [
            PartStatus(part, 0, 1, (), "ECS has no such service") for part in self._place.services if part not in services
        ]
        running = [self._running(part, service) for part, service in services.items()]
        return [*running, *missing, *(self._at_times(part, family) for part, family in self._place.families.items())]

    def _running(self, part: str, service: dict[str, Any]) -> PartStatus:
        deployments = service.get("deployments", [])
        definitions = dict.fromkeys(each["taskDefinition"] for each in deployments if each.get("runningCount"))
        images = tuple(str(container_of(self._tasks.definition(arn))["image"]) for arn in definitions)
        ready, wanted = service.get("runningCount", 0), service.get("desiredCount", 0)
        failed = [each.get("rolloutStateReason", "") for each in deployments if each.get("rolloutState") == "FAILED"]
        said = [each["message"] for each in service.get("events", [])[:1]] if ready < wanted else []
        return PartStatus(part, ready, wanted, images, " ".join([*failed, *said]))

    def _at_times(self, part: str, family: str) -> PartStatus:
        with explained():
            last = next(iter(self._tasks.access.stopped_tasks(family=family)), None)
        image = str(container_of(self._tasks.definition(family))["image"])
        told = ""
        if last is not None:
            code = next((each.exit_code for each in last.containers if each.name == CONTAINER), None)
            when = f" at {last.stopped_at:%Y-%m-%d %H:%M} UTC" if last.stopped_at else ""
            told = f"last run succeeded{when}" if code == 0 else f"last run failed{when}: {last.end()}"
        return PartStatus(part, len(self._tasks.running(family=family)), None, (image,), told)

    def logs(self, part: str, lines: int, *, follow: bool) -> Iterator[LogLine]:
        """The last lines of each task of a part; with `follow` what they write from then on."""
        of = part_named({**_of_services(self._place), **_of_families(self._place)}, part)
        if "serviceName" in of:
            service = part_named(self._tasks.services(), part)
            definition, found = self._tasks.definition(service["taskDefinition"]), self._tasks.running(**of)
        else:
            definition, found = self._tasks.definition(of["family"]), self._tasks.running(**of)
            if not found:
                with explained():
                    found = [each.arn for each in self._tasks.access.stopped_tasks(**of)[:1]]
        if not found and not follow:
            raise OperationError(f"no task of {part} runs, and ECS knows of none that ran within the last hour")
        logs, ids = TaskLogs(self._tasks, log_group_of(part, definition)), [arn.rsplit("/", 1)[-1] for arn in found]
        return logs.follow(ids, lines) if follow else logs.end(ids, lines)

    def run(self, command: Sequence[str], size: Size | None, show: Show) -> int:
        """Run a command in a task of its own to its end; its exit code."""
        return EcsRun(self._tasks).run(command, size, show)

    def open_terminal(self, command: Sequence[str]) -> int:
        """Run a command in a task of its own with this terminal."""
        return EcsTerminal(self._tasks).open(command)

    def restart(self, part: str) -> None:
        """Deploy a service anew with the task definition that it has."""
        service = part_named(self._place.services, part)
        self._tasks.ask("ecs", "update_service", cluster=self._place.cluster, service=service, forceNewDeployment=True)


def _of_services(place: EcsPlace) -> dict[str, dict[str, str]]:
    return {part: {"serviceName": name} for part, name in place.services.items()}


def _of_families(place: EcsPlace) -> dict[str, dict[str, str]]:
    return {part: {"family": family} for part, family in place.families.items()}
