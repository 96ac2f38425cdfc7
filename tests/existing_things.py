"""What there is in the accounts that tests deploy to, and how the clouds' providers answer who looks it up.

Answers have the names of the providers' own functions: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnet/
"""

from collections.abc import Callable, Mapping
from typing import Any

Properties = dict[str, Any]

ACCOUNT = "eu-central-1:123456789012"
VPC = "vpc-0123456789abcdef0"
OTHER_VPC = "vpc-0fedcba9876543210"
NETWORK: Properties = {
    "vpc_id": VPC,
    "private_subnet_ids": ["subnet-0a", "subnet-0b"],
    "public_subnet_ids": ["subnet-0c", "subnet-0d"],
    "database_subnet_ids": ["subnet-1a", "subnet-1b"],
}
"""A network as the settings name it."""

_SUBNETS = {
    "subnet-0a": (VPC, "eu-central-1a", "rtb-nat"),
    "subnet-0b": (VPC, "eu-central-1b", "rtb-nat"),
    "subnet-0c": (VPC, "eu-central-1a", "rtb-internet"),
    "subnet-0d": (VPC, "eu-central-1b", "rtb-internet"),
    "subnet-0e": (VPC, "eu-central-1a", "rtb-nat"),
    "subnet-1a": (VPC, "eu-central-1a", "rtb-main"),
    "subnet-1b": (VPC, "eu-central-1b", "rtb-main"),
    "subnet-ff": (OTHER_VPC, "eu-central-1b", "rtb-nat"),
}
_ROUTES = {
    "rtb-main": [],
    "rtb-nat": [{"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}, {"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}],
    "rtb-internet": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}],
}


def _subnet(asked: Properties) -> Properties:
    vpc, zone, _ = _SUBNETS[asked["id"]]
    return {"id": asked["id"], "vpcId": vpc, "availabilityZone": zone, "mapPublicIpOnLaunch": False}


def _route_tables(asked: Properties) -> Properties:
    (wanted,) = asked["filters"]
    if wanted["name"] == "association.main":
        return {"ids": ["rtb-main"]}
    found = _SUBNETS[wanted["values"][0]][2]
    return {"ids": [] if found == "rtb-main" else [found]}


def _route_table(asked: Properties) -> Properties:
    empty = {"gatewayId": "", "natGatewayId": ""}
    return {"routes": [empty | route for route in _ROUTES[asked["routeTableId"]]]}


def _ecs_cluster(asked: Properties) -> Properties:
    name = asked["clusterName"].rpartition("/")[2]
    status = {"tools": "ACTIVE", "former": "INACTIVE"}[name]
    return {"arn": f"arn:aws:ecs:{ACCOUNT}:cluster/{name}", "clusterName": name, "status": status}


EKS_CLUSTERS = {"tools": (VPC, "ACTIVE"), "apart": (OTHER_VPC, "ACTIVE"), "new": (VPC, "CREATING"), "bare": (VPC, "ACTIVE")}


def _instance_type(asked: Properties) -> Properties:
    return {
        "instanceType": asked["instanceType"],
        "defaultVcpus": 2,
        "memorySize": 8192,
        "maximumNetworkInterfaces": 3,
    }


def _eks_cluster(asked: Properties) -> Properties:
    name = asked["name"]
    vpc, status = EKS_CLUSTERS[name]
    return {
        "arn": f"arn:aws:eks:{ACCOUNT}:cluster/{name}",
        "name": name,
        "status": status,
        "endpoint": "https://tools.eks.example.com",
        "certificateAuthorities": [{"data": "Q0E="}],
        "vpcConfig": {"vpcId": vpc, "clusterSecurityGroupId": "sg-of-tools", "subnetIds": ["subnet-0a", "subnet-0b"]},
    }


def _node_groups(asked: Properties) -> Properties:
    _ = EKS_CLUSTERS[asked["clusterName"]]
    return {"names": [] if asked["clusterName"] == "bare" else ["jobs", "general"]}


def _node_group(asked: Properties) -> Properties:
    _, name = EKS_CLUSTERS[asked["clusterName"]], asked["nodeGroupName"]
    return {"nodeGroupName": name, "resources": [{"autoscalingGroups": [{"name": f"eks-{name}-1a2b"}]}]}


VPC_ON_DIGITALOCEAN = "5a4981aa-9653-4bd1-bef5-d6bff52042e4"
CLUSTER_ON_DIGITALOCEAN = "bd5f5959-5e1e-4205-a714-a914373942af"


def _vpc(asked: Properties) -> Properties:
    regions = {"company": "fra1", "far": "nyc3", VPC_ON_DIGITALOCEAN: "fra1"}
    return {"id": VPC_ON_DIGITALOCEAN, "region": regions[asked.get("name") or asked["id"]]}


