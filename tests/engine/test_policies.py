"""The policy pack of this repository, run by the real engine in previews."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from railbed.watching.previews import TO_COME
from sandbox.progress import StepFailed
from tests.cluster.rails_stack import PROJECT
from tests.engine.policy_violations import HARMLESS, PROGRAM, SECRET, VIOLATIONS, name_of
from tests.engine.recorded_stack import MASTER_KEY, RecordedStack
from tests.engine.recording_provider import recording
from tests.engine.test_preview_command import run as comment_on
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


def test_the_comment_of_a_pull_request_says_why_too(recorded_stack: RecordedStack, policies: Path) -> None:
    recorded_stack.program(VIOLATING)
    recorded_stack.preview()  # writes the settings
    comment = comment_on(recorded_stack, "--policy-pack", str(policies), "--format", "markdown")
    assert comment.returncode == 1, f"the pull request would be merged:\n{comment.stdout}{comment.stderr}"
    assert "**Policies refuse this:**" in comment.stdout
    said = comment.stdout.replace("\\_", "_")
    assert [each for each in OBJECTIONS if each not in said] == [], said
    for secret in (MASTER_KEY, "hunter2-pass"):
        assert secret not in said, "the policies show a secret to whoever reads the log"


@pytest.fixture(scope="module")
def objections(
    tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str], policies: Path
) -> Iterator[list[str]]:
    """What the policies say of a program of many resources."""
    with recording() as (record, providers):
        variables = engine_variables | {"PULUMI_DEBUG_PROVIDERS": providers}
        stack = RecordedStack(tmp_path_factory.mktemp("violations"), variables, record)
        stack.program(PROGRAM)
        run = stack.preview("--policy-pack", str(policies))
        assert run.code != 0 and "railbed@v" in run.text, run.text
        missing = {*map(name_of, HARMLESS), *(name_of(code) for code, _ in VIOLATIONS)}
        missing -= {resource.split("::")[-1] for resource in run.operations}
        assert not missing, f"these were not judged: {missing}\n{run.text}"
        assert SECRET not in run.text, "the policies show a secret to whoever reads the log"
        yield [" ".join(line.split()) for line in run.text.splitlines()]


@pytest.mark.parametrize(("code", "objection"), VIOLATIONS, ids=[name_of(code) for code, _ in VIOLATIONS])
def test_a_violation_is_objected_to(objections: list[str], code: str, objection: str) -> None:
    found = [line for line in objections if line.startswith(f"{name_of(code)}: ")]
    assert any(line.startswith(f"{name_of(code)}: {objection}") for line in found), found


@pytest.mark.parametrize("code", HARMLESS, ids=map(name_of, HARMLESS))
def test_what_is_allowed_is_not_objected_to(objections: list[str], code: str) -> None:
    assert [line for line in objections if line.startswith(f"{name_of(code)}: ")] == []


IN_BUILD = f"""
import pulumi
from pulumi_aws import ec2
from railbed import EcsTaskRun

later = ec2.Vpc("later", cidr_block="10.0.0.0/16").id
EcsTaskRun(
    "migrate",
    {{
        "cluster_arn": "arn:aws:ecs:eu-central-1:123456789012:cluster/shop",
        "subnet_ids": ["subnet-a"],
        "security_group_ids": [later],
        "image": pulumi.Output.concat("registry.example.com/shop@", later),
        "overrides": {{"container": {{"dockerLabels": {{"api_token": "{SECRET}"}}}}}},
    }},
)
"""


def test_what_is_known_of_a_task_is_judged_while_its_image_is_to_be_built(
    recorded_stack: RecordedStack, policies: Path
) -> None:
    recorded_stack.program(IN_BUILD)
    run = recorded_stack.preview("--policy-pack", str(policies))
    assert "migrate: api_token in a task definition" in run.text, run.text
    assert run.code != 0, "every release with app.image.build would escape the policies"
    assert "the image of" not in run.text, "what is not known yet is objected to"
    assert SECRET not in run.text


def test_the_pack_takes_for_a_secret_what_railbed_does() -> None:
    pack, ours = PROJECT / "policies/clear_text.py", PROJECT / "components/railbed/secrets/clear_text.py"
    assert pack.read_text() == ours.read_text(), "copy components/railbed/secrets/clear_text.py to policies/"


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


def test_the_pack_knows_what_railbed_writes_in_place_of_what_is_unknown() -> None:
    assert f'TO_COME = "{TO_COME}"' in (PROJECT / "policies/known.py").read_text()
