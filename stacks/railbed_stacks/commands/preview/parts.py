"""Parts of the application, and which of the resources make each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from railbed_stacks.commands.preview.plan import CREATE, DELETE, Plan, Step

MAIN = frozenset(
    {
        "kubernetes:apps/v1:Deployment",
        "kubernetes:batch/v1:CronJob",
        "kubernetes:batch/v1:Job",
        "aws:ecs/service:Service",
        "aws:ecs/taskDefinition:TaskDefinition",
        "docker:index/container:Container",
    }
)
"""What runs the code of a part."""

_APPS = ("railbed:index:KubernetesApp", "railbed:index:EcsApp", "railbed:index:DockerApp")


class Role(str, Enum):
    """What a part does, in the order in which a release reaches it."""

    MIGRATION = "migration"
    WEB = "web"
    WORKERS = "workers"
    CRON = "cron task"
    CONSOLE = "console"
    PROXY = "proxy"
    POST_MIGRATION = "post-migration"


_OF_COMPONENTS = {
    "railbed:index:RailsWeb": Role.WEB,
    "railbed:index:SidekiqWorkers": Role.WORKERS,
    "railbed:index:CronTask": Role.CRON,
    "railbed:index:Console": Role.CONSOLE,
    "railbed:index:MigrationJob": Role.MIGRATION,
    "railbed:index:EcsTaskRun": Role.MIGRATION,
    "railbed:index:EcsScheduledTask": Role.CRON,
    "railbed:index:EcsService": Role.WORKERS,
}
_OF_LABELS = {
    "web": Role.WEB,
    "worker": Role.WORKERS,
    "cron": Role.CRON,
    "console": Role.CONSOLE,
    "proxy": Role.PROXY,
}
"""The label railbed/component of containers on a machine with Docker."""
_ONCE = {"migrate": Role.MIGRATION, "post-migrate": Role.POST_MIGRATION}
_ORDER = list(Role)


@dataclass
class Part:
    """A part of the application with the steps of its resources."""

    role: Role
    key: str = ""
    """Name of the group of workers or of the cron task."""
    steps: list[Step] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it is called: web, workers `default`, cron task `digest`."""
        return f"{self.role.value} `{self.key}`" if self.role in (Role.WORKERS, Role.CRON) else self.role.value

    @property
    def main(self) -> list[Step]:
        """Steps of what runs its code."""
        return [step for step in self.steps if step.type in MAIN]

    @property
    def is_new(self) -> bool:
        """Whether nothing of it ran before."""
        return bool(self.main) and all(step.operation == CREATE for step in self.main)

    @property
    def is_removed(self) -> bool:
        """Whether nothing of it runs afterwards."""
        return bool(self.main) and all(step.operation == DELETE for step in self.main)


def parts_of(plan: Plan) -> list[Part]:
    """The parts of the application, in the order in which a release reaches them."""
    by_urn = {step.urn: step for step in plan.steps}
    found: dict[tuple[Role, str], Part] = {}
    for step in plan.steps:
        if identity := _identity(step, by_urn):
            found.setdefault(identity, Part(*identity)).steps.append(step)
    return sorted((part for part in found.values() if part.main), key=lambda part: (_ORDER.index(part.role), part.key))


def _identity(step: Step, by_urn: Mapping[str, Step]) -> tuple[Role, str] | None:
    if step.type == "docker:index/container:Container":
        return _of_container(step, by_urn)
    for component in _around(step, by_urn):
        if (role := _OF_COMPONENTS.get(component.type)) is not None:
            app = _app_of(component, by_urn)
            key = _without_app(component.name, app)
            if role is Role.MIGRATION and key.endswith("post-migrate"):
                return Role.POST_MIGRATION, ""
            # Beside an EcsApp, a program names its services as it likes.
            if component.type == "railbed:index:EcsService" and (key == "web" or (not app and key.endswith("-web"))):
                return Role.WEB, ""
            return role, key if role in (Role.WORKERS, Role.CRON) else ""
    return None


def _of_container(step: Step, by_urn: Mapping[str, Step]) -> tuple[Role, str] | None:
    labels = {each.get("label"): each.get("value") for each in (step.new or step.old).get("labels") or []}
    app = _app_of(step, by_urn)
    key = _without_app(str(labels.get("railbed/instance", step.name)), app)
    if (once := _ONCE.get(_without_app(step.name, app))) is not None:
        return once, ""
    role = _OF_LABELS.get(str(labels.get("railbed/component")))
    if role is None:
        return None
    return role, key if role in (Role.WORKERS, Role.CRON) else ""


def _around(step: Step, by_urn: Mapping[str, Step]) -> Iterator[Step]:
    """A step and the components that it is in, the nearest first."""
    here: Step | None = step
    while here is not None:
        yield here
        here = by_urn.get(here.parent)


def _app_of(step: Step, by_urn: Mapping[str, Step]) -> str:
    return next((each.name for each in _around(step, by_urn) if each.type in _APPS), "")


def _without_app(name: str, app: str) -> str:
    return name.removeprefix(f"{app}-") if app else name
