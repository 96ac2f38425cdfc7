"""EcsService: what ECS is told about a service, its tasks, and who may reach them."""

import json
from typing import Any

import pytest

from tests.unit.ecs_samples import (
    BEHIND_LOAD_BALANCER,
    CLUSTER,
    DEFINITION,
    IMAGE,
    ON_INSTANCES,
    ROLES,
    SECRET,
    containers_of,
    deployed,
)
from tests.unit.recording import HIDDEN, Deployment

WRITABLE = ["/tmp", "/rails/log", "/rails/tmp"]
FLUENT_BIT = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.0.0"


def app_of(service: Deployment) -> dict[str, Any]:
    """The container of the application."""
    return containers_of(service.the("TaskDefinition"))[0]


def test_the_least_arguments_give_a_service_on_fargate() -> None:
    service = deployed("EcsService")
    assert service.the("Service").inputs == {
        "cluster": CLUSTER,
        "taskDefinition": DEFINITION,
        "desiredCount": 2,
        "capacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 1}],
        "platformVersion": "LATEST",
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "availabilityZoneRebalancing": "ENABLED",
        "enableExecuteCommand": False,
        "enableEcsManagedTags": True,
        "propagateTags": "SERVICE",
        "waitForSteadyState": False,
        "networkConfiguration": {
            "subnets": ["subnet-a", "subnet-b"],
            "securityGroups": ["sg-app"],
            "assignPublicIp": False,
        },
    }
    definition = service.the("TaskDefinition").inputs
    assert {key: value for key, value in definition.items() if key != "containerDefinitions"} == {
        "family": "shop_test",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "1024",
        "executionRoleArn": f"{ROLES}/shop-execution",
        "taskRoleArn": f"{ROLES}/shop-task",
        "runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
        "volumes": [{"name": f"writable-{number}"} for number in range(3)],
        "skipDestroy": True,
    }


def test_a_container_writes_to_its_folders_only_and_logs_to_cloudwatch() -> None:
    service = deployed("EcsService")
    assert containers_of(service.the("TaskDefinition")) == [
        {
            "name": "app",
            "image": IMAGE,
            "essential": True,
            "user": "1000",
            "workingDirectory": "/rails",
            "environment": [
                {"name": "RACK_ENV", "value": "production"},
                {"name": "RAILS_ENV", "value": "production"},
                {"name": "RAILS_LOG_TO_STDOUT", "value": "enabled"},
                {"name": "RAILS_SERVE_STATIC_FILES", "value": "enabled"},
            ],
            "secrets": [],
            "readonlyRootFilesystem": True,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "mountPoints": [
                {"sourceVolume": f"writable-{number}", "containerPath": path, "readOnly": False}
                for number, path in enumerate(WRITABLE)
            ],
            "dependsOn": [{"containerName": "writable-folders", "condition": "SUCCESS"}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": "shop-log",
                    "awslogs-region": "eu-central-1",
                    "awslogs-stream-prefix": "task",
                    "mode": "non-blocking",
                    "max-buffer-size": "25m",
                },
            },
            "stopTimeout": 35,
        }
    ]
    assert service.the("LogGroup").inputs == {"retentionInDays": 30}


