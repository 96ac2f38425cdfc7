"""What a deployment may do: enough for all that stacks register, and nothing without a bound."""

import io
import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import botocore.session
import pytest

from railbed_stacks.permissions.__main__ import main, permissions_of
from railbed_stacks.permissions.aws_needs import AWS
from railbed_stacks.permissions.aws_tasks import COMPONENTS, OF_BUILDS
from railbed_stacks.permissions.digitalocean import SCOPES, scopes_for
from railbed_stacks.permissions.place import Place, place_of
from railbed_stacks.permissions.policy import LARGEST_POLICY, MOST_POLICIES, READ_BY_NAME, policies_for, size_of
from railbed_stacks.previewed import Resource
from tests.unit.cloud_stacks import APP, deploy, least
from tests.unit.example_stacks import resources_of
from tests.unit.samples import RAILS

ACCOUNT = "123456789012"
PLACE = Place(ACCOUNT, "eu-central-1", "shop", ("Z1",))
MODELS = {"elasticloadbalancing": "elbv2", "states": "stepfunctions"}
"""Names of botocore's models where they are not those of IAM."""
AUTOSCALED: dict[str, Any] = {
    "cluster": {"instances": {"maximum": 3}},
    "ecs": {"capacity": "ec2", "services": {"default": {"autoscaling": {"minimum": 1, "maximum": 3, "cpu_percent": 60}}}},
    "database": {"replicas": {"reports": {}}},
}


def statements(*types: str) -> list[dict[str, Any]]:
    return [each for policy in policies_for(types or AWS, PLACE) for each in policy["Statement"]]


def granted(action: str, *types: str) -> list[dict[str, Any]]:
    return [each for each in statements(*types) if action in each["Action"]]


def registered() -> Iterator[Any]:
    for target in ("doks", "eks", "ecs"):
        yield least(target)
        yield deploy(target, app=APP | {"image": {"build": str(RAILS)}}, preview=True)
    yield deploy("ecs", preview=True, **AUTOSCALED)
    yield deploy("eks", preview=True, cluster={"admin_role_arns": {"ops": f"arn:aws:iam::{ACCOUNT}:role/ops"}})
    yield deploy("doks", preview=True, database={"pool_size": 20}, dns={"zone": "example.com", "create": True})


def test_every_type_that_stacks_register_has_a_row() -> None:
    types = {each.type for deployment in registered() for each in deployment.resources}
    assert len([each for each in types if each.startswith("aws:")]) > 45
    assert {each for each in types if each.startswith("aws:")} - AWS.keys() == set()
    assert {each for each in types if each.startswith("digitalocean:")} - SCOPES.keys() == set()
    assert COMPONENTS.keys() <= types, "a row is of no component"


def test_every_action_is_an_operation_of_its_service() -> None:
    session = botocore.session.get_session()
    for action in sorted({action for need in [*AWS.values(), OF_BUILDS] for action in need.actions}):
        service, operation = action.split(":")
        model = session.get_service_model(MODELS.get(service, service))
        assert operation in model.operation_names, f"{action} is none, and IAM would take it without a word"


def test_no_action_is_a_pattern() -> None:
    assert [action for each in statements() for action in each["Action"] if "*" in action] == []


