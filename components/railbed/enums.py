"""Arguments that take one of a few values. The values themselves are also taken, as strings."""

from enum import Enum

__all__ = [
    "Architecture",
    "Capacity",
    "CertificateAlgorithm",
    "ContainerInsights",
    "DigitalOceanDatabaseEngine",
    "Exposure",
    "ImagePlatform",
    "MaintenanceDay",
    "MigrationPhase",
    "MysqlAdapter",
    "NatGateways",
    "NetworkMode",
    "Patches",
    "Platform",
    "PoolMode",
    "RdsEngine",
    "RegistryTier",
    "RolloutStrategy",
    "Server",
    "TaintEffect",
    "TargetType",
    "WorkerBackend",
]


class Server(str, Enum):
    """The process that serves web requests."""

    PUMA = "puma"
    """Puma, which Rails brings: threads in several processes."""
    UNICORN = "unicorn"
    """Unicorn: one request a process."""
    PASSENGER = "passenger"
    """Phusion Passenger, standalone."""
    IMAGE = "image"
    """Whatever the image's own CMD starts; it must listen on `port`, on all addresses. With the Dockerfile that Rails generates
    it would also migrate, in every container: name a `command` there."""


class MigrationPhase(str, Enum):
    """Which part of a migration."""

    ONLY = "only"
    """All of it, in one run."""
    PRE = "pre"
    """What is migrated before the rollout."""
    POST = "post"
    """What is migrated after the rollout."""


class ImagePlatform(str, Enum):
    """Operating system and processor that an image is for."""

    AMD64 = "linux/amd64"
    """Linux on x86-64: Intel and AMD."""
    ARM64 = "linux/arm64"
    """Linux on 64-bit Arm, such as AWS Graviton."""


class Exposure(str, Enum):
    """How users reach the application."""

    INTERNAL = "internal"
    """From inside the cluster only; also for an ingress or gateway of your own."""
    NODE_PORT = "node_port"
    """On a port of every node."""
    LOAD_BALANCER = "load_balancer"
    """Through a load balancer of the cloud."""
    INGRESS = "ingress"
    """Through the cluster's ingress controller, by host name."""
    GATEWAY = "gateway"
    """Through a Gateway of the Gateway API, by host name."""


class Platform(str, Enum):
    """Whose managed Kubernetes."""

    DOKS = "doks"
    """DigitalOcean Kubernetes."""
    EKS = "eks"
    """Amazon Elastic Kubernetes Service."""


class Patches(str, Enum):
    """Who brings updates of AWS to the machines of a cluster."""

    AUTOMATIC = "automatic"
    """Each `pulumi up` takes the newest image of machines and AWS' versions of add-ons, and replaces older ones."""
    MANUAL = "manual"
    """Machines and add-ons stay as they are until something else of them changes."""


class MaintenanceDay(str, Enum):
    """A day on which the cloud may upgrade the cluster."""

    ANY = "any"
    """Every day."""
    MONDAY = "monday"
    """Mondays."""
    TUESDAY = "tuesday"
    """Tuesdays."""
    WEDNESDAY = "wednesday"
    """Wednesdays."""
    THURSDAY = "thursday"
    """Thursdays."""
    FRIDAY = "friday"
    """Fridays."""
    SATURDAY = "saturday"
    """Saturdays."""
    SUNDAY = "sunday"
    """Sundays."""


