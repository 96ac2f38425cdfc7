"""The commands of README and of the clouds' guides, from an empty folder, in their order, with the real engine.

The clouds are the stand-ins that record: what an account accepts is not shown here.
"""

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from tests.cluster.rails_stack import PROJECT
from tests.engine import docker_api
from tests.engine.ecs_api import EcsApi, serving
from tests.engine.guide import LAPTOP, Command, Settings, commands_of, mentioned_in, steps_of
from tests.engine.recording_provider import Record, recording
from tests.engine.test_production_stacks import FAST

GUIDES = ("README.md", "docs/digitalocean.md", "docs/aws.md")
READ = (*GUIDES, LAPTOP)
PROGRAMS = ("cd", "export", "git", "printenv", "pulumi")
"""What is run here. A command of anything else is listed below, with the reason, or fails the test."""

CANNOT_RUN = {
    "make up": "starts a Kubernetes node: tests/cluster does, and checks what it deploys",
    "make test": "runs this test",
    "make rehearse STACK=prod": "needs the node: tests/cluster/clouds/test_rehearsal.py runs it",
    "aws sts get-caller-identity": "asks AWS",
    "kubectl --kubeconfig kubeconfig get pods --all-namespaces": "asks the cluster of the cloud",
    "pulumi config set aws:profile production": "names a profile of the reader: tests/unit/test_aws_identity.py",
    "pulumi config set --path 'aws:assumeRoles[0].roleArn' arn:aws:iam::123456789012:role/deploy": "names a role of AWS",
    "pulumi config set --path 'aws:allowedAccountIds[0]' 123456789012": "names an account of AWS",
}

OTHERWISE = {
    # There is no published address here.
    "git clone https://git.example.com/railbed.git": 'git clone --quiet "$PUBLISHED" railbed',
    # The same command, in an environment that has most of the requirements: they are 600 MB.
    "pulumi install": '"$PYTHON" -m venv .venv && echo "$PACKAGES" > "$PATH_FILE" && pulumi install',
    "pulumi login --local && pulumi install && pulumi stack init laptop": (
        '"$PYTHON" -m venv .venv && echo "$PACKAGES" > "$PATH_FILE" && pulumi install && pulumi stack init laptop'
    ),
    # A terminal would ask for it.
    "pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD": (
        'pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD <<< "$TYPED"'
    ),
}
"""What is typed instead."""

ON_EKS_ONLY = (
    "pulumi stack output kubeconfig --show-secrets > kubeconfig",
    "pulumi config set --path railbed:cluster.patches automatic",
)

IN_SENTENCES = {
    "make rehearse STACK=prod-ecs": "needs the node: tests/cluster/clouds/test_rehearsal.py runs it",
    "pulumi preview --json --show-sames | .venv/bin/python -m railbed_stacks.costs": "tests/engine/test_costs.py does",
    "make down": "ends what `make up` started: tests/cluster/test_sandbox_life_cycle.py",
    "pip install './components[cluster]'": "is a line of requirements.txt, which `pulumi install` installs",
    "pulumi refresh": "renews credentials that a week has ended",
    "make test-judges": "runs the judges: CI does",
    "make aws-provider": "builds a judge in an hour",
    "pulumi package add": "tests/engine/test_plugin.py tries what other languages get",
    "pulumi destroy": "test_destroying_needs_the_protection_taken_off_first runs it",
    "pulumi config set --secret --path railbed:secrets.DATABASE_URL": "is for a database that this test has not",
    "kubectl get ingressclass": "asks a cluster",
    "kubectl get clusterissuer": "asks a cluster",
    "aws login": "asks AWS",
    "aws sso login": "asks AWS",
    "make preview STACK=prod": "test_a_preview_in_the_sandbox_leaves_the_settings_as_they_are runs it, without make",
    "pulumi login --local": "another place for the state",
    "pulumi login s3://BUCKET": "another place for the state",
    "pulumi login 's3://BUCKET?region=eu-central-1'": "another place for the state",
    "pulumi login 's3://BUCKET?endpoint=fra1.digitaloceanspaces.com'": "another place for the state",
    "pulumi stack init production --secrets-provider awskms://alias/NAME": "asks AWS",
    "pulumi stack init prod-ecs --secrets-provider 'awskms://alias/NAME?region=eu-central-1'": "asks AWS",
    "pulumi stack init prod --secrets-provider passphrase": "is what the state of this test does without being told",
}
"""Commands within sentences that no block has, with the reason why they are not run."""

TYPED = "password-of-the-registry"
TOKEN = "dop_v1_your-token"
PASSPHRASE = "passphrase-of-the-reader"
MASTER_KEY = (PROJECT / "sandbox/demo/config/master.key").read_text().strip()
URL = "https://shop.example.com"


