"""EcsService: containers that run for long, behind a load balancer or without one."""

import hashlib
import json
from typing import Any

import pulumi
from pulumi_aws.ec2 import SecurityGroup
from pulumi_aws.ecs import Service, TaskDefinition
from pulumi_aws.ssm import Parameter
from pulumi_aws.vpc import SecurityGroupIngressRule

from railbed.args import EcsServiceArgs
from railbed.aws.ecs.autoscaling import LATENCY_CONTAINER, PUBLISH_LATENCY, autoscale, latency_settings
from railbed.aws.ecs.component import EcsComponent
from railbed.aws.ecs.health_check import health_check
from railbed.aws.ecs.network import capacity_provider_of, network_configuration
from railbed.aws.ecs.record import record_of
from railbed.aws.ecs.service_arguments import EcsServiceModel
from railbed.aws.ecs.task import CONTAINER, Properties
from railbed.aws.ecs.task_definition import DefinedTask
from railbed.aws.ecs.watching.access import access_as
from railbed.aws.ecs.watching.deployment_check import CheckPlan, DeploymentCheck
from railbed.aws.ecs.watching.stop_reasons import settings_of
from railbed.aws.names import PARAMETER, SECURITY_GROUP
from railbed.enums import NetworkMode
from railbed.outputs import known_after
from railbed.validation.overrides import merged
from railbed.watching.log_text import Redaction

DYNAMIC_PORTS = (32768, 65535)
"""Host ports that ECS chooses from with network mode bridge."""


