"""The tables of permissions against what AWS and DigitalOcean say of their own permissions."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from railbed_stacks.permissions.aws_needs import AWS
from railbed_stacks.permissions.digitalocean import REQUIRED, SCOPES
from railbed_stacks.permissions.place import Place
from railbed_stacks.permissions.policy import IMAGE, policies_for
from sandbox.progress import StepFailed
from tests.judges import tools
from tests.judges.digitalocean_api import OPERATIONS
from tests.judges.openapi import description
from tests.judges.registered import Registered
from tests.judges.service_authorization import Reference, objections

PLACE = Place("123456789012", "eu-central-1", "shop", ("Z1",))


@pytest.fixture(scope="session")
def reference() -> Reference:
    try:
        file = tools.service_authorization()
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what}")
    found: Reference = json.loads(file.read_text())
    return found


def test_every_type_that_a_judged_stack_registers_has_a_row(for_apis: dict[str, list[Registered]]) -> None:
    types = {each.type for resources in for_apis.values() for each in resources}
    assert {each for each in types if each.startswith("aws:")} - AWS.keys() == set()
    assert {each for each in types if each.startswith("digitalocean:")} - SCOPES.keys() == set()


def test_iam_grants_what_the_policies_say(reference: Reference) -> None:
    assert list(objections(policies_for([*AWS, IMAGE], PLACE), reference)) == []


@pytest.mark.parametrize(
    ("statement", "objection"),
    [
        ({"Action": ["ecs:LaunchTask"], "Resource": ["*"]}, "ecs:LaunchTask is no action of ecs"),
        ({"Action": ["ecs:DeleteCluster"], "Resource": ["*"]}, "ecs:DeleteCluster on everything, although it takes cluster"),
        (
            {"Action": ["ecs:DeleteCluster"], "Resource": ["arn:aws:ecs:eu-central-1:123456789012:service/shop-*"]},
            "ecs:DeleteCluster is granted on none of cluster",
        ),
        (
            {"Action": ["kms:CreateKey"], "Resource": ["arn:aws:kms:eu-central-1:123456789012:key/*"]},
            "kms:CreateKey takes no resource, so that it is not granted",
        ),
        (
            {
                "Action": ["ec2:RunInstances"],
                "Resource": ["arn:aws:ec2:eu-central-1:123456789012:*/*", "arn:aws:ec2:eu-central-1::image/*"],
                "Condition": {"StringEquals": {"aws:ResourceTag/railbed:app": "shop"}},
            },
            "ec2:RunInstances does not know the tag of instance",
        ),
    ],
)
def test_the_judge_sees(statement: Mapping[str, Any], objection: str, reference: Reference) -> None:
    assert objection in list(objections([{"Statement": [statement]}], reference))


OF_CLOUDFORMATION = {
    "aws:acm/certificate:Certificate": "AWS::CertificateManager::Certificate",
    "aws:appautoscaling/policy:Policy": "AWS::ApplicationAutoScaling::ScalingPolicy",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "AWS::CloudWatch::Alarm",
    "aws:ecs/capacityProvider:CapacityProvider": "AWS::ECS::CapacityProvider",
    "aws:ecs/cluster:Cluster": "AWS::ECS::Cluster",
    "aws:ecs/service:Service": "AWS::ECS::Service",
    "aws:ecs/taskDefinition:TaskDefinition": "AWS::ECS::TaskDefinition",
    "aws:eks/addon:Addon": "AWS::EKS::Addon",
    "aws:eks/cluster:Cluster": "AWS::EKS::Cluster",
    "aws:eks/nodeGroup:NodeGroup": "AWS::EKS::Nodegroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "AWS::EKS::PodIdentityAssociation",
    "aws:elasticache/parameterGroup:ParameterGroup": "AWS::ElastiCache::ParameterGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup": "AWS::ElastiCache::ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup": "AWS::ElastiCache::SubnetGroup",
    "aws:iam/instanceProfile:InstanceProfile": "AWS::IAM::InstanceProfile",
    "aws:iam/rolePolicy:RolePolicy": "AWS::IAM::RolePolicy",
    "aws:kms/key:Key": "AWS::KMS::Key",
    "aws:lb/listener:Listener": "AWS::ElasticLoadBalancingV2::Listener",
    "aws:lb/listenerRule:ListenerRule": "AWS::ElasticLoadBalancingV2::ListenerRule",
    "aws:lb/loadBalancer:LoadBalancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "aws:lb/targetGroup:TargetGroup": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "aws:rds/instance:Instance": "AWS::RDS::DBInstance",
    "aws:rds/parameterGroup:ParameterGroup": "AWS::RDS::DBParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup": "AWS::RDS::DBSubnetGroup",
    "aws:route53/record:Record": "AWS::Route53::RecordSet",
    "aws:scheduler/schedule:Schedule": "AWS::Scheduler::Schedule",
    "aws:secretsmanager/secret:Secret": "AWS::SecretsManager::Secret",
    "aws:sfn/stateMachine:StateMachine": "AWS::StepFunctions::StateMachine",
    "aws:ssm/parameter:Parameter": "AWS::SSM::Parameter",
    "aws:ec2/internetGateway:InternetGateway": "AWS::EC2::InternetGateway",
    "aws:ec2/natGateway:NatGateway": "AWS::EC2::NatGateway",
    "aws:ec2/route:Route": "AWS::EC2::Route",
    "aws:ec2/routeTable:RouteTable": "AWS::EC2::RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "AWS::EC2::SubnetRouteTableAssociation",
    "aws:ec2/subnet:Subnet": "AWS::EC2::Subnet",
    "aws:ec2/vpc:Vpc": "AWS::EC2::VPC",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "AWS::EC2::VPCEndpoint",
    "aws:ec2/securityGroup:SecurityGroup": "AWS::EC2::SecurityGroup",
    "aws:ec2/launchTemplate:LaunchTemplate": "AWS::EC2::LaunchTemplate",
}
"""AWS' own type of what the provider makes, where the two are the same thing."""

