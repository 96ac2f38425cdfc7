"""Arguments of every component. Generated from the models that check them: run `make generate`, do not edit."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypeAlias, TypedDict

import pulumi

__all__ = [
    "AppArgs",
    "AppConsoleArgs",
    "AppCronArgs",
    "AppMigrationArgs",
    "AppWebArgs",
    "AppWorkersArgs",
    "ApplicationLoadBalancerArgs",
    "AwsCertificateArgs",
    "AwsDnsRecordsArgs",
    "AwsIdentityArgs",
    "AwsRoleArgs",
    "AwsWebIdentityArgs",
    "ConsoleArgs",
    "CronTaskArgs",
    "DigitalOceanCacheArgs",
    "DigitalOceanCertificateArgs",
    "DigitalOceanDatabaseArgs",
    "DigitalOceanDnsRecordsArgs",
    "DigitalOceanDnsZoneArgs",
    "DigitalOceanRegistryArgs",
    "DockerAppArgs",
    "DockerPostgresqlArgs",
    "DockerRedisArgs",
    "EcrRepositoryArgs",
    "EcsAppArgs",
    "EcsAutoscalingArgs",
    "EcsClusterArgs",
    "EcsConsoleArgs",
    "EcsInstancesArgs",
    "EcsScheduledTaskArgs",
    "EcsServiceArgs",
    "EcsTaskRunArgs",
    "EksOrDoksClusterArgs",
    "ElastiCacheArgs",
    "ExposedArgs",
    "ImageSourceArgs",
    "KubernetesAppArgs",
    "MigrationJobArgs",
    "NetworkArgs",
    "NodePoolArgs",
    "NodeTaintArgs",
    "PostgresqlArgs",
    "RailsImageArgs",
    "RailsWebArgs",
    "RdsDatabaseArgs",
    "RdsReplicaArgs",
    "RdsRestoreArgs",
    "RedisArgs",
    "RegistryCredentialsArgs",
    "ResourcesArgs",
    "SidekiqWorkersArgs",
    "WorkerHealthArgs",
]


if TYPE_CHECKING:
    from railbed import enums

    Architecture: TypeAlias = enums.Architecture | Literal["x86_64", "arm64"]
    Capacity: TypeAlias = enums.Capacity | Literal["fargate", "fargate_spot", "ec2"]
    CertificateAlgorithm: TypeAlias = enums.CertificateAlgorithm | Literal["RSA_2048", "EC_prime256v1", "EC_secp384r1"]
    ContainerInsights: TypeAlias = enums.ContainerInsights | Literal["disabled", "enabled", "enhanced"]
    DigitalOceanDatabaseEngine: TypeAlias = enums.DigitalOceanDatabaseEngine | Literal["postgresql", "mysql"]
    Exposure: TypeAlias = enums.Exposure | Literal["internal", "node_port", "load_balancer", "ingress", "gateway"]
    ImagePlatform: TypeAlias = enums.ImagePlatform | Literal["linux/amd64", "linux/arm64"]
    MaintenanceDay: TypeAlias = (
        enums.MaintenanceDay | Literal["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    )
    MigrationPhase: TypeAlias = enums.MigrationPhase | Literal["only", "pre", "post"]
    MysqlAdapter: TypeAlias = enums.MysqlAdapter | Literal["mysql2", "trilogy"]
    NatGateways: TypeAlias = enums.NatGateways | Literal["one", "per_zone", "none"]
    NetworkMode: TypeAlias = enums.NetworkMode | Literal["awsvpc", "bridge"]
    Patches: TypeAlias = enums.Patches | Literal["automatic", "manual"]
    Platform: TypeAlias = enums.Platform | Literal["doks", "eks"]
    PoolMode: TypeAlias = enums.PoolMode | Literal["transaction", "session"]
    RdsEngine: TypeAlias = enums.RdsEngine | Literal["postgresql", "mysql"]
    RegistryTier: TypeAlias = enums.RegistryTier | Literal["starter", "basic", "professional"]
    RolloutStrategy: TypeAlias = enums.RolloutStrategy | Literal["RollingUpdate", "Recreate"]
    Server: TypeAlias = enums.Server | Literal["puma", "unicorn", "passenger", "image"]
    TaintEffect: TypeAlias = enums.TaintEffect | Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    TargetType: TypeAlias = enums.TargetType | Literal["ip", "instance"]
    WorkerBackend: TypeAlias = enums.WorkerBackend | Literal["sidekiq", "solid_queue", "good_job", "delayed_job", "resque"]
else:
    from railbed.enums import (
        Architecture,
        Capacity,
        CertificateAlgorithm,
        ContainerInsights,
        DigitalOceanDatabaseEngine,
        Exposure,
        ImagePlatform,
        MaintenanceDay,
        MigrationPhase,
        MysqlAdapter,
        NatGateways,
        NetworkMode,
        Patches,
        Platform,
        PoolMode,
        RdsEngine,
        RegistryTier,
        RolloutStrategy,
        Server,
        TaintEffect,
        TargetType,
        WorkerBackend,
    )


class NodeTaintArgs(TypedDict):
    """A mark that keeps pods off a pool's nodes."""

    key: str
    """Key of the taint."""
    value: NotRequired[str]
    """Value of the taint. Default: empty."""
    effect: NotRequired[TaintEffect]
    """What it does: NoSchedule, PreferNoSchedule or NoExecute. Default NoSchedule."""


class NodePoolArgs(TypedDict):
    """A further pool of nodes."""

    node_size: NotRequired[str]
    """Droplet slug or EC2 instance type. A change brings up new nodes before the old ones go. Default: the cluster's."""
    min_nodes: NotRequired[int]
    """Minimum number of nodes. Default 1."""
    max_nodes: NotRequired[int]
    """Maximum number of nodes. Default 4."""
    labels: NotRequired[Mapping[str, str]]
    """Kubernetes labels of the nodes. Default: none."""
    taints: NotRequired[list[NodeTaintArgs]]
    """Taints of the nodes. Default: none."""


class AwsWebIdentityArgs(TypedDict):
    """A role that is assumed with a token of an identity provider, as in jobs of CI."""

    role_arn: str
    """ARN of the role."""
    session_name: NotRequired[str]
    """Name of the session, which CloudTrail shows. Default: one that AWS' SDK makes up."""
    duration: NotRequired[str]
    """How long a session lasts before it is renewed, such as 1h. Default: an hour."""
    policy: NotRequired[str]
    """IAM policy, as JSON, that restricts the session. Default: none."""
    policy_arns: NotRequired[list[str]]
    """ARNs of IAM policies that restrict the session. Default: none."""
    web_identity_token: NotRequired[str]
    """The token. Give it as a secret, or give `web_identity_token_file`."""
    web_identity_token_file: NotRequired[str]
    """File of the token, read again for each session."""


class AwsRoleArgs(TypedDict):
    """A role that is assumed."""

    role_arn: str
    """ARN of the role."""
    session_name: NotRequired[str]
    """Name of the session, which CloudTrail shows. Default: one that AWS' SDK makes up."""
    external_id: NotRequired[str]
    """External ID that the role's trust policy asks for. Default: none."""
    duration: NotRequired[str]
    """How long a session lasts before it is renewed, such as 1h. Default: an hour."""
    policy: NotRequired[str]
    """IAM policy, as JSON, that restricts the session. Default: none."""
    policy_arns: NotRequired[list[str]]
    """ARNs of IAM policies that restrict the session. Default: none."""
    source_identity: NotRequired[str]
    """Source identity of the session. Default: none."""
    tags: NotRequired[Mapping[str, str]]
    """Tags of the session. Default: none."""
    transitive_tag_keys: NotRequired[list[str]]
    """Keys of tags that sessions of further roles keep. Default: none."""


class AwsIdentityArgs(TypedDict):
    """Who calls AWS. What is not given is looked up as AWS' tools do: environment, files in ~/.aws, the machine's role."""

    profile: NotRequired[str]
    """Profile in the files of AWS' tools. It wins over keys in the environment. Default: AWS_PROFILE, or the default one."""
    shared_config_files: NotRequired[list[str]]
    """File with the profiles' configuration, in a list of one. Default: ~/.aws/config."""
    shared_credentials_files: NotRequired[list[str]]
    """File with the profiles' credentials, in a list of one. Default: ~/.aws/credentials."""
    assume_role_with_web_identity: NotRequired[AwsWebIdentityArgs]
    """Role that is assumed first, with a token of an identity provider. Default: none."""
    assume_roles: NotRequired[list[AwsRoleArgs]]
    """Roles that are assumed, each with the session of the one before. Default: none."""


class ResourcesArgs(TypedDict):
    """What one container is promised, and what it may use at most."""

    cpu: NotRequired[str]
    """CPU that is set aside: "250m" or "0.5". Default "250m"."""
    memory: NotRequired[str]
    """Memory that is set aside: "512Mi". Default "512Mi"."""
    cpu_limit: NotRequired[str]
    """CPU above which the container is slowed down. Default "2"."""
    memory_limit: NotRequired[str]
    """Memory above which the container is killed. Default "1Gi"."""


class ImageSourceArgs(TypedDict):
    """Where the application's container image comes from: `ref` or `build`."""

    ref: NotRequired[str]
    """An image that exists: registry.example.com/shop:1f3c2ab, or with @sha256:..."""
    build: NotRequired[str]
    """The application's folder, such as ../shop, seen from that of Pulumi.yaml: the image is built from it and pushed."""
    repository: NotRequired[str]
    """Name that the image has in the registry. Default: the application's name."""
    dockerfile: NotRequired[str]
    """Dockerfile, seen from the application's folder. Default: its Dockerfile, or without one, one that railbed writes."""
    base_image: NotRequired[str]
    """Image that a Dockerfile of railbed's starts from. Default: Docker's official one of the application's Ruby version."""
    build_args: NotRequired[Mapping[str, str]]
    """Build arguments; nothing secret, as they can be read in the image. Default: none."""
    target: NotRequired[str]
    """Stage of the Dockerfile to build. Default: the last."""
    platform: NotRequired[ImagePlatform]
    """linux/amd64 or linux/arm64. Default linux/amd64."""
    follow_base: NotRequired[bool]
    """Whether a newer image under the name in FROM, as one with security updates, rebuilds the image without a commit. Default
    false: the next commit takes it."""
    cache: NotRequired[bool]
    """Whether layers of images of the last commits are taken from the registry instead of built. Default true."""


