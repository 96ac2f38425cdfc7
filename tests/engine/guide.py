"""What a guide tells its reader to type and to write, in order."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.rails_stack import PROJECT

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SHELL = ("", "sh", "bash", "shell", "console")
_FILE = re.compile(r"# (Pulumi\.[a-z-]+\.yaml)\n")
_PROGRAMS = (
    "aws|az|cat|cd|cp|curl|docker|doctl|export|git|helm|kind|kubectl|make|minikube|pip|printenv|pulumi|python3?|source|sudo"
)
_IN_SENTENCE = re.compile(rf"`((?:[A-Z_]+=\S+ )*(?:(?:{_PROGRAMS})|\S*/bin/\w+) [^`]+)`")


LAPTOP = "README.md#The shortest start: your laptop"
"""The section of README that is a guide of its own."""


@dataclass(frozen=True)
class Command:
    """A line of a block of shell commands, without the comment behind it."""

    text: str


@dataclass(frozen=True)
class Settings:
    """A block that is a whole file of settings."""

    file: str
    text: str


def steps_of(guide: str) -> list[Command | Settings]:
    """What a guide tells to type or to write, in order."""
    steps: list[Command | Settings] = []
    for language, text in _BLOCK.findall(_text(guide)):
        if language in _SHELL:
            lines = (re.sub(r"(^|\s+)# .*$", "", line).strip() for line in text.splitlines())
            steps += [Command(line) for line in lines if line]
        elif named := _FILE.match(text):
            steps.append(Settings(named.group(1), text))
    return steps


def commands_of(guide: str) -> list[str]:
    """The commands in blocks, in order."""
    return [step.text for step in steps_of(guide) if isinstance(step, Command)]


def mentioned_in(guide: str) -> set[str]:
    """Commands within sentences and tables."""
    return {" ".join(found.split()) for found in _IN_SENTENCE.findall(_BLOCK.sub("", _text(guide)))}


def _text(guide: str) -> str:
    """A whole guide, or of README the section that is one of its own, or all others."""
    file, _, heading = guide.partition("#")
    sections = re.split(r"^(?=## )", (Path(PROJECT) / file).read_text(), flags=re.MULTILINE)
    own = [each for each in sections if f"{file}#{each.partition(chr(10))[0].removeprefix('## ')}" == LAPTOP]
    return "".join(own if heading else [each for each in sections if each not in own])