NOT_TAKEN = {
    "another resource's": {
        "ecs:PutClusterCapacityProviders",
        "elasticache:CreateCacheCluster",
        "elasticache:DeleteCacheCluster",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:DeregisterTargets",
    },
    "settings of the account": {"ecs:PutAccountSetting", "ecs:PutAccountSettingDefault", "route53:ListHostedZones"},
    "options that no stack has": {
        "ec2:AssignPrivateNatGatewayAddress",
        "ec2:AssociateNatGatewayAddress",
        "ec2:AssociateSubnetCidrBlock",
        "ec2:CreateVpcEncryptionControl",
        "ec2:DescribeVpcEncryptionControls",
        "ec2:DisassociateNatGatewayAddress",
        "ec2:DisassociateSubnetCidrBlock",
        "ec2:ModifyVpcTenancy",
        "ec2:UnassignPrivateNatGatewayAddress",
        "eks:ActivateCertificateAuthority",
        "elasticache:ModifyReplicationGroupShardConfiguration",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:ModifyIpPools",
        "rds:AddRoleToDBInstance",
        "rds:RemoveRoleFromDBInstance",
        "rds:StartDBInstanceAutomatedBackupsReplication",
        "rds:StopDBInstanceAutomatedBackupsReplication",
        "secretsmanager:RemoveRegionsFromReplication",
        "secretsmanager:ReplicateSecretToRegions",
    },
    "of clusters, or asked by CloudFormation only": {
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
        "elasticache:CreateSnapshot",
        "rds:DescribeDBClusterSnapshots",
        "rds:DescribeDBClusters",
        "rds:DescribeDBParameterGroups",
        "secretsmanager:GetRandomPassword",
        "secretsmanager:GetSecretValue",
    },
}
"""Actions of CloudFormation's handlers that no row has, by the reason why not."""


WITHOUT_ROLE = {"aws:ecs/capacityProvider:CapacityProvider"}
"""Types that have a role with options only that no stack has: here managed instances."""


def test_the_rows_have_what_cloudformation_takes_for_the_same() -> None:
    left_out = {action for actions in NOT_TAKEN.values() for action in actions}
    taken = dict(_handlers())
    missing, asked = {}, set[str]()
    for kind, of_cloudformation in OF_CLOUDFORMATION.items():
        need, actions = AWS[kind], taken[of_cloudformation]
        own = {each for each in actions if each.split(":")[0] == need.actions[0].split(":")[0]} - {"iam:PassRole"}
        asked |= own - set(need.actions)
        if lacking := own - set(need.actions) - left_out:
            missing[kind] = sorted(lacking)
        passes = "iam:PassRole" in actions and kind not in WITHOUT_ROLE
        assert need.passes_to or not passes, f"{kind} could not be given its role"
    assert missing == {}
    assert left_out <= asked, "an action is left out that nobody asks for"


def _handlers() -> Iterator[tuple[str, set[str]]]:
    """The actions by which CloudFormation makes, reads, changes and deletes each type, as AWS' resource schemas have them."""
    for file in files("cfnlint.data.schemas.resources").iterdir():
        if file.name.endswith(".json"):
            schema = json.loads(file.read_text())
            handlers = schema.get("handlers", {})
            found = (handlers.get(verb, {}).get("permissions", []) for verb in ("create", "read", "update", "delete"))
            yield schema["typeName"], {action for actions in found for action in actions}


ASSOCIATED = {*REQUIRED, "tag:create", "tag:read"}
"""Scopes that no request of the description has: https://docs.digitalocean.com/reference/api/scopes/"""


def test_scopes_are_those_of_the_requests() -> None:
    by_operation = dict(_scopes())
    known = {scope for scopes in by_operation.values() for scope in scopes}
    assert {scope for scopes in SCOPES.values() for scope in scopes} - ASSOCIATED <= known
    for kind, made in OPERATIONS.items():
        name = kind.split()[0]
        row = f"digitalocean:index/{name[0].lower()}{name[1:]}:{name}"
        needed = by_operation[" ".join(made.operation.split()[:2])]
        assert needed <= set(SCOPES[row]), f"{row}: {made.operation} takes {needed}"


def _scopes() -> Iterator[tuple[str, set[str]]]:
    """The scopes of each request of DigitalOcean's API."""
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, Mapping) and "security" in operation:
                yield f"{method.upper()} {path}", {scope for each in operation["security"] for scope in each["bearer_auth"]}
