"""What it takes to make a network on AWS.

Actions are those of CloudFormation's handlers (the `handlers` of AWS' resource schemas), and what the provider asks besides:
https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/ec2
"""

from railbed_stacks.permissions.need import Need, need

TAGS = "CreateTags DeleteTags"


def _ec2(operations: str, *on: str, also: str = "", **options: tuple[str, ...]) -> Need:
    return need("ec2", operations, *(f"{kind}/*" for kind in on), also=also, by_tag=True, **options)


NETWORK: dict[str, Need] = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2(
        f"DescribeSecurityGroups DescribeSecurityGroupRules RevokeSecurityGroupIngress RevokeSecurityGroupEgress {TAGS}",
        "security-group",
    ),
    "aws:ec2/eip:Eip": _ec2(
        f"AllocateAddress DescribeAddresses DescribeAddressesAttribute ReleaseAddress {TAGS}", "elastic-ip"
    ),
    "aws:ec2/flowLog:FlowLog": _ec2(
        f"CreateFlowLogs DescribeFlowLogs DeleteFlowLogs {TAGS}",
        "vpc-flow-log",
        "vpc",
        passes_to=("vpc-flow-logs.amazonaws.com",),
    ),
    "aws:ec2/internetGateway:InternetGateway": _ec2(
        "CreateInternetGateway DescribeInternetGateways AttachInternetGateway DetachInternetGateway DeleteInternetGateway "
        f"{TAGS}",
        "internet-gateway",
        "vpc",
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": _ec2(
        "CreateLaunchTemplate CreateLaunchTemplateVersion DescribeLaunchTemplates DescribeLaunchTemplateVersions "
        f"ModifyLaunchTemplate DeleteLaunchTemplate {TAGS}",
        "launch-template",
    ),
    "aws:ec2/natGateway:NatGateway": _ec2(
        f"CreateNatGateway DescribeNatGateways DeleteNatGateway {TAGS}", "natgateway", "subnet", "elastic-ip"
    ),
    "aws:ec2/route:Route": _ec2("CreateRoute DescribeRouteTables ReplaceRoute DeleteRoute", "route-table"),
    "aws:ec2/routeTable:RouteTable": _ec2(
        f"CreateRouteTable DescribeRouteTables DeleteRouteTable {TAGS}", "route-table", "vpc"
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _ec2(
        "AssociateRouteTable DescribeRouteTables DescribeSubnets ReplaceRouteTableAssociation DisassociateRouteTable",
        "route-table",
        "subnet",
    ),
    "aws:ec2/securityGroup:SecurityGroup": _ec2(
        "CreateSecurityGroup DescribeSecurityGroups DescribeSecurityGroupRules DescribeNetworkInterfaces "
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress "
        f"DeleteSecurityGroup {TAGS}",
        "security-group",
        "vpc",
    ),
    "aws:ec2/subnet:Subnet": _ec2(
        f"CreateSubnet DescribeSubnets DescribeNetworkInterfaces ModifySubnetAttribute DeleteSubnet {TAGS}", "subnet", "vpc"
    ),
    "aws:ec2/vpc:Vpc": _ec2(
        "CreateVpc DescribeVpcs DescribeVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups "
        "DescribeAvailabilityZones "
        f"ModifyVpcAttribute DeleteVpc {TAGS}",
        "vpc",
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2(
        f"CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists ModifyVpcEndpoint DeleteVpcEndpoints {TAGS}",
        "vpc-endpoint",
        "vpc",
        "route-table",
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2(
        f"AuthorizeSecurityGroupEgress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupEgress {TAGS}",
        "security-group",
        "security-group-rule",
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2(
        f"AuthorizeSecurityGroupIngress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupIngress {TAGS}",
        "security-group",
        "security-group-rule",
    ),
}
"""By the type of the resource."""
