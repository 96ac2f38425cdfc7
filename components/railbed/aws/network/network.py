"""Network: a VPC with public, private and database subnets in several zones."""

import pulumi
from pulumi_aws.cloudwatch import LogGroup
from pulumi_aws.ec2 import (
    DefaultSecurityGroup,
    Eip,
    FlowLog,
    InternetGateway,
    NatGateway,
    Route,
    RouteTable,
    RouteTableAssociation,
    Subnet,
    Vpc,
    VpcEndpoint,
)

from railbed.args import NetworkArgs
from railbed.aws.network.arguments import NetworkModel, SubnetRanges
from railbed.aws.service_role import service_role
from railbed.aws.zones import ANY, chosen_zones
from railbed.component import Component
from railbed.enums import NatGateways
from railbed.outputs import known_after

ANYWHERE = "0.0.0.0/0"


class Network(Component[NetworkModel]):
    """A VPC over several zones: public subnets for load balancers, private ones for the application, which reach the
    internet through NAT if there is one, and database subnets without any way to the internet.

    Traffic to S3 stays inside AWS, at no price. The default security group lets nothing through.

    Raises `InvalidArguments` before anything is registered.
    """

    vpc_id: pulumi.Output[str]
    """ID of the VPC."""
    cidr: pulumi.Output[str]
    """IPv4 range of the VPC."""
    public_subnet_ids: pulumi.Output[list[str]]
    """IDs of the public subnets, one a zone, once their way to the internet is there."""
    private_subnet_ids: pulumi.Output[list[str]]
    """IDs of the private subnets, one a zone, once their way to the internet is there."""
    database_subnet_ids: pulumi.Output[list[str]]
    """IDs of the database subnets, one a zone."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, NetworkModel, opts)
        network = self._arguments
        self._name, self._network, self._child = name, network, pulumi.ResourceOptions(parent=self)
        # Zones by their letters, which are the keys of all that there is once a zone.
        zones = network.zones or chosen_zones(network.region, ANY, pulumi.InvokeOptions(parent=self))
        self._zones = {zone[-1]: zone for zone in sorted(zones)}

        self._vpc = self._make_vpc()
        public, private, database = (self._subnets(tier) for tier in ("public", "private", "database"))
        public_table, database_table = self._table("public"), self._table("database")
        private_tables = {zone: self._table(f"private-{zone}") for zone in self._zones}

        public_ready = [*self._join("public", public, dict.fromkeys(public, public_table)), self._internet(public_table)]
        private_ready = [*self._join("private", private, private_tables), *self._nat(public, private_tables, public_ready)]
        database_ready = self._join("database", database, dict.fromkeys(database, database_table))
        self._s3([*private_tables.values(), database_table])
        self._close_default_security_group()
        if network.flow_logs:
            self._flow_logs()

        self.vpc_id, self.cidr = self._vpc.id, self._vpc.cidr_block
        self.public_subnet_ids = _ids(public, public_ready)
        self.private_subnet_ids = _ids(private, private_ready)
        self.database_subnet_ids = _ids(database, database_ready)
        self._register_outputs()

    def _tags(self, suffix: str = "", **more: str) -> dict[str, str]:
        return {"Name": f"{self._name}-{suffix}" if suffix else self._name, **more, **self._network.tags}

    def _make_vpc(self) -> Vpc:
        return Vpc(
            self._name,
            region=self._network.region,
            cidr_block=self._network.cidr,
            # Databases, load balancers and EKS are reached by their names.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._tags(),
            opts=pulumi.ResourceOptions(parent=self, protect=self._network.protect),
        )

    def _subnets(self, tier: str) -> dict[str, Subnet]:
        # The controllers of load balancers in Kubernetes find their subnets by these tags.
        roles = {"public": {"kubernetes.io/role/elb": "1"}, "private": {"kubernetes.io/role/internal-elb": "1"}}
        return {
            letter: Subnet(
                f"{self._name}-{tier}-{letter}",
                region=self._network.region,
                vpc_id=self._vpc.id,
                availability_zone=zone,
                cidr_block=getattr(SubnetRanges(self._network.cidr, zone), tier),
                map_public_ip_on_launch=False,
                tags=self._tags(f"{tier}-{letter}", **roles.get(tier, {})),
                opts=self._child,
            )
            for letter, zone in self._zones.items()
        }

    def _table(self, suffix: str) -> RouteTable:
        return RouteTable(
            f"{self._name}-{suffix}",
            region=self._network.region,
            vpc_id=self._vpc.id,
            tags=self._tags(suffix),
            opts=self._child,
        )

    def _join(self, tier: str, subnets: dict[str, Subnet], tables: dict[str, RouteTable]) -> list[pulumi.Resource]:
        return [
            RouteTableAssociation(
                f"{self._name}-{tier}-{zone}",
                region=self._network.region,
                subnet_id=subnet.id,
                route_table_id=tables[zone].id,
                opts=self._child,
            )
            for zone, subnet in subnets.items()
        ]

    def _internet(self, table: RouteTable) -> pulumi.Resource:
        gateway = InternetGateway(
            self._name, region=self._network.region, vpc_id=self._vpc.id, tags=self._tags(), opts=self._child
        )
        return Route(
            f"{self._name}-public",
            region=self._network.region,
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self._child,
        )

    def _nat(
        self, public: dict[str, Subnet], tables: dict[str, RouteTable], public_ready: list[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        """NAT gateways, and the routes to them."""
        if self._network.nat is NatGateways.NONE:
            return []
        first = next(iter(self._zones))
        gateways = {
            zone: self._nat_gateway(zone, public[zone], public_ready)
            for zone in self._zones
            if zone == first or self._network.nat is NatGateways.PER_ZONE
        }
        return [
            Route(
                f"{self._name}-private-{zone}",
                region=self._network.region,
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=gateways.get(zone, gateways[first]).id,
                opts=self._child,
            )
            for zone, table in tables.items()
        ]

    def _nat_gateway(self, zone: str, subnet: Subnet, public_ready: list[pulumi.Resource]) -> NatGateway:
        address = Eip(
            f"{self._name}-nat-{zone}",
            region=self._network.region,
            domain="vpc",
            tags=self._tags(f"nat-{zone}"),
            opts=self._child,
        )
        return NatGateway(
            f"{self._name}-nat-{zone}",
            region=self._network.region,
            subnet_id=subnet.id,
            allocation_id=address.id,
            tags=self._tags(f"nat-{zone}"),
            # Without the internet gateway's route a NAT gateway leads nowhere.
            opts=pulumi.ResourceOptions(parent=self, depends_on=public_ready),
        )

    def _s3(self, tables: list[RouteTable]) -> None:
        VpcEndpoint(
            f"{self._name}-s3",
            region=self._network.region,
            vpc_id=self._vpc.id,
            service_name=f"com.amazonaws.{self._network.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in tables],
            tags=self._tags("s3"),
            opts=self._child,
        )

    def _close_default_security_group(self) -> None:
        # Without rules here, AWS' own are removed: nothing gets in or out by being in no other group.
        DefaultSecurityGroup(
            f"{self._name}-default", region=self._network.region, vpc_id=self._vpc.id, tags=self._tags(), opts=self._child
        )

    def _flow_logs(self) -> None:
        name = f"{self._name}-flow-logs"
        group = LogGroup(
            name,
            region=self._network.region,
            retention_in_days=self._network.log_retention_days,
            tags=self._tags("flow-logs"),
            opts=self._child,
        )
        writes = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
        statement = [
            {"Effect": "Allow", "Action": writes, "Resource": group.arn.apply(lambda arn: f"{arn}:*")},
            {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
        ]
        role, permissions = service_role(
            name,
            "vpc-flow-logs.amazonaws.com",
            parent=self,
            tags=self._tags("flow-logs"),
            statements={"write": statement},
        )
        FlowLog(
            name,
            region=self._network.region,
            vpc_id=self._vpc.id,
            traffic_type="REJECT",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            tags=self._tags("flow-logs"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )


def _ids(subnets: dict[str, Subnet], ready: list[pulumi.Resource]) -> pulumi.Output[list[str]]:
    """The IDs, for use only after `ready`; known in a preview all the same."""
    ids = pulumi.Output.all(*[subnet.id for subnet in subnets.values()])
    return known_after(ids, *ready)
