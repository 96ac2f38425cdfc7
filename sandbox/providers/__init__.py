"""Stand-ins for provider plugins that this machine cannot get: `running` starts them, the engine attaches to them."""

import select
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sandbox.progress import StepFailed

OF_CLOUDS = ("aws", "digitalocean")
"""Always stood in for, also where their plugins and credentials are at hand: nothing here can touch a real account."""
NAMES = ("kubernetes", "random", "docker", *OF_CLOUDS)
START_SECONDS = 60


@contextmanager
def running(names: Collection[str], environment: Mapping[str, str] | None = None) -> Iterator[dict[str, int]]:
    """Run stand-ins while the context is open; yields the loopback port of each.

    `environment` is theirs instead of this process's: the default Kubernetes provider reads KUBECONFIG from it.
    """
    with ExitStack() as stack:
        started = {name: stack.enter_context(_process(name, environment)) for name in names}
        yield {name: _port(name, process) for name, process in started.items()}


@contextmanager
def _process(name: str, environment: Mapping[str, str] | None) -> Iterator["subprocess.Popen[str]"]:
    # A session of its own: Ctrl-C reaches the engine, which tells the provider to cancel, instead of killing it midway.
    # The process ends when its standard input does, so it never outlives this one, however this one ends.
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.providers", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=None if environment is None else dict(environment),
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process
    finally:
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _port(name: str, process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline().strip() if readable else ""
    if not line.isdigit():
        raise StepFailed(
            f"The stand-in for the {name} provider did not start.",
            f"Run `{sys.executable} -m sandbox.providers {name}` to see why.",
        )
    return int(line)