class AppWebArgs(TypedDict):
    """The processes that answer requests."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    replicas: NotRequired[int]
    """Containers that serve requests. Default 2, so that one can be lost or replaced without an outage."""
    autoscaled: NotRequired[bool]
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    server: NotRequired[Server]
    """Application server: puma, unicorn, passenger, or image (the image's own CMD). Default puma."""
    command: NotRequired[list[str]]
    """Command instead of the server's usual one. Default: what `server` implies."""
    port: NotRequired[int]
    """Port on which the server listens, passed to it as PORT; above 1023, as the container is not root. Default 3000."""
    hosts: NotRequired[list[str]]
    """Host names under which users reach the application. The first is also sent by health checks, so that they pass Rails'
    host authorization. Default: none, health checks send localhost."""
    health_path: NotRequired[str]
    """Path of the health check; it should answer 200 without using the database. Default /up (Rails 7.1 and later)."""
    processes: NotRequired[int]
    """Server processes in a container (WEB_CONCURRENCY); with 2 or more one can end while another serves. Default 2."""
    threads: NotRequired[int]
    """Threads of a process (RAILS_MAX_THREADS), which is also its number of database connections. Default 3, as Rails'."""
    startup_seconds: NotRequired[int]
    """Time in which a new container must answer its health check. Default 180."""
    drain_seconds: NotRequired[int]
    """Time for which a container that is to stop goes on accepting requests, until every load balancer has stopped sending
    them. Default 15; 30 behind an AWS load balancer."""
    request_seconds: NotRequired[int]
    """Time that requests in progress have to finish after that. Default 30."""
    keep_alive_seconds: NotRequired[int]
    """Time for which the server keeps a silent connection open. Load balancers must close theirs before, or they send requests
    into connections that are closing. Puma is told so from version 7 on; older ones keep 20 seconds unless config/puma.rb has
    `persistent_timeout 65`. Default 65."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables for the web containers only."""


class WorkerHealthArgs(TypedDict):
    """How to ask workers for their health: with a command in their container, or with a request to a port of it."""

    command: NotRequired[list[str]]
    """Command that succeeds as long as they are well, such as [test, -f, /tmp/alive]."""
    port: NotRequired[int]
    """Port on which they answer."""
    path: NotRequired[str]
    """Path that answers 200 to 399 as long as they are well. Default /."""


class AppWorkersArgs(TypedDict):
    """Processes that work on the same queues: Sidekiq's, or another backend's."""

    backend: NotRequired[WorkerBackend]
    """Library that works on the jobs: sidekiq, solid_queue, good_job, delayed_job or resque. It decides the command, how
    containers end, how their health is checked, and whether there is a Redis. Default sidekiq."""
    queues: NotRequired[list[str]]
    """Queues in order of precedence; with sidekiq "critical,2" gives a queue a weight, as its -q does. Default: default with
    sidekiq, what config/queue.yml says with solid_queue, all with others."""
    concurrency: NotRequired[int]
    """Jobs that one container works on at a time, and its number of database connections. With solid_queue and without
    `queues`, config/queue.yml decides: give its number of threads. delayed_job and resque work on one job at a time. Default
    5."""
    shutdown_seconds: NotRequired[int]
    """Time that running jobs have to finish when a container stops; then they go back to their queue and run again elsewhere,
    with resque they fail. The container is killed 10 seconds later. Default 25, as Sidekiq's."""
    command: NotRequired[list[str]]
    """Command instead of the backend's. Default: built from queues, concurrency and shutdown_seconds."""
    health: NotRequired[WorkerHealthArgs]
    """How to ask for their health. Default: the heartbeat of sidekiq and solid_queue, the probe server of good_job; none for
    others and for a command of your own."""
    strategy: NotRequired[RolloutStrategy]
    """How a release replaces containers: RollingUpdate starts new ones first; Recreate stops the old ones first, for what must
    never run twice, such as a scheduler of its own. Default RollingUpdate."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    replicas: NotRequired[int]
    """Containers. Default 1; 0 stops the group."""
    autoscaled: NotRequired[bool]
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    startup_seconds: NotRequired[int]
    """Time in which a new container must have started to work. Default 180."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables for this group only."""


class AppMigrationArgs(TypedDict):
    """The database migration: it runs before any container of a new release starts."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    command: NotRequired[list[str]]
    """Command whose exit code decides. Default bin/rails db:prepare: creates what is missing, then migrates."""
    deadline_seconds: NotRequired[int]
    """Time after which a migration is stopped and has failed. Default 3600."""
    start_seconds: NotRequired[int]
    """Time in which its container must have started: enough to pull the image or to add a node. Default 300."""
    database_seconds: NotRequired[int]
    """Time to wait for the database to accept connections; 0 does not wait. Default 120."""
    post: NotRequired[bool]
    """Migrate in two phases: before the rollout with SKIP_POST_DEPLOYMENT_MIGRATIONS=true, after it without. For applications
    that keep post-deployment migrations apart. Default false."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables for the migration only."""


class AppCronArgs(TypedDict):
    """A command that runs on a schedule."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    schedule: str
    """When, in cron's five fields (Sunday is 0 or 7) or as @hourly, @daily and the like."""
    command: list[str]
    """What to run."""
    time_zone: NotRequired[str]
    """Time zone of the schedule, as in "Europe/Berlin". Default Etc/UTC."""
    deadline_seconds: NotRequired[int]
    """Time after which a run is stopped. Default 3600."""
    overlap: NotRequired[bool]
    """Whether a run may start while the one before it still runs. Default false: it is left out."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables for this task only."""
    suspended: NotRequired[bool]
    """Whether it does not run at its times. Every release sets it, whatever kubectl or a cloud's console set meanwhile. Default
    false."""


class AppConsoleArgs(TypedDict):
    """A container that waits, for `rails console` and one-off tasks."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the containers may write to besides /tmp. Default: the application's tmp and log; everything else is
    read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the target makes of this part, by name: deployment, service, job, cron_job and the like on Kubernetes,
    container, task_definition, service, schedule on ECS. Default: none."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory; it sets little aside, as it sleeps most of the time."""
    enabled: NotRequired[bool]
    """Whether there is one. Default true."""


class AppArgs(TypedDict):
    """A Rails application."""

    name: str
    """Short name; the names of everything that is created start with it. A change replaces everything but data."""
    image: ImageSourceArgs
    """Container image of the application."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which every command starts. Default /rails, as in the Dockerfile that Rails
    generates."""
    user: NotRequired[int]
    """Number of the user that the containers run as; never root. Default 1000, as in Rails' Dockerfile."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables for every container of the application. What must stay secret goes to `secrets`."""
    web: NotRequired[AppWebArgs]
    """Web containers."""
    workers: NotRequired[Mapping[str, AppWorkersArgs]]
    """Workers by group: the key names the group."""
    migration: NotRequired[AppMigrationArgs]
    """Database migration."""
    cron: NotRequired[Mapping[str, AppCronArgs]]
    """Scheduled commands by name."""
    console: NotRequired[AppConsoleArgs]
    """Console container."""
    databases: NotRequired[list[str]]
    """Further databases of config/database.yml beside primary, by their names there: [cache, queue, cable] in a new application
    of Rails 8. Each is on the primary's server, as the primary's name with its own behind it (app_cache), and reaches the
    application as CACHE_DATABASE_URL and so on; `secrets` may give the address of one that is elsewhere. Default: none."""


class ExposedArgs(TypedDict):
    """How users reach the application, and the details of it."""

    exposure: NotRequired[Exposure]
    """How users reach the application: internal, node_port, load_balancer, ingress or gateway. Default internal."""
    node_port: NotRequired[int]
    """Port on every node, with exposure node_port: 30000 to 32767. Default: chosen by the cluster."""
    node_address: NotRequired[str]
    """Address under which a node is reached, with exposure node_port, for the URL that is shown. Default localhost."""
    ingress_class: NotRequired[str]
    """Ingress class, with exposure ingress. Default: the cluster's default class."""
    tls_secret: NotRequired[str]
    """Secret with the certificate of the hosts, with exposure ingress. Default: none, no TLS at the ingress, or one named after
    the component with `cluster_issuer`."""
    cluster_issuer: NotRequired[str]
    """ClusterIssuer of cert-manager that puts the certificate of the hosts into `tls_secret` and renews it, with exposure
    ingress. Default: none."""
    body_limit: NotRequired[str]
    """Largest request body that the ingress controller passes on, such as "100Mi" for uploads, with exposure ingress and class
    nginx, which else refuses what is larger than 1 MiB with 413. Default: the controller's."""
    gateway: NotRequired[str]
    """Gateway of the Gateway API that the application's HTTPRoute belongs to, with exposure gateway, which needs one. It has to
    be there, with a listener for the hosts, and let in routes of the application's namespace. Default: none."""
    gateway_namespace: NotRequired[str]
    """Namespace of that Gateway. Default: the application's."""
    gateway_listener: NotRequired[str]
    """Listener of that Gateway, by its name (`sectionName`), such as https. Default: every listener that has the hosts."""
    https: NotRequired[bool]
    """Whether users come by HTTPS: with exposure load_balancer it listens on port 443 too, its annotations tell it the
    certificate, and it hands requests on as HTTP; with exposure gateway the Gateway ends TLS, which the URL that is shown then
    says. Default false."""
    keep_client_addresses: NotRequired[bool]
    """Whether pods see the address of the client instead of a node's, with exposure load_balancer: for load balancers that do
    not send X-Forwarded-For. Only nodes with a web pod get requests then. Default false."""
    annotations: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Annotations of the load balancer's Service, the Ingress or the HTTPRoute. Default: none."""


class EcsInstancesArgs(TypedDict):
    """EC2 instances of a cluster."""

    instance_type: NotRequired[str]
    """EC2 instance type. Default t3.medium."""
    minimum: NotRequired[int]
    """Instances that run at least. Default 1."""
    maximum: NotRequired[int]
    """Instances that run at most; ECS sets the number in between by what its tasks need. Default 4."""
    trunking: NotRequired[bool]
    """Whether instances carry more network interfaces (ENI trunking), so that more tasks fit: what checks of their room count
    with. Turn on the account setting awsvpcTrunking first, which counts for instances that start after it. Default false."""
    key_name: NotRequired[pulumi.Input[str]]
    """Name of an EC2 key pair, for SSH. Default: none."""
    image_id: NotRequired[pulumi.Input[str]]
    """Machine image. Default: the newest Amazon Linux 2023 for ECS."""
    patches: NotRequired[Patches]
    """Whether each `pulumi up` takes the newest image and lets AWS replace instances that are not as described, emptied of
    their tasks first (automatic), or only new instances are as described (manual). Default automatic."""
    disk_gibibytes: NotRequired[int]
    """Size of an instance's disk, which is encrypted. Default 50."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Further security groups of the instances, such as the one that the database lets in, for network mode bridge. Default:
    none."""


class EcsAutoscalingArgs(TypedDict):
    """When a service gets more tasks, and when fewer; at least one of the three targets."""

    minimum: int
    """Tasks that always run; at least 1."""
    maximum: int
    """Tasks that run at most."""
    cpu_percent: NotRequired[int]
    """CPU that tasks should use on average, in percent. Default: none, CPU does not count."""
    requests_per_target: NotRequired[int]
    """Requests a minute that a task should get. Default: none."""
    queue_latency_seconds: NotRequired[int]
    """Time that the oldest Sidekiq job should wait at most. Default: none. A small container beside Sidekiq tells it to
    CloudWatch."""
    queues: NotRequired[list[str]]
    """Sidekiq queues whose jobs count. Default: default."""


class RdsReplicaArgs(TypedDict):
    """A copy to read from."""

    instance_class: NotRequired[str]
    """Size of its server. Default: the database's."""


class RdsRestoreArgs(TypedDict):
    """Where a new database gets its data from."""

    snapshot_identifier: NotRequired[pulumi.Input[str]]
    """Name or ARN of a snapshot."""
    source_identifier: NotRequired[pulumi.Input[str]]
    """Identifier of a database whose state at `time` to restore."""
    time: NotRequired[str]
    """Point in time in UTC, such as 2026-01-31T08:30:00Z. Default: the latest possible, about five minutes ago."""


class EksOrDoksClusterArgs(TypedDict):
    """Arguments of EksOrDoksCluster."""

    version: NotRequired[str]
    """Kubernetes version. On eks a minor one; a higher one upgrades in place, control plane first, then nodes, one minor at a
    time, and AWS refuses a lower one. On doks a minor one takes its newest patch when the cluster is created and is not looked
    at again, as `auto_upgrade` moves the cluster on; an exact one such as "1.35.1-do.2" upgrades in place (a lower one would
    replace the cluster; `protect` refuses it). To go to the next minor on doks, give an exact version once, then the minor
    again. Default "1.35"."""
    node_size: NotRequired[str]
    """Droplet slug or EC2 instance type of the default pool. A change brings up new nodes before the old ones go, and never
    touches the cluster. Default: s-4vcpu-8gb on doks, t3.large on eks."""
    min_nodes: NotRequired[int]
    """Minimum number of nodes in the default pool. Default 2."""
    max_nodes: NotRequired[int]
    """Maximum number of nodes in the default pool. Default 4."""
    node_pools: NotRequired[Mapping[str, NodePoolArgs]]
    """Further pools by name. Default: none."""
    tags: NotRequired[Mapping[str, str]]
    """Tags of everything that is made; on doks they read "key:value". Default: none."""
    auto_upgrade: NotRequired[bool]
    """Whether the cloud upgrades the cluster by itself: on doks to new patches in the maintenance window, on eks to the next
    minor when standard support ends (false: extended support, at its higher price). Default: true, on doks with an exact
    `version` false."""
    endpoint_access_cidrs: NotRequired[list[str]]
    """IPv4 ranges from which the Kubernetes API is reached over the internet. On eks an empty list leaves only the way through
    the VPC, for Pulumi too. Default: everywhere, where a valid credential is needed all the same."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """ID of a VPC that exists. A change would replace the cluster; `protect` refuses it. Default: one of its own."""
    vpc_cidr: NotRequired[str]
    """IPv4 range of its own VPC, /16 to /28, on eks /16 to /20. A change would replace the cluster; `protect` refuses it.
    Default: 10.0.0.0/16 on eks; on doks a range that no other VPC of the account has."""
    network_policy: NotRequired[bool]
    """Whether NetworkPolicy objects limit who may connect to pods: on eks VPC CNI is configured to enforce them, as doks always
    does, and a stack makes them for its application. Default true."""
    protect: NotRequired[bool]
    """Whether the cluster, its VPC and its keys are protected: the preview of destroying or replacing them fails until this is
    false and has been applied (without a preview, what runs in the cluster goes before Pulumi refuses). Default true."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the arguments of child resources, as Pulumi's SDKs name them in Python: cluster, node_pool (of every pool), on
    doks vpc, on eks launch_template and cluster_autoscaler (a Deployment). Mappings are merged, anything else replaces what is
    there."""
    maintenance_day: NotRequired[MaintenanceDay]
    """Day of the maintenance window; doks only. Default sunday."""
    maintenance_hour: NotRequired[int]
    """Hour, UTC, at which the maintenance window of four hours begins; doks only. Default 3."""
    high_availability: NotRequired[bool]
    """Whether the control plane is replicated, at a monthly price; doks only, on eks it always is. It cannot be turned off
    again. Default false."""
    registry_integration: NotRequired[bool]
    """Whether the account's container registry may be pulled from, in all namespaces; doks only. Default false."""
    api_token: NotRequired[pulumi.Input[str]]
    """DigitalOcean API token that the kubeconfig carries; doks only. Default: none, it carries credentials of the cluster,
    which last seven days and are renewed by `pulumi refresh` only. Pulumi's configuration digitalocean:token, if there is one,
    is used for what Pulumi does in the cluster, and is in no output."""
    private_subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """IDs of the subnets of that VPC in which nodes run, in two zones at least; eks only. Default: those of its own network."""
    public_subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """IDs of the public subnets of that VPC, handed on as the output; eks only. Default: those of its own network."""
    zones: NotRequired[list[str]]
    """Availability zones of its own network, by their full names; eks only. Default: the region's zones a, b and c, or what
    stands for them there."""
    nat: NotRequired[NatGateways]
    """NAT gateways of its own network: one, or one per_zone; eks only. Nodes are in private subnets, so that none is refused.
    Default one."""
    flow_logs: NotRequired[bool]
    """Whether its own network logs refused connections; eks only. Default true."""
    log_retention_days: NotRequired[int]
    """Days for which logs of the control plane and of the network are kept; one of CloudWatch's own numbers; eks only. Default
    90."""
    admin_role_arns: NotRequired[Mapping[str, pulumi.Input[str]]]
    """ARNs of IAM roles with full access to the cluster, by a name of your own; eks only. Whoever made the cluster has access
    anyhow. Default: none."""
    disk_gib: NotRequired[int]
    """Size of each node's disk in GiB; eks only. A change rolls the nodes. Default 50."""
    addon_versions: NotRequired[Mapping[str, str]]
    """Versions of EKS add-ons by add-on, such as {"vpc-cni": "v1.20.4-eksbuild.1"}; eks only. Default: AWS' default for the
    Kubernetes version, see `patches`."""
    patches: NotRequired[Patches]
    """Whether each `pulumi up` takes the newest image of nodes and AWS' default versions of add-ons (automatic), or what runs
    stays: nodes until the next Kubernetes minor, add-ons until `addon_versions` names others (manual); eks only. Nodes are
    emptied and replaced a third at a time. Default automatic."""
    platform: Platform
    """Whose managed Kubernetes: doks (DigitalOcean) or eks (AWS). A change creates another cluster."""
    region: str
    """Region, such as fra1 on doks, eu-central-1 on eks. A change would replace the cluster; `protect` refuses it."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the kubeconfig signs in as on eks. Set it beside a provider of your own that is somebody else than the stack's config
    says. Default: what `aws:` says there, as with Pulumi's default provider."""
    grace_seconds: NotRequired[int]
    """Seconds that pods have to end when the cluster autoscaler removes their node: as many as the slowest one takes; eks only.
    Default 600."""


class ConsoleArgs(TypedDict):
    """Arguments of Console."""

    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class CronTaskArgs(TypedDict):
    """Arguments of CronTask."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    schedule: str
    """When, in cron's five fields (Sunday is 0 or 7) or as @hourly, @daily and the like."""
    command: list[str]
    """What to run."""
    time_zone: NotRequired[str]
    """Time zone of the schedule, as in "Europe/Berlin". Default Etc/UTC."""
    deadline_seconds: NotRequired[int]
    """Time after which a run is stopped. Default 3600."""
    overlap: NotRequired[bool]
    """Whether a run may start while the one before it still runs. Default false: it is left out."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    suspended: NotRequired[bool]
    """Whether it does not run at its times. Every release sets it, whatever kubectl or a cloud's console set meanwhile. Default
    false."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class KubernetesAppArgs(TypedDict):
    """Arguments of KubernetesApp."""

    app: AppArgs
    """The application's description."""
    image: NotRequired[pulumi.Input[str]]
    """Container image instead of the description's."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like."""
    web: NotRequired[ExposedArgs]
    """How users reach the web processes: exposure, node_port, ingress_class, annotations... Default: in the cluster only."""
    migration_secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Those of the secrets that migrations get with another value, such as a DATABASE_URL that goes past a connection pool:
    they need advisory locks, which a pool loses. Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether NetworkPolicy objects limit who may connect to the pods: anybody to the port of web processes, nobody to others.
    They have no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """The provider's kubeconfig, to show the end of a log when something fails. Default: the one kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class MigrationJobArgs(TypedDict):
    """Arguments of MigrationJob."""

    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    command: NotRequired[list[str]]
    """Command whose exit code decides. Default bin/rails db:prepare: creates what is missing, then migrates."""
    deadline_seconds: NotRequired[int]
    """Time after which a migration is stopped and has failed. Default 3600."""
    start_seconds: NotRequired[int]
    """Time in which its container must have started: enough to pull the image or to add a node. Default 300."""
    database_seconds: NotRequired[int]
    """Time to wait for the database to accept connections; 0 does not wait. Default 120."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""
    phase: NotRequired[MigrationPhase]
    """Which part of the migration: only, pre or post. "only" migrates all; "pre" leaves post-deployment migrations out
    (SKIP_POST_DEPLOYMENT_MIGRATIONS=true); "post" runs them, after the workloads whose images it is given. Default only."""
    after: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Deployments in the namespace, with phase post: their pods of the release before must have ended first, so that
    no request and no job meets a schema that its code does not know. Default: none."""


class PostgresqlArgs(TypedDict):
    """Arguments of Postgresql."""

    image: NotRequired[pulumi.Input[str]]
    """Container image, one that follows the official image's conventions."""
    storage: NotRequired[str]
    """Size of the volume, "10Gi". It can grow where the storage class allows it, and never shrinks. Default "10Gi"."""
    storage_class: NotRequired[str]
    """Storage class of the volume, used only when the volume is created. Default: the cluster's default class."""
    keep_data: NotRequired[bool]
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same namespace takes it up
    again. Default true."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates: stateful_set, service, network_policy."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 999, as in the official images."""
    password: NotRequired[pulumi.Input[str]]
    """Password; generated if none is given."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change starts with an empty volume there. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. A change restarts the store. Default:
    none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy lets only web, workers, migrations, cron tasks and consoles of this stack connect, from the same
    namespace. It has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show why the store does not start. Default: the one kubectl would
    use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""
    database: NotRequired[str]
    """Name of the database, made with the volume. Default app."""
    username: NotRequired[str]
    """Name of its owner, made with the volume. Default app."""
    databases: NotRequired[list[str]]
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app. `database_urls` has their addresses; bin/rails db:prepare makes them. Default: none."""
    max_connections: NotRequired[int]
    """Connections that it accepts: at least processes x threads of all web pods plus the concurrency of all workers. Default
    100."""


class RailsWebArgs(TypedDict):
    """Arguments of RailsWeb."""

    exposure: NotRequired[Exposure]
    """How users reach the application: internal, node_port, load_balancer, ingress or gateway. Default internal."""
    node_port: NotRequired[int]
    """Port on every node, with exposure node_port: 30000 to 32767. Default: chosen by the cluster."""
    node_address: NotRequired[str]
    """Address under which a node is reached, with exposure node_port, for the URL that is shown. Default localhost."""
    ingress_class: NotRequired[str]
    """Ingress class, with exposure ingress. Default: the cluster's default class."""
    tls_secret: NotRequired[str]
    """Secret with the certificate of the hosts, with exposure ingress. Default: none, no TLS at the ingress, or one named after
    the component with `cluster_issuer`."""
    cluster_issuer: NotRequired[str]
    """ClusterIssuer of cert-manager that puts the certificate of the hosts into `tls_secret` and renews it, with exposure
    ingress. Default: none."""
    body_limit: NotRequired[str]
    """Largest request body that the ingress controller passes on, such as "100Mi" for uploads, with exposure ingress and class
    nginx, which else refuses what is larger than 1 MiB with 413. Default: the controller's."""
    gateway: NotRequired[str]
    """Gateway of the Gateway API that the application's HTTPRoute belongs to, with exposure gateway, which needs one. It has to
    be there, with a listener for the hosts, and let in routes of the application's namespace. Default: none."""
    gateway_namespace: NotRequired[str]
    """Namespace of that Gateway. Default: the application's."""
    gateway_listener: NotRequired[str]
    """Listener of that Gateway, by its name (`sectionName`), such as https. Default: every listener that has the hosts."""
    https: NotRequired[bool]
    """Whether users come by HTTPS: with exposure load_balancer it listens on port 443 too, its annotations tell it the
    certificate, and it hands requests on as HTTP; with exposure gateway the Gateway ends TLS, which the URL that is shown then
    says. Default false."""
    keep_client_addresses: NotRequired[bool]
    """Whether pods see the address of the client instead of a node's, with exposure load_balancer: for load balancers that do
    not send X-Forwarded-For. Only nodes with a web pod get requests then. Default false."""
    annotations: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Annotations of the load balancer's Service, the Ingress or the HTTPRoute. Default: none."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    replicas: NotRequired[int]
    """Containers that serve requests. Default 2, so that one can be lost or replaced without an outage."""
    autoscaled: NotRequired[bool]
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    server: NotRequired[Server]
    """Application server: puma, unicorn, passenger, or image (the image's own CMD). Default puma."""
    command: NotRequired[list[str]]
    """Command instead of the server's usual one. Default: what `server` implies."""
    port: NotRequired[int]
    """Port on which the server listens, passed to it as PORT; above 1023, as the container is not root. Default 3000."""
    hosts: NotRequired[list[str]]
    """Host names under which users reach the application. The first is also sent by health checks, so that they pass Rails'
    host authorization. Default: none, health checks send localhost."""
    health_path: NotRequired[str]
    """Path of the health check; it should answer 200 without using the database. Default /up (Rails 7.1 and later)."""
    processes: NotRequired[int]
    """Server processes in a container (WEB_CONCURRENCY); with 2 or more one can end while another serves. Default 2."""
    threads: NotRequired[int]
    """Threads of a process (RAILS_MAX_THREADS), which is also its number of database connections. Default 3, as Rails'."""
    startup_seconds: NotRequired[int]
    """Time in which a new container must answer its health check. Default 180."""
    drain_seconds: NotRequired[int]
    """Time for which a container that is to stop goes on accepting requests, until every load balancer has stopped sending
    them. Default 15; 30 behind an AWS load balancer."""
    request_seconds: NotRequired[int]
    """Time that requests in progress have to finish after that. Default 30."""
    keep_alive_seconds: NotRequired[int]
    """Time for which the server keeps a silent connection open. Load balancers must close theirs before, or they send requests
    into connections that are closing. Puma is told so from version 7 on; older ones keep 20 seconds unless config/puma.rb has
    `persistent_timeout 65`. Default 65."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class RedisArgs(TypedDict):
    """Arguments of Redis."""

    image: NotRequired[pulumi.Input[str]]
    """Container image with redis-server and redis-cli, version 7 or later as Sidekiq needs it."""
    storage: NotRequired[str]
    """Size of the volume, "10Gi". It can grow where the storage class allows it, and never shrinks. Default "10Gi"."""
    storage_class: NotRequired[str]
    """Storage class of the volume, used only when the volume is created. Default: the cluster's default class."""
    keep_data: NotRequired[bool]
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same namespace takes it up
    again. Default true."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates: stateful_set, service, network_policy."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 999, as in the official images."""
    password: NotRequired[pulumi.Input[str]]
    """Password; generated if none is given."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change starts with an empty volume there. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. A change restarts the store. Default:
    none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy lets only web, workers, migrations, cron tasks and consoles of this stack connect, from the same
    namespace. It has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show why the store does not start. Default: the one kubectl would
    use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class RegistryCredentialsArgs(TypedDict):
    """Arguments of RegistryCredentials."""

    server: str
    """Host of the registry, as image references name it: registry.example.com. For Docker Hub: https://index.docker.io/v1/."""
    username: pulumi.Input[str]
    """User name or the name of a token."""
    password: pulumi.Input[str]
    """Password or token. A change creates a new Secret and rolls what uses it."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. Default: the provider's."""


class SidekiqWorkersArgs(TypedDict):
    """Arguments of SidekiqWorkers."""

    backend: NotRequired[WorkerBackend]
    """Library that works on the jobs: sidekiq, solid_queue, good_job, delayed_job or resque. It decides the command, how
    containers end, how their health is checked, and whether there is a Redis. Default sidekiq."""
    queues: NotRequired[list[str]]
    """Queues in order of precedence; with sidekiq "critical,2" gives a queue a weight, as its -q does. Default: default with
    sidekiq, what config/queue.yml says with solid_queue, all with others."""
    concurrency: NotRequired[int]
    """Jobs that one container works on at a time, and its number of database connections. With solid_queue and without
    `queues`, config/queue.yml decides: give its number of threads. delayed_job and resque work on one job at a time. Default
    5."""
    shutdown_seconds: NotRequired[int]
    """Time that running jobs have to finish when a container stops; then they go back to their queue and run again elsewhere,
    with resque they fail. The container is killed 10 seconds later. Default 25, as Sidekiq's."""
    command: NotRequired[list[str]]
    """Command instead of the backend's. Default: built from queues, concurrency and shutdown_seconds."""
    health: NotRequired[WorkerHealthArgs]
    """How to ask for their health. Default: the heartbeat of sidekiq and solid_queue, the probe server of good_job; none for
    others and for a command of your own."""
    strategy: NotRequired[RolloutStrategy]
    """How a release replaces containers: RollingUpdate starts new ones first; Recreate stops the old ones first, for what must
    never run twice, such as a scheduler of its own. Default RollingUpdate."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, and go with the
    pod. Default: the application's tmp and log; everything else is read-only."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the objects that the component creates, by child: mappings with the field names of the Kubernetes API are
    merged into the child's, anything else, lists too, replaces what is there."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory of one container."""
    replicas: NotRequired[int]
    """Containers. Default 1; 0 stops the group."""
    autoscaled: NotRequired[bool]
    """Whether something else, such as a HorizontalPodAutoscaler or KEDA, sets the number of containers: `replicas` is then what
    the first release starts with. Default false."""
    startup_seconds: NotRequired[int]
    """Time in which a new container must have started to work. Default 180."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change rolls the workload. Default: none beyond Rails' own
    (RAILS_ENV=production, logs to the console, static files served)."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give a MigrationJob's `image` output, so that the workload starts only on the
    schema that its code expects. A change rolls the workload."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they reach the container from a Kubernetes Secret. A change rolls the workload.
    Default: none."""
    namespace: NotRequired[pulumi.Input[str]]
    """Kubernetes namespace. A change replaces the workload. Default: the provider's."""
    pull_secrets: NotRequired[Sequence[pulumi.Input[str]]]
    """Names of Secrets in the namespace with credentials of the image's registry. Default: none."""
    database_authorities: NotRequired[pulumi.Input[str]]
    """Certificates in PEM of the authorities that sign the database's, the output `authorities` of a database with
    `verify_certificate`; its `url` names the file in which containers find them. Default: none."""
    network_policy: NotRequired[bool]
    """Whether a NetworkPolicy limits who may connect to the pods: anybody to the port of web processes, nobody to others. It
    has no effect where the cluster's network enforces none. Default true."""
    kubeconfig: NotRequired[pulumi.Input[str]]
    """Contents of the provider's kubeconfig, or its path: to show the end of a log when something fails. Default: the one
    kubectl would use."""
    context: NotRequired[str]
    """Context in that kubeconfig. Default: its current one."""


class ApplicationLoadBalancerArgs(TypedDict):
    """Arguments of ApplicationLoadBalancer."""

    certificate_arn: NotRequired[pulumi.Input[str]]
    """ARN of an issued certificate in ACM, AwsCertificate's `arn`. With it the load balancer serves HTTPS and redirects HTTP to
    it. Default: none, plain HTTP."""
    health_codes: NotRequired[str]
    """Status codes of a healthy target: "200", "200,204" or "200-299". Default 200-403: whatever shows that Rails answers, also
    the redirect of force_ssl and the refusal of its host authorization, as the check comes by HTTP with the target's address as
    host; a path that there is not (404) is none."""
    idle_timeout: NotRequired[int]
    """Seconds after which a silent connection is closed. It has to be below the application server's keep-alive, 65 seconds in
    Puma (persistent_timeout), or requests meet a closed connection and fail with 502. Default 60."""
    deregistration_delay: NotRequired[int]
    """Seconds that requests in progress have to finish when a target leaves. Default 30."""
    internal: NotRequired[bool]
    """Whether it is reached from inside the VPC only. A change replaces the load balancer, which `deletion_protection` refuses.
    Default false."""
    ipv6: NotRequired[bool]
    """Whether it has IPv6 addresses too; its subnets need them. Default false."""
    allowed_cidrs: NotRequired[list[str]]
    """Address ranges that may connect. Default: everyone."""
    access_logs_bucket: NotRequired[pulumi.Input[str]]
    """Name of an S3 bucket for access logs, whose policy lets Elastic Load Balancing write. Default: none, no access logs."""
    client_port: NotRequired[bool]
    """Whether X-Forwarded-For holds the client's port too. Default false."""
    tls_policy: NotRequired[str]
    """Security policy of HTTPS. Default ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09: TLS 1.2 and 1.3 with forward secrecy, the
    one that AWS recommends (docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html)."""
    deletion_protection: NotRequired[bool]
    """Whether AWS refuses to delete it: set to false and update before you destroy. Default true."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the resources that the component creates, by child: load_balancer, target_group, listener, redirect_listener,
    security_group. Rules of the security group are resources of their own and cannot be given there."""
    vpc_id: pulumi.Input[str]
    """ID of the VPC. A change replaces the load balancer, which `deletion_protection` refuses."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """IDs of subnets in at least two zones; public ones, unless `internal`."""
    hosts: NotRequired[list[str]]
    """Host names to serve, *.example.com too; requests for others get 404. Default: every host."""
    target_type: NotRequired[TargetType]
    """ip for targets with addresses of their own, as tasks of ECS have; instance for a port of every machine of
    `autoscaling_group_names`, or without these for tasks of ECS in network mode bridge. A change creates a new target group.
    Default ip."""
    port: NotRequired[int]
    """Port of the targets: the application's, or with `autoscaling_group_names` the NodePort. A change creates a new target
    group. Default 3000."""
    autoscaling_group_names: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Names of autoscaling groups whose machines are targets, by a name of your choice, such as the node pool's. Default:
    none."""
    target_security_group_ids: NotRequired[Mapping[str, pulumi.Input[str]]]
    """IDs of the targets' security groups, by a name of your choice: each is opened for the load balancer on `port`, which then
    reaches nothing else. Default: none, the load balancer may open connections to that port of any address, and whoever owns
    the targets opens their group for `security_group_id`."""
    health_path: NotRequired[str]
    """Path of the health check. Default /up."""


class AwsCertificateArgs(TypedDict):
    """Arguments of AwsCertificate."""

    hosts: list[str]
    """Host names that the certificate is for, the main one first; a star may stand for the first part: *.example.com. A change
    creates a new certificate; the old one goes once nothing uses it."""
    zone_id: pulumi.Input[str]
    """ID of the public Route 53 zone that the hosts are in. A change makes the validation records anew there."""
    algorithm: NotRequired[CertificateAlgorithm]
    """Algorithm of the key: RSA_2048, EC_prime256v1 or EC_secp384r1. A change creates a new certificate. Default RSA_2048."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the resources that the component creates, by child: certificate."""


class AwsDnsRecordsArgs(TypedDict):
    """Arguments of AwsDnsRecords."""

    hosts: list[str]
    """Host names, each of which gets a record of its own; a star may stand for the first part: *.example.com."""
    zone_id: pulumi.Input[str]
    """ID of the Route 53 zone that the hosts are in. A change recreates the records there."""
    load_balancer_dns_name: pulumi.Input[str]
    """DNS name of the load balancer: ApplicationLoadBalancer's `dns_name`."""
    load_balancer_zone_id: pulumi.Input[str]
    """ID of the zone of that DNS name, not of yours: ApplicationLoadBalancer's `zone_id`."""
    ipv6: NotRequired[bool]
    """Whether the load balancer has IPv6 addresses too: adds AAAA records. Default false."""


class EcrRepositoryArgs(TypedDict):
    """Arguments of EcrRepository."""

    keep_images: NotRequired[int]
    """Images with a tag that are kept, the newest ones: as many releases can be gone back to. Default 50."""
    untagged_days: NotRequired[int]
    """Days after which images without a tag go, such as layers kept for the next build. Default 7."""
    delete_images: NotRequired[bool]
    """Whether destroying it deletes its images too; otherwise a repository with images cannot be destroyed. Default false."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts it. A change replaces the repository. Default: AES-256 with a key of ECR's."""
    tags: NotRequired[Mapping[str, str]]
    """Tags. Default: none."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the inputs of the repository. Mappings are merged, anything else is replaced."""


class EcsAppArgs(TypedDict):
    """Arguments of EcsApp."""

    log_router_image: NotRequired[pulumi.Input[str]]
    """Image of Fluent Bit that takes the application's log (FireLens) instead of CloudWatch; one of ECR may be pulled.
    Migrations and other one-off tasks keep theirs in CloudWatch, where `pulumi up` reads it. Default: none."""
    log_router_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Where Fluent Bit sends it: the options of its output plugin, Name first of all. Required with `log_router_image`."""
    log_router_secret_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Options that are secrets, such as HTTP_Passwd: ARNs of Secrets Manager secrets or of SSM parameters. Default: none."""
    capacity: NotRequired[Capacity]
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NotRequired[NetworkMode]
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: NotRequired[Architecture]
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: NotRequired[bool]
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: NotRequired[pulumi.Input[str]]
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: NotRequired[int]
    """Days that CloudWatch keeps logs. Default 30."""
    cluster_arn: pulumi.Input[str]
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: NotRequired[pulumi.Input[str]]
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: NotRequired[pulumi.Input[str]]
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the stack's
    config says. Default: what `aws:` says there, as with Pulumi's default provider."""
    app: AppArgs
    """The application's description."""
    image: NotRequired[pulumi.Input[str]]
    """Container image instead of the description's."""
    secret_references: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables that exist already, as ARNs of Secrets Manager or SSM parameters. Default: none."""
    volumes_in_image: NotRequired[bool]
    """Whether the image declares every writable folder, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    services: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Further arguments of EcsService by part, "web" or a group of workers: those that only ECS knows, such as autoscaling,
    cpu, memory. Default: none."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like; they are kept in
    one secret of Secrets Manager."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC. Required with `target_group_arn` and awsvpc."""
    target_group_arn: NotRequired[pulumi.Input[str]]
    """Target group of the load balancer in front of web. Default: none."""
    load_balancer_security_group_id: NotRequired[pulumi.Input[str]]
    """Security group of that load balancer. Required with `target_group_arn`."""
    load_balancer_arn_suffix: NotRequired[pulumi.Input[str]]
    """That load balancer's `arn_suffix`. Required with `services.web.autoscaling.requests_per_target`."""
    target_group_arn_suffix: NotRequired[pulumi.Input[str]]
    """The target group's `target_group_arn_suffix`. Required with `services.web.autoscaling.requests_per_target`."""
    instance_security_group_id: NotRequired[pulumi.Input[str]]
    """Security group of the instances. Required with `target_group_arn` and bridge."""


class EcsClusterArgs(TypedDict):
    """Arguments of EcsCluster."""

    container_insights: NotRequired[ContainerInsights]
    """Metrics of tasks and containers in CloudWatch: disabled, enabled or enhanced. Default enabled."""
    instances: NotRequired[EcsInstancesArgs]
    """EC2 instances beside Fargate, which every cluster has. Move tasks to Fargate, and run `pulumi up`, before you remove
    instances: ECS keeps them in the cluster while a service uses them. Default: none."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC of the instances. Required with `instances`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the instances, private ones in several zones. Required with `instances`."""


class EcsConsoleArgs(TypedDict):
    """Arguments of EcsConsole."""

    capacity: NotRequired[Capacity]
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NotRequired[NetworkMode]
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: NotRequired[Architecture]
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: NotRequired[bool]
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: NotRequired[pulumi.Input[str]]
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: NotRequired[int]
    """Days that CloudWatch keeps logs. Default 30."""
    cluster_arn: pulumi.Input[str]
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: NotRequired[pulumi.Input[str]]
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: NotRequired[pulumi.Input[str]]
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the stack's
    config says. Default: what `aws:` says there, as with Pulumi's default provider."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change creates a new task definition. Default: none beyond Rails' own."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    hidden_values: NotRequired[Sequence[pulumi.Input[str]]]
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, on the task's disk,
    and go with the task. Default: the application's tmp and log; everything else is read-only."""
    volumes_in_image: NotRequired[bool]
    """Whether the image declares each of these folders, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    disk_gibibytes: NotRequired[int]
    """Disk of a task on Fargate, in GiB, for its image and what is written to these folders. Default: 20, as Fargate gives
    it."""
    cpu: NotRequired[int]
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    described_as: NotRequired[str]
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change creates a new task definition."""
    longest_seconds: NotRequired[int]
    """Seconds after which the task ends whatever runs in it. Default 28800, eight hours."""


class EcsScheduledTaskArgs(TypedDict):
    """Arguments of EcsScheduledTask."""

    log_router_image: NotRequired[pulumi.Input[str]]
    """Image of Fluent Bit that takes the application's log (FireLens) instead of CloudWatch; one of ECR may be pulled.
    Migrations and other one-off tasks keep theirs in CloudWatch, where `pulumi up` reads it. Default: none."""
    log_router_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Where Fluent Bit sends it: the options of its output plugin, Name first of all. Required with `log_router_image`."""
    log_router_secret_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Options that are secrets, such as HTTP_Passwd: ARNs of Secrets Manager secrets or of SSM parameters. Default: none."""
    capacity: NotRequired[Capacity]
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NotRequired[NetworkMode]
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: NotRequired[Architecture]
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: NotRequired[bool]
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: NotRequired[pulumi.Input[str]]
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: NotRequired[int]
    """Days that CloudWatch keeps logs. Default 30."""
    cluster_arn: pulumi.Input[str]
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: NotRequired[pulumi.Input[str]]
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: NotRequired[pulumi.Input[str]]
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the stack's
    config says. Default: what `aws:` says there, as with Pulumi's default provider."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change creates a new task definition. Default: none beyond Rails' own."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    hidden_values: NotRequired[Sequence[pulumi.Input[str]]]
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, on the task's disk,
    and go with the task. Default: the application's tmp and log; everything else is read-only."""
    volumes_in_image: NotRequired[bool]
    """Whether the image declares each of these folders, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    disk_gibibytes: NotRequired[int]
    """Disk of a task on Fargate, in GiB, for its image and what is written to these folders. Default: 20, as Fargate gives
    it."""
    cpu: NotRequired[int]
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    described_as: NotRequired[str]
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change creates a new task definition."""
    schedule: str
    """When, in cron's five fields or as @hourly, @daily and the like; not on a day of the month and of the week at once."""
    command: list[str]
    """What to run, one item a word."""
    time_zone: NotRequired[str]
    """Time zone of the schedule, as in "Europe/Berlin". Default Etc/UTC."""
    deadline_seconds: NotRequired[int]
    """Seconds after which a run is stopped, with `timeout` of the image, which Debian and Alpine have. Default 3600."""
    overlap: NotRequired[bool]
    """Whether a run may start while the one before it still runs. Default false: it is left out."""
    suspended: NotRequired[bool]
    """Whether it does not run at its times. Default false."""


class EcsServiceArgs(TypedDict):
    """Arguments of EcsService."""

    log_router_image: NotRequired[pulumi.Input[str]]
    """Image of Fluent Bit that takes the application's log (FireLens) instead of CloudWatch; one of ECR may be pulled.
    Migrations and other one-off tasks keep theirs in CloudWatch, where `pulumi up` reads it. Default: none."""
    log_router_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Where Fluent Bit sends it: the options of its output plugin, Name first of all. Required with `log_router_image`."""
    log_router_secret_options: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Options that are secrets, such as HTTP_Passwd: ARNs of Secrets Manager secrets or of SSM parameters. Default: none."""
    capacity: NotRequired[Capacity]
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NotRequired[NetworkMode]
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: NotRequired[Architecture]
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: NotRequired[bool]
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: NotRequired[pulumi.Input[str]]
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: NotRequired[int]
    """Days that CloudWatch keeps logs. Default 30."""
    cluster_arn: pulumi.Input[str]
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: NotRequired[pulumi.Input[str]]
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: NotRequired[pulumi.Input[str]]
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the stack's
    config says. Default: what `aws:` says there, as with Pulumi's default provider."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change creates a new task definition. Default: none beyond Rails' own."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    hidden_values: NotRequired[Sequence[pulumi.Input[str]]]
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, on the task's disk,
    and go with the task. Default: the application's tmp and log; everything else is read-only."""
    volumes_in_image: NotRequired[bool]
    """Whether the image declares each of these folders, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    disk_gibibytes: NotRequired[int]
    """Disk of a task on Fargate, in GiB, for its image and what is written to these folders. Default: 20, as Fargate gives
    it."""
    cpu: NotRequired[int]
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    described_as: NotRequired[str]
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change creates a new task definition."""
    command: NotRequired[list[str]]
    """Command, one item a word. It replaces the image's CMD; the ENTRYPOINT stays. Default: the image's."""
    port: NotRequired[int]
    """Port on which the container listens. Default: none, as for workers."""
    desired_count: NotRequired[int]
    """Tasks. Default 2. With autoscaling only the number to begin with."""
    autoscaled: NotRequired[bool]
    """Whether something outside of this component sets the number of tasks: `desired_count` is then what the service begins
    with. Default false; `autoscaling` needs no mention here."""
    health_command: NotRequired[list[str]]
    """Health check inside of the container, such as ["CMD-SHELL", "test -f /tmp/alive"], every 10 seconds: a container that
    fails it for a minute is replaced. Default: none; for Sidekiq in EcsApp, its heartbeat in Redis."""
    startup_seconds: NotRequired[int]
    """Seconds in which a new task must answer its health check. Default 180."""
    stop_seconds: NotRequired[int]
    """Seconds between TERM and the kill; 120 at most on Fargate. Default 35."""
    minimum_healthy_percent: NotRequired[int]
    """Tasks that run at least during a deployment, in percent of those desired. Default 100."""
    maximum_percent: NotRequired[int]
    """Tasks that run at most during a deployment, in percent of those desired. Default 200."""
    deployment_seconds: NotRequired[int]
    """Seconds after which a deployment that is not complete has failed. Default 1800."""
    execute_command: NotRequired[bool]
    """Whether `aws ecs execute-command` can open a console in the tasks, all of whose files can be written to then, as AWS
    supports nothing else. Default false: EcsConsole has a task for it."""
    autoscaling: NotRequired[EcsAutoscalingArgs]
    """When the service gets more tasks, and when fewer. Default: never."""
    target_group_arn: NotRequired[pulumi.Input[str]]
    """Target group of a load balancer that sends requests to `port`; of target type ip with awsvpc, instance with bridge.
    Default: none."""
    load_balancer_security_group_id: NotRequired[pulumi.Input[str]]
    """Security group of that load balancer, which is let in. Required with `target_group_arn`."""
    load_balancer_arn_suffix: NotRequired[pulumi.Input[str]]
    """That load balancer's `arn_suffix`, as CloudWatch names it: app/shop/1a2b3c. Required with
    `autoscaling.requests_per_target`."""
    target_group_arn_suffix: NotRequired[pulumi.Input[str]]
    """The target group's `target_group_arn_suffix`: targetgroup/shop/4d5e6f. Required with
    `autoscaling.requests_per_target`."""
    vpc_id: NotRequired[pulumi.Input[str]]
    """VPC, for the security group that lets the load balancer in. Required with `target_group_arn` and awsvpc."""
    instance_security_group_id: NotRequired[pulumi.Input[str]]
    """Security group of the instances: EcsCluster's output of that name. Required with `target_group_arn` and bridge."""


class EcsTaskRunArgs(TypedDict):
    """Arguments of EcsTaskRun."""

    capacity: NotRequired[Capacity]
    """What tasks run on: fargate, fargate_spot or ec2. Default fargate."""
    network_mode: NotRequired[NetworkMode]
    """Network mode: awsvpc or, with capacity ec2, bridge. Default awsvpc."""
    architecture: NotRequired[Architecture]
    """Processor architecture: x86_64 or arm64, as the image is built. Default x86_64."""
    assign_public_ip: NotRequired[bool]
    """Whether tasks get public addresses; needed in public subnets without NAT. Default false."""
    kms_key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """KMS keys that `secret_references` are encrypted with, where they are the customer's. Default: none."""
    task_policy: NotRequired[pulumi.Input[str]]
    """IAM policy, as JSON, of what the application may do in AWS, such as reading a bucket. Default: nothing."""
    log_retention_days: NotRequired[int]
    """Days that CloudWatch keeps logs. Default 30."""
    cluster_arn: pulumi.Input[str]
    """ARN of the cluster, such as EcsCluster's `arn`; it must have the capacity providers that are used. A change replaces
    services."""
    region: NotRequired[pulumi.Input[str]]
    """AWS region. Default: that of `cluster_arn`; name it to see whole task definitions in the first preview."""
    capacity_provider: NotRequired[pulumi.Input[str]]
    """Name of the capacity provider, with capacity ec2: EcsCluster's `capacity_provider`."""
    subnet_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Subnets of the tasks, private ones with a way to the internet or to AWS' endpoints. Required with awsvpc."""
    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the tasks, which let them out and which databases let in. Required with awsvpc."""
    identity: NotRequired[AwsIdentityArgs]
    """Who the program itself is at AWS where it watches tasks. Set it beside a provider of your own that is not who the stack's
    config says. Default: what `aws:` says there, as with Pulumi's default provider."""
    env: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Environment variables by name, in clear text. A change creates a new task definition. Default: none beyond Rails' own."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables by name; they are kept in one secret of Secrets Manager, and a task definition names the
    version: a change rolls exactly what uses it. Default: none."""
    secret_references: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables that exist already: ARNs of Secrets Manager secrets (arn, or arn:KEY::VERSION-ID) or of SSM
    parameters. A new value rolls what uses it only if the version is named. Default: none."""
    hidden_values: NotRequired[Sequence[pulumi.Input[str]]]
    """Values behind `secret_references`, to be hidden in logs that are shown; those of `secrets` always are. Default: none."""
    entrypoint: NotRequired[list[str]]
    """Replaces the image's ENTRYPOINT. Default: the image's."""
    user: NotRequired[int]
    """UID that the container runs as, never 0. Default 1000, as in Rails' Dockerfile."""
    workdir: NotRequired[str]
    """Folder of the application in the image, in which commands start. Default /rails."""
    writable_paths: NotRequired[list[str]]
    """All folders that the container may write to besides /tmp; they start with what the image has in them, on the task's disk,
    and go with the task. Default: the application's tmp and log; everything else is read-only."""
    volumes_in_image: NotRequired[bool]
    """Whether the image declares each of these folders, /tmp too, as VOLUME and gives it to the user. Default false: a
    container of the image prepares them before the others start, as root."""
    disk_gibibytes: NotRequired[int]
    """Disk of a task on Fargate, in GiB, for its image and what is written to these folders. Default: 20, as Fargate gives
    it."""
    cpu: NotRequired[int]
    """CPU units of a task, 1024 are one vCPU. Default 256."""
    memory: NotRequired[int]
    """Memory of a task, in MiB. Fargate offers 512 to 2048 with cpu 256. Default 1024."""
    described_as: NotRequired[str]
    """Part of the application's description that this is, such as web or workers.default: advice in errors names the settings
    of that part. Default: none, advice names these arguments."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to what the component creates, by child: mappings are merged into the child's arguments, anything else, lists
    too, replaces what is there."""
    image: pulumi.Input[str]
    """Container image, pinned by tag or digest. Give an EcsTaskRun's `image` output, so that a service starts only on the
    schema that its code expects. A change creates a new task definition."""
    command: NotRequired[list[str]]
    """Command whose exit code decides, one item a word. Default bin/rails db:prepare."""
    purpose: NotRequired[str]
    """What messages call it. Default migration."""
    phase: NotRequired[MigrationPhase]
    """Which part of the migration: only, pre or post. "only" migrates all; "pre" leaves post-deployment migrations out
    (SKIP_POST_DEPLOYMENT_MIGRATIONS=true); "post" runs them, after the services whose images it is given. Default only."""
    deadline_seconds: NotRequired[int]
    """Seconds after which the task is stopped and has failed. Default 3600."""
    start_seconds: NotRequired[int]
    """Seconds in which its container must have started; then it is stopped with the reason. Default 300."""
    database_seconds: NotRequired[int]
    """Seconds to wait for the database of DATABASE_URL to accept connections; 0 does not wait. Default 120."""


class ElastiCacheArgs(TypedDict):
    """Arguments of ElastiCache."""

    version: NotRequired[str]
    """Version of Valkey, the Redis that AWS develops on; Sidekiq takes it for Redis 7.2. A higher one is installed in place;
    another major one needs `apply_immediately`. Default 8.0."""
    node_type: NotRequired[str]
    """Size of each server. A change moves the data in the maintenance window unless `apply_immediately`. Default
    cache.t4g.small: 1.37 GiB."""
    replicas: NotRequired[int]
    """Copies in other zones, one of which takes over within seconds when the first fails: 0 to 5. Default 1."""
    auth_token: NotRequired[pulumi.Input[str]]
    """Password, 16 to 128 letters, digits and ! & # $ ^ < > -. After a change ElastiCache accepts the old one too, until the
    next change, so that nothing loses its connection. Default: generated."""
    snapshot_days: NotRequired[int]
    """Days that daily snapshots are kept; 0 makes none. Default 7."""
    snapshot_window: NotRequired[str]
    """Daily time of the snapshot in UTC, an hour at least. Default 03:00-04:00."""
    maintenance_window: NotRequired[str]
    """Weekly time for updates and changes that interrupt, in UTC, an hour at least and apart from `snapshot_window`. Default
    sun:04:30-sun:05:30."""
    apply_immediately: NotRequired[bool]
    """Whether changes happen at once instead of in the maintenance window. Default false."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete it: jobs that wait in it would be lost. Set to false and update before you destroy.
    Default true."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts it. Used only at creation. Default: the account's key for ElastiCache."""
    notification_topic_arn: NotRequired[pulumi.Input[str]]
    """ARN of an SNS topic that is notified of failovers and updates. Default: none."""
    tags: NotRequired[Mapping[str, str]]
    """Tags. Default: none."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the inputs of children: replication_group, parameter_group. Mappings are merged, anything else is replaced."""
    vpc_id: pulumi.Input[str]
    """ID of the VPC."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """IDs of private subnets; of at least two zones with `replicas`. Used only at creation."""
    clients: Mapping[str, pulumi.Input[str]]
    """IDs of the security groups whose members may connect, by a name of your choice: {"nodes": ...}. Nobody else may."""


class NetworkArgs(TypedDict):
    """Arguments of Network."""

    zones: NotRequired[list[str]]
    """Availability zones by their full names, two at least: ["eu-central-1a", "eu-central-1b"]. A zone's subnets keep their
    ranges whatever other zones there are. Default: three of the account's, a, b and c where it has them."""
    cidr: NotRequired[str]
    """IPv4 range of the VPC, /16 to /20. A change would replace the whole network; `protect` refuses it. Default
    "10.0.0.0/16"."""
    nat: NotRequired[NatGateways]
    """How private subnets reach the internet: one NAT gateway, one per_zone, or none, where they do not. A change interrupts
    connections to the internet for seconds. Default one."""
    flow_logs: NotRequired[bool]
    """Whether connections that security groups refused are logged (Security Hub's control EC2.6). Default true."""
    log_retention_days: NotRequired[int]
    """Days for which flow logs are kept; one of CloudWatch's own numbers. Default 90."""
    tags: NotRequired[Mapping[str, str]]
    """Tags of everything in the network. Default: none but names."""
    protect: NotRequired[bool]
    """Whether the VPC is protected: destroying or replacing it fails until this is false and has been applied. Default true."""
    region: str
    """AWS region. A change would replace the whole network; `protect` refuses it."""


class RdsDatabaseArgs(TypedDict):
    """Arguments of RdsDatabase."""

    adapter: NotRequired[MysqlAdapter]
    """Adapter of Active Record that `url` asks for, of MySQL: mysql2 or trilogy, whichever gem the application has. Default
    mysql2."""
    verify_certificate: NotRequired[bool]
    """Whether `url` makes clients verify that they talk to this database and not to somebody in between (sslmode=verify-full,
    ssl_mode=verify_identity), with the certificates of `authorities`. Default false: connections are encrypted only."""
    engine: NotRequired[RdsEngine]
    """Engine: postgresql or mysql. A change would mean another database: with `protect` Pulumi refuses it. Default
    postgresql."""
    version: NotRequired[str]
    """Version, major ("17") or exact ("17.6"). Minor ones follow by themselves; a higher major one needs `allow_major_upgrade`.
    Default: 17, or 8.4 of MySQL."""
    allow_major_upgrade: NotRequired[bool]
    """Whether a higher major version in `version` may be installed, in place, with minutes of downtime, at once: it needs
    `apply_immediately`. It cannot be undone: take a snapshot first. Default false."""
    instance_class: NotRequired[str]
    """Size of the server. A change restarts it, in the maintenance window unless `apply_immediately`. Default db.t4g.small: 2
    vCPU, 2 GiB."""
    storage_gb: NotRequired[int]
    """Gigabytes of storage (gp3, 3,000 operations a second). It can grow, at most every six hours, and never shrinks. Default
    20, the least that gp3 has."""
    max_storage_gb: NotRequired[int]
    """Gigabytes up to which RDS enlarges the storage by itself when it gets full; 0 does not. Default: five times `storage_gb`,
    65536 at most."""
    multi_az: NotRequired[bool]
    """Whether a standby in another zone takes over within a minute or two; doubles the price. Default false."""
    replicas: NotRequired[Mapping[str, RdsReplicaArgs]]
    """Copies to read from, by name. Default: none."""
    database: NotRequired[str]
    """Name of the database in it. Used only at creation. Default app."""
    username: NotRequired[str]
    """Name of the owner. Used only at creation. Default app."""
    password: NotRequired[pulumi.Input[str]]
    """The owner's password: 8 characters of ASCII or more, without spaces and / " @; of MySQL at most 41. A change takes effect
    at once, and rolls what uses `url`. Default: generated."""
    port: NotRequired[int]
    """Port. A change restarts the database. Default: 5432, or 3306 of MySQL."""
    backup_days: NotRequired[int]
    """Days, 1 to 35, to any second of which the database can be restored. Default 14."""
    backup_window: NotRequired[str]
    """Daily time of the backup in UTC, 30 minutes at least. Default 03:00-04:00."""
    maintenance_window: NotRequired[str]
    """Weekly time for updates and changes that interrupt, in UTC, 30 minutes at least and apart from `backup_window`. Default
    sun:04:30-sun:05:30."""
    apply_immediately: NotRequired[bool]
    """Whether changes that restart the database happen at once instead of in the maintenance window. Default false."""
    protect: NotRequired[bool]
    """Whether Pulumi and AWS both refuse to delete it: set to false and update before you destroy. Default true."""
    final_snapshot: NotRequired[bool]
    """Whether deleting it leaves a last snapshot. Default true."""
    restore: NotRequired[RdsRestoreArgs]
    """Where its data comes from. Used only at creation. Default: an empty database."""
    kms_key_id: NotRequired[pulumi.Input[str]]
    """ARN of the KMS key that encrypts it. Used only at creation. Default: the account's key for RDS."""
    authorities_path: NotRequired[str]
    """Path of a PEM file in the application's image with the certificates of RDS' authorities, with `verify_certificate`.
    Default: where Kubernetes mounts those of `authorities`; ECS mounts none, so there it is required."""
    iam_authentication: NotRequired[bool]
    """Whether IAM identities may log in too. Default false."""
    performance_insights: NotRequired[bool]
    """Whether to keep a week of what the database waited for, free of charge. Default: true where the size has it."""
    monitoring_seconds: NotRequired[int]
    """Interval of measurements of the operating system: 0 (none), 1, 5, 10, 15, 30, 60. Default 60."""
    alarm_topic_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """ARNs of SNS topics that are notified of alarms: processor, storage, memory. Default: only CloudWatch shows alarms."""
    parameters: NotRequired[Mapping[str, str]]
    """Parameters of the server, such as {"log_min_duration_statement": "500"}, in force from its next restart. Default: none
    but forced TLS."""
    tags: NotRequired[Mapping[str, str]]
    """Tags of the database and its snapshots. Default: none."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the inputs of children: instance, parameter_group. Mappings are merged, anything else is replaced."""
    vpc_id: pulumi.Input[str]
    """ID of the VPC."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """IDs of private subnets in at least two zones, as RDS demands even for one server."""
    clients: Mapping[str, pulumi.Input[str]]
    """IDs of the security groups whose members may connect, by a name of your choice: {"nodes": ...}. Nobody else may."""
    databases: NotRequired[list[str]]
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app. `database_urls` has their addresses; bin/rails db:prepare makes them. Default: none."""


class DigitalOceanCacheArgs(TypedDict):
    """Arguments of DigitalOceanCache."""

    allowed_addresses: NotRequired[list[str]]
    """IPv4 addresses and ranges that may connect too, such as 203.0.113.7. Default: none. It or `cluster_id` is needed: a
    database without trusted sources answers the whole internet."""
    size: NotRequired[str]
    """Size of each server, a slug such as db-s-2vcpu-4gb (docs.digitalocean.com/products/databases). A larger one replaces
    server by server, with the data; DigitalOcean refuses a smaller one. Default db-s-1vcpu-2gb, the smallest that can have a
    standby."""
    nodes: NotRequired[int]
    """Servers: with 2 or 3 one takes over when another fails; the standbys cannot be read from. Default 2."""
    maintenance_day: NotRequired[str]
    """Day of the week for updates, which interrupt connections for seconds. Default sunday."""
    maintenance_hour: NotRequired[int]
    """Hour of that day, in UTC, 0 to 23. Default 3."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete it: set to false and update before you destroy. Default true."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the component's resources, by child."""
    region: str
    """Region, such as fra1. A change moves the data there, without a new database."""
    vpc_id: pulumi.Input[str]
    """ID of the VPC under whose private addresses it is reached. Used only at creation: a later change is ignored, as it would
    mean an empty database."""
    cluster_id: NotRequired[pulumi.Input[str]]
    """ID of the Kubernetes cluster whose nodes may connect. Default: none."""
    version: NotRequired[str]
    """Major version of Valkey. A higher one upgrades in place. Default 8."""


class DigitalOceanCertificateArgs(TypedDict):
    """Arguments of DigitalOceanCertificate."""

    hosts: NotRequired[list[str]]
    """Host names of a certificate that Let's Encrypt issues and DigitalOcean renews; *.example.com too. DigitalOcean has to be
    the DNS of their domain. A change creates a new certificate before the old one goes. Default: none."""
    zone: NotRequired[pulumi.Input[str]]
    """Domain that the hosts are in: DigitalOceanDnsZone's `zone`, so that the certificate is asked for once it is there.
    Default: the domain is there already."""
    certificate: NotRequired[pulumi.Input[str]]
    """A certificate of your own in PEM format. A change replaces the one at DigitalOcean. Default: none."""
    private_key: NotRequired[pulumi.Input[str]]
    """Its private key in PEM format. Default: none."""
    chain: NotRequired[pulumi.Input[str]]
    """Certificates of the authorities between it and a root that clients know, in PEM format. Default: none."""


class DigitalOceanDatabaseArgs(TypedDict):
    """Arguments of DigitalOceanDatabase."""

    adapter: NotRequired[MysqlAdapter]
    """Adapter of Active Record that `url` asks for, of MySQL: mysql2 or trilogy, whichever gem the application has. Default
    mysql2."""
    verify_certificate: NotRequired[bool]
    """Whether `url` makes clients verify that they talk to this database and not to somebody in between (sslmode=verify-full,
    ssl_mode=verify_identity), with the certificates of `authorities`. Default false: connections are encrypted only."""
    allowed_addresses: NotRequired[list[str]]
    """IPv4 addresses and ranges that may connect too, such as 203.0.113.7. Default: none. It or `cluster_id` is needed: a
    database without trusted sources answers the whole internet."""
    size: NotRequired[str]
    """Size of each server, a slug such as db-s-2vcpu-4gb (docs.digitalocean.com/products/databases). A larger one replaces
    server by server, with the data; DigitalOcean refuses a smaller one. Default db-s-1vcpu-2gb, the smallest that can have a
    standby."""
    nodes: NotRequired[int]
    """Servers: with 2 or 3 one takes over when another fails; the standbys cannot be read from. Default 2."""
    maintenance_day: NotRequired[str]
    """Day of the week for updates, which interrupt connections for seconds. Default sunday."""
    maintenance_hour: NotRequired[int]
    """Hour of that day, in UTC, 0 to 23. Default 3."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete it: set to false and update before you destroy. Default true."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the component's resources, by child."""
    region: str
    """Region, such as fra1. A change moves the data there, without a new database."""
    vpc_id: pulumi.Input[str]
    """ID of the VPC under whose private addresses it is reached. Used only at creation: a later change is ignored, as it would
    mean an empty database."""
    cluster_id: NotRequired[pulumi.Input[str]]
    """ID of the Kubernetes cluster whose nodes may connect. Default: none."""
    engine: NotRequired[DigitalOceanDatabaseEngine]
    """Engine: postgresql or mysql. A change would replace the database, which `protect` refuses. Default postgresql."""
    version: NotRequired[str]
    """Major version. A higher one upgrades in place, which cannot be undone; a lower one is refused by DigitalOcean. Default:
    17 of PostgreSQL, 8 of MySQL."""
    database: NotRequired[str]
    """Name of the application's database. A change would replace it, which `protect` refuses. Default app."""
    username: NotRequired[str]
    """User of its own for the application. On PostgreSQL 15 and later it may not create tables until doadmin has granted it the
    schema (GRANT ALL ON SCHEMA public TO ...), as new users get minimal permissions
    (docs.digitalocean.com/products/databases/postgresql/how-to/manage-users-and-databases): give one only if somebody does that
    before the first migration, in each database. A change creates a new user. Default: the cluster's own user doadmin."""
    storage_gb: NotRequired[int]
    """Disk of each server, in GiB, in the range that DigitalOcean offers for `size`. It can grow, never shrink. Default: what
    comes with the size."""
    grow_storage: NotRequired[bool]
    """Whether the disk grows by itself when it is 80 percent full, instead of becoming read-only. Default false."""
    pool_size: NotRequired[int]
    """Connections to the database that a pool (PgBouncer) shares among its clients, PostgreSQL only; a size allows 25 for each
    GiB of memory, less 3 (docs.digitalocean.com/products/databases/postgresql/details/limits). A change creates a new pool.
    Default: no pool."""
    pool_mode: NotRequired[PoolMode]
    """Pool mode: transaction or session. A change creates a new pool. Default transaction."""
    restore_from: NotRequired[str]
    """Name of another database cluster in the account whose backup this one starts from, with that one's databases and users.
    Used only at creation; keep it as long as the database lives. Default: none, it starts empty."""
    restore_created_at: NotRequired[str]
    """Time of that backup, as 2026-02-03T04:05:06Z. Default: the newest."""
    databases: NotRequired[list[str]]
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app, with a pool of its own where there is one. `database_urls` has their addresses. Default: none."""


class DigitalOceanDnsRecordsArgs(TypedDict):
    """Arguments of DigitalOceanDnsRecords."""

    zone: pulumi.Input[str]
    """Domain that the hosts are in, such as example.com, or DigitalOceanDnsZone's `zone`. A change recreates the records."""
    hosts: list[str]
    """Full host names in that domain, the domain itself too, each of which gets a record of its own; a star may stand for the
    first part: *.example.com."""
    address: pulumi.Input[str]
    """IPv4 address that they lead to: RailsWeb's `address`."""
    ipv6_address: NotRequired[pulumi.Input[str]]
    """IPv6 address that they lead to as well. Default: none."""
    ttl: NotRequired[int]
    """Seconds for which others may remember an answer: so long a change takes until everyone sees it. Default 300."""


class DigitalOceanDnsZoneArgs(TypedDict):
    """Arguments of DigitalOceanDnsZone."""

    zone: str
    """The domain, such as example.com. Its registrar has to name ns1, ns2 and ns3.digitalocean.com as its name servers. A
    change creates another zone and leaves this one."""


class DigitalOceanRegistryArgs(TypedDict):
    """Arguments of DigitalOceanRegistry."""

    existing: NotRequired[pulumi.Input[str]]
    """Name of a registry that the account has already; most accounts can have only one, for all applications. A change creates
    new credentials. Default: none, a registry is created."""
    tier: NotRequired[RegistryTier]
    """Subscription: starter, basic or professional; a change updates it. Default basic, as one image of a Rails application may
    fill starter."""
    region: NotRequired[str]
    """Region where images are kept: ams3, fra1, nyc3, sfo3 or sgp1. A change would replace the registry, which `protect`
    refuses. Default: chosen by DigitalOcean."""
    push: NotRequired[bool]
    """Whether there are credentials to push with. Default true; false where images come from elsewhere and are only pulled."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete the registry with all its images: set to false and update before you destroy. Default
    true."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the resources that the component creates, by child: registry."""
    repository: NotRequired[str]
    """Name of the application's repository in the registry; the first push makes it. Default: the component's name."""


class RailsImageArgs(TypedDict):
    """Arguments of RailsImage."""

    build: str
    """The application's folder, seen from the program's."""
    dockerfile: NotRequired[str]
    """Dockerfile, seen from the application's folder. Default: its Dockerfile, or without one, one that railbed writes."""
    app_server: NotRequired[Server]
    """Application server that a Dockerfile of railbed's starts: puma, unicorn, passenger, or image (puma). Default puma."""
    port: NotRequired[int]
    """Port that it listens on. Default 3000."""
    user: NotRequired[int]
    """UID that a Dockerfile of railbed's runs it as. Default 1000."""
    workdir: NotRequired[str]
    """Folder of the application in an image of railbed's Dockerfile. Default /rails."""
    base_image: NotRequired[str]
    """Image that a Dockerfile of railbed's starts from, by digest if builds are to be repeatable: another one rebuilds the
    image. Default: Docker's official image of the application's Ruby version, slim."""
    build_args: NotRequired[Mapping[str, str]]
    """Build arguments. Nothing secret: they can be read in the image. Default: none."""
    target: NotRequired[str]
    """Stage of the Dockerfile to build. Default: the last."""
    platform: NotRequired[ImagePlatform]
    """linux/amd64 or linux/arm64. Default linux/amd64."""
    follow_base: NotRequired[bool]
    """Whether a newer image under the name in FROM, as one with security updates, rebuilds the image without a commit. Previews
    ask its registry then, with the credentials that `docker login` has kept. Default false: the next commit takes it."""
    cache: NotRequired[bool]
    """Whether layers of images of the last commits, if they are in the registry, are taken instead of built. Default true."""
    development: NotRequired[bool]
    """Whether a Dockerfile of railbed's also installs the gems for development and tests. Default false."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the inputs of the image. Mappings are merged, anything else is replaced."""
    repository: pulumi.Input[str]
    """Where the image is pushed to, without a tag: registry.example.com/shop, docker.io/acme/shop. A change pushes it there."""
    username: NotRequired[pulumi.Input[str]]
    """User name or name of a token of the registry. Default: what `docker login` has kept on this machine."""
    password: NotRequired[pulumi.Input[str]]
    """Password or token. A change builds nothing. Default: what `docker login` has kept on this machine."""
    push: NotRequired[bool]
    """Whether the image is pushed. Default true. If false, it stays in the engine that built it, and `ref` is its ID there."""


class DockerAppArgs(TypedDict):
    """Arguments of DockerApp."""

    app: AppArgs
    """The application's description."""
    image: NotRequired[pulumi.Input[str]]
    """Container image instead of the description's."""
    port: NotRequired[int]
    """Port of the machine on which the application answers. Default 3000."""
    address: NotRequired[str]
    """Address of the machine on which it answers. Default 127.0.0.1, nobody outside the machine reaches it; with `tls` 0.0.0.0,
    all of its addresses."""
    tls: NotRequired[bool]
    """Whether it answers for `app.web.hosts` by HTTPS, on ports 80 and 443 instead of `port`. The certificates are Let's
    Encrypt's or ZeroSSL's, for which the hosts have to lead to the machine; those of names that only a machine itself knows,
    such as shop.localhost, are Caddy's own. Default false."""
    proxy_image: NotRequired[pulumi.Input[str]]
    """Container image of Caddy, version 2, which stands in front of the web containers; 2.6 or later for `tls`."""
    secrets: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Secret environment variables of every container: DATABASE_URL, REDIS_URL, RAILS_MASTER_KEY and the like. Tests use the
    database of TEST_DATABASE_URL."""
    source: NotRequired[str]
    """The application's folder on the engine's machine, as a whole path. If set, the application runs from there in Rails'
    environment development: changed code counts at the next request. Default: it runs from its image, in production."""
    network: pulumi.Input[str]
    """Name of the Docker network that the application and its data stores share."""
    host: NotRequired[pulumi.Input[str]]
    """The provider's Docker host. Default: the one that the docker command would use."""


class DockerPostgresqlArgs(TypedDict):
    """Arguments of DockerPostgresql."""

    image: NotRequired[pulumi.Input[str]]
    """Container image, one that follows the official image's conventions."""
    keep_data: NotRequired[bool]
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same stack takes it up
    again. Default true."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the container that the component creates: container."""
    network: pulumi.Input[str]
    """Name of the Docker network that the store and its clients share."""
    user: NotRequired[int]
    """Number of the user that the container runs as, never 0. Default 999, as in the official images."""
    password: NotRequired[pulumi.Input[str]]
    """Password; generated if none is given."""
    host: NotRequired[pulumi.Input[str]]
    """The provider's Docker host. Default: the one that the docker command would use."""
    database: NotRequired[str]
    """Name of the database, made with the volume. Default app."""
    username: NotRequired[str]
    """Name of its owner, made with the volume. Default app."""
    databases: NotRequired[list[str]]
    """Further databases that the application has on the server, by their names in config/database.yml: "cache" is the database
    app_cache beside app. `database_urls` has their addresses; bin/rails db:prepare makes them. Default: none."""
    max_connections: NotRequired[int]
    """Connections that it accepts: at least processes x threads of all web pods plus the concurrency of all workers. Default
    100."""


class DockerRedisArgs(TypedDict):
    """Arguments of DockerRedis."""

    image: NotRequired[pulumi.Input[str]]
    """Container image with redis-server and redis-cli, version 7 or later as Sidekiq needs it."""
    keep_data: NotRequired[bool]
    """Whether the volume stays when the component is destroyed; the next one of the same name in the same stack takes it up
    again. Default true."""
    resources: NotRequired[ResourcesArgs]
    """CPU and memory."""
    overrides: NotRequired[Mapping[str, Mapping[str, Any]]]
    """Changes to the container that the component creates: container."""
    network: pulumi.Input[str]
    """Name of the Docker network that the store and its clients share."""
    user: NotRequired[int]
    """Number of the user that the container runs as, never 0. Default 999, as in the official images."""
    password: NotRequired[pulumi.Input[str]]
    """Password; generated if none is given."""
    host: NotRequired[pulumi.Input[str]]
    """The provider's Docker host. Default: the one that the docker command would use."""
