"""What it takes to make the resources of a stack on AWS.

Actions are those of CloudFormation's handlers (the `handlers` of AWS' resource schemas), and what the provider and Pulumi's
hooks ask besides: https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service
"""

from railbed_stacks.permissions.aws_network import NETWORK
from railbed_stacks.permissions.aws_tasks import COMPONENTS, TASKS
from railbed_stacks.permissions.need import Need, need

ROLE = "arn:aws:iam::{account}:role/{names}"
_LB = "elasticloadbalancing"
_LB_TAGS = "AddTags RemoveTags DescribeTags"
_RDS_TAGS = "AddTagsToResource RemoveTagsFromResource ListTagsForResource"
_TAGS = "TagResource UntagResource ListTagsForResource"
_BALANCERS = "listener/app/{names}", "loadbalancer/app/{names}"

AWS: dict[str, Need] = {
    **NETWORK,
    **COMPONENTS,
    "aws:acm/certificate:Certificate": need(
        "acm",
        "RequestCertificate DescribeCertificate DeleteCertificate AddTagsToCertificate RemoveTagsFromCertificate "
        "ListTagsForCertificate UpdateCertificateOptions",
        "certificate/*",
        by_tag=True,
    ),
    "aws:acm/certificateValidation:CertificateValidation": need("acm", "DescribeCertificate", "certificate/*"),
    "aws:appautoscaling/policy:Policy": need(
        "application-autoscaling",
        "PutScalingPolicy DescribeScalingPolicies DeleteScalingPolicy",
        "scalable-target/*",
    ),
    "aws:appautoscaling/target:Target": need(
        "application-autoscaling",
        f"RegisterScalableTarget DescribeScalableTargets DeregisterScalableTarget {_TAGS}",
        "scalable-target/*",
        linked=("ecs.application-autoscaling.amazonaws.com",),
    ),
    "aws:autoscaling/attachment:Attachment": need(
        "autoscaling",
        "AttachLoadBalancerTargetGroups DetachLoadBalancerTargetGroups DescribeAutoScalingGroups",
        # The groups of EKS' nodes, which EKS names.
        "autoScalingGroup:*:autoScalingGroupName/eks-*",
    ),
    "aws:autoscaling/group:Group": need(
        "autoscaling",
        "CreateAutoScalingGroup UpdateAutoScalingGroup DeleteAutoScalingGroup CreateOrUpdateTags DeleteTags "
        "SetInstanceProtection DescribeAutoScalingGroups DescribeScalingActivities DescribeWarmPool DescribeTags "
        "StartInstanceRefresh CancelInstanceRefresh DescribeInstanceRefreshes",
        "autoScalingGroup:*:autoScalingGroupName/{names}",
        also="ec2:RunInstances ec2:CreateTags ssm:GetParameter ssm:GetParameters",
        passes_to=("ec2.amazonaws.com",),
        linked=("autoscaling.amazonaws.com",),
    ),
    "aws:cloudwatch/logGroup:LogGroup": need(
        "logs",
        f"CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteRetentionPolicy DeleteLogGroup {_TAGS} GetLogEvents",
        "log-group:{names}",
        "log-group:/aws/eks/{names}",
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": need(
        "cloudwatch", f"PutMetricAlarm DescribeAlarms DeleteAlarms {_TAGS}", "alarm:{names}"
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": need(
        "ecr", "PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy", "repository/{names}"
    ),
    "aws:ecr/repository:Repository": need(
        "ecr",
        f"CreateRepository DescribeRepositories PutImageScanningConfiguration PutImageTagMutability DeleteRepository {_TAGS}",
        "repository/{names}",
    ),
    "aws:ecs/capacityProvider:CapacityProvider": need(
        "ecs",
        f"CreateCapacityProvider DescribeCapacityProviders UpdateCapacityProvider DeleteCapacityProvider {_TAGS}",
        "capacity-provider/{names}",
    ),
    "aws:ecs/cluster:Cluster": need(
        "ecs",
        f"CreateCluster DescribeClusters UpdateCluster UpdateClusterSettings DeleteCluster {_TAGS}",
        "cluster/{names}",
        linked=("ecs.amazonaws.com",),
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": need(
        "ecs", "PutClusterCapacityProviders DescribeClusters DescribeCapacityProviders", "cluster/{names}"
    ),
    "aws:ecs/service:Service": need(
        "ecs",
        "CreateService DescribeServices UpdateService DeleteService DescribeServiceDeployments ListServiceDeployments "
        f"StopServiceDeployment {_TAGS}",
        "service/{names}",
        "service-deployment/{names}",
        passes_to=TASKS,
    ),
    "aws:ecs/taskDefinition:TaskDefinition": need(
        "ecs",
        f"RegisterTaskDefinition DescribeTaskDefinition DeregisterTaskDefinition {_TAGS}",
        "task-definition/{names}",
        passes_to=TASKS,
    ),
    "aws:eks/accessEntry:AccessEntry": need(
        "eks",
        f"CreateAccessEntry DescribeAccessEntry UpdateAccessEntry DeleteAccessEntry {_TAGS}",
        "cluster/{names}",
        "access-entry/{names}",
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": need(
        "eks",
        "AssociateAccessPolicy ListAssociatedAccessPolicies DisassociateAccessPolicy",
        "cluster/{names}",
        "access-entry/{names}",
    ),
    "aws:eks/addon:Addon": need(
        "eks",
        f"CreateAddon DescribeAddon DescribeAddonVersions DescribeUpdate UpdateAddon DeleteAddon {_TAGS}",
        "cluster/{names}",
        "addon/{names}",
        "podidentityassociation/{names}",
        also="eks:CreatePodIdentityAssociation eks:UpdatePodIdentityAssociation eks:DeletePodIdentityAssociation",
        passes_to=("pods.eks.amazonaws.com",),
    ),
    "aws:eks/cluster:Cluster": need(
        "eks",
        "CreateCluster DescribeCluster DescribeUpdate UpdateClusterConfig UpdateClusterVersion DeleteCluster "
        f"CreateAccessEntry {_TAGS}",
        "cluster/{names}",
        also="ec2:DescribeSubnets ec2:DescribeVpcs ec2:DescribeSecurityGroups iam:GetRole iam:ListAttachedRolePolicies "
        "kms:DescribeKey kms:CreateGrant",
        passes_to=("eks.amazonaws.com",),
        linked=("eks.amazonaws.com",),
    ),
    "aws:eks/nodeGroup:NodeGroup": need(
        "eks",
        "CreateNodegroup DescribeNodegroup ListNodegroups DescribeUpdate ListUpdates UpdateNodegroupConfig "
        f"UpdateNodegroupVersion DeleteNodegroup {_TAGS}",
        "cluster/{names}",
        "nodegroup/{names}",
        also="ec2:RunInstances ec2:CreateTags ec2:DescribeSubnets ec2:DescribeLaunchTemplates "
        "ec2:DescribeLaunchTemplateVersions iam:GetRole iam:ListAttachedRolePolicies ssm:GetParameter",
        passes_to=("eks.amazonaws.com", "ec2.amazonaws.com"),
        linked=("eks-nodegroup.amazonaws.com", "autoscaling.amazonaws.com"),
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": need(
        "eks",
        "CreatePodIdentityAssociation DescribePodIdentityAssociation UpdatePodIdentityAssociation "
        f"DeletePodIdentityAssociation {_TAGS}",
        "cluster/{names}",
        "podidentityassociation/{names}",
        also="iam:GetRole",
        passes_to=("pods.eks.amazonaws.com",),
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": need(
        "elasticache",
        "CreateCacheParameterGroup DescribeCacheParameterGroups DescribeCacheParameters DescribeEngineDefaultParameters "
        f"ModifyCacheParameterGroup ResetCacheParameterGroup DeleteCacheParameterGroup {_RDS_TAGS}",
        "parametergroup:{names}",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": need(
        "elasticache",
        "CreateReplicationGroup DescribeReplicationGroups DescribeCacheClusters ModifyReplicationGroup "
        f"IncreaseReplicaCount DecreaseReplicaCount DeleteReplicationGroup {_RDS_TAGS}",
        "replicationgroup:{names}",
        "cluster:{names}",
        "parametergroup:{names}",
        "subnetgroup:{names}",
        "snapshot:*",
        linked=("elasticache.amazonaws.com",),
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": need(
        "elasticache",
        f"CreateCacheSubnetGroup DescribeCacheSubnetGroups ModifyCacheSubnetGroup DeleteCacheSubnetGroup {_RDS_TAGS}",
        "subnetgroup:{names}",
    ),
    "aws:iam/instanceProfile:InstanceProfile": need(
        "iam",
        "CreateInstanceProfile GetInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile "
        "DeleteInstanceProfile TagInstanceProfile UntagInstanceProfile",
        "arn:aws:iam::{account}:instance-profile/{names}",
        passes_to=("ec2.amazonaws.com",),
    ),
    "aws:iam/role:Role": need(
        "iam",
        "CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole ListRolePolicies ListAttachedRolePolicies "
        "ListInstanceProfilesForRole TagRole UntagRole",
        ROLE,
    ),
    "aws:iam/rolePolicy:RolePolicy": need("iam", "PutRolePolicy GetRolePolicy DeleteRolePolicy", ROLE),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": need(
        "iam", "AttachRolePolicy ListAttachedRolePolicies DetachRolePolicy", ROLE
    ),
    "aws:kms/key:Key": need(
        "kms",
        "CreateKey DescribeKey EnableKeyRotation DisableKeyRotation GetKeyRotationStatus GetKeyPolicy PutKeyPolicy "
        "UpdateKeyDescription EnableKey DisableKey ScheduleKeyDeletion TagResource UntagResource ListResourceTags",
        "key/*",
        by_tag=True,
    ),
    "aws:lb/listener:Listener": need(
        _LB,
        "CreateListener DescribeListeners DescribeListenerAttributes ModifyListener ModifyListenerAttributes DeleteListener "
        f"{_LB_TAGS}",
        *_BALANCERS,
    ),
    "aws:lb/listenerCertificate:ListenerCertificate": need(
        _LB,
        "AddListenerCertificates DescribeListenerCertificates RemoveListenerCertificates",
        *_BALANCERS,
    ),
    "aws:lb/listenerRule:ListenerRule": need(
        _LB,
        f"CreateRule DescribeRules ModifyRule SetRulePriorities DeleteRule {_LB_TAGS}",
        "listener-rule/app/{names}",
        *_BALANCERS,
    ),
    "aws:lb/loadBalancer:LoadBalancer": need(
        _LB,
        "CreateLoadBalancer DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeCapacityReservation "
        f"ModifyLoadBalancerAttributes SetIpAddressType SetSecurityGroups SetSubnets DeleteLoadBalancer {_LB_TAGS}",
        "loadbalancer/app/{names}",
        also="ec2:GetSecurityGroupsForVpc ec2:DescribeNetworkInterfaces",
        linked=("elasticloadbalancing.amazonaws.com",),
    ),
    "aws:lb/targetGroup:TargetGroup": need(
        _LB,
        "CreateTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes DescribeTargetHealth ModifyTargetGroup "
        f"ModifyTargetGroupAttributes DeleteTargetGroup {_LB_TAGS}",
        "targetgroup/{names}",
    ),
    "aws:rds/instance:Instance": need(
        "rds",
        "CreateDBInstance CreateDBInstanceReadReplica RestoreDBInstanceFromDBSnapshot RestoreDBInstanceToPointInTime "
        "DescribeDBInstances DescribeDBSnapshots DescribeDBEngineVersions DescribeEvents DescribeDBInstanceAutomatedBackups "
        f"ModifyDBInstance RebootDBInstance PromoteReadReplica DeleteDBInstance CreateDBSnapshot {_RDS_TAGS}",
        "db:{names}",
        "pg:{names}",
        "subgrp:{names}",
        "cluster:{names}",
        "snapshot:*",
        "og:default*",
        "auto-backup:*",
        also="kms:DescribeKey kms:CreateGrant",
        passes_to=("monitoring.rds.amazonaws.com",),
        linked=("rds.amazonaws.com",),
    ),
    "aws:rds/parameterGroup:ParameterGroup": need(
        "rds",
        "CreateDBParameterGroup DescribeDBParameterGroups DescribeDBParameters DescribeEngineDefaultParameters "
        f"ModifyDBParameterGroup ResetDBParameterGroup DeleteDBParameterGroup {_RDS_TAGS}",
        "pg:{names}",
    ),
    "aws:rds/subnetGroup:SubnetGroup": need(
        "rds",
        f"CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup {_RDS_TAGS}",
        "subgrp:{names}",
    ),
    "aws:route53/record:Record": need(
        "route53",
        "ChangeResourceRecordSets ListResourceRecordSets GetHostedZone GetChange",
        "arn:aws:route53:::hostedzone/{zone}",
    ),
    "aws:scheduler/schedule:Schedule": need(
        "scheduler",
        "CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
        "schedule/default/{names}",
        passes_to=("scheduler.amazonaws.com",),
    ),
    "aws:secretsmanager/secret:Secret": need(
        "secretsmanager",
        "CreateSecret DescribeSecret GetResourcePolicy UpdateSecret DeleteSecret TagResource UntagResource",
        "secret:{names}",
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": need(
        "secretsmanager",
        "PutSecretValue GetSecretValue UpdateSecretVersionStage ListSecretVersionIds DescribeSecret",
        "secret:{names}",
    ),
    "aws:sfn/stateMachine:StateMachine": need(
        "states",
        f"CreateStateMachine DescribeStateMachine UpdateStateMachine DeleteStateMachine ValidateStateMachineDefinition {_TAGS}",
        "stateMachine:{names}",
        passes_to=("states.amazonaws.com",),
    ),
    "aws:ssm/parameter:Parameter": need(
        "ssm",
        "PutParameter GetParameter GetParameters DescribeParameters DeleteParameter AddTagsToResource "
        "RemoveTagsFromResource ListTagsForResource",
        "parameter/{names}",
    ),
}
"""By the type of the resource, or of the component whose hooks ask."""
