"""What the sandbox lends in place of what AWS would make: a cluster, databases, caches and the addresses of load balancers."""

from sandbox import aws_account, lending
from sandbox.providers.cloud import Made, lent_name
from sandbox.providers.ledger import Ledger
from sandbox.providers.lent_cluster import lent_cluster
from sandbox.providers.properties import Properties
from sandbox.providers.server import Refusal


def cluster(made: Made, _: Ledger) -> Properties:
    """EKS: the `aws` of the sandbox's environment logs in to it. Its security group is one of moto's, as rules name it."""
    found = lent_cluster()
    network = {**made.inputs["vpcConfig"], **_security_group(made)}
    return {"endpoint": found.server, "certificateAuthority": {"data": found.authority}, "vpcConfig": network}


def _security_group(made: Made) -> Properties:
    ec2 = aws_account.client("ec2", made.region)
    name = f"eks-cluster-sg-{made.name}"
    (subnet,) = ec2.describe_subnets(SubnetIds=made.inputs["vpcConfig"]["subnetIds"][:1])["Subnets"]
    there = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]
    made_now = {} if there else ec2.create_security_group(GroupName=name, Description="EKS", VpcId=subnet["VpcId"])
    return {"clusterSecurityGroupId": (there or [made_now])[0]["GroupId"], "vpcId": subnet["VpcId"]}


def database(made: Made, _: Ledger) -> Properties:
    """RDS."""
    given = made.inputs
    if source := given.get("replicateSourceDb"):
        raise Refusal(f"The sandbox has no copy of {source} to lend: rehearse without database.replicas.")
    if given["engine"] != "postgres":
        raise Refusal(f"The sandbox has no {given['engine']} to lend: rehearse with PostgreSQL.")
    found = lending.postgresql(made.lent, str(given["dbName"]), str(given["username"]), str(given["password"]))
    return {"address": found.host, "endpoint": f"{found.host}:{found.port}", "port": found.port}


def cache(made: Made, _: Ledger) -> Properties:
    """ElastiCache."""
    found = lending.redis(made.lent, str(made.inputs["authToken"]))
    return {"primaryEndpointAddress": found.host, "readerEndpointAddress": found.host, "port": found.port}


def load_balancer(made: Made, _: Ledger) -> Properties:
    """A load balancer's name is its address, as nobody has to resolve that."""
    return {"dnsName": lending.address(made.lent)}


def listener(made: Made, ledger: Ledger) -> Properties:
    """What hands requests on to a port of the nodes: a listener, or a rule of one."""
    above = ledger.find(str(made.inputs.get("listenerArn")))
    balancer = made.inputs.get("loadBalancerArn") or (above and above.inputs["loadBalancerArn"])
    for action in made.inputs.get("actions") or made.inputs.get("defaultActions") or []:
        group = ledger.find(str(action.get("targetGroupArn")))
        if balancer and group and group.inputs.get("targetType") == "instance":
            lending.forward(lent_name(str(balancer)), int(group.inputs["port"]))
    return {}


LENT = {
    "eks/Cluster": cluster,
    "elasticache/ReplicationGroup": cache,
    "lb/Listener": listener,
    "lb/ListenerRule": listener,
    "lb/LoadBalancer": load_balancer,
    "rds/Instance": database,
}
