"""What a target imports: each SDK costs a preview up to seconds, and has to be installed."""

import subprocess
import sys

import pytest

SDKS = ("pulumi_kubernetes", "pulumi_aws", "pulumi_digitalocean", "pulumi_docker", "docker", "boto3", "kubernetes")


@pytest.mark.parametrize(
    ("target", "needed"),
    [
        ("cluster", {"pulumi_kubernetes"}),
        ("doks", {"pulumi_kubernetes", "pulumi_digitalocean"}),
        ("eks", {"pulumi_kubernetes", "pulumi_aws"}),
        ("ecs", {"pulumi_aws"}),
        ("docker", {"pulumi_docker", "docker"}),
    ],
)
def test_a_target_imports_no_sdk_that_it_does_not_use(target: str, needed: set[str]) -> None:
    program = f"import sys, railbed_stacks.{target}; print(*sorted(set({SDKS}) & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(shown.stdout.split()) == needed


@pytest.mark.parametrize(("target", "unused"), [("ecs", {"eks"}), ("eks", {"ecs", "scheduler", "sfn", "appautoscaling"})])
def test_a_target_imports_no_service_of_aws_that_it_does_not_use(target: str, unused: set[str]) -> None:
    program = f"import sys, railbed_stacks.{target}; print(*(m for m in sys.modules if m.startswith('pulumi_aws.')))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    # pulumi_aws names all of its services at once; one that is used has modules of its own.
    used = {name.split(".")[1] for name in shown.stdout.split() if name.count(".") == 2}
    assert "ec2" in used
    assert not used & unused


@pytest.mark.parametrize(
    ("component", "sdk", "extra"),
    [
        ("RailsWeb", "pulumi_kubernetes", "cluster"),
        ("DigitalOceanDatabase", "pulumi_digitalocean", "doks"),
        ("EcsApp", "pulumi_aws", "ecs"),
        ("RailsImage", "pulumi_docker", "build"),
        ("DockerApp", "pulumi_docker", "docker"),
    ],
)
def test_a_component_names_the_extra_that_brings_its_sdk(component: str, sdk: str, extra: str) -> None:
    program = f"import sys; sys.modules[{sdk!r}] = None; from railbed import {component}"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert shown.stderr.splitlines()[-1].startswith(f"ImportError: {component} needs {sdk}")
    assert f"pip install 'railbed[{extra}]'" in shown.stderr.splitlines()[-1]
