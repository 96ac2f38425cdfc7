"""What to do about a task that ECS could not start, place or keep: one sentence for each of AWS' reasons.

The reasons are AWS' own words, from these pages of its documentation:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html and the pages that it leads to
(CannotPullContainer, ResourceInitializationError, OutOfMemoryError, SpotInterruption errors),
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html,
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html.
What comes from containerd, runc, the init process or Ruby is in the words of these.
"""

import re
from dataclasses import dataclass

from railbed.aws.ecs.states import TaskState
from railbed.aws.ecs.task import FARGATE_GIBIBYTES, EcsTask
from railbed.enums import Capacity


@dataclass(frozen=True)
class TaskSettings:
    """What advice may name: settings of a task, each with its present value."""

    part: str = ""
    """The part in the application's description, such as web or workers.default; empty for a component on its own."""
    cpu: int = 0
    memory: int = 0
    architecture: str = ""
    capacity: str = ""
    workdir: str = ""
    disk_gibibytes: int = 0
    user: int = 0

    def names(self) -> dict[str, str]:
        """The settings by the names that advice has for them."""
        part, ecs = (f"{self.part}.", "ecs.") if self.part else ("", "")
        memory, cpu = ("resources.memory_limit", "resources.cpu") if self.part else ("memory", "cpu")
        return {
            "memory": _with(part + memory, self.memory and f"{self.memory} MiB"),
            "cpu": _with(part + cpu, self.cpu and f"{self.cpu} CPU units"),
            "architecture": _with(f"{ecs}architecture", self.architecture),
            "platform": {"x86_64": "linux/amd64", "arm64": "linux/arm64"}.get(self.architecture, "the one of the tasks"),
            "capacity": _with(f"{ecs}capacity", self.capacity),
            "workdir": _with("workdir", self.workdir),
            "user": _with("user", self.user),
            "disk": self._larger_disk(),
            "image": "image",
            "command": f"{part}command",
            "env": "env",
            "ecs": ecs,
        }

    def _larger_disk(self) -> str:
        if self.capacity == Capacity.EC2.value:
            return "give the instances a larger disk: raise disk_gibibytes of the cluster's instances"
        name = "disk_gibibytes"
        if self.part == "web" or self.part.startswith("workers."):
            name = f"ecs.services.{self.part.removeprefix('workers.')}.disk_gibibytes"
        elif self.part:
            name = f"{self.part}.overrides.task_definition.ephemeral_storage.size_in_gib"
        return f"write less to it, or raise {_with(name, self.disk_gibibytes or FARGATE_GIBIBYTES)}"


def settings_of(task: EcsTask) -> TaskSettings:
    """The settings of a component's tasks."""
    return TaskSettings(
        part=task.described_as or "",
        cpu=task.cpu,
        memory=task.memory,
        architecture=task.architecture.value,
        capacity=task.capacity.value,
        workdir=task.workdir,
        disk_gibibytes=task.disk_gibibytes or 0,
        user=task.user,
    )


def _with(name: str, value: object) -> str:
    return f"{name} ({value})" if value else name


_WAY_OUT = (
    "let its subnets reach the internet through NAT or AWS through endpoints, let its security groups let it out, "
    "or set {ecs}assign_public_ip in public subnets"
)
_WRONG_PLATFORM = "the image is not built for {platform}: build it for that platform, or set {architecture} to the image's"
_OUT_OF_MEMORY = "it ran out of memory: raise {memory}"
_MORE_INSTANCES = "or let the cluster have more or larger instances"
_WRONG_FOLDER = "the image has no such folder: set {workdir} to the folder of the application in the image"
_NOT_IN_IMAGE = "the image has no such program: look at {command}, and at the shell and the PATH of the image"
_TOO_LONG = "environment and command are too large together: keep large values of {env} in a file of the image"
_LOST = (
    r"i/o timeout|dial tcp|context deadline|context cancell?ed|request canceled|request send failed|signal: killed|"
    r"connection issue|connection refused"
)

