"""AWS' own API models over every input that the provider hands on: names, types, enumerations, patterns and limits.

They are those that botocore brings. Names are those that Pulumi and the provider make of what the program gives.
"""

import json
from typing import Any

import pytest

from tests.judges.api_judgement import Judgement
from tests.judges.aws_api import judge_aws
from tests.judges.aws_documented import Documented
from tests.judges.aws_documented_limits import DOCUMENTED
from tests.judges.aws_operations import NO_OPERATION, OPERATIONS
from tests.judges.defects import Defect, spoiled
from tests.judges.finding import assert_waived
from tests.judges.registered import Registered
from tests.judges.stacks import LONGEST

JUDGE = "aws-models"
LEAST_SHARE = 0.94
"""Of the inputs, by kind and path, at least this share is held against a member of a request."""


@pytest.fixture(scope="module")
def judgement(for_apis: dict[str, list[Registered]]) -> Judgement:
    return judge_aws(each for resources in for_apis.values() for each in resources)


def test_nothing_is_left_to_object_to(judgement: Judgement) -> None:
    assert_waived(JUDGE, judgement.findings)


def test_no_input_escapes(judgement: Judgement) -> None:
    judgement.assert_no_input_escapes(LEAST_SHARE)


def test_the_table_of_operations_says_nothing_idle(judgement: Judgement, for_apis: dict[str, list[Registered]]) -> None:
    said = {(kind, path) for kind, made in OPERATIONS.items() for path in made.inputs}
    assert said - judgement.used == IDLE
    kinds = {each.kind for resources in for_apis.values() for each in resources}
    assert set(NO_OPERATION) <= kinds


IDLE = {("vpc/SecurityGroupEgressRule", "cidrIpv6")}
"""Of rules in and out, which the table has in one."""


@pytest.mark.parametrize("documented", DOCUMENTED, ids=str)
def test_the_models_still_say_so(documented: Documented) -> None:
    assert documented.words in documented.description


RUN_WITH_WRONG_TYPE = json.dumps(
    {
        "States": {
            "Run": {
                "Resource": "arn:aws:states:::ecs:runTask",
                "Parameters": {"TaskDefinition": "shop-digest", "LaunchType": "LAMBDA"},
            }
        }
    }
)
OF_ELASTICACHE = "elasticache/ReplicationGroup"


def _containers(**spoiled: Any) -> str:
    return json.dumps([{"name": "app", "image": "registry.example.com/shop:1", **spoiled}])


