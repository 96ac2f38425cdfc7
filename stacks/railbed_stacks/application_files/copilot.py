"""copilot/*/manifest.yml of AWS Copilot: https://aws.github.io/copilot-cli/docs/manifest/overview/."""

import re
from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.commands import Command, command_of, read_command
from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.variables import Variable, clear_variables, secret_variables
from railbed_stacks.application_files.yaml_file import Entry, read_yaml

FOLDER = "copilot"
WORKSPACE = f"{FOLDER}/.workspace"
WEB_TYPES = ("Load Balanced Web Service", "Request-Driven Web Service")
JOB_TYPE = "Scheduled Job"


@dataclass(frozen=True)
class CopilotService:
    """A service or job."""

    name: str
    type: str
    command: Found[Command] | None
    hosts: list[Found[str]]
    health_path: Found[str] | None
    cpu: Found[int] | None
    """In units of which 1024 are a vCPU."""
    memory: Found[int] | None
    """In MiB."""
    count: Found[int] | None
    scales: Place | None
    """Where the number of tasks is a range."""
    dockerfile: Found[str] | None
    variables: list[Variable]
    schedule: Found[str] | None
    volumes: Place | None
    sidecars: Place | None
    place: Place


def read_copilot_services(folder: Path) -> list[CopilotService]:
    """Every service and job; none without manifests. Raises `UnreadableFile`."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.glob(f"{FOLDER}/*/manifest.y*ml"))
    found = (read_yaml(folder, path) for path in paths)
    return [_service(top) for top in found if top is not None and top.at("type") is not None]


def find_copilot_application(folder: Path) -> Found[str] | None:
    """Name of the application. Raises `UnreadableFile`."""
    top = read_yaml(folder, WORKSPACE)
    return _text(top.at("application")) if top is not None else None


def _service(top: Entry) -> CopilotService:
    count, lowest = top.at("count"), _lowest(top.at("count"))
    return CopilotService(
        name=(top.at("name") or top).text or Path(top.file.path).parent.name,
        type=(top.at("type") or top).text or "",
        command=_command(top.at("command")),
        hosts=_hosts(top),
        health_path=_text(top.at("http", "healthcheck", "path") or top.at("http", "healthcheck")),
        cpu=_number(top.at("cpu")),
        memory=_number(top.at("memory")),
        count=lowest,
        scales=count.place if count is not None and count.is_mapping else None,
        dockerfile=_text(top.at("image", "build", "dockerfile") or top.at("image", "build")),
        variables=[*clear_variables(top.at("variables")), *secret_variables(top.at("secrets"))],
        schedule=_text(top.at("on", "schedule")),
        volumes=_place(top.at("storage", "volumes")),
        sidecars=_place(top.at("sidecars")),
        place=top.place,
    )


def _command(entry: Entry | None) -> Found[Command] | None:
    if entry is None:
        return None
    words = [each.text for each in entry.sequence if each.text]
    if words:
        return Found(command_of(words), entry.place)
    return Found(read_command(entry.text), entry.place) if entry.text else None


def _hosts(top: Entry) -> list[Found[str]]:
    """Aliases: one, a list, or mappings with `name`."""
    alias = top.at("http", "alias")
    if alias is None:
        return []
    items = alias.sequence or [alias]
    return [found for item in items if (found := _text(item.at("name") or item)) is not None]


def _lowest(count: Entry | None) -> Found[int] | None:
    """The number of tasks, or the lower end of its range: `1-10`, or a mapping with `min`."""
    if count is None or count.number is not None:
        return _number(count)
    lowest = count.at("range", "min")
    if lowest is not None:
        return _number(lowest)
    text = (count.at("range") or count).text or ""
    ends = re.fullmatch(r"(\d{1,4})-\d+", text)
    return Found(int(ends[1]), count.place) if ends else None


def _number(entry: Entry | None) -> Found[int] | None:
    return Found(entry.number, entry.place) if entry is not None and entry.number is not None else None


def _text(entry: Entry | None) -> Found[str] | None:
    return Found(entry.text, entry.place) if entry is not None and entry.text else None


def _place(entry: Entry | None) -> Place | None:
    return entry.place if entry is not None else None