def test_everything_is_read_and_only_the_applications_own_is_changed() -> None:
    for each in statements():
        if each["Resource"] == ["*"]:
            changing = [
                action
                for action in each["Action"]
                if not action.split(":")[1].startswith(("Describe", "List", "Get", "BatchCheck", "Validate"))
            ]
            # These take no resource.
            assert set(changing) <= {
                "acm:RequestCertificate",
                "ecs:DeregisterTaskDefinition",
                "eks:CreateCluster",
                "kms:CreateKey",
            }
            assert not set(each["Action"]) & READ_BY_NAME, "what others wrote could be read"


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("ecs:UpdateService", "service/shop-1a2b3c4/shop-web-1a2b3c4"),
        ("ecs:RunTask", "task-definition/shop-migrate:7"),
        ("rds:ModifyDBInstance", "db:shop-database-1a2b3c4"),
        ("elasticache:ModifyReplicationGroup", "replicationgroup:shop-redis-1a2b3c4"),
        ("secretsmanager:GetSecretValue", "secret:shop-secrets-1a2b3c4-AbCdEf"),
        ("ssm:PutParameter", "parameter/shop-web-1a2b3c4"),
        ("logs:GetLogEvents", "log-group:shop-web-log-1a2b3c4:log-stream:task/app/1"),
        ("logs:CreateLogGroup", "log-group:/aws/eks/shop-1a2b3c4/cluster"),
        ("elasticloadbalancing:ModifyListener", "listener/app/shop-1a2b3c4/50dc6c495c0c9188/f2f7dc8efc522ab2"),
        ("elasticloadbalancing:DeleteRule", "listener-rule/app/shop-1a2b3c4/50dc6c495c0c9188/f2f7/9683"),
        ("eks:CreateNodegroup", "cluster/shop-1a2b3c4"),
        ("eks:DeleteNodegroup", "nodegroup/shop-1a2b3c4/default-2026/1a2b"),
        ("iam:PutRolePolicy", "role/shop-web-execution-2026"),
        ("cloudwatch:PutMetricAlarm", "alarm:shop-database-cpu-1a2b3c4"),
        ("states:UpdateStateMachine", "stateMachine:shop-digest-2026"),
        ("scheduler:CreateSchedule", "schedule/default/shop-digest-2026"),
    ],
)
def test_names_of_the_stack_are_allowed_and_others_are_not(action: str, arn: str) -> None:
    (statement,) = granted(action)
    service = action.split(":")[0]
    place = f"arn:aws:{service}:{'' if service == 'iam' else 'eu-central-1'}:{ACCOUNT}:"

    def allowed(arn: str) -> bool:
        return any(fnmatchcase(arn, pattern) for pattern in statement["Resource"])

    assert allowed(place + arn)
    assert not allowed(place + arn.replace("shop", "other"))
    assert not allowed(place + arn.replace("shop-", "shopping-")), "another application's name begins like this one's"
    assert not allowed((place + arn).replace(ACCOUNT, "210987654321"))


def test_an_application_with_a_long_name_is_allowed_what_is_cut_to_it() -> None:
    long = Place(ACCOUNT, "eu-central-1", "storefront-of-example-com-2026", ())
    assert long.names == "storefront-of-exampl*"


@pytest.mark.parametrize(
    "action", ["ec2:DeleteSubnet", "ec2:CreateRoute", "ec2:RevokeSecurityGroupIngress", "kms:PutKeyPolicy"]
)
def test_what_has_no_name_is_changed_by_its_tag_only(action: str) -> None:
    (statement,) = granted(action)
    assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/railbed:app": "shop"}}


@pytest.mark.parametrize("action", ["ec2:CreateVpc", "ec2:AllocateAddress", "ec2:RunInstances"])
def test_what_is_made_has_no_tag_yet(action: str) -> None:
    (statement,) = granted(action)
    assert "Condition" not in statement


def test_nobody_becomes_the_owner_of_what_exists_by_tagging_it() -> None:
    conditions = [each["Condition"] for each in granted("ec2:CreateTags")]
    assert {"Null": {"ec2:CreateAction": "false"}} in conditions
    assert all(conditions)


def test_roles_are_passed_to_the_services_that_take_them_and_to_no_other() -> None:
    (statement,) = granted("iam:PassRole")
    assert statement["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/shop-*"]
    assert statement["Condition"] == {
        "StringEquals": {
            "iam:PassedToService": [
                "ec2.amazonaws.com",
                "ecs-tasks.amazonaws.com",
                "eks.amazonaws.com",
                "monitoring.rds.amazonaws.com",
                "pods.eks.amazonaws.com",
                "scheduler.amazonaws.com",
                "states.amazonaws.com",
                "vpc-flow-logs.amazonaws.com",
            ]
        }
    }
    (of_ecs,) = granted("iam:PassRole", "aws:ecs/taskDefinition:TaskDefinition")
    assert of_ecs["Condition"] == {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}}
    assert granted("iam:PassRole", "aws:ec2/vpc:Vpc") == []


