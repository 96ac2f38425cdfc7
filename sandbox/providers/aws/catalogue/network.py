"""Networks, and what of a network lets whom in."""

from collections.abc import Mapping
from typing import Any

from ..api import Api, Call

_PERMISSION = {
    "GroupId": "$securityGroupId",
    "IpPermissions": [
        {
            "IpProtocol": "$ipProtocol",
            "FromPort": "$fromPort",
            "ToPort": "$toPort",
            "IpRanges": [{"CidrIp": "$cidrIpv4"}],
            "UserIdGroupPairs": [{"GroupId": "$referencedSecurityGroupId"}],
        }
    ],
}
_EVERYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def _ec2(create: str, what: str, key: str, delete: str, **more: Any) -> Api:
    return Api("ec2", create, f"$answer.{what}.{key}", key, what, delete=delete, **more)


def _rule(direction: str) -> Api:
    return Api(
        "ec2",
        f"AuthorizeSecurityGroup{direction}",
        "$answer.SecurityGroupRules.0.SecurityGroupRuleId",
        request=_PERMISSION,
        whole=True,
        delete=f"RevokeSecurityGroup{direction}",
        deletion={"GroupId": "$securityGroupId", "SecurityGroupRuleIds": ["$id"]},
    )


def _attribute(member: str, of: str) -> Call:
    return Call("ModifyVpcAttribute", {"VpcId": "$id", member: {"Value": f"${of}"}}, only_with=of)


APIS: Mapping[str, Api] = {
    "ec2/Vpc": _ec2(
        "CreateVpc",
        "Vpc",
        "VpcId",
        "DeleteVpc",
        then=(_attribute("EnableDnsSupport", "enableDnsSupport"), _attribute("EnableDnsHostnames", "enableDnsHostnames")),
    ),
    "ec2/Subnet": _ec2("CreateSubnet", "Subnet", "SubnetId", "DeleteSubnet"),
    "ec2/RouteTable": _ec2("CreateRouteTable", "RouteTable", "RouteTableId", "DeleteRouteTable"),
    "ec2/RouteTableAssociation": Api(
        "ec2", "AssociateRouteTable", "$answer.AssociationId", "AssociationId", delete="DisassociateRouteTable"
    ),
    "ec2/InternetGateway": _ec2(
        "CreateInternetGateway",
        "InternetGateway",
        "InternetGatewayId",
        "DeleteInternetGateway",
        then=(Call("AttachInternetGateway", {"InternetGatewayId": "$id", "VpcId": "$vpcId"}),),
        first=(Call("DetachInternetGateway", {"InternetGatewayId": "$id", "VpcId": "$vpcId"}),),
    ),
    "ec2/Route": Api(
        "ec2",
        "CreateRoute",
        "r-{routeTableId}-{destinationCidrBlock}",
        delete="DeleteRoute",
        deletion={"RouteTableId": "$routeTableId", "DestinationCidrBlock": "$destinationCidrBlock"},
    ),
    "ec2/Eip": Api("ec2", "AllocateAddress", "$answer.AllocationId", "AllocationId", delete="ReleaseAddress"),
    "ec2/NatGateway": _ec2("CreateNatGateway", "NatGateway", "NatGatewayId", "DeleteNatGateway"),
    "ec2/VpcEndpoint": Api(
        "ec2",
        "CreateVpcEndpoint",
        "$answer.VpcEndpoint.VpcEndpointId",
        delete="DeleteVpcEndpoints",
        deletion={"VpcEndpointIds": ["$id"]},
    ),
    "ec2/FlowLog": Api(
        "ec2",
        "CreateFlowLogs",
        "$answer.FlowLogIds.0",
        request={"ResourceIds": ["$vpcId"], "ResourceType": "VPC", "DeliverLogsPermissionArn": "$iamRoleArn"},
        delete="DeleteFlowLogs",
        deletion={"FlowLogIds": ["$id"]},
    ),
    "ec2/SecurityGroup": Api(
        "ec2",
        "CreateSecurityGroup",
        "$answer.GroupId",
        "GroupId",
        renames={"name": "GroupName"},
        # Terraform's provider takes away the rule that lets everything out.
        then=(Call("RevokeSecurityGroupEgress", {"GroupId": "$id", "IpPermissions": _EVERYWHERE}),),
        delete="DeleteSecurityGroup",
    ),
    "vpc/SecurityGroupIngressRule": _rule("Ingress"),
    "vpc/SecurityGroupEgressRule": _rule("Egress"),
}
