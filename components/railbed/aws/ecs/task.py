"""What every task on ECS is given: image, environment, size, network."""

from typing import Any, TypeAlias

from pydantic import Field

from railbed.aws.ecs.capacity import CapacityOptions, Placement
from railbed.aws.ecs.fargate_sizes import check_fargate_size
from railbed.aws.ecs.secrets import check_secrets
from railbed.aws.identifiers import SecretReference
from railbed.description.app import AbsolutePath
from railbed.description.command import Command
from railbed.description.decided_variables import Deciding, problems_of_names, refuse
from railbed.description.one_place import problems_of_places
from railbed.description.process_limits import OF_RAILBED, check_together
from railbed.enums import Capacity
from railbed.secrets.public_configuration import ClearVariables
from railbed.stores.variables import Variables
from railbed.validation.rules import ProblemsError, rule
from railbed.validation.types import EnvironmentName, InputImage, InputText

CONTAINER = "app"
"""Name of the container of the application in every task."""

LONGEST_FARGATE_STOP_SECONDS = 120

FARGATE_GIBIBYTES = 20
"""Disk of a task: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html"""

LARGEST_TASK_DEFINITION = 65536
"""Bytes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""

Properties: TypeAlias = dict[str, Any]


class EcsTaskOptions(CapacityOptions):
    """Options of everything that runs tasks."""

    env: ClearVariables = {}
    """Environment variables by name, in clear text. A change creates a new task definition. Default: none beyond Rails' own."""
    secrets: Variables = {}
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: dict[EnvironmentName, SecretReference] = {}
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    hidden_values: list[InputText] = []
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: Command | None = None
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: int = 1000
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: AbsolutePath = "/rails"
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: list[AbsolutePath] | None = None
    """All folders that the container may write to besides /tmp; they start with what the image has in them, on the task's disk,
    and go with the task. Default: the application's tmp and log; everything else is read-only."""
    volumes_in_image: bool = False
    """Whether the image declares each of these folders, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    disk_gibibytes: int | None = Field(None, ge=21, le=200)
    """Disk of a task on Fargate, in GiB, for its image and what is written to these folders. Default: 20, as Fargate gives
    it."""
    cpu: int = Field(256, ge=128, le=196608)
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: int = Field(1024, ge=64, le=3145728)
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    described_as: str | None = None
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""

    @rule
    def _variables_have_one_place(self) -> None:
        places = {"env": self.env, "secrets": self.secrets, "secret_references": self.secret_references}
        if problems := list(problems_of_places(places)):
            raise ProblemsError(problems)

    def deciding(self) -> list[Deciding]:
        """The parts of the application whose settings decide variables of this task."""
        return []

    @rule
    def _settings_decide_their_variables(self) -> None:
        places = {"env": self.env, "secrets": self.secrets, "secret_references": self.secret_references}
        refuse(problem for place, names in places.items() for problem in problems_of_names(place, names, self.deciding()))

    @rule
    def _environment_is_small_enough(self) -> None:
        check_together(self.env, LARGEST_TASK_DEFINITION - OF_RAILBED, "ECS allows in a task definition")
        check_secrets(self.secrets)

    @rule
    def _user_is_not_root(self) -> None:
        if self.user < 1:
            raise ValueError(
                f"user {self.user}: containers never run as root; specify the image's user, 1000 in Rails' Dockerfile"
            )

    @rule
    def _application_stays_read_only(self) -> None:
        for path in self.writable_paths or []:
            if f"{self.workdir}/".startswith(f"{path}/"):
                raise ValueError(
                    f"writable_paths {path} holds the application in {self.workdir}, which would be copied for every task: "
                    f"name the folders in it that are written to, such as {self.workdir}/tmp"
                )

    @rule
    def _disk_is_of_fargate(self) -> None:
        if self.disk_gibibytes is not None and self.capacity is Capacity.EC2:
            raise ValueError(
                "disk_gibibytes has no effect with capacity ec2, where tasks share the disk of their instance: remove it"
            )

    @rule
    def _fargate_has_the_size(self) -> None:
        if self.capacity is not Capacity.EC2:
            check_fargate_size(self.cpu, self.memory)

    def writable(self) -> list[str]:
        """Folders that the container may write to."""
        tmp = f"{self.workdir}/tmp"
        paths = [f"{self.workdir}/log", tmp] if self.writable_paths is None else self.writable_paths
        # Rails and Puma expect them to exist.
        expected = [f"{tmp}/{folder}" for folder in ("cache", "pids", "sockets")] if tmp in paths else []
        return list(dict.fromkeys(["/tmp", *paths, *expected]))

    def check_stop_seconds(self, seconds: int) -> None:
        """Raise `ValueError` for a time that Fargate does not leave a container."""
        if self.capacity is not Capacity.EC2 and seconds > LONGEST_FARGATE_STOP_SECONDS:
            raise ValueError(
                f"stop_seconds {seconds} is more than Fargate gives a container to stop: "
                f"use {LONGEST_FARGATE_STOP_SECONDS} at most, or capacity ec2"
            )


class EcsTask(EcsTaskOptions, Placement):
    """Arguments that everything takes that runs tasks."""

    image: InputImage
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change creates a new task definition."""