def _doks_cluster(asked: Properties) -> Properties:
    name = asked["name"]
    return {
        "id": CLUSTER_ON_DIGITALOCEAN,
        "name": name,
        "region": {"tools": "fra1", "far": "nyc3"}[name],
        "vpcUuid": VPC_ON_DIGITALOCEAN,
        "endpoint": "https://tools.k8s.example.com",
        "kubeConfigs": [{"rawConfig": "apiVersion: v1  # of tools", "clusterCaCertificate": "Q0E=", "token": "seven-days"}],
    }


def _database(asked: Properties) -> Properties:
    name = asked["dbInstanceIdentifier"]
    engine, port = {"company": ("postgres", 5432), "legacy": ("mysql", 3307), "cloudy": ("aurora-postgresql", 5432)}[name]
    address = f"{name}.rds.example.com"
    return {"engine": engine, "address": address, "port": port, "vpcSecurityGroups": ["sg-db", "sg-office"]}


def _cache(asked: Properties) -> Properties:
    name = asked["replicationGroupId"]
    password, groups = {"company": (True, 1), "open": (False, 1), "sharded": (True, 3)}[name]
    address = f"{name}.cache.example.com" if groups == 1 else ""
    return {"authTokenEnabled": password, "numNodeGroups": groups, "primaryEndpointAddress": address, "port": 6379}


STORES_ON_DIGITALOCEAN = "9cc10173-e9ea-4176-9dbc-a4cee4c4ff30"
ON_DIGITALOCEAN = {
    "Vpc": VPC_ON_DIGITALOCEAN,
    "KubernetesCluster": CLUSTER_ON_DIGITALOCEAN,
    "DatabaseCluster": STORES_ON_DIGITALOCEAN,
}
"""IDs of what there is on DigitalOcean, by type."""


def _database_cluster(asked: Properties) -> Properties:
    name = asked["name"]
    engine = {"company-db": "pg", "company-mysql": "mysql", "company-redis": "valkey", "company-kafka": "kafka", "far-db": "pg"}
    return {
        "id": STORES_ON_DIGITALOCEAN,
        "name": name,
        "engine": engine[name],
        "privateHost": f"private-{name}.db.example.com",
        "port": 25060,
        "user": "default" if engine[name] == "valkey" else "doadmin",
        "password": "managed-password",
        "privateNetworkUuid": "another" if name == "far-db" else VPC_ON_DIGITALOCEAN,
    }


def _load_balancer(asked: Properties) -> Properties:
    name = asked["name"]
    vpc, kind, idle = {
        "shared": (VPC, "application", 60),
        "apart": (OTHER_VPC, "application", 60),
        "lazy": (VPC, "application", 120),
        "fast": (VPC, "network", 60),
    }[name]
    return {
        "arn": f"arn:aws:elasticloadbalancing:{ACCOUNT}:loadbalancer/app/{name}/50dc6c495c0c9188",
        "arnSuffix": f"app/{name}/50dc6c495c0c9188",
        "name": name,
        "loadBalancerType": kind,
        "vpcId": vpc,
        "idleTimeout": idle,
        "securityGroups": ["sg-of-balancer", "sg-office"],
        "dnsName": f"{name}.elb.example.com",
        "zoneId": "Z215JYRZR1TBD5",
        "ipAddressType": "dualstack",
    }


def _listener(asked: Properties) -> Properties:
    protocol = {443: "HTTPS", 80: "HTTP"}[int(asked["port"])]
    return {"arn": f"{asked['loadBalancerArn']}/f2f7dc8efc522ab2".replace(":loadbalancer/", ":listener/"), "protocol": protocol}


def _certificate(asked: Properties) -> Properties:
    name = asked["name"]
    domains = {"wildcard": ["example.com", "*.example.com"], "failed": ["shop.example.com"], "blog": ["blog.example.com"]}[name]
    return {"name": name, "domains": domains, "state": "error" if name == "failed" else "verified"}


LOOKED_UP: Mapping[str, Callable[[Properties], Properties]] = {
    "aws:ec2/getSubnet:getSubnet": _subnet,
    "aws:ec2/getRouteTables:getRouteTables": _route_tables,
    "aws:ec2/getRouteTable:getRouteTable": _route_table,
    "aws:ec2/getInstanceType:getInstanceType": _instance_type,
    "aws:ecs/getCluster:getCluster": _ecs_cluster,
    "digitalocean:index/getCertificate:getCertificate": _certificate,
    "digitalocean:index/getVpc:getVpc": _vpc,
    "digitalocean:index/getKubernetesCluster:getKubernetesCluster": _doks_cluster,
    "digitalocean:index/getDatabaseCluster:getDatabaseCluster": _database_cluster,
    "aws:lb/getLoadBalancer:getLoadBalancer": _load_balancer,
    "aws:lb/getListener:getListener": _listener,
    "aws:rds/getInstance:getInstance": _database,
    "aws:elasticache/getReplicationGroup:getReplicationGroup": _cache,
    "aws:eks/getCluster:getCluster": _eks_cluster,
    "aws:eks/getNodeGroups:getNodeGroups": _node_groups,
    "aws:eks/getNodeGroup:getNodeGroup": _node_group,
}
"""Answers by the token of the function; `KeyError` stands for what there is not."""
