"""Secrets are read by whoever needs them, and by nobody else."""

import re
from collections.abc import Iterator

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from containers import TASK_DEFINITION, containers

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
NAMES = re.compile(r"(^|_)(PASSWORD|PASSPHRASE|SECRET|TOKEN|MASTER_KEY|SECRET_KEY_BASE|PRIVATE_KEY|ACCESS_KEY|API_KEY)$")
URL_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@")


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    for place, name, value in _clear_texts(args):
        # The value is never told: the policy's output is in the log of whoever runs the preview.
        if NAMES.search(name) or URL_WITH_PASSWORD.match(value):
            report_violation(
                f"{args.name}: {name} in {place} can be read by everybody who can read the configuration: move it to secrets",
                None,
            )


def _clear_texts(args: ResourceValidationArgs) -> Iterator[tuple[str, str, str]]:
    if args.resource_type == CONFIG_MAP:
        for name, value in (args.props.get("data") or {}).items():
            yield "a ConfigMap", name, str(value)
    kind = "a task definition" if args.resource_type == TASK_DEFINITION else "a pod"
    for container in containers(args.resource_type, args.props):
        for entry in container.get("environment") or container.get("env") or []:
            if entry.get("value"):
                yield kind, str(entry["name"]), str(entry["value"])


SECRETS_ARE_NOT_IN_CLEAR_TEXT = ResourceValidationPolicy(
    name="secrets-are-not-in-clear-text",
    description="No password, token or key in a ConfigMap, in a pod's environment or in a task definition.",
    validate=_check,
)