_REASONS: tuple[tuple[str, str], ...] = (
    # Who ended it. First, as what was ended so has exit codes that look like other reasons.
    (
        r"SpotInterruption|Spot Task was interrupted",
        "AWS took back its Spot capacity: set {capacity} to fargate where that must not happen",
    ),
    (
        r"Host EC2 .*(terminated|stopped)|TerminationNotice|InfrastructureHealth|maintenance on the underlying|"
        r"in DRAINING|instance .*(draining|deregistered)",
        "the machine that it ran on went away, which is no fault of the application: run `pulumi up` again",
    ),
    (
        r"not authorized to perform: (ecs|iam):",
        "whoever runs `pulumi up` may not do this: give that role or user the right, or use another one",
    ),
    (
        r"failed container health checks",
        "it failed its health check: look at the end of its log, at startup_seconds, and at health_command",
    ),
    (
        r"failed ELB health checks|is unhealthy in",
        "the load balancer's health checks failed: look at the end of its log, at health_path, port and startup_seconds",
    ),
    (r"OutOfMemory|OOMKilled|out of memory|due to memory usage|memory cgroup", _OUT_OF_MEMORY),
    # Pulling the image.
    (
        r"descriptor matching platform|no matching manifest|no match for platform|exec format error|"
        r"does not match the (specified|expected) platform",
        _WRONG_PLATFORM,
    ),
    (r"toomanyrequests|pull rate limit", "the registry lets nobody pull as often: keep the image in ECR"),
    (
        r"CannotPull.*no space left on device",
        "there is no room for the image: make it smaller, or give the task or its instance a larger disk",
    ),
    (rf"CannotPull.*({_LOST})", "the registry cannot be reached: " + _WAY_OUT),
    (
        r"CannotPull.*(denied|forbidden|unauthorized|authori[sz]|authentication|credentials|\b40[13]\b)",
        "the registry does not let it have the image: look whether {image} is there and whether the execution role may pull it",
    ),
    (
        r"CannotPull.*(not found|manifest unknown|unknown|does not exist|\b404\b)",
        "the registry has no such image: look at name and tag of {image}, and whether it was pushed",
    ),
    (
        r"\becr\b.*(AccessDenied|not authorized)|not authorized to perform: ecr:",
        "its execution role may not pull from ECR: run `pulumi up --refresh`, and look whether the repository lets it",
    ),
    (r"CannotPull", "the image cannot be pulled: look at {image}"),
    # Secrets and logs, before the containers start.
    (
        r"did not contain json key|invalid character .* looking for beginning of value",
        "a secret has no such key: put it into the secret, or correct its reference in {ecs}secret_references",
    ),
    (
        r"\b(secrets?|asm|ssm|kms|parameters?)\b.*(AccessDenied|not authorized|no identity-based policy)|"
        r"(AccessDenied|not authorized).*(secretsmanager|ssm|kms):",
        "its execution role may not read a secret: look at {ecs}secret_references, and name KMS keys of your own in "
        "{ecs}kms_key_arns",
    ),
    (
        r"\b(secrets?|asm|ssm|parameters?)\b.*(ResourceNotFound|can't find|InvalidParameter|invalid ssm parameters|"
        r"ParameterNotFound|marked (for deletion|deleted)|InvalidRequest)",
        "a secret does not exist: look at {ecs}secret_references, at their region, and whether one was deleted",
    ),
    (rf"(logger|logging driver|log group|log stream|cloudwatch).*({_LOST})", "CloudWatch cannot be reached: " + _WAY_OUT),
    (
        r"(logger|logging driver|log group|log stream|cloudwatch)",
        "its logs have no place: run `pulumi up --refresh`, which makes the log group and its role again",
    ),
    (rf"(ResourceInitialization|CannotStart).*({_LOST})", "Secrets Manager or the registry cannot be reached: " + _WAY_OUT),
    (
        r"assume the role|unable to assume|role.*(trust|assumed)",
        "its role cannot be taken on: run `pulumi up --refresh`, which makes the role again",
    ),
    # Starting the container.
    (r"argument list too long|Container Overrides length|Max allowed length is|task definition.*(too large|size)", _TOO_LONG),
    (r"chdir|working directory|mkdir [^:]*: (read-only|permission)|workdir", _WRONG_FOLDER),
    (
        r"exec: .*[\"/](sh|bash)\b.*(no such file|not found)",
        "the image has no shell: write {command} as a list of words that needs none",
    ),
    (
        r"executable file not found|exec: .*no such file|exec .*failed: No such file|"
        r"(OCI|runc|containerd).*no such file or directory",
        _NOT_IN_IMAGE,
    ),
    (
        r"exec: .*permission denied|(OCI|runc|containerd).*permission denied",
        "{user} may not run its program: make the file executable in the image, or set the image's user",
    ),
    (
        r"unable to find user|no users found|no matching entries in passwd",
        "the image does not know {user}: set the number of a user of the image",
    ),
    (r"\btmpfs\b|error mounting|\bmount", "a folder cannot be mounted: look at writable_paths and {workdir}"),
    # Room.
    (
        r"limit on the number of (vCPUs|tasks)",
        "the account's quota of Fargate is used up: ask for more in Service Quotas (Fargate On-Demand vCPU resource count), "
        "or lower {cpu} or the number of containers",
    ),
    (
        r"CPU configuration is above your limit",
        "the account's quota has no room for it: lower {cpu}, or ask for more in Service Quotas",
    ),
    (
        r"MEMORY configuration is above your limit",
        "the account's quota has no room for it: lower {memory}, or ask for more in Service Quotas",
    ),
    (
        r"capacity is unavailable|capacity.*(not|un)available|InsufficientInstanceCapacity",
        "AWS has no capacity left there just now: try again later, or name subnets in further Availability Zones",
    ),
    (
        r"RESOURCE:ENI|ENI attachment|network interface|free (IP )?address|InsufficientFreeAddresses",
        "no network interface is free: use larger subnets, larger instances or network_mode bridge, " + _MORE_INSTANCES,
    ),
    (r"RESOURCE:MEMORY|(insufficient|enough) memory", "no instance has enough memory free: lower {memory}, " + _MORE_INSTANCES),
    (r"RESOURCE:CPU|(insufficient|enough) CPU", "no instance has enough CPU free: lower {cpu}, " + _MORE_INSTANCES),
    (
        r"RESOURCE:PORTS|using a port|port.*in.use|ports? available",
        "the port is taken on every instance: use network_mode awsvpc, " + _MORE_INSTANCES,
    ),
    (r"RESOURCE:GPU", "no instance has a GPU free: give the cluster instances that have one"),
    (r"\bAGENT\b|agent.*(disconnected|unavailable)", "the ECS agent of an instance does not answer: replace that instance"),
    (
        r"\bATTRIBUTE\b|missing an attribute|required attribute",
        "no instance can run it: look whether the instances have the processor of {architecture} and are in the tasks' subnets",
    ),
    (
        r"no container instances? (were found|met all)|EMPTY CAPACITY PROVIDER|capacity provider.*(not|no instances)",
        "the cluster has no instance for it: look at the cluster's instances and their Auto Scaling group",
    ),
    (r"throttled", "AWS limits how often tasks start: it goes on by itself, or ask for a higher rate in Service Quotas"),
)

