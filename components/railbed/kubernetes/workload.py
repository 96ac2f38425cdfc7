"""What every container of the application has in common: image, configuration, and the pod around it."""

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

import pulumi

from railbed.description.app import AbsolutePath, Resources
from railbed.description.command import Command
from railbed.description.decided_variables import Deciding, problems_of_names, problems_of_values, refuse
from railbed.description.one_place import problems_of_places
from railbed.description.process_limits import LARGEST_PROCESS, LONGEST_STRING, check_together, check_variables
from railbed.kubernetes.api.ownership import MANAGED_BY, Owner
from railbed.secrets.public_configuration import ClearVariables
from railbed.stores.variables import Variables
from railbed.validation.arguments import Options, Placed
from railbed.validation.overrides import KUBERNETES_FIELDS, check_overrides
from railbed.validation.rules import ProblemsError, rule
from railbed.validation.types import InputImage, InputText

Manifest: TypeAlias = dict[str, Any]
"""A Kubernetes object or part of one, with the field names of the Kubernetes API; leaves may be outputs."""

Labels: TypeAlias = dict[str, str]

INSTANCE, COMPONENT = "app.kubernetes.io/instance", "app.kubernetes.io/component"

IMAGE_ANNOTATION = "railbed/image"
"""The image whose migration had finished when the pod was described."""


class WorkloadOptions(Options):
    """Options of every workload of the application."""

    env: ClearVariables = {}
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    entrypoint: Command | None = None
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: int = 1000
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: AbsolutePath = "/rails"
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: list[AbsolutePath] | None = None
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    resources: Resources = Resources()
    """CPU and memory of one container."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""

    def deciding(self) -> list[Deciding]:
        """The parts of the application whose settings decide variables of this workload."""
        return []

    @rule
    def _settings_decide_their_variables(self) -> None:
        parts = self.deciding()
        problems = problems_of_names("env", self.env, parts)
        for part in parts:
            problems += problems_of_values({"env": self.env}, part)
        refuse(problems)

    @rule
    def _user_is_not_root(self) -> None:
        if self.user < 1:
            raise ValueError(
                f"user {self.user}: containers never run as root; specify the image's user, 1000 in Rails' Dockerfile"
            )

    def check_secrets(self, secrets: Mapping[str, pulumi.Input[str]]) -> None:
        """Raise `ProblemsError` where secret variables do not go with the other settings."""
        problems = list(problems_of_places({"env": self.env, "secrets": secrets}))
        problems += problems_of_names("secrets", secrets, self.deciding())
        if problems:
            raise ProblemsError(problems)
        check_together({**self.env, **secrets}, LARGEST_PROCESS - LONGEST_STRING, "Linux gives a process")

    @rule
    def _environment_fits_in_one_object(self) -> None:
        check_variables(self.env)

    def check_overrides_of(self, children: Collection[str]) -> None:
        """Raise `ValueError` for an override of none of the component's children: it has no effect, unnoticed."""
        check_overrides(self.overrides, dict.fromkeys(children, KUBERNETES_FIELDS))

    def writable(self) -> list[str]:
        """Folders that get an empty volume."""
        if self.writable_paths is not None:
            return list(dict.fromkeys(["/tmp", *self.writable_paths]))
        return ["/tmp", f"{self.workdir}/log", f"{self.workdir}/tmp"]


class Workload(WorkloadOptions, Placed):
    """Arguments that every workload of the application takes."""

    image: InputImage
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: Variables = {}
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: InputText | None = None
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: list[InputText] = []
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: InputText | None = None
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: bool = True
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: InputText | None = None
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: str | None = None
    """Context in that kubeconfig. Default: its current one."""

    @rule
    def _secrets_fit(self) -> None:
        self.check_secrets(self.secrets)


def labels_of(instance: str, component: str) -> Labels:
    """The labels of everything that one component creates; the same ones select its pods, so they never change."""
    return {INSTANCE: instance, COMPONENT: component}


def owned(labels: Labels) -> Labels:
    """Labels with the mark of this stack. It is never part of a selector, which cannot change."""
    return labels | Owner.of_program().labels


def template_metadata(labels: Labels, image: pulumi.Input[str], annotations: Mapping[str, str]) -> Manifest:
    """Metadata of a workload's pods.

    The annotation of the image changes only with a release. Pods that got its image in another way, such as
    `kubectl set image`, may have booted before its migration: they roll after it.
    """
    return {"labels": owned(labels), "annotations": {**annotations, IMAGE_ANNOTATION: image}}


def selector_of(labels: Labels) -> str:
    """Labels as kubectl takes them."""
    return ",".join(f"{key}={value}" for key, value in labels.items())


def metadata_of(
    labels: Labels,
    namespace: pulumi.Input[str] | None,
    name: str | None = None,
    annotations: Mapping[str, pulumi.Input[str]] | None = None,
) -> Any:
    """Metadata of an object. Without `name` Pulumi gives it a new name whenever it replaces the object."""
    metadata: Manifest = {"labels": owned(labels) | {MANAGED_BY: "railbed"}}
    if namespace is not None:
        metadata["namespace"] = namespace
    if name is not None:
        metadata["name"] = name
    if annotations:
        metadata["annotations"] = annotations
    return metadata
