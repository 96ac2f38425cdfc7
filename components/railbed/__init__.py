"""Deploys Ruby on Rails applications with Pulumi.

Public names are imported when they are first used, so that a program pays only for the clouds it deploys to.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from railbed.app import App
    from railbed.arguments import InvalidArguments
    from railbed.aws.certificate import AwsCertificate, AwsCertificateArgs
    from railbed.aws.dns_records import AwsDnsRecords, AwsDnsRecordsArgs
    from railbed.aws.ecr_repository import EcrRepository, EcrRepositoryArgs, ecr_credentials
    from railbed.aws.ecs.app import EcsApp
    from railbed.aws.ecs.app_arguments import EcsAppArgs
    from railbed.aws.ecs.cluster import EcsCluster, EcsClusterArgs
    from railbed.aws.ecs.scheduled_task import EcsScheduledTask, EcsScheduledTaskArgs
    from railbed.aws.ecs.service import EcsService
    from railbed.aws.ecs.service_arguments import EcsServiceArgs
    from railbed.aws.ecs.task_run import EcsTaskRun, EcsTaskRunArgs
    from railbed.aws.elasticache import ElastiCache, ElastiCacheArgs
    from railbed.aws.load_balancer import ApplicationLoadBalancer
    from railbed.aws.load_balancer_arguments import ApplicationLoadBalancerArgs
    from railbed.aws.network import Network
    from railbed.aws.network_arguments import NetworkArgs
    from railbed.aws.rds_arguments import RdsDatabaseArgs
    from railbed.aws.rds_database import RdsDatabase
    from railbed.cluster import EksOrDoksCluster
    from railbed.cluster_arguments import EksOrDoksClusterArgs
    from railbed.digitalocean.cache import DigitalOceanCache, DigitalOceanCacheArgs
    from railbed.digitalocean.certificate import DigitalOceanCertificate, DigitalOceanCertificateArgs
    from railbed.digitalocean.database import DigitalOceanDatabase, DigitalOceanDatabaseArgs
    from railbed.digitalocean.dns_records import DigitalOceanDnsRecords, DigitalOceanDnsRecordsArgs
    from railbed.digitalocean.dns_zone import DigitalOceanDnsZone, DigitalOceanDnsZoneArgs
    from railbed.digitalocean.registry import DigitalOceanRegistry, DigitalOceanRegistryArgs
    from railbed.docker.rails_image import RailsImage
    from railbed.docker.rails_image_arguments import RailsImageArgs
    from railbed.kubernetes.console import Console, ConsoleArgs
    from railbed.kubernetes.cron_task import CronTask, CronTaskArgs
    from railbed.kubernetes.exposure import Exposure
    from railbed.kubernetes.kubernetes_app import KubernetesApp, KubernetesAppArgs
    from railbed.kubernetes.migration_job import MigrationJob, MigrationJobArgs
    from railbed.kubernetes.postgresql import Postgresql, PostgresqlArgs
    from railbed.kubernetes.rails_web import RailsWeb, RailsWebArgs
    from railbed.kubernetes.redis import Redis, RedisArgs
    from railbed.kubernetes.registry_credentials import RegistryCredentials, RegistryCredentialsArgs
    from railbed.kubernetes.sidekiq_workers import SidekiqWorkers, SidekiqWorkersArgs

__all__ = [
    "App",
    "ApplicationLoadBalancer",
    "ApplicationLoadBalancerArgs",
    "AwsCertificate",
    "AwsCertificateArgs",
    "AwsDnsRecords",
    "AwsDnsRecordsArgs",
    "Console",
    "ConsoleArgs",
    "CronTask",
    "CronTaskArgs",
    "DigitalOceanCache",
    "DigitalOceanCacheArgs",
    "DigitalOceanCertificate",
    "DigitalOceanCertificateArgs",
    "DigitalOceanDatabase",
    "DigitalOceanDatabaseArgs",
    "DigitalOceanDnsRecords",
    "DigitalOceanDnsRecordsArgs",
    "DigitalOceanDnsZone",
    "DigitalOceanDnsZoneArgs",
    "DigitalOceanRegistry",
    "DigitalOceanRegistryArgs",
    "EcrRepository",
    "EcrRepositoryArgs",
    "EcsApp",
    "EcsAppArgs",
    "EcsCluster",
    "EcsClusterArgs",
    "EcsScheduledTask",
    "EcsScheduledTaskArgs",
    "EcsService",
    "EcsServiceArgs",
    "EcsTaskRun",
    "EcsTaskRunArgs",
    "EksOrDoksCluster",
    "EksOrDoksClusterArgs",
    "ElastiCache",
    "ElastiCacheArgs",
    "Exposure",
    "InvalidArguments",
    "KubernetesApp",
    "KubernetesAppArgs",
    "MigrationJob",
    "MigrationJobArgs",
    "Network",
    "NetworkArgs",
    "Postgresql",
    "PostgresqlArgs",
    "RailsImage",
    "RailsImageArgs",
    "RailsWeb",
    "RailsWebArgs",
    "RdsDatabase",
    "RdsDatabaseArgs",
    "Redis",
    "RedisArgs",
    "RegistryCredentials",
    "RegistryCredentialsArgs",
    "SidekiqWorkers",
    "SidekiqWorkersArgs",
    "ecr_credentials",
]

_MODULES = {
    "App": "app",
    "InvalidArguments": "arguments",
    "EksOrDoksCluster": "cluster",
    "Console": "kubernetes.console",
    "CronTask": "kubernetes.cron_task",
    "Exposure": "kubernetes.exposure",
    "KubernetesApp": "kubernetes.kubernetes_app",
    "MigrationJob": "kubernetes.migration_job",
    "Postgresql": "kubernetes.postgresql",
    "RailsWeb": "kubernetes.rails_web",
    "Redis": "kubernetes.redis",
    "RegistryCredentials": "kubernetes.registry_credentials",
    "SidekiqWorkers": "kubernetes.sidekiq_workers",
    "ApplicationLoadBalancer": "aws.load_balancer",
    "AwsCertificate": "aws.certificate",
    "AwsDnsRecords": "aws.dns_records",
    "EcrRepository": "aws.ecr_repository",
    "EcsApp": "aws.ecs.app",
    "EcsCluster": "aws.ecs.cluster",
    "EcsScheduledTask": "aws.ecs.scheduled_task",
    "EcsService": "aws.ecs.service",
    "EcsTaskRun": "aws.ecs.task_run",
    "ElastiCache": "aws.elasticache",
    "Network": "aws.network",
    "RdsDatabase": "aws.rds_database",
    "DigitalOceanCache": "digitalocean.cache",
    "DigitalOceanCertificate": "digitalocean.certificate",
    "DigitalOceanDatabase": "digitalocean.database",
    "DigitalOceanDnsRecords": "digitalocean.dns_records",
    "DigitalOceanDnsZone": "digitalocean.dns_zone",
    "DigitalOceanRegistry": "digitalocean.registry",
    "RailsImage": "docker.rails_image",
    "ecr_credentials": "aws.ecr_repository",
    "EksOrDoksClusterArgs": "cluster_arguments",
    "ApplicationLoadBalancerArgs": "aws.load_balancer_arguments",
    "EcsAppArgs": "aws.ecs.app_arguments",
    "EcsServiceArgs": "aws.ecs.service_arguments",
    "NetworkArgs": "aws.network_arguments",
    "RailsImageArgs": "docker.rails_image_arguments",
    "RdsDatabaseArgs": "aws.rds_arguments",
}


def __getattr__(name: str) -> Any:
    module = _MODULES.get(name) or _MODULES.get(name.removesuffix("Args"))
    if module is None or name not in __all__:
        raise AttributeError(f"module 'railbed' has no attribute {name!r}")
    return getattr(import_module(f"railbed.{module}"), name)


def __dir__() -> list[str]:
    return __all__