_LAST_WORDS: tuple[tuple[str, str], ...] = (
    (r"exec format error", _WRONG_PLATFORM),
    (r"exec .*failed: No such file|executable file not found|(sh|bash|env): .*(not found|No such file)", _NOT_IN_IMAGE),
    (
        r"Read-only file system|EROFS",
        "it writes to a folder that it may not: set {workdir} to the folder of the application in the image, "
        "or name the folder in writable_paths",
    ),
    (r"No space left on device|ENOSPC", "a writable folder is full: {disk}"),
    (r"Argument list too long|E2BIG", _TOO_LONG),
    (r"Could not locate Gemfile|Rails.*no such directory", _WRONG_FOLDER),
    (r"NoMemoryError|failed to allocate memory|Cannot allocate memory|ENOMEM", _OUT_OF_MEMORY),
)

_EXIT_CODES = {
    126: "its program cannot be run: make the file executable in the image, or look at {command}",
    127: _NOT_IN_IMAGE,
    137: "it was killed, most likely as it ran out of memory: raise {memory}",
}
"""What an exit code says that has no other reason. https://docs.docker.com/engine/containers/run/#exit-status"""


def advice_on(words: str, settings: TaskSettings, last_words: str = "") -> str:
    """What AWS' words mean and what mends it, or the end of a log if they say nothing; empty if neither is known."""
    for table, text in ((_REASONS, words), (_LAST_WORDS, last_words)):
        for pattern, advice in table:
            if re.search(pattern, text, re.IGNORECASE | re.DOTALL):
                return advice.format_map(settings.names())
    return ""


def advice_on_task(task: TaskState, settings: TaskSettings, last_words: str = "") -> str:
    """Why a task stopped and what mends it; empty if neither ECS, its log nor its exit code say it."""
    words = f"{task.stop_code}; {task.reasons()}"
    found = advice_on(words, settings, last_words)
    codes = (each.exit_code for each in task.containers if each.exit_code in _EXIT_CODES)
    code = next(codes, None)
    return found or (_EXIT_CODES[code].format_map(settings.names()) if code is not None else "")