@dataclass(frozen=True)
class Reading:
    """A guide as one reader follows it."""

    guide: str
    stack: str
    steps: tuple[Command | Settings, ...]
    registered: tuple[str, ...]
    """What there must be in the end."""
    pull_secrets: bool = True
    says: str = f"\n{URL}\n"
    """Where the application answers, as the reader learns it."""


ON_KUBERNETES = ("build Image shop", "create Job shop-migrate", "create Deployment shop-web")
READINGS = {
    "laptop": Reading(
        LAPTOP,
        "laptop",
        (Command("git clone https://git.example.com/railbed.git"), Command("cd railbed"), *steps_of(LAPTOP)),
        ("build Image shop", "create Container shop-migrate", "create Container shop-web-1"),
        pull_secrets=False,
        says="http://localhost:3000",
    ),
    "README": Reading("README.md", "production", tuple(steps_of("README.md")), (*ON_KUBERNETES, "create Ingress shop-web")),
    "digitalocean": Reading(
        "docs/digitalocean.md",
        "prod",
        tuple(steps_of("docs/digitalocean.md")),
        (*ON_KUBERNETES, "create KubernetesCluster shop", "create ContainerRegistry shop"),
    ),
    "ecs": Reading(
        "docs/aws.md",
        "prod-ecs",
        tuple(step for step in steps_of("docs/aws.md") if getattr(step, "text", "") not in ON_EKS_ONLY),
        ("build Image shop", "create Repository shop", "create Service shop-web"),
        pull_secrets=False,
    ),
    "eks": Reading(
        "docs/aws.md",
        "prod-eks",
        tuple(replace(step, text=step.text.replace("prod-ecs", "prod-eks")) for step in steps_of("docs/aws.md")),
        (*ON_KUBERNETES, "create Repository shop", "create NodeGroup shop-default"),
        pull_secrets=False,
    ),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a repository to clone, with what is not committed."""
    folder = tmp_path_factory.mktemp("published") / "railbed"
    left_out = (PROJECT / ".gitignore").read_text().replace("/", "").split()
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(".git", *left_out), symlinks=True)
    _commit(folder)
    return folder


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder but for the reader's own application."""
    folder = tmp_path / "work"
    shutil.copytree(PROJECT / "sandbox/demo", folder / "shop")
    _commit(folder / "shop")
    # The Docker stand-in runs in this process and sees relative paths from its folder; the plugin, from the clone.
    (folder / "railbed").mkdir()
    monkeypatch.chdir(folder / "railbed")
    return folder


@pytest.fixture
def reader(
    tmp_path: Path, published: Path, engine_variables: dict[str, str], request: pytest.FixtureRequest
) -> Iterator[tuple[dict[str, str], Record]]:
    """The environment of a reader who is logged in nowhere but to a state of the test, and what the providers do."""
    (tmp_path / "state").mkdir()
    (tmp_path / "home").mkdir()
    packages = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/of-the-test.pth"
    with (
        recording() as (record, providers),
        serving(EcsApi(record)) as address,
        docker_api.serving(docker_api.DockerApi(record)) as engine,
    ):
        theirs = {key: value for key, value in engine_variables.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
        yield (
            theirs
            | FAST
            | {
                "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
                "PULUMI_HOME": str(tmp_path / "home"),
                "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
                "PULUMI_SKIP_CONFIRMATIONS": "true",
                "PULUMI_DEBUG_PROVIDERS": providers,
                "AWS_ENDPOINT_URL": address,
                "DOCKER_HOST": engine.replace("http://", "tcp://"),
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "PUBLISHED": str(published),
                "PYTHON": sys.executable,
                "PACKAGES": sysconfig.get_path("purelib"),
                "PATH_FILE": packages,
                "TYPED": TYPED,
            },
            record,
        )


@pytest.mark.parametrize("name", READINGS)
def test_a_guide_works_as_it_is_written_from_an_empty_folder(
    name: str, empty_folder: Path, reader: tuple[dict[str, str], Record], tmp_path: Path
) -> None:
    variables, record = reader
    reading = READINGS[name]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _script(reading.steps)],
        cwd=empty_folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, f"{reading.guide}: its reader is stuck at the last of these commands:\n{done.stdout[-6000:]}"
    assert reading.says in done.stdout, "the reader does not learn the application's address"

    made = record.names() + [each.split(" ", 1)[1] for each in record.order if each.startswith("done ")]
    missing = [each for each in reading.registered if each not in made]
    assert missing == [], f"{reading.guide} ends without {missing}"

    clone = empty_folder / "railbed"
    settings = (clone / f"Pulumi.{reading.stack}.yaml").read_text()
    assert yaml.safe_load(settings)["config"]["railbed:secrets"]["RAILS_MASTER_KEY"]["secure"]
    state = "".join(file.read_text() for file in (tmp_path / "state").rglob("*.json"))
    for secret in (MASTER_KEY, TYPED):
        for place, text in {"the settings": settings, "the state": state, "the screen": done.stdout}.items():
            assert secret not in text, f"a secret of the reader's is readable in {place}"
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout.split()[1::2]
    assert changed == [f"Pulumi.{reading.stack}.yaml"], "other files of the clone change, which an upgrade would run into"

    if reading.pull_secrets:
        kinds = ("Deployment", "Job", "CronJob")
        objects = [each.inputs["spec"] for each in record.done if each.kind in kinds]
        pods = [(spec.get("jobTemplate", {}).get("spec") or spec)["template"]["spec"] for spec in objects]
        assert pods
        assert all(pod["imagePullSecrets"] for pod in pods), "a pod cannot pull the image that was pushed"
    if any("> kubeconfig" in getattr(step, "text", "") for step in reading.steps):
        assert yaml.safe_load((clone / "kubeconfig").read_text()), "the kubeconfig that the guide writes is empty"


@pytest.mark.parametrize("stack", ["prod", "prod-ecs"])
def test_a_preview_in_the_sandbox_leaves_the_settings_as_they_are(
    stack: str, tmp_path: Path, engine_variables: dict[str, str]
) -> None:
    file = PROJECT / f"Pulumi.{stack}.yaml"
    before = file.read_bytes()
    variables = {
        **os.environ,
        "RAILBED_SANDBOX_STATE": str(tmp_path),
        "PYTHONPATH": str(PROJECT),
        "PATH": engine_variables["PATH"],
    }
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "preview", stack],
        cwd=PROJECT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "to create" in done.stdout
    assert file.read_bytes() == before, "the sandbox's passphrase would protect the secrets of production"


