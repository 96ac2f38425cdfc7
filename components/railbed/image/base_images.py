"""The images that a Dockerfile starts from, so that a newer one under the same name is noticed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FROM = re.compile(r"^(\s*FROM\s+(?:--\S+\s+)*)(\S+)((?:\s+AS\s+(\S+))?\s*)$", re.IGNORECASE)
_ARG = re.compile(r"^\s*ARG\s+([A-Za-z_]\w*)(?:=(\S*))?\s*$", re.IGNORECASE)
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::-([^}]*))?\})")
PREFIX = "RAILBED_BASE_"


@dataclass(frozen=True)
class OpenDockerfile:
    """A Dockerfile whose base images are build arguments."""

    text: str
    """The Dockerfile."""
    bases: Mapping[str, str]
    """The base images by the name of their argument."""


def open_bases(dockerfile: str, build_args: Mapping[str, str]) -> OpenDockerfile:
    """Make the images of FROM build arguments, to be given by their digests.

    Those that have one already stay, as do those that a variable without a value names, and images of COPY --from.
    """
    bases: dict[str, str] = {}
    values, stages = dict[str, str](), {"scratch"}
    lines: list[str] = []
    first = None
    for line in dockerfile.splitlines():
        if first is None and (argument := _ARG.match(line)):
            values[argument[1]] = build_args.get(argument[1], (argument[2] or "").strip("\"'"))
        begin = _FROM.match(line)
        if begin is None:
            lines.append(line)
            continue
        first = len(lines) if first is None else first
        image = _filled(begin[2], values)
        if image.lower() in stages or "@" in image or "$" in image:
            lines.append(line)
        else:
            name = f"{PREFIX}{len(bases)}"
            bases[name] = image
            lines.append(f"{begin[1]}${{{name}}}{begin[3]}")
        if begin[4]:
            stages.add(begin[4].lower())
    lines[first or 0 : first or 0] = [f"ARG {name}={image}" for name, image in bases.items()]
    return OpenDockerfile("\n".join(lines) + "\n", bases)


def _filled(image: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[2]) or found[3] or found[0], image)
