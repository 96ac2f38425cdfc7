"""The operations that make networks, load balancers, instances, certificates and DNS records on AWS."""

from collections.abc import Callable
from typing import Any

from tests.judges.api_requests import HERE, At, Made, NotHandedOn, Supplied
from tests.judges.physical_names import from_prefix


def _attribute(operation: str, key: str) -> At:
    def converted(value: Any) -> list[dict[str, str]]:
        return [{"Key": key, "Value": str(value).lower() if isinstance(value, bool) else str(value)}]

    return At("Attributes", converted, operation=operation)


def _of_refresh(member: str, convert: Callable[[Any], Any] = lambda value: value) -> At:
    return At(member, convert, operation="StartInstanceRefresh")


def _of_balancer(key: str) -> At:
    return _attribute("ModifyLoadBalancerAttributes", key)


def _of_target_group(key: str) -> At:
    return _attribute("ModifyTargetGroupAttributes", key)


def _list_of(member: str) -> Callable[[list[str]], list[dict[str, str]]]:
    return lambda values: [{member: value} for value in values]


def _rule(operation: str) -> Made:
    """A rule of a security group: one permission for one peer."""
    return Made(
        "ec2",
        operation,
        {
            "securityGroupId": "GroupId",
            "cidrIpv4": "IpPermissions.IpRanges.CidrIp",
            "cidrIpv6": "IpPermissions.Ipv6Ranges.CidrIpv6",
            "referencedSecurityGroupId": "IpPermissions.UserIdGroupPairs.GroupId",
            "description": "IpPermissions.IpRanges.Description",
            "fromPort": "IpPermissions.FromPort",
            "toPort": "IpPermissions.ToPort",
            "ipProtocol": "IpPermissions.IpProtocol",
        },
    )


_IN_TEMPLATE = (
    "BlockDeviceMappings",
    "IamInstanceProfile",
    "ImageId",
    "InstanceType",
    "KeyName",
    "MetadataOptions",
    "TagSpecifications",
    "UserData",
)

