"""Images, what runs them and when, and where it logs."""

from collections.abc import Mapping

from ..api import Api, Call

_SERVICE = {
    "networkConfiguration": "networkConfiguration.awsvpcConfiguration",
    "deploymentCircuitBreaker": "deploymentConfiguration.deploymentCircuitBreaker",
    "deploymentMinimumHealthyPercent": "deploymentConfiguration.minimumHealthyPercent",
    "deploymentMaximumPercent": "deploymentConfiguration.maximumPercent",
    "orderedPlacementStrategies": "placementStrategy",
    "name": "serviceName",
}

APIS: Mapping[str, Api] = {
    "cloudwatch/LogGroup": Api(
        "logs",
        "CreateLogGroup",
        "$name",
        "logGroupName",
        renames={"name": "logGroupName"},
        outputs={"arn": "arn:aws:logs:{region}:{account}:log-group:{name}"},
        then=(Call("PutRetentionPolicy", {"logGroupName": "$id", "retentionInDays": "$retentionInDays"}, "retentionInDays"),),
        update="PutRetentionPolicy",
        delete="DeleteLogGroup",
    ),
    "ecs/Cluster": Api(
        "ecs",
        "CreateCluster",
        "$answer.cluster.clusterArn",
        "cluster",
        "cluster",
        renames={"name": "clusterName"},
        outputs={"arn": "$answer.cluster.clusterArn"},
        update="UpdateCluster",
        delete="DeleteCluster",
    ),
    "ecs/ClusterCapacityProviders": Api(
        "ecs",
        "PutClusterCapacityProviders",
        "$clusterName",
        renames={"clusterName": "cluster", "defaultCapacityProviderStrategies": "defaultCapacityProviderStrategy"},
        update="PutClusterCapacityProviders",
    ),
    # Its old revisions stay registered, as railbed asks for (skipDestroy).
    "ecs/TaskDefinition": Api(
        "ecs",
        "RegisterTaskDefinition",
        "$answer.taskDefinition.family",
        resource="taskDefinition",
        outputs={
            "arn": "$answer.taskDefinition.taskDefinitionArn",
            "arnWithoutRevision": "arn:aws:ecs:{region}:{account}:task-definition/{family}",
        },
    ),
    "ecs/Service": Api(
        "ecs",
        "CreateService",
        "$answer.service.serviceArn",
        "service",
        renames=_SERVICE,
        outputs={"arn": "$answer.service.serviceArn"},
        update="UpdateService",
        delete="DeleteService",
        deletion={"cluster": "$cluster", "force": True},
    ),
    "ecr/Repository": Api(
        "ecr",
        "CreateRepository",
        "$name",
        "repositoryName",
        "repository",
        renames={"name": "repositoryName"},
        outputs={"arn": "$answer.repository.repositoryArn", "repositoryUrl": "$answer.repository.repositoryUri"},
        delete="DeleteRepository",
        deletion={"force": "$forceDelete"},
    ),
    "scheduler/Schedule": Api(
        "scheduler",
        "CreateSchedule",
        "default/{name}",
        update="UpdateSchedule",
        delete="DeleteSchedule",
        deletion={"Name": "$name"},
    ),
    "sfn/StateMachine": Api(
        "stepfunctions",
        "CreateStateMachine",
        "$answer.stateMachineArn",
        "stateMachineArn",
        outputs={"arn": "$answer.stateMachineArn"},
        update="UpdateStateMachine",
        delete="DeleteStateMachine",
    ),
}
