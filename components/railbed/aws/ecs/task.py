"""What every task on ECS is given: image, environment, size, network."""

import re
from collections.abc import Mapping
from typing import Any, Self, TypeAlias, TypeVar

import pulumi
from pydantic import Field, model_validator

from railbed.app import AbsolutePath, Command
from railbed.arguments import Arguments, EnvironmentName, InputImage, InputText, InvalidArguments, checked
from railbed.aws.ecs.fargate_sizes import check_fargate_size
from railbed.aws.ecs.secrets import check_secrets
from railbed.decided_variables import Deciding, problems_of_names, refuse
from railbed.enums import Architecture, Capacity, NetworkMode
from railbed.process_limits import OF_RAILBED, check_together
from railbed.public_configuration import ClearVariables
from railbed.store_variables import Variables

CONTAINER = "app"
"""Name of the container of the application in every task."""

LONGEST_FARGATE_STOP_SECONDS = 120

LARGEST_TASK_DEFINITION = 65536
"""Bytes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""

Properties: TypeAlias = dict[str, Any]

ModelT = TypeVar("ModelT", bound=Arguments)

RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


class EcsTask(Arguments):
    """Arguments that everything takes that runs tasks."""

    cluster_arn: InputText
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    image: InputImage
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change makes a new task definition."""
    region: InputText | None = None
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    env: ClearVariables = {}
    """Environment variables by name, in clear text. A change makes a new task definition. Default: none beyond Rails' own."""
    secrets: Variables = {}
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: dict[EnvironmentName, InputText] = {}
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    kms_key_arns: list[InputText] = []
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    hidden_values: list[InputText] = []
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: Command | None = None
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: int = 1000
    """Number of the user that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: AbsolutePath = "/rails"
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: list[AbsolutePath] | None = None
    """All folders that the container may write to besides /tmp; they start empty, in memory, and go with the task. Default: the
    application's tmp and log; everything else is read-only."""
    writable_mebibytes: int = Field(128, ge=1, le=65536)
    """Most that one of these folders may hold, in MiB; it counts as the task's memory. Default 128."""
    cpu: int = Field(256, ge=128, le=196608)
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: int = Field(1024, ge=64, le=3145728)
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    capacity: Capacity = Capacity.FARGATE
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    capacity_provider: InputText | None = None
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    network_mode: NetworkMode = NetworkMode.AWSVPC
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: Architecture = Architecture.X86_64
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    subnet_ids: list[InputText] = []
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: list[InputText] = []
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    assign_public_ip: bool = False
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    task_policy: InputText | None = None
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: int = 30
    """Days that CloudWatch keeps logs. Default 30."""
    described_as: str | None = None
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""

    @model_validator(mode="after")
    def _secrets_are_secret(self) -> Self:
        places = {"env": self.env, "secrets": self.secrets, "secret_references": self.secret_references}
        for name in sorted({*self.env, *self.secrets, *self.secret_references}):
            found = [place for place, variables in places.items() if name in variables]
            if len(found) > 1:
                raise ValueError(f"{name} in both {' and '.join(found)}: keep it in one of them")
        for name, reference in self.secret_references.items():
            if isinstance(reference, str) and not reference.startswith(("arn:aws:secretsmanager:", "arn:aws:ssm:")):
                # (not shown: somebody may have put the secret itself here)
                raise ValueError(
                    f"secret_references.{name} is not an ARN of Secrets Manager or of an SSM parameter: "
                    "give one, or put the value itself in secrets"
                )
        return self

    def deciding(self) -> list[Deciding]:
        """The parts of the application whose settings decide variables of this task."""
        return []

    @model_validator(mode="after")
    def _settings_decide_their_variables(self) -> Self:
        places = {"env": self.env, "secrets": self.secrets, "secret_references": self.secret_references}
        refuse(problem for place, names in places.items() for problem in problems_of_names(place, names, self.deciding()))
        return self

    @model_validator(mode="after")
    def _environment_is_small_enough(self) -> Self:
        check_together(self.env, LARGEST_TASK_DEFINITION - OF_RAILBED, "ECS takes in a task definition")
        check_secrets(self.secrets)
        return self

    @model_validator(mode="after")
    def _user_is_not_root(self) -> Self:
        if self.user < 1:
            raise ValueError(
                f"user {self.user}: containers never run as root; give the image's user, 1000 in Rails' Dockerfile"
            )
        return self

    @model_validator(mode="after")
    def _capacity_can_run_it(self) -> Self:
        if self.capacity is Capacity.EC2:
            if self.capacity_provider is None:
                raise ValueError("capacity ec2 needs capacity_provider: give EcsCluster's output of that name")
            return self
        if self.capacity_provider is not None:
            raise ValueError(f"capacity_provider has no meaning with capacity {self.capacity.value}: remove it")
        if self.network_mode is NetworkMode.BRIDGE:
            raise ValueError(
                f"network_mode bridge cannot be had with capacity {self.capacity.value}: leave it out, or use capacity ec2"
            )
        check_fargate_size(self.cpu, self.memory)
        return self

    @model_validator(mode="after")
    def _network_is_complete(self) -> Self:
        given = {"subnet_ids": self.subnet_ids, "security_group_ids": self.security_group_ids}
        if self.network_mode is NetworkMode.AWSVPC:
            missing = [name for name, values in given.items() if not values]
            if missing:
                raise ValueError(f"network_mode awsvpc needs {' and '.join(missing)}: name at least one each")
            return self
        useless = [name for name, values in given.items() if values]
        if useless or self.assign_public_ip:
            useless += ["assign_public_ip"] if self.assign_public_ip else []
            raise ValueError(f"{', '.join(useless)} cannot be had with network_mode bridge, the instance's count: remove them")
        return self

    @model_validator(mode="after")
    def _retention_is_offered(self) -> Self:
        if self.log_retention_days not in RETENTION_DAYS:
            nearest = min((days for days in RETENTION_DAYS if days >= self.log_retention_days), default=RETENTION_DAYS[-1])
            raise ValueError(
                f"log_retention_days {self.log_retention_days} is not offered by CloudWatch: the next that is, is {nearest}"
            )
        return self

    def writable(self) -> list[str]:
        """Folders that the container may write to."""
        tmp = f"{self.workdir}/tmp"
        paths = [f"{self.workdir}/log", tmp] if self.writable_paths is None else self.writable_paths
        # Rails and Puma expect them to exist.
        expected = [f"{tmp}/{folder}" for folder in ("cache", "pids", "sockets")] if tmp in paths else []
        return list(dict.fromkeys(["/tmp", *paths, *expected]))

    def region_output(self) -> pulumi.Output[str]:
        """The region, for those who cannot ask the provider."""
        if self.region is not None:
            return pulumi.Output.from_input(self.region)
        return pulumi.Output.from_input(self.cluster_arn).apply(lambda arn: arn.split(":")[3])

    def check_stop_seconds(self, seconds: int) -> None:
        """Raise `ValueError` for a time that Fargate does not leave a container."""
        if self.capacity is not Capacity.EC2 and seconds > LONGEST_FARGATE_STOP_SECONDS:
            raise ValueError(
                f"stop_seconds {seconds} is more than Fargate gives a container to stop: "
                f"use {LONGEST_FARGATE_STOP_SECONDS} at most, or capacity ec2"
            )


def checked_as(kind: str, name: str, model: type[ModelT], args: Mapping[str, Any]) -> ModelT:
    """The arguments of a component, checked, as is its name, which task families and log streams take over.

    Raises `InvalidArguments`.
    """
    if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9_]{0,99}", name):
        raise InvalidArguments(
            f"{kind} '{name}'",
            [f"name '{name}': use letters, digits, dashes and underscores, a letter first, 100 characters at most"],
        )
    return checked(model, args, f"{kind} '{name}'")
