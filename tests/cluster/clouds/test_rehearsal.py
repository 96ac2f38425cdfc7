"""`make rehearse`: production with no account, from nothing through releases, a failed migration and a rollback to destroy."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sandbox import backend, cluster
from sandbox.lending.cluster import NAMESPACE
from sandbox.progress import Step
from sandbox.rehearsal import leftovers
from tests.cluster.rails_stack import PROJECT
from tests.cluster.waiting import eventually

STEPS = (
    "images",
    "pulumi up from nothing",
    "pulumi preview again",
    "a release with two migrations",
    "a migration that fails",
    "the migration mended",
    "a rollback to the release before",
    "pulumi destroy, while protected",
    "protection taken off, as docs/ tell",
    "pulumi destroy",
)
DEAD = "a release that does not start"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAUSERSOWNKEY",
    "AWS_SECRET_ACCESS_KEY": "users-own-aws-secret",
    "DIGITALOCEAN_TOKEN": "users-own-digitalocean-token",
}
PROGRAMS = ("pulumi-resource-aws", "pulumi-resource-digitalocean", "aws", "doctl")


@pytest.fixture
def account(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment with credentials of both clouds and their plugins on PATH, which leave a trace when they are run."""
    trace = tmp_path / "trace"
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in PROGRAMS:
        program = programs / name
        program.write_text(f"#!/bin/sh\necho {name} >> {trace}\nexit 1\n")
        program.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **CREDENTIALS, "PATH": path, "COLUMNS": "250", "PYTHONPATH": str(PROJECT)}, trace


@pytest.fixture(autouse=True)
def clean(sandbox_up: None) -> Iterator[None]:
    yield
    leftovers.remove_leftovers(Step("after the test"))


def command(stack: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", "rehearse", stack]


def namespaces() -> str:
    asked = [
        str(cluster.binaries() / "kubectl"),
        f"--kubeconfig={cluster.kubeconfig()}",
        "get",
        "namespaces",
        "--output",
        "name",
    ]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def lent() -> str:
    asked = [str(cluster.binaries() / "kubectl"), f"--kubeconfig={cluster.kubeconfig()}", "--namespace", NAMESPACE, "get"]
    return subprocess.run(
        [
            *asked,
            "statefulsets,deployments,services,secrets,persistentvolumeclaims",
            "--selector",
            "railbed.sandbox/lent",
            "-o",
            "name",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("stack", ["prod", "prod-eks", "prod-ecs"])
def test_a_production_stack_goes_from_nothing_to_destroy(stack: str, account: tuple[dict[str, str], Path]) -> None:
    environment, trace = account
    file = PROJECT / f"Pulumi.{stack}.yaml"
    before = file.read_bytes()
    done = subprocess.run(command(stack), cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, f"the rehearsal failed:\n{done.stderr}"

    told = re.findall(r"^done: (.+) \(\d+ s\) ?(.*)$", done.stderr, re.MULTILINE)
    seen = {title: outcome for title, outcome in told if title in (*STEPS, DEAD)}
    if stack == "prod-ecs":  # AWS goes back to the release before by itself: Pulumi must not take that for a success
        assert "this release cannot start" in seen[DEAD], "the reason is not shown"
        assert "still version 3" in seen.pop(DEAD)
    assert list(seen) == list(STEPS), "a step is missing"
    assert "version 1" in seen["pulumi up from nothing"]
    assert "jobs run" in seen["pulumi up from nothing"]
    assert "version 2" in seen["a release with two migrations"]
    assert 'column "referrer" of relation "visits" does not exist' in seen["a migration that fails"]
    assert "version 2" in seen["a migration that fails"], "the release before does not serve on"
    assert "version 3" in seen["the migration mended"]
    assert "version 2" in seen["a rollback to the release before"]
    for step in STEPS[3:7]:
        assert re.search("0 of [1-9][0-9]* requests failed", seen[step]) or "still" in seen[step]
    image = yaml.safe_load(before)["config"]["railbed:app"]["image"]["ref"]
    assert f"done: Pushing {image} " in done.stderr, "the image is preloaded: credentials that are missing would not be seen"
    assert "What was real" in done.stdout
    assert "stand-in" in done.stdout

    assert not trace.exists(), f"programs of the user's account were run: {trace.read_text()}"
    said = done.stdout + done.stderr
    assert [value for value in CREDENTIALS.values() if value in said] == []
    assert file.read_bytes() == before, "the user's settings were changed"
    assert "namespace/shop-" not in namespaces()
    eventually(lambda: lent() == "", "what was lent is gone")


def test_an_interrupted_rehearsal_is_cleaned_by_the_next(account: tuple[dict[str, str], Path]) -> None:
    environment, _ = account
    running = subprocess.Popen(
        command("staging"),
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        eventually(lambda: "namespace/shop-" in namespaces() and "postgresql" in lent(), "the rehearsal has begun", seconds=300)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=300)
    assert backend.resources().keys() >= {"railbed/rehearsal-staging"}, "the state of the interrupted stack was lost"

    leftovers.remove_leftovers(Step("the next rehearsal begins"))
    assert not [name for name in backend.resources() if "rehearsal" in name]
    assert "namespace/shop-" not in namespaces()
    assert leftovers.left() == []
    eventually(lambda: lent() == "", "what was lent is gone")