class EcsService(EcsComponent[EcsServiceModel]):
    """A service on ECS: web processes behind a load balancer, or workers without one.

    A deployment starts new tasks before it stops old ones; a load balancer has stopped sending requests to a task before it
    is told to end. `pulumi up` waits for the deployment; one that ECS gives up and rolls back fails it, with what ECS says, why
    tasks stopped and the end of a log, and the next one tries again. A parameter of SSM records what was deployed last.

    Raises `InvalidArguments` before anything is registered.
    """

    NAME_RULES = (PARAMETER, SECURITY_GROUP)

    service_name: pulumi.Output[str]
    """Name of the service in the cluster."""
    image: pulumi.Output[str]
    """The image that runs, known once its deployment is complete."""
    task_definition_arn: pulumi.Output[str]
    """ARN of the task definition."""
    security_group_id: pulumi.Output[str]
    """Security group that lets the load balancer in; empty if there is none."""
    console: pulumi.Output[str]
    """The command that opens a Rails console in one of the tasks; empty without `execute_command`."""
    log_group_name: pulumi.Output[str]
    """Group of its logs in CloudWatch."""

    def __init__(self, name: str, args: EcsServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcsServiceModel, opts)
        given = self._arguments

        task = DefinedTask(name, given, self, command=given.command, execute_command=given.execute_command)
        definition = _defined(name, given, task)
        group = self._security_group(name, given)
        let_in = [self._let_in(name, given, group)] if given.target_group_arn is not None else []
        service = self._service(name, given, definition, group, let_in)
        if given.autoscaling:
            cluster_name = pulumi.Output.from_input(given.cluster_arn).apply(lambda arn: arn.rsplit("/", 1)[-1])
            autoscale(name, given.autoscaling, cluster_name, service.name, self, _balancer_label(given))
        record = self._record(name, given, task, definition, service, group)

        self.service_name = service.name
        self.image = known_after(pulumi.Output.from_input(given.image), record)
        self.task_definition_arn = definition.arn
        self.security_group_id = group.id if group else pulumi.Output.from_input("")
        self.console = _console(given, service) if given.execute_command else pulumi.Output.from_input("")
        self.log_group_name = task.log_group.name
        self._register_outputs()

    def _security_group(self, name: str, given: EcsServiceModel) -> SecurityGroup | None:
        if given.target_group_arn is None or given.network_mode is NetworkMode.BRIDGE:
            return None
        return SecurityGroup(
            name,
            vpc_id=given.vpc_id,
            description=f"Lets the load balancer in to {name}",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _let_in(self, name: str, given: EcsServiceModel, group: SecurityGroup | None) -> SecurityGroupIngressRule:
        first, last = (given.port, given.port) if group else DYNAMIC_PORTS
        return SecurityGroupIngressRule(
            name,
            security_group_id=group.id if group else given.instance_security_group_id,
            referenced_security_group_id=given.load_balancer_security_group_id,
            ip_protocol="tcp",
            from_port=first,
            to_port=last,
            description=f"Load balancer to {name}",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _service(
        self,
        name: str,
        given: EcsServiceModel,
        definition: TaskDefinition,
        group: SecurityGroup | None,
        let_in: list[SecurityGroupIngressRule],
    ) -> Service:
        properties: Properties = {
            "cluster": given.cluster_arn,
            "task_definition": definition.arn,
            "desired_count": given.tasks_to_begin_with(),
            "capacity_provider_strategies": [{"capacity_provider": capacity_provider_of(given), "weight": 1}],
            "deployment_circuit_breaker": {"enable": True, "rollback": True},
            "deployment_minimum_healthy_percent": given.minimum_healthy_percent,
            "deployment_maximum_percent": given.maximum_percent,
            "availability_zone_rebalancing": "ENABLED" if given.maximum_percent > 100 else "DISABLED",
            "enable_execute_command": given.execute_command,
            "enable_ecs_managed_tags": True,
            "propagate_tags": "SERVICE",
            # The check waits instead: the provider takes a service that went back to the old release for a success.
            "wait_for_steady_state": False,
        }
        network = network_configuration(given, *([group.id] if group else []))
        if network:
            properties["network_configuration"] = network
        if given.on_instances:
            properties["ordered_placement_strategies"] = [
                {"type": "spread", "field": "attribute:ecs.availability-zone"},
                {"type": "spread", "field": "instanceId"},
            ]
        else:
            properties["platform_version"] = "LATEST"
        if given.target_group_arn is not None:
            properties["load_balancers"] = [
                {
                    "target_group_arn": given.target_group_arn,
                    "container_name": CONTAINER,
                    "container_port": given.port,
                }
            ]
            properties["health_check_grace_period_seconds"] = given.startup_seconds
        return Service(
            name,
            **merged(properties, given.overrides.get("service", {})),
            opts=pulumi.ResourceOptions(
                parent=self,
                # Health checks of the first tasks would fail.
                depends_on=let_in,
                ignore_changes=["desiredCount"] if given.autoscaling or given.autoscaled else None,
            ),
        )

    def _record(
        self,
        name: str,
        given: EcsServiceModel,
        task: DefinedTask,
        definition: TaskDefinition,
        service: Service,
        group: SecurityGroup | None,
    ) -> Parameter:
        plan, redaction = CheckPlan(), Redaction()
        check = DeploymentCheck(
            component=self,
            container=CONTAINER,
            deadline_seconds=given.deployment_seconds,
            leaving_seconds=given.leaving_seconds,
            plan=plan,
            redaction=redaction,
            connect=access_as(given.identity),
            settings=settings_of(given),
        )

        def ready(known: Properties) -> str:
            plan.region, plan.cluster, plan.service = known["region"], known["cluster"], known["service"]
            plan.task_definition, plan.log_group = known["task_definition"], known["log_group"]
            redaction.add(map(str, known["secrets"]))
            return f"{known['task_definition']} {_fingerprint(known['deployed'])}"

        # Everything that the hook needs is waited for here; what is recorded is no secret.
        deployed = pulumi.Output.all(
            region=given.region_output(),
            cluster=given.cluster_arn,
            service=service.name,
            task_definition=definition.arn,
            log_group=task.log_group.name,
            secrets=[*given.secrets.values(), *given.hidden_values],
            deployed=[
                network_configuration(given, *([group.id] if group else [])),
                capacity_provider_of(given),
                given.target_group_arn,
            ],
        ).apply(ready)
        hook = pulumi.ResourceHook(f"railbed:EcsService:{name}:check", check.run)
        properties: Properties = {
            "description": f"What was deployed last to {name}: the task definition, and a fingerprint of the rest",
        }
        seconds = given.deployment_seconds + given.leaving_seconds
        return record_of(name, deployed, hook, seconds, properties, given.overrides, self, [service])


def _defined(name: str, given: EcsServiceModel, task: DefinedTask) -> TaskDefinition:
    container = task.container
    container.setdefault("stopTimeout", given.stop_seconds)
    others: list[Properties] = []
    if given.port is not None:
        host_port = 0 if given.network_mode is NetworkMode.BRIDGE else given.port
        container.setdefault(
            "portMappings", [{"containerPort": given.port, "hostPort": host_port, "protocol": "tcp", "name": "http"}]
        )
    if given.health_command:
        container.setdefault("healthCheck", health_check(given.health_command, given.startup_seconds))
    if given.autoscaling and given.autoscaling.queue_latency_seconds:
        latency = task.container_of(LATENCY_CONTAINER, None, essential=False, stopTimeout=5)
        latency["entryPoint"] = ["ruby", "-e", PUBLISH_LATENCY]
        settings = {"name": "RAILBED_QUEUE_LATENCY", "value": latency_settings(given.autoscaling, name)}
        latency["environment"] = [*latency["environment"], settings]
        others.append(latency)
    return task.register(*others)


def _balancer_label(given: EcsServiceModel) -> pulumi.Input[str] | None:
    if given.load_balancer_arn_suffix is None or given.target_group_arn_suffix is None:
        return None
    return pulumi.Output.concat(given.load_balancer_arn_suffix, "/", given.target_group_arn_suffix)


def _console(given: EcsServiceModel, service: Service) -> pulumi.Output[str]:
    def command(known: list[Any]) -> str:
        region, cluster, name = known
        where = f"--region {region} --cluster {cluster.rsplit('/', 1)[-1]}"
        task = f"$(aws ecs list-tasks {where} --service-name {name} --query 'taskArns[0]' --output text)"
        return (
            f"aws ecs execute-command {where} --task {task} --container {CONTAINER} --interactive --command 'bin/rails console'"
        )

    return pulumi.Output.all(given.region_output(), given.cluster_arn, service.name).apply(command)


def _fingerprint(values: object) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:12]