NETWORK_OPERATIONS: dict[str, Made] = {
    "acm/Certificate": Made("acm", "RequestCertificate"),
    "autoscaling/Attachment": Made("autoscaling", "AttachLoadBalancerTargetGroups", {"lbTargetGroupArn": "TargetGroupARNs"}),
    "autoscaling/Group": Made(
        "autoscaling",
        "CreateAutoScalingGroup",
        {
            "name": "AutoScalingGroupName",
            "forceDelete": At("ForceDelete", operation="DeleteAutoScalingGroup"),
            "instanceRefresh": HERE,
            "instanceRefresh.strategy": _of_refresh("Strategy"),
            "instanceRefresh.preferences": HERE,
            "instanceRefresh.preferences.instanceWarmup": _of_refresh("Preferences.InstanceWarmup", int),
            **{
                f"instanceRefresh.preferences.{name[0].lower()}{name[1:]}": _of_refresh(f"Preferences.{name}")
                for name in ("MaxHealthyPercentage", "MinHealthyPercentage", "ScaleInProtectedInstances", "SkipMatching")
            },
            "launchTemplate.id": "LaunchTemplateId",
            "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
            "vpcZoneIdentifiers": At("VPCZoneIdentifier", ",".join),
        },
    ),
    "ec2/Eip": Made("ec2", "AllocateAddress"),
    "ec2/FlowLog": Made(
        "ec2",
        "CreateFlowLogs",
        {"iamRoleArn": "DeliverLogsPermissionArn", "vpcId": "ResourceIds"},
        {"ResourceType": Supplied("VPC, as vpcId is given")},
    ),
    "ec2/InternetGateway": Made("ec2", "CreateInternetGateway", {"vpcId": At("VpcId", operation="AttachInternetGateway")}),
    "ec2/LaunchTemplate": Made(
        "ec2",
        "CreateLaunchTemplate",
        {
            "name": "LaunchTemplateName",
            **{member[0].lower() + member[1:]: f"LaunchTemplateData.{member}" for member in _IN_TEMPLATE},
            "vpcSecurityGroupIds": "LaunchTemplateData.SecurityGroupIds",
            "updateDefaultVersion": NotHandedOn("the provider then names the version that it has just made"),
        },
    ),
    "ec2/NatGateway": Made("ec2", "CreateNatGateway"),
    "ec2/Route": Made("ec2", "CreateRoute"),
    "ec2/RouteTable": Made("ec2", "CreateRouteTable"),
    "ec2/RouteTableAssociation": Made("ec2", "AssociateRouteTable"),
    "ec2/SecurityGroup": Made("ec2", "CreateSecurityGroup", {"name": "GroupName"}),
    "ec2/Subnet": Made(
        "ec2",
        "CreateSubnet",
        {"mapPublicIpOnLaunch": At("MapPublicIpOnLaunch.Value", operation="ModifySubnetAttribute")},
    ),
    "ec2/Vpc": Made(
        "ec2",
        "CreateVpc",
        {
            "enableDnsHostnames": At("EnableDnsHostnames.Value", operation="ModifyVpcAttribute"),
            "enableDnsSupport": At("EnableDnsSupport.Value", operation="ModifyVpcAttribute"),
        },
    ),
    "ec2/VpcEndpoint": Made("ec2", "CreateVpcEndpoint"),
    "lb/Listener": Made(
        "elbv2",
        "CreateListener",
        {
            "certificateArn": "Certificates.CertificateArn",
            "defaultActions.fixedResponse": "FixedResponseConfig",
            "defaultActions.redirect": "RedirectConfig",
        },
    ),
    "lb/ListenerCertificate": Made("elbv2", "AddListenerCertificates", {"certificateArn": "Certificates.CertificateArn"}),
    "lb/ListenerRule": Made(
        "elbv2",
        "CreateRule",
        {"conditions.hostHeader": "HostHeaderConfig"},
        {"Priority": Supplied("the next that is free")},
    ),
    "lb/LoadBalancer": Made(
        "elbv2",
        "CreateLoadBalancer",
        {
            "namePrefix": At("Name", from_prefix),
            "internal": At("Scheme", lambda internal: "internal" if internal else "internet-facing"),
            "loadBalancerType": "Type",
            "accessLogs": HERE,
            "accessLogs.bucket": _of_balancer("access_logs.s3.bucket"),
            "accessLogs.enabled": _of_balancer("access_logs.s3.enabled"),
            "desyncMitigationMode": _of_balancer("routing.http.desync_mitigation_mode"),
            "dropInvalidHeaderFields": _of_balancer("routing.http.drop_invalid_header_fields.enabled"),
            "enableDeletionProtection": _of_balancer("deletion_protection.enabled"),
            "enableXffClientPort": _of_balancer("routing.http.xff_client_port.enabled"),
            "idleTimeout": _of_balancer("idle_timeout.timeout_seconds"),
        },
    ),
    "lb/TargetGroup": Made(
        "elbv2",
        "CreateTargetGroup",
        {
            "namePrefix": At("Name", from_prefix),
            "deregistrationDelay": _of_target_group("deregistration_delay.timeout_seconds"),
            "loadBalancingAlgorithmType": _of_target_group("load_balancing.algorithm.type"),
            "healthCheck": HERE,
            "healthCheck.healthyThreshold": "HealthyThresholdCount",
            "healthCheck.unhealthyThreshold": "UnhealthyThresholdCount",
            "healthCheck.interval": "HealthCheckIntervalSeconds",
            "healthCheck.timeout": "HealthCheckTimeoutSeconds",
            "healthCheck.path": "HealthCheckPath",
            "healthCheck.matcher": "Matcher.HttpCode",
        },
    ),
    "route53/Record": Made(
        "route53",
        "ChangeResourceRecordSets",
        {
            "zoneId": "HostedZoneId",
            "name": "ChangeBatch.Changes.ResourceRecordSet.Name",
            "type": "ChangeBatch.Changes.ResourceRecordSet.Type",
            "ttl": "ChangeBatch.Changes.ResourceRecordSet.TTL",
            "records": At("ChangeBatch.Changes.ResourceRecordSet.ResourceRecords", _list_of("Value")),
            "aliases": "ChangeBatch.Changes.ResourceRecordSet.AliasTarget",
            "aliases.name": "DNSName",
            "aliases.zoneId": "HostedZoneId",
            "allowOverwrite": At("ChangeBatch.Changes.Action", lambda allowed: "UPSERT" if allowed else "CREATE"),
        },
        {"ChangeBatch.Changes.Action": Supplied("CREATE without allowOverwrite")},
    ),
    "vpc/SecurityGroupEgressRule": _rule("AuthorizeSecurityGroupEgress"),
    "vpc/SecurityGroupIngressRule": _rule("AuthorizeSecurityGroupIngress"),
}