class TaintEffect(str, Enum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    """They do not start on the node."""
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    """They start there only if there is no room elsewhere."""
    NO_EXECUTE = "NoExecute"
    """They do not start there, and those that run are ended."""


class Capacity(str, Enum):
    """What tasks run on."""

    FARGATE = "fargate"
    """AWS Fargate: no machines of your own."""
    FARGATE_SPOT = "fargate_spot"
    """Cheaper; AWS may stop a task at any time, two minutes after telling it so."""
    EC2 = "ec2"
    """EC2 instances of the cluster."""


class NetworkMode(str, Enum):
    """How tasks are reached."""

    AWSVPC = "awsvpc"
    """Every task has an address and security groups of its own."""
    BRIDGE = "bridge"
    """Tasks share the address of their instance, each on a port that is free there. On EC2 only."""


class Architecture(str, Enum):
    """Processor that the image is built for."""

    X86_64 = "x86_64"
    """Intel and AMD."""
    ARM64 = "arm64"
    """64-bit Arm, AWS Graviton."""


class ContainerInsights(str, Enum):
    """Metrics of tasks and containers."""

    DISABLED = "disabled"
    """No metrics of containers."""
    ENABLED = "enabled"
    """Metrics of cluster, services and tasks."""
    ENHANCED = "enhanced"
    """Metrics of each container too."""


class TargetType(str, Enum):
    """What a load balancer sends requests to."""

    IP = "ip"
    """Addresses that register themselves: tasks of an ECS service, pods."""
    INSTANCE = "instance"
    """Ports of machines: one of every machine of autoscaling groups, as nodes of a cluster have; or those that ECS chooses for
    containers in network mode bridge and registers itself."""


class NatGateways(str, Enum):
    """How the private subnets reach the internet."""

    ONE = "one"
    """One NAT gateway for all zones: when its zone fails, nothing private reaches the internet."""
    PER_ZONE = "per_zone"
    """A NAT gateway in every zone, each at its own price."""
    NONE = "none"
    """No NAT gateway: private subnets have no way to the internet, and what needs one is in public subnets."""


class CertificateAlgorithm(str, Enum):
    """Algorithm of a certificate's key."""

    RSA_2048 = "RSA_2048"
    """Understood by every client."""
    ECDSA_P256 = "EC_prime256v1"
    """Faster handshakes; every browser of the last ten years understands it."""
    ECDSA_P384 = "EC_secp384r1"
    """As ECDSA_P256, with a larger key."""


class RdsEngine(str, Enum):
    """The database server."""

    POSTGRESQL = "postgresql"
    """PostgreSQL."""
    MYSQL = "mysql"
    """MySQL."""


class MysqlAdapter(str, Enum):
    """Adapter of Active Record for MySQL, by the gem that it uses."""

    MYSQL2 = "mysql2"
    """mysql2, which uses the client library of MySQL or MariaDB."""
    TRILOGY = "trilogy"
    """trilogy, which needs no client library; Rails has it from 7.1 on."""


class RegistryTier(str, Enum):
    """Subscription of a registry: how many repositories and how much storage it has."""

    STARTER = "starter"
    """One repository of 500 MiB, free of charge."""
    BASIC = "basic"
    """Five repositories."""
    PROFESSIONAL = "professional"
    """As many repositories as wanted."""


class DigitalOceanDatabaseEngine(str, Enum):
    """Engine of a managed database."""

    POSTGRESQL = "postgresql"
    """PostgreSQL."""
    MYSQL = "mysql"
    """MySQL."""


class PoolMode(str, Enum):
    """For how long a client keeps a connection of the pool."""

    TRANSACTION = "transaction"
    """For a transaction: many clients share few connections, without prepared statements and session state."""
    SESSION = "session"
    """Until it disconnects."""


class WorkerBackend(str, Enum):
    """The library that works on background jobs."""

    SIDEKIQ = "sidekiq"
    """Sidekiq, with its jobs in Redis."""
    SOLID_QUEUE = "solid_queue"
    """Solid Queue, which Rails 8 brings, with its jobs in a database."""
    GOOD_JOB = "good_job"
    """GoodJob, with its jobs in PostgreSQL."""
    DELAYED_JOB = "delayed_job"
    """Delayed Job, with its jobs in a database."""
    RESQUE = "resque"
    """Resque, with its jobs in Redis."""


class RolloutStrategy(str, Enum):
    """How a release replaces containers."""

    ROLLING_UPDATE = "RollingUpdate"
    """New ones start before old ones stop."""
    RECREATE = "Recreate"
    """Old ones stop before new ones start."""
