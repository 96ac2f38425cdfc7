"""How requests come in: load balancers, certificates and names."""

from collections.abc import Mapping

from ..api import Api

_RECORD = {
    "Name": "$name",
    "Type": "$type",
    "TTL": "$ttl",
    "ResourceRecords": [{"Value": "$records.0"}],
    "AliasTarget": {
        "HostedZoneId": "$aliases.0.zoneId",
        "DNSName": "$aliases.0.name",
        "EvaluateTargetHealth": "$aliases.0.evaluateTargetHealth",
    },
}
_TARGETS = {
    "HealthCheckPath": "$healthCheck.path",
    "HealthCheckIntervalSeconds": "$healthCheck.interval",
    "HealthCheckTimeoutSeconds": "$healthCheck.timeout",
    "HealthyThresholdCount": "$healthCheck.healthyThreshold",
    "UnhealthyThresholdCount": "$healthCheck.unhealthyThreshold",
    "Matcher": {"HttpCode": "$healthCheck.matcher"},
}
_ACTIONS = {"fixedResponse": "FixedResponseConfig", "redirect": "RedirectConfig"}

APIS: Mapping[str, Api] = {
    "lb/LoadBalancer": Api(
        "elbv2",
        "CreateLoadBalancer",
        "$answer.LoadBalancers.0.LoadBalancerArn",
        "LoadBalancerArn",
        "LoadBalancers.0",
        renames={"loadBalancerType": "Type"},
        outputs={"arn": "$answer.LoadBalancers.0.LoadBalancerArn", "zoneId": "$answer.LoadBalancers.0.CanonicalHostedZoneId"},
        delete="DeleteLoadBalancer",
    ),
    "lb/TargetGroup": Api(
        "elbv2",
        "CreateTargetGroup",
        "$answer.TargetGroups.0.TargetGroupArn",
        "TargetGroupArn",
        "TargetGroups.0",
        request=_TARGETS,
        outputs={"arn": "$answer.TargetGroups.0.TargetGroupArn"},
        update="ModifyTargetGroup",
        delete="DeleteTargetGroup",
    ),
    "lb/Listener": Api(
        "elbv2",
        "CreateListener",
        "$answer.Listeners.0.ListenerArn",
        "ListenerArn",
        request={"Certificates": [{"CertificateArn": "$certificateArn"}]},
        renames=_ACTIONS,
        outputs={"arn": "$answer.Listeners.0.ListenerArn"},
        update="ModifyListener",
        delete="DeleteListener",
    ),
    "lb/ListenerRule": Api(
        "elbv2",
        "CreateRule",
        "$answer.Rules.0.RuleArn",
        "RuleArn",
        request={
            "Priority": "$priority",
            "Conditions": [{"Field": "host-header", "Values": "$conditions.0.hostHeader.values"}],
        },
        renames=_ACTIONS,
        outputs={"arn": "$answer.Rules.0.RuleArn"},
        update="ModifyRule",
        delete="DeleteRule",
    ),
    "acm/Certificate": Api(
        "acm",
        "RequestCertificate",
        "$answer.CertificateArn",
        "CertificateArn",
        outputs={"arn": "$answer.CertificateArn"},
        delete="DeleteCertificate",
    ),
    "route53/Record": Api(
        "route53",
        "ChangeResourceRecordSets",
        "{zoneId}_{name}_{type}",
        request={
            "HostedZoneId": "$zoneId",
            "ChangeBatch": {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": _RECORD}]},
        },
        update="ChangeResourceRecordSets",
        delete="ChangeResourceRecordSets",
        deletion={
            "HostedZoneId": "$zoneId",
            "ChangeBatch": {"Changes": [{"Action": "DELETE", "ResourceRecordSet": _RECORD}]},
        },
    ),
}