def test_a_stack_is_allowed_what_it_registers_and_nothing_else() -> None:
    actions = {action for each in statements("aws:ecs/cluster:Cluster") for action in each["Action"]}
    assert {action.split(":")[0] for action in actions} == {"ecs", "iam"}
    assert granted("ecr:PutImage", "docker:index/image:Image"), "an image that is built could not be pushed"
    assert not granted("ecr:PutImage", "aws:ecr/repository:Repository")


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_iam_takes_the_policies_of_a_whole_stack(target: str) -> None:
    resources = resources_of(least(target))
    policies = policies_for([each.type for each in resources], place_of(resources, ACCOUNT))
    assert all(size_of(policy) <= LARGEST_POLICY for policy in policies)
    assert len(policies) <= MOST_POLICIES
    sids = [each["Sid"] for policy in policies for each in policy["Statement"]]
    assert len(sids) == len(set(sids))
    assert all(sid.isalnum() for sid in sids)


def test_all_that_there_is_fits_into_the_policies_of_one_role() -> None:
    policies = policies_for([*AWS, "docker:index/image:Image"], PLACE)
    assert all(size_of(policy) <= LARGEST_POLICY for policy in policies)
    assert len(policies) <= MOST_POLICIES


def test_the_place_of_a_stack_is_read_from_what_it_registers() -> None:
    assert place_of(resources_of(least("ecs")), ACCOUNT) == PLACE
    (zone,) = {arn for each in granted("route53:ChangeResourceRecordSets") for arn in each["Resource"]}
    assert zone == "arn:aws:route53:::hostedzone/Z1"


def test_a_type_that_nobody_knows_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="aws:sqs/queue:Queue takes is not known: add a row"):
        policies_for(["aws:sqs/queue:Queue"], PLACE)
    with pytest.raises(ValueError, match="digitalocean:index/droplet:Droplet takes is not known"):
        scopes_for(["digitalocean:index/droplet:Droplet"])


def test_the_scopes_of_a_stack_on_digitalocean() -> None:
    scopes = scopes_for([each.type for each in least("doks").resources])
    assert {"kubernetes:create", "kubernetes:access_cluster", "database:view_credentials", "domain:create"} <= set(scopes)
    assert not [scope for scope in scopes if scope.startswith(("droplet:", "account:", "billing:"))]
    assert "registry:update" not in scopes, "the stack has no registry"


def shown(resources: list[Resource]) -> str:
    states = [{"urn": each.urn, "type": each.type, "inputs": each.inputs} for each in resources]
    return json.dumps({"steps": [{"op": "create", "urn": each["urn"], "newState": each} for each in states]})


def test_the_command_shows_what_a_preview_takes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(shown(resources_of(least("ecs")))))
    assert main(["--account", ACCOUNT]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"aws"}
    assert "arn:aws:iam::123456789012:role/shop-*" in json.dumps(found)
    assert permissions_of(io.StringIO(shown(resources_of(least("doks")))), None).keys() == {"digitalocean"}


@pytest.mark.parametrize(
    ("given", "account", "told"),
    [
        ("", ACCOUNT, "the input is not JSON: pipe `pulumi preview --json --show-sames` into it"),
        ("[]", ACCOUNT, "the input has no steps"),
        ('{"steps": []}', ACCOUNT, "the preview shows nothing of AWS or DigitalOcean"),
        (shown([Resource("urn::shop", "aws:ecs/cluster:Cluster", {})]), None, "add --account with the 12 digits"),
        (shown([Resource("urn::shop", "aws:ecs/cluster:Cluster", {})]), "1234", "add --account with the 12 digits"),
        (shown([Resource("urn::shop", "aws:ecs/cluster:Cluster", {})]), ACCOUNT, "shows no provider of AWS with a region"),
    ],
)
def test_the_command_says_what_is_missing(
    given: str, account: str | None, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    assert main(["--account", account] if account else []) == 2
    assert told in capsys.readouterr().err
