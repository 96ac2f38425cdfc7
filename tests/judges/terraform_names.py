"""What the Terraform providers call the resources and fields that Pulumi's SDKs are made from.

https://github.com/pulumi/pulumi-aws/blob/master/provider/resources.go
https://github.com/pulumi/pulumi-digitalocean/blob/master/provider/resources.go
"""

import re

TYPES = {
    "acm/Certificate": "aws_acm_certificate",
    "acm/CertificateValidation": "aws_acm_certificate_validation",
    "appautoscaling/Policy": "aws_appautoscaling_policy",
    "appautoscaling/Target": "aws_appautoscaling_target",
    "autoscaling/Attachment": "aws_autoscaling_attachment",
    "autoscaling/Group": "aws_autoscaling_group",
    "cloudwatch/LogGroup": "aws_cloudwatch_log_group",
    "cloudwatch/MetricAlarm": "aws_cloudwatch_metric_alarm",
    "ec2/DefaultSecurityGroup": "aws_default_security_group",
    "ec2/Eip": "aws_eip",
    "ec2/FlowLog": "aws_flow_log",
    "ec2/InternetGateway": "aws_internet_gateway",
    "ec2/LaunchTemplate": "aws_launch_template",
    "ec2/NatGateway": "aws_nat_gateway",
    "ec2/Route": "aws_route",
    "ec2/RouteTable": "aws_route_table",
    "ec2/RouteTableAssociation": "aws_route_table_association",
    "ec2/SecurityGroup": "aws_security_group",
    "ec2/Subnet": "aws_subnet",
    "ec2/Vpc": "aws_vpc",
    "ec2/VpcEndpoint": "aws_vpc_endpoint",
    "ecr/LifecyclePolicy": "aws_ecr_lifecycle_policy",
    "ecr/Repository": "aws_ecr_repository",
    "ecs/CapacityProvider": "aws_ecs_capacity_provider",
    "ecs/Cluster": "aws_ecs_cluster",
    "ecs/ClusterCapacityProviders": "aws_ecs_cluster_capacity_providers",
    "ecs/Service": "aws_ecs_service",
    "ecs/TaskDefinition": "aws_ecs_task_definition",
    "eks/AccessEntry": "aws_eks_access_entry",
    "eks/AccessPolicyAssociation": "aws_eks_access_policy_association",
    "eks/Addon": "aws_eks_addon",
    "eks/Cluster": "aws_eks_cluster",
    "eks/NodeGroup": "aws_eks_node_group",
    "eks/PodIdentityAssociation": "aws_eks_pod_identity_association",
    "elasticache/ParameterGroup": "aws_elasticache_parameter_group",
    "elasticache/ReplicationGroup": "aws_elasticache_replication_group",
    "elasticache/SubnetGroup": "aws_elasticache_subnet_group",
    "iam/InstanceProfile": "aws_iam_instance_profile",
    "iam/Role": "aws_iam_role",
    "iam/RolePolicy": "aws_iam_role_policy",
    "iam/RolePolicyAttachment": "aws_iam_role_policy_attachment",
    "kms/Key": "aws_kms_key",
    "lb/Listener": "aws_lb_listener",
    "lb/ListenerCertificate": "aws_lb_listener_certificate",
    "lb/ListenerRule": "aws_lb_listener_rule",
    "lb/LoadBalancer": "aws_lb",
    "lb/TargetGroup": "aws_lb_target_group",
    "rds/Instance": "aws_db_instance",
    "rds/ParameterGroup": "aws_db_parameter_group",
    "rds/SubnetGroup": "aws_db_subnet_group",
    "route53/Record": "aws_route53_record",
    "scheduler/Schedule": "aws_scheduler_schedule",
    "secretsmanager/Secret": "aws_secretsmanager_secret",
    "secretsmanager/SecretVersion": "aws_secretsmanager_secret_version",
    "sfn/StateMachine": "aws_sfn_state_machine",
    "sns/Topic": "aws_sns_topic",
    "ssm/Parameter": "aws_ssm_parameter",
    "vpc/SecurityGroupEgressRule": "aws_vpc_security_group_egress_rule",
    "vpc/SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
    "Certificate": "digitalocean_certificate",
    "ContainerRegistry": "digitalocean_container_registry",
    "ContainerRegistryDockerCredentials": "digitalocean_container_registry_docker_credentials",
    "DatabaseCluster": "digitalocean_database_cluster",
    "DatabaseConnectionPool": "digitalocean_database_connection_pool",
    "DatabaseDb": "digitalocean_database_db",
    "DatabaseFirewall": "digitalocean_database_firewall",
    "DatabaseUser": "digitalocean_database_user",
    "DatabaseValkeyConfig": "digitalocean_database_valkey_config",
    "DnsRecord": "digitalocean_record",
    "KubernetesCluster": "digitalocean_kubernetes_cluster",
    "KubernetesNodePool": "digitalocean_kubernetes_node_pool",
    "Vpc": "digitalocean_vpc",
}

SINGULAR = {
    "accessLogs": "access_logs",
    "actions": "action",
    "capacityProviderStrategies": "capacity_provider_strategy",
    "conditions": "condition",
    "defaultActions": "default_action",
    "defaultCapacityProviderStrategies": "default_capacity_provider_strategy",
    "encryptionConfigurations": "encryption_configuration",
    "loadBalancers": "load_balancer",
    "parameters": "parameter",
    "rules": "rule",
    "settings": "setting",
    "taints": "taint",
    "vpcZoneIdentifiers": "vpc_zone_identifier",
}
"""Fields that Pulumi names by their plural, and Terraform does not."""

MAPS = frozenset({"dimensions", "labels", "options", "tags", "variables"})
"""Fields whose keys are the user's; every other object is a block, of which Terraform has a list."""


def terraform_name(field: str) -> str:
    """A field's name in Terraform."""
    return SINGULAR.get(field) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field).lower()
