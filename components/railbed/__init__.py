"""Deploys Ruby on Rails applications with Pulumi.

Components are imported when they are first used, so that a program pays only for the clouds it deploys to.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from railbed import args, enums
from railbed.args import *  # noqa: F403
from railbed.enums import *  # noqa: F403

if TYPE_CHECKING:
    from railbed.aws.dns.certificate import AwsCertificate
    from railbed.aws.dns.records import AwsDnsRecords
    from railbed.aws.ecr_repository import EcrRepository, ecr_credentials
    from railbed.aws.ecs.app import EcsApp
    from railbed.aws.ecs.cluster import EcsCluster
    from railbed.aws.ecs.console import EcsConsole
    from railbed.aws.ecs.scheduled_task import EcsScheduledTask
    from railbed.aws.ecs.service import EcsService
    from railbed.aws.ecs.task_run import EcsTaskRun
    from railbed.aws.elasticache import ElastiCache
    from railbed.aws.load_balancer.load_balancer import ApplicationLoadBalancer
    from railbed.aws.network.network import Network
    from railbed.aws.rds.database import RdsDatabase
    from railbed.cluster.eks_or_doks_cluster import EksOrDoksCluster
    from railbed.description.app import App
    from railbed.digitalocean.databases.cache import DigitalOceanCache
    from railbed.digitalocean.databases.database import DigitalOceanDatabase
    from railbed.digitalocean.dns.certificate import DigitalOceanCertificate
    from railbed.digitalocean.dns.records import DigitalOceanDnsRecords
    from railbed.digitalocean.dns.zone import DigitalOceanDnsZone
    from railbed.digitalocean.registry import DigitalOceanRegistry
    from railbed.docker_host.app import DockerApp
    from railbed.docker_host.postgresql import DockerPostgresql
    from railbed.docker_host.redis import DockerRedis
    from railbed.image.rails_image import RailsImage
    from railbed.kubernetes.console import Console
    from railbed.kubernetes.cron_task import CronTask
    from railbed.kubernetes.kubernetes_app import KubernetesApp
    from railbed.kubernetes.migration_job import MigrationJob
    from railbed.kubernetes.rails_web import RailsWeb
    from railbed.kubernetes.registry_credentials import RegistryCredentials
    from railbed.kubernetes.sidekiq_workers import SidekiqWorkers
    from railbed.kubernetes.stores.postgresql import Postgresql
    from railbed.kubernetes.stores.redis import Redis
    from railbed.validation.checks import InvalidArguments

__all__ = [
    "App",
    "ApplicationLoadBalancer",
    "AwsCertificate",
    "AwsDnsRecords",
    "Console",
    "CronTask",
    "DigitalOceanCache",
    "DigitalOceanCertificate",
    "DigitalOceanDatabase",
    "DigitalOceanDnsRecords",
    "DigitalOceanDnsZone",
    "DigitalOceanRegistry",
    "DockerApp",
    "DockerPostgresql",
    "DockerRedis",
    "EcrRepository",
    "EcsApp",
    "EcsCluster",
    "EcsConsole",
    "EcsScheduledTask",
    "EcsService",
    "EcsTaskRun",
    "EksOrDoksCluster",
    "ElastiCache",
    "InvalidArguments",
    "KubernetesApp",
    "MigrationJob",
    "Network",
    "Postgresql",
    "RailsImage",
    "RailsWeb",
    "RdsDatabase",
    "Redis",
    "RegistryCredentials",
    "SidekiqWorkers",
    "ecr_credentials",
]
__all__ += args.__all__
__all__ += enums.__all__

__version__ = "0.1.0"

COMPONENTS = {
    "EksOrDoksCluster": "cluster.eks_or_doks_cluster",
    "Console": "kubernetes.console",
    "CronTask": "kubernetes.cron_task",
    "KubernetesApp": "kubernetes.kubernetes_app",
    "MigrationJob": "kubernetes.migration_job",
    "Postgresql": "kubernetes.stores.postgresql",
    "RailsWeb": "kubernetes.rails_web",
    "Redis": "kubernetes.stores.redis",
    "RegistryCredentials": "kubernetes.registry_credentials",
    "SidekiqWorkers": "kubernetes.sidekiq_workers",
    "ApplicationLoadBalancer": "aws.load_balancer.load_balancer",
    "AwsCertificate": "aws.dns.certificate",
    "AwsDnsRecords": "aws.dns.records",
    "EcrRepository": "aws.ecr_repository",
    "EcsApp": "aws.ecs.app",
    "EcsCluster": "aws.ecs.cluster",
    "EcsConsole": "aws.ecs.console",
    "EcsScheduledTask": "aws.ecs.scheduled_task",
    "EcsService": "aws.ecs.service",
    "EcsTaskRun": "aws.ecs.task_run",
    "ElastiCache": "aws.elasticache",
    "Network": "aws.network.network",
    "RdsDatabase": "aws.rds.database",
    "DigitalOceanCache": "digitalocean.databases.cache",
    "DigitalOceanCertificate": "digitalocean.dns.certificate",
    "DigitalOceanDatabase": "digitalocean.databases.database",
    "DigitalOceanDnsRecords": "digitalocean.dns.records",
    "DigitalOceanDnsZone": "digitalocean.dns.zone",
    "DigitalOceanRegistry": "digitalocean.registry",
    "RailsImage": "image.rails_image",
    "DockerApp": "docker_host.app",
    "DockerPostgresql": "docker_host.postgresql",
    "DockerRedis": "docker_host.redis",
}
"""Modules of the components, by name."""

_OTHERS = {"App": "description.app", "InvalidArguments": "validation.checks", "ecr_credentials": "aws.ecr_repository"}

_EXTRAS = {
    "pulumi_kubernetes": "cluster",
    "kubernetes": "cluster",
    "pulumi_digitalocean": "doks",
    "pulumi_aws": "ecs",
    "boto3": "ecs",
    "pulumi_docker": "build",
    "docker": "build",
}
"""Extras that bring an SDK, by its module."""

_ON_DOCKER = "docker_host."
"""Where components are whose extra is `docker`, which brings the same SDKs as `build`."""


def __getattr__(name: str) -> Any:
    module = COMPONENTS.get(name) or _OTHERS.get(name)
    if module is None:
        raise AttributeError(f"module 'railbed' has no attribute {name!r}")
    try:
        return getattr(import_module(f"railbed.{module}"), name)
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get((error.name or "").partition(".")[0])
        if extra is None:
            raise
        extra = "docker" if module.startswith(_ON_DOCKER) else extra
        raise ImportError(f"{name} needs {error.name}: run `pip install 'railbed[{extra}]'`") from error


def __dir__() -> list[str]:
    return __all__
