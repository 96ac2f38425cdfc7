"""What the resources of AWS are paid for by the hour or month."""

from collections.abc import Iterator

from railbed_stacks.costs.items import Counting, Item, Stack, number
from railbed_stacks.previewed import Resource

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
DATABASE = "aws:rds/instance:Instance"

UNITS_OF_A_PROCESSOR = 1024
MEBIBYTES_OF_A_GIGABYTE = 1024
LEAST_SUBNETS = 2
"""Of a load balancer: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html"""


def _load_balancer(resource: Resource, _: Stack) -> Iterator[Item]:
    subnets = resource.inputs.get("subnets")
    yield Item("load_balancer")
    if not resource.inputs.get("internal"):
        # One public address in each subnet.
        yield Item("address", len(subnets) if isinstance(subnets, list) else LEAST_SUBNETS)


def _service(resource: Resource, stack: Stack) -> Iterator[Item]:
    tasks = number(resource.inputs.get("desiredCount"))
    definition = stack.needed(resource, "taskDefinition", TASK_DEFINITION)
    if definition is None or "FARGATE" not in definition.inputs.get("requiresCompatibilities", []):
        return
    platform = definition.inputs.get("runtimePlatform") or {}
    of = f"fargate/{str(platform.get('cpuArchitecture', 'x86_64')).lower()}"
    yield Item(f"{of}/processor", tasks * number(definition.inputs.get("cpu")) / UNITS_OF_A_PROCESSOR)
    yield Item(f"{of}/memory", tasks * number(definition.inputs.get("memory")) / MEBIBYTES_OF_A_GIGABYTE)
    if (resource.inputs.get("networkConfiguration") or {}).get("assignPublicIp"):
        yield Item("address", tasks)


def _database(resource: Resource, stack: Stack) -> Iterator[Item]:
    source = stack.needed(resource, "replicateSourceDb", DATABASE)
    # A copy has the storage of what it is a copy of.
    storage = number((source or resource).inputs.get("allocatedStorage"), 20)
    servers = 2 if resource.inputs.get("multiAz") is True else 1
    yield Item(f"rds/{resource.inputs.get('instanceClass')}", servers)
    yield Item("rds/storage", servers * storage)


def _cache(resource: Resource, _: Stack) -> Iterator[Item]:
    yield Item(f"elasticache/{resource.inputs.get('nodeType')}", number(resource.inputs.get("numCacheClusters")))


def _nodes(resource: Resource, stack: Stack) -> Iterator[Item]:
    nodes = number((resource.inputs.get("scalingConfig") or {}).get("minSize"))
    types = resource.inputs.get("instanceTypes") or [None]
    yield Item(f"ec2/{types[0]}", nodes)
    yield Item("disk", nodes * _disk(stack.needed(resource, "launchTemplate", LAUNCH_TEMPLATE)))


def _instances(resource: Resource, stack: Stack) -> Iterator[Item]:
    template = stack.needed(resource, "launchTemplate", LAUNCH_TEMPLATE)
    instances = number(resource.inputs.get("minSize"))
    yield Item(f"ec2/{template.inputs.get('instanceType') if template else None}", instances)
    yield Item("disk", instances * _disk(template))


def _disk(template: Resource | None) -> int:
    """Gigabytes of the disks of a machine."""
    mappings = template.inputs.get("blockDeviceMappings", []) if template else []
    return sum(number((mapping.get("ebs") or {}).get("volumeSize"), 0) for mapping in mappings)


def _once(key: str) -> Counting:
    def count(_: Resource, __: Stack) -> Iterator[Item]:
        yield Item(key)

    return count


COUNTED: dict[str, Counting] = {
    "aws:autoscaling/group:Group": _instances,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _once("alarm"),
    "aws:ec2/eip:Eip": _once("address"),
    "aws:ec2/natGateway:NatGateway": _once("nat"),
    "aws:ecs/service:Service": _service,
    "aws:eks/cluster:Cluster": _once("eks"),
    "aws:eks/nodeGroup:NodeGroup": _nodes,
    "aws:elasticache/replicationGroup:ReplicationGroup": _cache,
    "aws:kms/key:Key": _once("key"),
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:secretsmanager/secret:Secret": _once("secret"),
    DATABASE: _database,
}
"""How resources are counted, by type."""
