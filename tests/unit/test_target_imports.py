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
    ],
)
def test_a_target_imports_no_sdk_that_it_does_not_use(target: str, needed: set[str]) -> None:
    program = f"import sys, stacks.{target}; print(*sorted(set({SDKS}) & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(shown.stdout.split()) == needed
