"""What runs is what was deployed."""

import re

from pulumi_policy import ReportViolation, ResourceValidationArgs, ResourceValidationPolicy

from containers import containers

PINNED = re.compile(r"[^@]+@sha256:[0-9a-f]{64}|.+:(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]*")


def _check(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
    for container in containers(args.resource_type, args.props):
        image = str(container["image"])
        # A colon before the last slash belongs to the registry's port.
        if not PINNED.fullmatch(image.rsplit("/", 1)[-1]):
            report_violation(
                f"{args.name}: the image of {container['name']} is {image}, which may be another one when it is pulled again: "
                "name a digest, or a tag other than latest",
                None,
            )


IMAGES_ARE_PINNED = ResourceValidationPolicy(
    name="images-are-pinned",
    description="Containers name their image by digest, or by a tag other than latest.",
    validate=_check,
)
