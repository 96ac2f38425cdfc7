"""Why a container does not run, from its status: memory, image, configuration, command."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from railbed.kubernetes.pod_settings import FOLDERS_CONTAINER, PodSettings
from railbed.kubernetes.watching.reason import reason

KILLED = 137
"""Exit code of a process that was ended by SIGKILL: 128 + 9."""

ORDINARY = {"PodInitializing", "ContainerCreating"}
"""States of waiting that every container goes through."""

SHELLS = {"sh", "/bin/sh", "bash", "/bin/bash"}

_PROGRAM = re.compile(r'exec: "([^"]+)"')
_MISSING = re.compile(r'(secret|configmap) "([^"]+)" not found', re.IGNORECASE)
_MISSING_KEY = re.compile(r"couldn't find key (\S+) in (Secret|ConfigMap) (\S+)", re.IGNORECASE)

Tell: TypeAlias = Callable[[PodSettings, str, str], str]


def reason_of_container(settings: PodSettings, status: Any, attempt: str = "") -> str:
    """Why a container does not run or ended, with the argument to change; empty if its status does not say.

    `attempt` is what became of the last attempt to pull its image, which its own status may not repeat.
    """
    waiting = status.state.waiting if status.state else None
    if waiting and waiting.reason != "CrashLoopBackOff":
        return _waiting(settings, status, waiting, attempt)
    for state in (status.state, status.last_state):
        if state and state.terminated and (state.terminated.exit_code or state.terminated.reason == "OOMKilled"):
            return _terminated(settings, status.name, state.terminated)
    return ""


def _waiting(settings: PodSettings, status: Any, waiting: Any, attempt: str) -> str:
    message = waiting.message or ""
    if waiting.reason == "ImagePullBackOff" and attempt:
        message = f"{message} {attempt}".strip()
    if not waiting.reason or waiting.reason in ORDINARY:
        return ""
    words = f"{waiting.reason}: {message or status.image}"
    if waiting.reason == "CreateContainerConfigError":
        return reason(_configuration(settings, status.name, message), words)
    if "Image" in waiting.reason or waiting.reason in ("RegistryUnavailable", "SignatureValidationFailed"):
        return reason(_image(settings, status.name, message, waiting.reason), words)
    return reason(_start(settings, status.name, message) or f"The container {status.name} does not start.", words)


def _terminated(settings: PodSettings, name: str, ended: Any) -> str:
    words = ", ".join(filter(None, [ended.reason, f"exit code {ended.exit_code}", ended.message]))
    if ended.reason == "OOMKilled":
        return reason(_out_of_memory(settings, name), words)
    if ended.reason in ("StartError", "ContainerCannotRun", "RunContainerError", "CreateContainerError"):
        sentence = _start(settings, name, ended.message or "")
        return reason(sentence or f"The container {name} could not be started.", words)
    if ended.exit_code == KILLED:
        return reason(
            f"The container {name} was killed; if nobody ended it, a process in it ran out of memory: "
            f"raise {settings.named('resources.memory_limit', name)}.",
            words,
        )
    if ended.exit_code in (126, 127) and name != FOLDERS_CONTAINER:
        what = "is not in the image" if ended.exit_code == 127 else "is not executable"
        return reason(f"The program that the container {name} starts {what}: check {settings.named('command', name)}.", words)
    return ""


def _out_of_memory(settings: PodSettings, name: str) -> str:
    if name == FOLDERS_CONTAINER:
        return f"The container {name} ran out of memory: leave large folders out of {settings.named('writable_paths')}."
    return f"The container {name} ran out of memory: raise {settings.named('resources.memory_limit', name)}."


def _start(settings: PodSettings, name: str, message: str) -> str:
    """What a container runtime's message means; empty if it means nothing here."""
    said = message.lower()
    for patterns, tell in _START_FAILURES:
        if any(pattern in said for pattern in patterns):
            return tell(settings, name, message)
    return ""


def _memory_at_start(settings: PodSettings, name: str, _: str) -> str:
    return _out_of_memory(settings, name)


def architecture(settings: PodSettings, name: str, _: str = "") -> str:
    """The image's processor is not the node's."""
    return (
        f"The image is built for another processor architecture than the node's: build {settings.named('image', name)} for the "
        "architecture of the nodes (docker build --platform), or let the cluster have nodes of the image's."
    )


