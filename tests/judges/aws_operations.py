"""Which operations of AWS' APIs the provider makes each kind of resource with, and where inputs go under other names.

https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service
"""

import json

from tests.judges.api_requests import HERE, At, Made, NotHandedOn, Supplied, Target
from tests.judges.aws_network_operations import NETWORK_OPERATIONS
from tests.judges.physical_names import from_prefix

EVERYWHERE: dict[str, Target] = {
    "region": NotHandedOn("it chooses the endpoint that requests go to"),
    "tags": At("Tags", service="ec2", operation="CreateTags"),
}
"""EC2 is the only service whose operations have no member for tags."""

NO_OPERATION = {
    "acm/CertificateValidation": "it only waits for a certificate",
    "ec2/DefaultSecurityGroup": "it adopts the group that every VPC has, and takes its rules out",
}
"""Kinds that are made by no operation."""


def _enabled(value: bool) -> str:
    return "ENABLED" if value else "DISABLED"


OPERATIONS: dict[str, Made] = {
    **NETWORK_OPERATIONS,
    "appautoscaling/Policy": Made("application-autoscaling", "PutScalingPolicy", {"name": "PolicyName"}),
    "appautoscaling/Target": Made("application-autoscaling", "RegisterScalableTarget"),
    "cloudwatch/LogGroup": Made(
        "logs",
        "CreateLogGroup",
        {"name": "logGroupName", "retentionInDays": At("retentionInDays", operation="PutRetentionPolicy")},
    ),
    "cloudwatch/MetricAlarm": Made("cloudwatch", "PutMetricAlarm", {"name": "AlarmName"}),
    "ecr/LifecyclePolicy": Made("ecr", "PutLifecyclePolicy", {"policy": "lifecyclePolicyText", "repository": "repositoryName"}),
    "ecr/Repository": Made(
        "ecr",
        "CreateRepository",
        {
            "name": "repositoryName",
            "encryptionConfigurations": "encryptionConfiguration",
            "forceDelete": At("force", operation="DeleteRepository"),
        },
    ),
    "ecs/CapacityProvider": Made("ecs", "CreateCapacityProvider"),
    "ecs/Cluster": Made("ecs", "CreateCluster", {"name": "clusterName"}),
    "ecs/ClusterCapacityProviders": Made(
        "ecs",
        "PutClusterCapacityProviders",
        {"clusterName": "cluster", "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
    ),
    "ecs/Service": Made(
        "ecs",
        "CreateService",
        {
            "name": "serviceName",
            "capacityProviderStrategies": "capacityProviderStrategy",
            "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
            "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
            "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
            "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
            "networkConfiguration.assignPublicIp": At("assignPublicIp", _enabled),
            "orderedPlacementStrategies": "placementStrategy",
            "waitForSteadyState": NotHandedOn("it makes the provider wait"),
        },
    ),
    "ecs/TaskDefinition": Made(
        "ecs",
        "RegisterTaskDefinition",
        {
            "containerDefinitions": At("containerDefinitions", json.loads),
            "skipDestroy": NotHandedOn("it keeps the provider from calling DeregisterTaskDefinition"),
        },
    ),
    "eks/AccessEntry": Made("eks", "CreateAccessEntry"),
    "eks/AccessPolicyAssociation": Made("eks", "AssociateAccessPolicy"),
    "eks/Addon": Made(
        "eks",
        "CreateAddon",
        {
            "resolveConflictsOnCreate": "resolveConflicts",
            "resolveConflictsOnUpdate": At("resolveConflicts", operation="UpdateAddon"),
        },
    ),
    "eks/Cluster": Made(
        "eks",
        "CreateCluster",
        {"vpcConfig": "resourcesVpcConfig", "enabledClusterLogTypes": "logging.clusterLogging.types"},
    ),
    "eks/NodeGroup": Made(
        "eks",
        "CreateNodegroup",
        {
            "nodeGroupNamePrefix": At("nodegroupName", from_prefix),
            "nodeRoleArn": "nodeRole",
            "subnetIds": "subnets",
        },
    ),
    "eks/PodIdentityAssociation": Made("eks", "CreatePodIdentityAssociation"),
    "elasticache/ParameterGroup": Made(
        "elasticache",
        "CreateCacheParameterGroup",
        {
            "name": "CacheParameterGroupName",
            "family": "CacheParameterGroupFamily",
            "parameters": At("ParameterNameValues", operation="ModifyCacheParameterGroup"),
            "parameters.name": "ParameterName",
            "parameters.value": "ParameterValue",
        },
    ),
    "elasticache/ReplicationGroup": Made(
        "elasticache",
        "CreateReplicationGroup",
        {
            "description": "ReplicationGroupDescription",
            "nodeType": "CacheNodeType",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "applyImmediately": At("ApplyImmediately", operation="ModifyReplicationGroup"),
            "authTokenUpdateStrategy": At("AuthTokenUpdateStrategy", operation="ModifyReplicationGroup"),
        },
    ),
    "elasticache/SubnetGroup": Made(
        "elasticache",
        "CreateCacheSubnetGroup",
        {"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
    ),
    "iam/InstanceProfile": Made(
        "iam",
        "CreateInstanceProfile",
        {"name": "InstanceProfileName", "role": At("RoleName", operation="AddRoleToInstanceProfile")},
    ),
    "iam/Role": Made(
        "iam",
        "CreateRole",
        {
            "name": "RoleName",
            "namePrefix": At("RoleName", from_prefix),
            "assumeRolePolicy": "AssumeRolePolicyDocument",
        },
    ),
    "iam/RolePolicy": Made("iam", "PutRolePolicy", {"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"}),
    "iam/RolePolicyAttachment": Made("iam", "AttachRolePolicy", {"role": "RoleName"}),
    "kms/Key": Made(
        "kms",
        "CreateKey",
        {
            "deletionWindowInDays": At("PendingWindowInDays", operation="ScheduleKeyDeletion"),
            "enableKeyRotation": NotHandedOn("it chooses between EnableKeyRotation and DisableKeyRotation"),
        },
    ),
    "rds/Instance": Made(
        "rds",
        "CreateDBInstance",
        {
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "username": "MasterUsername",
            "password": "MasterUserPassword",
            "parameterGroupName": "DBParameterGroupName",
            "backupWindow": "PreferredBackupWindow",
            "maintenanceWindow": "PreferredMaintenanceWindow",
            "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
            "performanceInsightsEnabled": "EnablePerformanceInsights",
            "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
            "applyImmediately": At("ApplyImmediately", operation="ModifyDBInstance"),
            "allowMajorVersionUpgrade": At("AllowMajorVersionUpgrade", operation="ModifyDBInstance"),
            "deleteAutomatedBackups": At("DeleteAutomatedBackups", operation="DeleteDBInstance"),
            "finalSnapshotIdentifier": At("FinalDBSnapshotIdentifier", operation="DeleteDBInstance"),
            "skipFinalSnapshot": At("SkipFinalSnapshot", operation="DeleteDBInstance"),
            "replicateSourceDb": At("SourceDBInstanceIdentifier", operation="CreateDBInstanceReadReplica"),
            "restoreToPointInTime": HERE,
            "restoreToPointInTime.restoreTime": At("RestoreTime", operation="RestoreDBInstanceToPointInTime"),
            "restoreToPointInTime.sourceDbInstanceIdentifier": At(
                "SourceDBInstanceIdentifier", operation="RestoreDBInstanceToPointInTime"
            ),
            "snapshotIdentifier": At("DBSnapshotIdentifier", operation="RestoreDBInstanceFromDBSnapshot"),
        },
        {"Engine": Supplied("a copy has its source's", only_with="replicateSourceDb")},
    ),
    "rds/ParameterGroup": Made(
        "rds",
        "CreateDBParameterGroup",
        {
            "name": "DBParameterGroupName",
            "family": "DBParameterGroupFamily",
            "parameters": At("Parameters", operation="ModifyDBParameterGroup"),
            "parameters.name": "ParameterName",
            "parameters.value": "ParameterValue",
        },
    ),
    "rds/SubnetGroup": Made(
        "rds", "CreateDBSubnetGroup", {"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"}
    ),
    "scheduler/Schedule": Made("scheduler", "CreateSchedule", {"namePrefix": At("Name", from_prefix)}),
    "secretsmanager/Secret": Made(
        "secretsmanager",
        "CreateSecret",
        {"recoveryWindowInDays": At("RecoveryWindowInDays", operation="DeleteSecret")},
    ),
    "secretsmanager/SecretVersion": Made("secretsmanager", "PutSecretValue"),
    "sfn/StateMachine": Made("stepfunctions", "CreateStateMachine", {"namePrefix": At("name", from_prefix)}),
    "ssm/Parameter": Made("ssm", "PutParameter", {"insecureValue": "Value"}),
}