def test_every_command_is_run_or_listed_with_a_reason() -> None:
    commands = {command for guide in READ for command in commands_of(guide)}
    unknown = [each for each in commands - CANNOT_RUN.keys() if each.split()[0] not in PROGRAMS]
    assert unknown == [], f"nobody has tried {unknown}: run it here, or say in CANNOT_RUN why not"
    assert CANNOT_RUN.keys() | OTHERWISE.keys() <= commands, "a command is listed that no guide has"


def test_every_command_within_a_sentence_is_one_of_a_block_or_listed_with_a_reason() -> None:
    commands = {command for guide in READ for command in commands_of(guide)}
    mentioned = {command for guide in READ for command in mentioned_in(guide)}
    known = {each for each in mentioned if any(command.startswith(each) for command in commands)}
    assert mentioned - known - IN_SENTENCES.keys() == set(), "nobody has tried it"
    assert IN_SENTENCES.keys() <= mentioned, "a command is listed that no guide has"


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_names_every_step_of_a_first_deployment(guide: str) -> None:
    steps = ("git clone", "pulumi login", "pulumi install", "pulumi stack init", "pulumi config set --secret", "pulumi preview")
    commands = commands_of(guide)
    positions = [next((place for place, each in enumerate(commands) if each.startswith(step)), -1) for step in steps]
    assert -1 not in positions, f"{guide} leaves out {steps[positions.index(-1)]}"
    assert positions == sorted(positions), f"{guide} has its steps in another order"
    assert "pulumi up" in commands[positions[-1] :]


def test_the_guides_of_two_clouds_have_stacks_of_different_names() -> None:
    stacks = [each.split()[3] for guide in GUIDES for each in commands_of(guide) if each.startswith("pulumi stack init")]
    assert stacks == ["production", "prod", "prod-ecs"], "one guide's file would take the place of another's"
    for stack in stacks[1:]:
        assert (PROJECT / f"Pulumi.{stack}.yaml").exists(), f"the stack {stack} has not the name of its file"


def _script(steps: tuple[Command | Settings, ...]) -> str:
    """The steps for a shell that stops at the first that fails, each said before it is done."""
    lines = []
    for step in steps:
        if isinstance(step, Settings):
            lines.append(f"printf %s {shlex.quote(step.text)} > {step.file}")
        elif step.text not in CANNOT_RUN:
            lines += [f"echo {shlex.quote('$ ' + step.text)}", OTHERWISE.get(step.text, step.text)]
    return "\n".join(lines)


def _commit(folder: Path) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
        subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)