DEFECTS: dict[str, list[Defect]] = {
    "prod-eks": [
        Defect("rds/Instance", "shop-database", "identifier", "a--b-database-1a2b3c4", "documented DBInstanceIdentifier"),
        Defect("rds/Instance", "shop-database", "monitoringInterval", 45, "documented MonitoringInterval"),
        Defect("rds/Instance", "shop-database", "username", "a_name_of_17_long", "documented MasterUsername"),
        Defect("rds/Instance", "shop-database", "multiAz", "yes", "type MultiAZ"),
        Defect(OF_ELASTICACHE, "shop-redis", "replicationGroupId", f"{LONGEST}-redis-1a2b3c4", "documented ReplicationGroupId"),
        Defect(OF_ELASTICACHE, "shop-redis", "authToken", "with spaces and 16", "documented AuthToken"),
        Defect("lb/LoadBalancer", "shop", "name", "internal-shop-1a2b3c4", "documented Name"),
        Defect("lb/LoadBalancer", "shop", "idleTimeout", 4001, "documented idle_timeout.timeout_seconds"),
        Defect("lb/TargetGroup", "shop", "healthCheck.unhealthyThreshold", 11, "max UnhealthyThresholdCount"),
        Defect("lb/TargetGroup", "shop", "healthCheck.interval", 4, "min HealthCheckIntervalSeconds"),
        Defect(
            "lb/Listener",
            "shop-http",
            "defaultActions.0.redirect.statusCode",
            "301",
            "enum DefaultActions.RedirectConfig.StatusCode",
        ),
        Defect("eks/NodeGroup", "shop-default", "scalingConfig.maxSize", 0, "min scalingConfig.maxSize"),
        Defect("eks/Cluster", "shop", "name", "-shop", "pattern name"),
        Defect("eks/Cluster", "shop", "roleArn", None, "required roleArn"),
        Defect("kms/Key", "shop-secrets", "deletionWindowInDays", 31, "documented PendingWindowInDays"),
        Defect("ec2/SecurityGroup", "shop", "name", "sg-shop-1a2b3c4", "documented GroupName"),
        Defect(
            "ec2/LaunchTemplate",
            "shop-default",
            "metadataOptions.httpTokens",
            "always",
            "enum LaunchTemplateData.MetadataOptions.HttpTokens",
        ),
        Defect("cloudwatch/MetricAlarm", "shop-database-cpu", "comparisonOperator", "Above", "enum ComparisonOperator"),
    ],
    "prod-ecs": [
        Defect("iam/Role", "shop-web-task", "namePrefix", "forty-characters-are-too-long-for-a-role", "max RoleName"),
        Defect("ecs/Cluster", "shop", "name", "shop.1a2b3c4", "documented clusterName"),
        Defect("ecs/Service", "shop-web", "availabilityZoneRebalancing", "ON", "enum availabilityZoneRebalancing"),
        Defect(
            "ecs/Service",
            "shop-web",
            "networkConfiguration.subnets",
            [],
            "required networkConfiguration.awsvpcConfiguration.subnets",
        ),
        Defect(
            "ecs/TaskDefinition",
            "shop-web",
            "containerDefinitions",
            _containers(stopTimeout=121),
            "documented containerDefinitions.stopTimeout",
        ),
        Defect(
            "ecs/TaskDefinition",
            "shop-web",
            "containerDefinitions",
            _containers(dependsOn=[{"containerName": "wait", "condition": "DONE"}]),
            "enum containerDefinitions.dependsOn.condition",
        ),
        Defect("ssm/Parameter", "shop-web", "name", "aws-shop-1a2b3c4", "documented Name"),
        Defect("ssm/Parameter", "shop-web", "insecureValue", "x" * 4097, "documented Value"),
        Defect("cloudwatch/LogGroup", "shop-web-log", "retentionInDays", 45, "documented retentionInDays"),
        Defect(
            "scheduler/Schedule",
            "shop-digest",
            "target.retryPolicy.maximumEventAgeInSeconds",
            30,
            "min Target.RetryPolicy.MaximumEventAgeInSeconds",
        ),
        Defect("secretsmanager/Secret", "shop-secrets", "recoveryWindowInDays", 3, "documented RecoveryWindowInDays"),
        Defect("sfn/StateMachine", "shop-digest", "definition", RUN_WITH_WRONG_TYPE, "enum launchType"),
    ],
    "longest-ecs": [
        Defect("ecs/CapacityProvider", f"{LONGEST}-instances", "name", "fargate-1a2b3c4", "documented name"),
    ],
}


@pytest.mark.parametrize(
    ("stack", "defect"), [(stack, defect) for stack, defects in DEFECTS.items() for defect in defects], ids=str
)
def test_the_judge_sees(for_apis: dict[str, list[Registered]], stack: str, defect: Defect) -> None:
    (sound,) = [each for each in for_apis[stack] if (each.kind, each.name) == (defect.kind, defect.name)]
    assert defect.check not in {each.check for each in judge_aws([sound]).findings}
    found = {each.check for each in judge_aws(spoiled([sound], [defect])).findings}
    assert defect.check in found, f"the judge is blind to {defect}"


@pytest.mark.parametrize(
    "defect",
    [
        Defect("lb/TargetGroup", "shop", "healthCheck.unhealthy", 3, ""),
        Defect("ecs/Service", "shop-web", "loadBalancers.0.port", 3000, ""),
    ],
    ids=str,
)
def test_an_input_that_goes_nowhere_is_seen(for_apis: dict[str, list[Registered]], defect: Defect) -> None:
    (sound,) = [each for each in for_apis["prod-ecs"] if (each.kind, each.name) == (defect.kind, defect.name)]
    assert judge_aws(spoiled([sound], [defect])).unknown == {(defect.kind, defect.path.replace(".0", ""))}
