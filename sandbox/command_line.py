"""`python -m sandbox up|down|status|run|preview|rehearse|image`."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import (
    backend,
    builds,
    cluster,
    engine,
    environment,
    foreground,
    images,
    machine,
    previews,
    rehearsal,
    summary,
    targets,
)
from sandbox.paths import CACHE_DIRECTORY, STATE_DIRECTORY
from sandbox.progress import StepFailed, console, step

_ASK_SERVER = """
import sys
from kubernetes import client, config
try:
    config.load_kube_config()
    settings = client.Configuration.get_default_copy()
    settings.retries = 0
    print(client.VersionApi(client.ApiClient(settings)).get_code(_request_timeout=10).git_version)
except Exception as error:
    while cause := error.__cause__ or error.__context__:
        error = cause
    sys.exit(str(error) or repr(error))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; expected failures are told in plain sentences."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.function(chosen) or 0)
    except StepFailed as failure:
        console.print(f"error: {failure.what}", style="red", markup=False, soft_wrap=True)
        if failure.remedy:
            console.print(failure.remedy, markup=False, soft_wrap=True)
        return 1
    except OSError as error:
        console.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\ninterrupted; the same command goes on from here", markup=False)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="This machine as a small cloud, to try and test.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="get the engine, start the cluster, load the demo's images; repairs what is broken")
    up.add_argument("stack", nargs="?", metavar="STACK", help="of Pulumi.STACK.yaml: for target docker no cluster is needed")
    up.add_argument("--kubeconfig", type=Path, metavar="FILE", help="use this cluster and start none")
    up.set_defaults(function=_up)
    down = commands.add_parser("down", help="remove everything but what was built and downloaded")
    down.add_argument("--force", action="store_true", help="also when the cluster of your kubeconfig still holds resources")
    down.set_defaults(function=_down)
    commands.add_parser("status", help="what runs, what is real, what is a stand-in").set_defaults(function=_status)
    run = commands.add_parser("run", help="run any command in the sandbox's environment: run pulumi preview")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="CMD...")
    run.set_defaults(function=_run)
    preview = commands.add_parser("preview", help="show what `pulumi up` would make of a stack's settings")
    preview.add_argument("stack", metavar="STACK", help="of Pulumi.STACK.yaml, which stays as it is")
    preview.set_defaults(function=_preview)
    rehearse = commands.add_parser("rehearse", help="take a production stack from nothing through releases to destroy")
    rehearse.add_argument("stack", metavar="STACK", help="of Pulumi.STACK.yaml, which stays as it is")
    rehearse.set_defaults(function=_rehearse)
    image = commands.add_parser("image", help="build a version of the demo's image and give it to the cluster")
    image.add_argument("version")
    image.add_argument("--overlay", type=Path, metavar="DIR", help="files to add to the application, or to replace")
    image.set_defaults(function=_image)
    return parser


def _up(chosen: argparse.Namespace) -> None:
    on_machine = chosen.stack is not None and targets.target_of(chosen.stack) == "docker"
    if on_machine:
        _up_machine()
    else:
        _up_cluster(chosen)
    environment.choose_machine(on_machine)
    _status(chosen)


def _up_machine() -> None:
    CACHE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    with step("Sandbox up") as running, builds.exclusive(CACHE_DIRECTORY / "up.lock", running):
        machine.require()
        with ThreadPoolExecutor(1) as beside:
            base = beside.submit(images.base)
            engine.pulumi()
        base.result()
        environment.install_plugins()
        machine.up()
        images.load_machine()


def _up_cluster(chosen: argparse.Namespace) -> None:
    if not chosen.kubeconfig and not environment.chosen_kubeconfig():
        _require_root_on_linux()
    CACHE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    with step("Sandbox up") as running, builds.exclusive(CACHE_DIRECTORY / "up.lock", running):
        if chosen.kubeconfig or environment.chosen_kubeconfig():
            engine.pulumi()
            if chosen.kubeconfig:
                _use(chosen.kubeconfig)
            environment.install_plugins()
        else:
            with ThreadPoolExecutor(1) as beside:  # the one compiles, the other waits for downloads
                base = beside.submit(images.base)
                engine.pulumi()
            base.result()
            environment.install_plugins()
            cluster.up()
            images.load_all()


def _require_root_on_linux() -> None:
    instead = (
        "Use a cluster you have (minikube, kind, Docker Desktop): python -m sandbox up --kubeconfig ~/.kube/config\n"
        "docs/sandbox.md tells how it gets the demo's image.\n"
        "The tests that need no cluster run anywhere: make test-unit"
    )
    if sys.platform != "linux":
        raise StepFailed("The sandbox's own Kubernetes needs Linux.", instead)
    if os.geteuid() != 0:
        raise StepFailed("The sandbox's own Kubernetes needs root: run the command with sudo -E.", instead)


def _use(kubeconfig: Path) -> None:
    if not kubeconfig.is_file():
        raise StepFailed(f"There is no kubeconfig {kubeconfig}.", "Give the path of one: kubectl config view shows yours.")
    with step(f"Asking the cluster of {kubeconfig}"):
        ask = [sys.executable, "-c", _ASK_SERVER]
        variables = environment.variables() | {"KUBECONFIG": str(kubeconfig)}
        answer = subprocess.run(ask, env=variables, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise StepFailed(
                f"The cluster of {kubeconfig} does not answer: {answer.stderr.strip().splitlines()[-1]}.",
                "Start it, or choose another. The sandbox hides cloud credentials: a kubeconfig that logs in with them "
                "works with your own pulumi only.",
            )
    environment.choose_kubeconfig(kubeconfig)


def _down(chosen: argparse.Namespace) -> None:
    if environment.chosen_kubeconfig() and not chosen.force and (left := backend.resources()):
        stacks = ", ".join(f"{stack} ({count})" for stack, count in left.items())
        raise StepFailed(
            f"Your cluster still holds resources of: {stacks}.",
            "Remove them with `python -m sandbox run pulumi destroy`, or leave them there with `down --force`.",
        )
    CACHE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    with step("Sandbox down") as running, builds.exclusive(CACHE_DIRECTORY / "up.lock", running):
        cluster.down()
        machine.down()
        if STATE_DIRECTORY.exists():
            shutil.rmtree(STATE_DIRECTORY)


def _status(_: argparse.Namespace) -> None:
    summary.show()


def _run(chosen: argparse.Namespace) -> int:
    command = chosen.command[1:] if chosen.command[:1] == ["--"] else chosen.command
    if not command:
        raise StepFailed("There is nothing to run.", "For instance: python -m sandbox run pulumi preview")
    if Path(command[0]).name == "kubectl":  # has no use for providers: spare it their start
        return foreground.run(command, environment.variables())
    with environment.pulumi_environment() as variables:
        return foreground.run(command, variables)


def _preview(chosen: argparse.Namespace) -> int:
    return previews.preview(chosen.stack)


def _rehearse(chosen: argparse.Namespace) -> None:
    rehearsal.rehearse(chosen.stack)


def _image(chosen: argparse.Namespace) -> None:
    overlay = None
    if chosen.overlay:
        files = [file for file in sorted(chosen.overlay.rglob("*")) if file.is_file()]
        if not files:
            raise StepFailed(f"There are no files in {chosen.overlay}.", "Give a folder laid out like the application.")
        overlay = {str(file.relative_to(chosen.overlay)): file.read_text() for file in files}
    print(images.demo(chosen.version, overlay))
