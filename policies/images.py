"""What runs is what was deployed."""

import re
from collections.abc import Iterator

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from containers import containers, pods

PINNED = re.compile(r"[^@]+@sha256:[0-9a-f]{64}|.+:(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]*")


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    for where, image in _images(args):
        # A colon before the last slash belongs to the registry's port.
        if isinstance(image, str) and image and not PINNED.fullmatch(image.rsplit("/", 1)[-1]):
            report_violation(
                f"{args.name}: the image of {where} is {image}, which may be another one when it is pulled again: "
                "name a digest, or a tag other than latest",
                None,
            )


def _images(args: ResourceValidationArgs) -> Iterator[tuple[str, object]]:
    for container in containers(args.resource_type, args.props):
        yield str(container.get("name")), container.get("image")
    if args.resource_type.startswith("kubernetes:"):
        for pod in pods(args.props):
            for volume in pod.get("volumes") or []:
                if isinstance(volume, dict) and isinstance(volume.get("image"), dict):
                    yield f"volume {volume.get('name')}", volume["image"].get("reference")


IMAGES_ARE_PINNED = ResourceValidationPolicy(
    name="images-are-pinned",
    description="Containers and volumes name their image by digest, or by a tag other than latest.",
    validate=_check,
)