def too_large(settings: PodSettings, name: str, _: str = "") -> str:
    """Linux' limits of what a program is started with (execve(2), "Limits on size of arguments and environment")."""
    return (
        f"The environment or the command of the container {name} is too large: Linux allows 128 KiB for one variable and about "
        f"2 MiB for all. Shorten the largest values of {settings.named('env')} and secrets, or put them into a file of the "
        "image or a mounted volume."
    )


def _working_directory(settings: PodSettings, name: str, _: str) -> str:
    return (
        f"The container {name} cannot use a folder of the image, which is missing or closed to user "
        f"{settings.value('user') or 'of the container'}: set {settings.named('workdir')} to the application's folder in "
        f"{settings.value('image', name)}, and writable_paths to folders in it."
    )


def _program(settings: PodSettings, name: str, message: str) -> str:
    found = _PROGRAM.search(message)
    program = found[1] if found else ""
    if program in SHELLS:
        return (
            f"The image {settings.value('image', name)} has no shell ({program}), which the container {name} needs: set "
            f"{settings.named('image').split(' (')[0]} to one that has, such as one built on ruby:slim instead of a distroless "
            "or scratch image."
        )
    what = "is not executable in" if "permission denied" in message.lower() else "is not in"
    where = f", in workdir ({settings.workdir})" if settings.workdir and not program.startswith("/") else ""
    return f"The program {program or 'to start'} {what} the image: check {settings.named('command', name)}{where}."


_START_FAILURES: tuple[tuple[tuple[str, ...], Tell], ...] = (
    (("oom-killed", "cannot allocate memory"), _memory_at_start),
    (("exec format error",), architecture),
    (("argument list too long",), too_large),
    (("chdir to cwd", "mkdir ", "mkdirat", "read-only file system", "not a directory"), _working_directory),
    (("executable file not found", "no such file or directory", "permission denied", "no command specified"), _program),
)
"""What container runtimes say, in the order in which it is looked for."""


def _image(settings: PodSettings, name: str, message: str, why: str) -> str:
    said, image = message.lower(), settings.value("image", name)
    named = settings.named("image", name)
    if why == "InvalidImageName":
        return f"{named} is not the name of an image: write it as registry.example.com/shop:1, in lower case."
    if "no match for platform" in said or "no matching manifest" in said:
        return architecture(settings, name)
    if why == "ErrImageNeverPull":
        return f"The image {image} is not on the node, and imagePullPolicy Never keeps it from being pulled."
    if any(word in said for word in ("unauthorized", "forbidden", "denied", "authorization", "authentication", "credential")):
        return (
            f"The registry of {image} refuses the cluster, or has no such image: check {named}, and specify the registry's "
            "credentials: pull_secrets of the component, registry in the settings."
        )
    if any(word in said for word in ("not found", "manifest unknown", "not exist")):
        return f"The registry has no image {image}: push it, or correct {named.split(' (')[0]}."
    if "toomanyrequests" in said or "rate limit" in said or "429" in said:
        return f"The registry of {image} limits how often it is asked: specify its credentials, or wait."
    if "x509" in said or "certificate" in said:
        return f"The cluster's nodes do not trust the certificate of the registry of {image}."
    if any(word in said for word in ("no such host", "dial tcp", "timeout", "connection refused", "deadline exceeded")):
        return f"The cluster's nodes do not reach the registry of {image}: check {named.split(' (')[0]} and their network."
    return f"The image {image} cannot be pulled: check {named.split(' (')[0]} and the credentials of its registry."


def _configuration(settings: PodSettings, name: str, message: str) -> str:
    if missing := _MISSING.search(message):
        kind = "Secret" if missing[1].lower() == "secret" else "ConfigMap"
        return (
            f"The {kind} {missing[2]}, which the container {name} reads, is not in the namespace; if Pulumi made it, "
            "`pulumi up --refresh` makes it again."
        )
    if missing := _MISSING_KEY.search(message):
        return f"{missing[2]} {missing[3]} has no key {missing[1]}, which the container {name} reads."
    if "runasnonroot" in message.lower().replace(" ", ""):
        return (
            f"The container {name} would run as root or as a user without a number, which is refused: set "
            f"{settings.named('user')} to the number of the image's user."
        )
    return f"The configuration of the container {name} is incomplete."
