"""The policy pack of this repository, run by the real engine in previews."""

import shutil
from pathlib import Path

import pytest
import yaml

from sandbox.progress import StepFailed
from tests.cluster.rails_stack import PROJECT
from tests.engine.recorded_stack import MASTER_KEY, RecordedStack
from tests.engine.test_production_stacks import STACKS, settings_of, stack_of
from tests.python_environment import python_environment

VIOLATING = f"""
import json
import pulumi
from pulumi_aws import rds, vpc, ecs
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import ConfigMap

rds.Instance(
    "open", instance_class="db.t4g.small", engine="postgres", allocated_storage=20, skip_final_snapshot=True, publicly_accessible=True
)
vpc.SecurityGroupIngressRule("all", security_group_id="sg-1", cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=5432, to_port=5432)
container = {{"name": "app", "image": "shop", "environment": [{{"name": "RAILS_MASTER_KEY", "value": "{MASTER_KEY}"}}]}}
ecs.TaskDefinition("task", family="shop", container_definitions=json.dumps([container]))
ConfigMap("env", metadata={{"name": "env"}}, data={{"DATABASE_URL": "postgresql://shop:hunter2-pass@db/shop", "GREETING": "hello"}})
Deployment(
    "web",
    metadata={{"name": "web"}},
    spec={{
        "selector": {{"match_labels": {{"app": "web"}}}},
        "template": {{
            "metadata": {{"labels": {{"app": "web"}}}},
            "spec": {{"containers": [{{"name": "web", "image": "registry.example.com:5000/shop:latest"}}]}},
        }},
    }},
)
"""  # noqa: E501 - a program as a user writes it
OBJECTIONS = (
    "open: it is not protected",
    "open: AWS would let anybody delete it",
    "open: nothing would be left of it",
    "open: it has no backups",
    "open: the internet reaches it",
    "all: everybody (0.0.0.0/0) may connect to other ports",
    "task: the image of app is shop",
    "task: RAILS_MASTER_KEY in a task definition",
    "env: DATABASE_URL in a ConfigMap",
    "web: the image of web is registry.example.com:5000/shop:latest",
)


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack, whose dependencies are kept in the sandbox's cache."""
    try:
        environment = python_environment(PROJECT / "policies/requirements.txt", "the policy pack's dependencies")
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what}")
    folder = tmp_path_factory.mktemp("policies")
    shutil.copytree(PROJECT / "policies", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".venv"))
    file = folder / "PulumiPolicy.yaml"
    pack = yaml.safe_load(file.read_text())
    pack["runtime"]["options"]["virtualenv"] = str(environment)
    file.write_text(yaml.safe_dump(pack))
    return folder


def test_a_preview_that_violates_them_fails_and_says_why(recorded_stack: RecordedStack, policies: Path) -> None:
    recorded_stack.program(VIOLATING)
    run = recorded_stack.preview("--policy-pack", str(policies))
    assert run.code != 0, f"the pull request would be merged:\n{run.text}"
    assert [each for each in OBJECTIONS if each not in run.text] == [], run.text
    assert "GREETING" not in run.text, "what is no secret is objected to"
    for secret in (MASTER_KEY, "hunter2-pass"):
        assert secret not in run.text, "the policies show a secret to whoever reads the log"


@pytest.mark.parametrize("name", STACKS)
def test_the_stacks_of_this_repository_violate_none(
    name: str, tmp_path: Path, engine_variables: dict[str, str], policies: Path
) -> None:
    for stack in stack_of(name, tmp_path, engine_variables):
        run = stack.preview("--policy-pack", str(policies))
        assert run.code == 0, run.text
        assert "railbed@v" in run.text, "the policies were not asked"


def test_data_may_go_only_where_the_configuration_says_so(
    tmp_path: Path, engine_variables: dict[str, str], policies: Path
) -> None:
    exceptions = tmp_path / "policies.json"
    exceptions.write_text('{"data-stores-are-kept": {"except": ["shop-redis"]}}')
    (tmp_path / "stack").mkdir()
    for stack in stack_of("prod-eks", tmp_path / "stack", engine_variables):
        stack.settings = settings_of("prod-eks")
        stack.settings["redis"]["protect"] = False
        refused = stack.preview("--policy-pack", str(policies))
        assert refused.code != 0
        assert "shop-redis: it is not protected" in refused.text, refused.text
        run = stack.preview("--policy-pack", str(policies), "--policy-pack-config", str(exceptions))
        assert run.code == 0, run.text
