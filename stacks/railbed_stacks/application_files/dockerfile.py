"""The application's Dockerfile: what its last stage says of user, folder, port and command."""

import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dockerfile_parse import DockerfileParser

from railbed_stacks.application_files.commands import Command, command_of, read_command
from railbed_stacks.application_files.place import Found, Place, text_of

PATH = "Dockerfile"
_VARIABLE = re.compile(r"\$\{?(\w+)(?::-([^}]*))?\}?")
_SECRET_MOUNT = re.compile(r"--mount=\S*type=secret\S*?\bid=([\w.-]+)|--mount=\S*\bid=([\w.-]+)\S*type=secret")
_ASSIGNMENT = re.compile(r"""(\w+)=("[^"]*"|'[^']*'|\S*)""")


@dataclass(frozen=True)
class DockerfileFacts:
    """What the last stage of a Dockerfile says, with what it takes over from the stages that it starts from."""

    user: Found[str] | None
    """As it is written, without its group."""
    uid: int | None
    """Its number, if the file says it."""
    workdir: Found[str] | None
    port: Found[int] | None
    command: Found[Command] | None
    volumes: list[Found[str]]
    secret_mounts: list[Found[str]]
    """Secrets that the build is given."""


@dataclass(frozen=True)
class _Instruction:
    word: str
    value: str
    place: Place


def read_dockerfile(folder: Path, path: str = PATH) -> DockerfileFacts | None:
    """Read a Dockerfile; None where there is none. Raises `UnreadableFile`."""
    text = text_of(folder, path)
    if text is None:
        return None
    parser = DockerfileParser(fileobj=io.BytesIO())
    parser.content = text
    every = [
        _Instruction(each["instruction"].upper(), each["value"], Place(path, each["startline"] + 1))
        for each in parser.structure
        if each["instruction"].upper() != "COMMENT"
    ]
    last = _last_stage(every)
    known = _arguments(every)
    user = _last(last, "USER", known)
    name = user.value.split(":")[0] if user is not None else ""
    workdir, port = _last(last, "WORKDIR", known), _last(last, "EXPOSE", known)
    number = re.match(r"\d+", port.value) if port is not None else None
    return DockerfileFacts(
        user=Found(name, user.place) if user is not None else None,
        uid=int(name) if name.isdecimal() else _uid_of(name, every, known),
        workdir=Found(workdir.value, workdir.place) if workdir is not None else None,
        port=Found(int(number[0]), port.place) if port is not None and number is not None else None,
        command=_command(last),
        volumes=[Found(each.value, each.place) for each in last if each.word == "VOLUME"],
        secret_mounts=[
            Found(found[1] or found[2], each.place) for each in every if (found := _SECRET_MOUNT.search(each.value)) is not None
        ],
    )


def _last_stage(every: list[_Instruction]) -> list[_Instruction]:
    """The instructions that make the last stage, from the beginning of the stages that it starts from."""
    stages: dict[str, list[_Instruction]] = {}
    current: list[_Instruction] = []
    for each in every:
        if each.word != "FROM":
            current.append(each)
            continue
        words = [word for word in each.value.split() if not word.startswith("--")]
        base = words[0].lower() if words else ""
        current = list(stages.get(base, []))
        name = words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else str(len(stages))
        stages[name] = current
    return current


def _arguments(every: Iterable[_Instruction]) -> dict[str, str]:
    """The values of ARG and ENV."""
    found: dict[str, str] = {}
    for each in every:
        if each.word in ("ARG", "ENV"):
            old = re.fullmatch(r"(\w+)\s+([^=]+)", each.value) if each.word == "ENV" else None
            pairs = [old.groups()] if old else _ASSIGNMENT.findall(each.value)
            found |= {name: value.strip("\"'") for name, value in pairs}
    return found


def _last(stage: Iterable[_Instruction], word: str, known: Mapping[str, str]) -> Found[str] | None:
    found = [each for each in stage if each.word == word]
    return Found(_filled(found[-1].value.strip().strip("\"'"), known), found[-1].place) if found else None


def _filled(value: str, known: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: known.get(found[1], found[2] or ""), value)


def _uid_of(user: str, every: Iterable[_Instruction], known: Mapping[str, str]) -> int | None:
    """The number that `useradd` or `adduser` gives a user."""
    if user == "root":
        return 0
    for each in every:
        for command in re.split(r"&&|;|\n", each.value if each.word == "RUN" else ""):
            words = re.sub("[\"']", "", _filled(command, known)).split()
            if not {"useradd", "adduser"} & {word.rpartition("/")[2] for word in words} or user not in words:
                continue
            if number := re.search(r"(?:-u|--uid)[ =](\d+)", " ".join(words)):
                return int(number[1])
    return None


def _command(stage: Iterable[_Instruction]) -> Found[Command] | None:
    found = [each for each in stage if each.word == "CMD"]
    if not found:
        return None
    try:
        words = json.loads(found[-1].value)
    except ValueError:
        return Found(read_command(found[-1].value), found[-1].place)
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        return Found(command_of(words), found[-1].place)
    return None