def test_requests_arrive_from_the_load_balancer_and_from_nowhere_else() -> None:
    service = deployed("EcsService", startup_seconds=90, **BEHIND_LOAD_BALANCER)
    assert app_of(service)["portMappings"] == [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp", "name": "http"}]
    assert service.the("Service").at("loadBalancers") == [
        {"targetGroupArn": BEHIND_LOAD_BALANCER["target_group_arn"], "containerName": "app", "containerPort": 3000}
    ]
    assert service.the("Service").at("healthCheckGracePeriodSeconds") == 90, "ECS would kill tasks that still boot"
    assert service.the("Service").at("networkConfiguration.securityGroups") == ["sg-app", "shop-id"]
    assert service.the("SecurityGroup").inputs == {"vpcId": "vpc-1", "description": "Lets the load balancer in to shop"}
    assert service.the("SecurityGroupIngressRule").inputs == {
        "securityGroupId": "shop-id",
        "referencedSecurityGroupId": "sg-balancer",
        "ipProtocol": "tcp",
        "fromPort": 3000,
        "toPort": 3000,
        "description": "Load balancer to shop",
    }


def test_without_a_load_balancer_nobody_is_let_in() -> None:
    service = deployed("EcsService")
    assert not service.all("SecurityGroup")
    assert not service.all("SecurityGroupIngressRule")
    assert service.result["security_group_id"] == ""


def test_on_instances_several_containers_share_a_host_on_ports_that_are_free() -> None:
    network = {**BEHIND_LOAD_BALANCER, "vpc_id": None, "instance_security_group_id": "sg-instances"}
    service = deployed("EcsService", **network, **ON_INSTANCES)
    definition = service.the("TaskDefinition")
    assert (definition.at("networkMode"), definition.at("requiresCompatibilities")) == ("bridge", ["EC2"])
    assert app_of(service)["portMappings"][0]["hostPort"] == 0, "a second container on the host would find the port taken"
    inputs = service.the("Service").inputs
    assert inputs["capacityProviderStrategies"] == [{"capacityProvider": "shop-instances", "weight": 1}]
    assert inputs["orderedPlacementStrategies"] == [
        {"type": "spread", "field": "attribute:ecs.availability-zone"},
        {"type": "spread", "field": "instanceId"},
    ]
    assert not {"networkConfiguration", "platformVersion"} & set(inputs)
    rule = service.the("SecurityGroupIngressRule").inputs
    assert (rule["securityGroupId"], rule["fromPort"], rule["toPort"]) == ("sg-instances", 32768, 65535)
    assert not service.all("SecurityGroup"), "the instances have one already"


def test_tasks_on_instances_may_have_addresses_of_their_own() -> None:
    service = deployed("EcsService", capacity="ec2", capacity_provider="shop-instances", **BEHIND_LOAD_BALANCER)
    assert service.the("TaskDefinition").at("networkMode") == "awsvpc"
    assert service.the("Service").at("networkConfiguration.securityGroups") == ["sg-app", "shop-id"]
    assert app_of(service)["portMappings"][0]["hostPort"] == 3000


@pytest.mark.parametrize(
    ("arguments", "kind", "path", "expected"),
    [
        ({"capacity": "fargate_spot"}, "Service", "capacityProviderStrategies.0.capacityProvider", "FARGATE_SPOT"),
        ({"desired_count": 5}, "Service", "desiredCount", 5),
        ({"desired_count": 0}, "Service", "desiredCount", 0),
        ({"minimum_healthy_percent": 50}, "Service", "deploymentMinimumHealthyPercent", 50),
        ({"maximum_percent": 150}, "Service", "deploymentMaximumPercent", 150),
        ({"minimum_healthy_percent": 50, "maximum_percent": 100}, "Service", "availabilityZoneRebalancing", "DISABLED"),
        ({"assign_public_ip": True}, "Service", "networkConfiguration.assignPublicIp", True),
        ({"execute_command": True}, "Service", "enableExecuteCommand", True),
        ({"cpu": 1024, "memory": 3072}, "TaskDefinition", "cpu", "1024"),
        ({"cpu": 1024, "memory": 3072}, "TaskDefinition", "memory", "3072"),
        ({"architecture": "arm64"}, "TaskDefinition", "runtimePlatform.cpuArchitecture", "ARM64"),
        ({"log_retention_days": 365}, "LogGroup", "retentionInDays", 365),
        (
            {"overrides": {"service": {"health_check_grace_period_seconds": 7}}},
            "Service",
            "healthCheckGracePeriodSeconds",
            7,
        ),
        (
            {"overrides": {"task_definition": {"ephemeral_storage": {"size_in_gib": 40}}}},
            "TaskDefinition",
            "ephemeralStorage.sizeInGib",
            40,
        ),
    ],
)
def test_each_argument_reaches_its_resource(arguments: dict[str, Any], kind: str, path: str, expected: object) -> None:
    assert deployed("EcsService", **arguments).the(kind).at(path) == expected


@pytest.mark.parametrize(
    ("arguments", "field", "expected"),
    [
        ({"command": ["bin/serve"]}, "command", ["bin/serve"]),
        ({"entrypoint": ["/entry"]}, "entryPoint", ["/entry"]),
        ({"user": 1001}, "user", "1001"),
        ({"workdir": "/app"}, "workingDirectory", "/app"),
        ({"stop_seconds": 120}, "stopTimeout", 120),
        (
            {"health_command": ["CMD-SHELL", "test -f /tmp/alive"], "startup_seconds": 600},
            "healthCheck",
            {
                "command": ["CMD-SHELL", "test -f /tmp/alive"],
                "interval": 30,
                "timeout": 10,
                "retries": 10,
                "startPeriod": 300,
            },
        ),
        ({"overrides": {"container": {"ulimits": [{"name": "nofile"}]}}}, "ulimits", [{"name": "nofile"}]),
    ],
)
def test_each_argument_reaches_the_container(arguments: dict[str, Any], field: str, expected: object) -> None:
    assert app_of(deployed("EcsService", **arguments))[field] == expected


def test_a_log_router_takes_the_log_of_the_application_and_logs_itself_to_cloudwatch() -> None:
    options = {"Name": "http", "Host": "logs.example.com", "tls": "on"}
    service = deployed("EcsService", log_router_image=FLUENT_BIT, log_router_options=options)
    app, router = containers_of(service.the("TaskDefinition"))
    assert app["logConfiguration"] == {"logDriver": "awsfirelens", "options": options}
    assert router == {
        "name": "log-router",
        "image": FLUENT_BIT,
        "essential": True,
        "memoryReservation": 50,
        "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
        "logConfiguration": app_of(deployed("EcsService"))["logConfiguration"],
    }


PASSWORD_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:logs-AbCdEf"
OWN_ROUTER = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/fluent-bit:3.2"


@pytest.mark.parametrize("component", ["EcsService", "EcsScheduledTask"])
def test_a_log_router_of_ecr_may_be_pulled_and_its_secrets_are_read_when_it_starts(component: str) -> None:
    made = deployed(
        component,
        log_router_image=OWN_ROUTER,
        log_router_options={"Name": "http"},
        log_router_secret_options={"HTTP_Passwd": PASSWORD_ARN},
    )
    app, router = containers_of(made.the("TaskDefinition"))
    secret = [{"name": "HTTP_Passwd", "valueFrom": PASSWORD_ARN}]
    assert app["logConfiguration"] == {"logDriver": "awsfirelens", "options": {"Name": "http"}, "secretOptions": secret}
    assert router["image"] == OWN_ROUTER
    granted = {
        each["Action"] if isinstance(each["Action"], str) else each["Action"][0]: each["Resource"]
        for each in made.the("RolePolicy", "shop-execution").statements
    }
    assert granted["ecr:BatchCheckLayerAvailability"] == [
        f"arn:aws:ecr:eu-central-1:123456789012:repository/{name}" for name in ("shop/app", "fluent-bit")
    ]
    assert granted["secretsmanager:GetSecretValue"] == [PASSWORD_ARN]


def test_secrets_reach_the_container_by_a_reference_that_names_their_version() -> None:
    service = deployed("EcsService", secrets={"RAILS_MASTER_KEY": "hunter2", "TOKEN": "hunter3"})
    assert app_of(service)["secrets"] == [
        {"name": name, "valueFrom": f"{SECRET}:{name}::11112222-3333"} for name in ("RAILS_MASTER_KEY", "TOKEN")
    ], "without the version a new value would reach only tasks that happen to start later"
    version = service.the("SecretVersion")
    assert json.loads(version.inputs["secretString"]) == {"RAILS_MASTER_KEY": "hunter2", "TOKEN": "hunter3"}
    assert version.visible["secretString"] == HIDDEN
    assert version.request.retainOnDelete, "tasks of the old release would not start again after a rollback"
    assert "hunter" not in json.dumps([[each.visible, each.outputs] for each in service.resources])


def test_secrets_that_exist_are_referred_to_and_win_over_rails_own_variables() -> None:
    parameter = "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/key"
    service = deployed("EcsService", secret_references={"RAILS_MASTER_KEY": parameter, "RACK_ENV": parameter})
    assert app_of(service)["secrets"] == [{"name": name, "valueFrom": parameter} for name in ("RACK_ENV", "RAILS_MASTER_KEY")]
    assert "RACK_ENV" not in [each["name"] for each in app_of(service)["environment"]], "ECS refuses a variable given twice"
    assert not service.all("Secret")


def test_what_was_deployed_is_recorded_only_after_the_check_of_the_deployment() -> None:
    service = deployed("EcsService", deployment_seconds=600)
    record = service.the("Parameter")
    assert record.inputs["type"] == "String"
    assert record.inputs["insecureValue"].startswith(f"{DEFINITION} ")
    assert record.request.customTimeouts.create == record.request.customTimeouts.update == "1055s"
    hook = "railbed:EcsService:shop:check"
    assert (list(record.request.hooks.before_create), list(record.request.hooks.before_update)) == ([hook], [hook])
    assert "shop" in record.depends_on


@pytest.mark.parametrize(
    ("change", "deploys"),
    [({"assign_public_ip": True}, True), ({"capacity": "fargate_spot"}, True), ({"desired_count": 4}, False)],
)
def test_the_record_changes_with_everything_that_makes_ecs_deploy(change: dict[str, Any], deploys: bool) -> None:
    before = deployed("EcsService").the("Parameter").inputs["insecureValue"]
    after = deployed("EcsService", **change).the("Parameter").inputs["insecureValue"]
    assert (before != after) == deploys, "a deployment that ECS rolls back would look like a success"


def test_outputs_tell_what_runs_and_how_to_get_in() -> None:
    service = deployed("EcsService")
    where = "--region eu-central-1 --cluster shop"
    assert service.result == {
        "service_name": "shop-1a2b3c",
        "image": IMAGE,
        "task_definition_arn": DEFINITION,
        "security_group_id": "",
        "console": "",
        "log_group_name": "shop-log",
    }
    assert deployed("EcsService", execute_command=True).result["console"] == (
        f"aws ecs execute-command {where} --task $(aws ecs list-tasks {where} --service-name shop-1a2b3c "
        "--query 'taskArns[0]' --output text) --container app --interactive --command 'bin/rails console'"
    )
