"""What a failure on ECS says: what happened, which setting mends it, and AWS' own words."""

from typing import Any

import pytest

from railbed.aws.ecs.states import ContainerState, TaskState
from railbed.aws.ecs.watching.deployment_check import DeploymentError
from railbed.aws.ecs.watching.stop_reasons import TaskSettings, advice_on, advice_on_task
from railbed.aws.ecs.watching.task_runner import TaskRunError
from tests.unit.ecs_answers import RUNNING, TASK, Aws, log, messages, refused, task
from tests.unit.ecs_samples import deployed
from tests.unit.ecs_task_hook import STARTED, describe, run
from tests.unit.test_ecs_deployment_check import COMPLETED, IN_PROGRESS, NEW_ID, ROLLED_BACK, check, deployment, service

Logged = list[tuple[str, str]]

SETTINGS = TaskSettings(
    part="web",
    cpu=256,
    memory=1024,
    architecture="x86_64",
    capacity="fargate_spot",
    workdir="/rails",
    disk_gibibytes=30,
    user=1000,
)

ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
PULL = "CannotPullContainerError: pull image manifest has been retried"
SECRETS = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:"
START = (
    "CannotStartContainerError: Error response from daemon: failed to create task for container: failed to create shim task:"
)
RUNC = f"{START} OCI runtime create failed: runc create failed: unable to start container process:"
PLACE = "(service shop-web) was unable to place a task"
NEAREST = "because no container instance met all of its requirements. The closest matching (container-instance 0123abcd)"

WORDS: list[tuple[str, str]] = [
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/out-of-memory.html
    (
        "OutOfMemoryError: Container killed due to memory usage",
        "out of memory: raise web.resources.memory_limit (1024 MiB)",
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/spot-interruption-errors.html
    ("SpotInterruption; Your Spot Task was interrupted.", "ecs.capacity (fargate_spot) to fargate"),
    ("TerminationNotice; Host EC2 (instance i-0abc) terminated.", "the machine that it ran on went away"),
    ("Host EC2 (instance i-0abc) stopped.", "the machine that it ran on went away"),
    ("ECS is performing maintenance on the underlying infrastructure hosting the task", "the machine that it ran on went away"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html
    (
        f"{PULL} 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
        "not built for linux/amd64: build it for that platform, or set ecs.architecture (x86_64)",
    ),
    (
        "CannotPullContainerError: no matching manifest for linux/amd64 in the manifest list entries",
        "not built for linux/amd64",
    ),
    (f"{PULL} 1 time(s): failed to resolve ref {ECR}/shop:2: not found", "name and tag of image"),
    (f"CannotPullContainerError: API error (404): repository {ECR}/shop not found", "name and tag of image"),
    (
        f"{PULL} 1 time(s): failed to resolve ref {ECR}/shop:2: unexpected status code 403 Forbidden",
        "the registry does not let it have the image",
    ),
    (
        "CannotPullContainerError: pull access denied for acme/shop, repository does not exist or may require 'docker login'",
        "the registry does not let it have the image",
    ),
    (
        f'{PULL} 5 time(s): failed to do request: Head "https://registry-1.docker.io/v2/": dial tcp 34.2.3.4:443: i/o timeout',
        "the registry cannot be reached: let its subnets reach the internet",
    ),
    ("CannotPullContainerError: toomanyrequests: You have reached your pull rate limit.", "keep the image in ECR"),
    ("CannotPullContainerError: write /var/lib/docker/tmp/GetImageBlob1: no space left on device", "no room for the image"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
    (
        f"{SECRETS} unable to retrieve secret from asm: api error AccessDeniedException: User: "
        "arn:aws:sts::123456789012:assumed-role/shop-execution/1 is not authorized to perform: secretsmanager:GetSecretValue",
        "may not read a secret: look at ecs.secret_references",
    ),
    (
        f"{SECRETS} unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key TOKEN",
        "a secret has no such key",
    ),
    (
        f"{SECRETS} unable to retrieve secrets from ssm: The task can't find the secret: ResourceNotFoundException",
        "a secret does not exist",
    ),
    (
        f"{SECRETS} unable to retrieve ecr registry auth: AccessDeniedException: User is not authorized to perform: "
        "ecr:GetAuthorizationToken",
        "its execution role may not pull from ECR",
    ),
    (
        f"{SECRETS} unable to retrieve secret from asm: service call has been retried 5 time(s): context deadline exceeded",
        "Secrets Manager or the registry cannot be reached",
    ),
    (
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create "
        "Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
        "pulumi up --refresh",
    ),
    (
        "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group. "
        "There is a connection issue between the task and Amazon CloudWatch. : signal: killed",
        "CloudWatch cannot be reached",
    ),
    ("ECS was unable to assume the role 'arn:aws:iam::123456789012:role/shop-execution'", "role cannot be taken on"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cannot-start-container.html, in the words of runc
    (
        f'{RUNC} exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
        "the image has no shell: write web.command",
    ),
    (f'{RUNC} exec: "bash": executable file not found in $PATH: unknown', "the image has no shell"),
    (
        f'{RUNC} error during container init: exec: "bin/rails": executable file not found in $PATH',
        "no such program: look at web.command",
    ),
    (f'{RUNC} exec: "/rails/bin/start": stat /rails/bin/start: no such file or directory: unknown', "no such program"),
    (f'{RUNC} exec: "bin/rails": permission denied: unknown', "user (1000) may not run its program"),
    (f'{RUNC} chdir to cwd ("/rails") set in config.json failed: no such file or directory', "set workdir (/rails)"),
    (f"{RUNC} mkdir /rails: read-only file system: unknown", "set workdir (/rails)"),
    (f"{RUNC} exec /rails/bin/docker-entrypoint: exec format error", "not built for linux/amd64"),
    (f"{RUNC} exec /rails/bin/rails: argument list too long", "keep large values of env in a file"),
    ("ClientException: Actual length: '70012'. Max allowed length is '65536' bytes.", "keep large values of env in a file"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
    (f"{PLACE}. Reason: You\u2019ve reached the limit on the number of vCPUs you can run concurrently.", "Service Quotas"),
    (f"{PLACE}. Reason: You've reached the limit on the number of tasks you can run concurrently", "Service Quotas"),
    (f"{PLACE}. Reason: The requested MEMORY configuration is above your limit.", "lower web.resources.memory_limit"),
    (f"{PLACE}. Reason: The requested CPU configuration is above your limit.", "lower web.resources.cpu (256 CPU units)"),
    (f"{PLACE}. Reason: Capacity is unavailable at this time.", "AWS has no capacity left there"),
    (f"{PLACE} {NEAREST} has insufficient memory available.", "lower web.resources.memory_limit (1024 MiB)"),
    (f"{PLACE} {NEAREST} has insufficient CPU units available.", "lower web.resources.cpu (256 CPU units)"),
    (f"{PLACE} {NEAREST} is already using a port required by your task.", "network_mode awsvpc"),
    (f'{PLACE} {NEAREST} encountered error "AGENT".', "the ECS agent of an instance does not answer"),
    (f"{PLACE} {NEAREST} is missing an attribute required by your task.", "the processor of ecs.architecture (x86_64)"),
    (f"{PLACE} because no container instance met all of its requirements.", "the cluster has no instance for it"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    ("RESOURCE:MEMORY", "lower web.resources.memory_limit (1024 MiB)"),
    ("RESOURCE:CPU", "lower web.resources.cpu (256 CPU units)"),
    ("RESOURCE:PORTS", "the port is taken on every instance"),
    ("RESOURCE:ENI", "no network interface is free"),
    ("AGENT", "the ECS agent of an instance does not answer"),
    ("ATTRIBUTE", "the processor of ecs.architecture (x86_64)"),
    ("EMPTY CAPACITY PROVIDER", "the cluster has no instance for it"),
    ("No Container Instances were found in your cluster.", "the cluster has no instance for it"),
    ("Timeout waiting for network interface provisioning to complete.", "no network interface is free"),
    ("(service shop-web) operations are being throttled. Will try again later.", "AWS limits how often tasks start"),
    ("Task failed ELB health checks in (target-group arn)", "the load balancer's health checks failed"),
    (
        "AccessDeniedException: User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on "
        "resource: arn:aws:iam::123456789012:role/shop-execution",
        "whoever runs `pulumi up` may not do this",
    ),
]


@pytest.mark.parametrize(("words", "advice"), WORDS, ids=[words[:60] for words, _ in WORDS])
def test_a_reason_of_aws_says_which_setting_mends_it(words: str, advice: str) -> None:
    assert advice in advice_on(words, SETTINGS), "the user has to look AWS' words up"


@pytest.mark.parametrize(
    "words",
    ["Essential container in task exited", "Scaling activity initiated by (deployment ecs-svc/1)", "Task failed to start"],
)
def test_words_that_say_nothing_are_not_explained(words: str) -> None:
    assert advice_on(words, SETTINGS) == "", "a wrong advice costs more than none"


@pytest.mark.parametrize(
    ("code", "last_words", "advice"),
    [
        (137, "", "raise web.resources.memory_limit (1024 MiB)"),
        (127, "", "no such program: look at web.command"),
        (126, "", "make the file executable"),
        (1, "exec /rails/bin/docker-entrypoint: exec format error", "not built for linux/amd64"),
        (255, "[FATAL tini (7)] exec bin/rails failed: No such file or directory", "no such program"),
        (1, "Errno::EROFS: Read-only file system @ dir_s_mkdir - /app/tmp", "set workdir (/rails)"),
        (
            1,
            "Errno::ENOSPC: No space left on device @ rb_sysopen",
            "write less to it, or raise ecs.services.web.disk_gibibytes (30)",
        ),
        (10, "Could not locate Gemfile or .bundle/ directory", "set workdir (/rails)"),
        (1, "failed to allocate memory (NoMemoryError)", "raise web.resources.memory_limit"),
        (1, "PG::UndefinedTable", ""),
    ],
)
def test_exit_codes_and_last_words_are_explained(code: int, last_words: str, advice: str) -> None:
    stopped = TaskState(TASK, "STOPPED", "Essential container in task exited", [ContainerState("app", "STOPPED", code, "")])
    found = advice_on_task(stopped, SETTINGS, last_words)
    assert advice in found
    assert bool(found) == bool(advice)


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (TaskSettings(part="workers.mailers", capacity="fargate"), "raise ecs.services.mailers.disk_gibibytes (20)"),
        (
            TaskSettings(part="migration", capacity="fargate"),
            "raise migration.overrides.task_definition.ephemeral_storage.size_in_gib (20)",
        ),
        (TaskSettings(capacity="fargate", disk_gibibytes=40), "raise disk_gibibytes (40)"),
        (TaskSettings(part="web", capacity="ec2"), "raise disk_gibibytes of the cluster's instances"),
    ],
)
def test_a_full_disk_names_the_setting_of_its_part(settings: TaskSettings, advice: str) -> None:
    stopped = TaskState(TASK, "STOPPED", "Essential container in task exited", [ContainerState("app", "STOPPED", 1, "")])
    assert advice in advice_on_task(stopped, settings, "Errno::ENOSPC: No space left on device")


def test_a_task_that_aws_took_away_is_not_said_to_lack_memory() -> None:
    taken = TaskState(TASK, "STOPPED", "", [ContainerState("app", "STOPPED", 137, "")], stop_code="SpotInterruption")
    assert "Spot" in advice_on_task(taken, SETTINGS)


def test_a_migration_out_of_memory_names_the_setting(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    killed = task(
        "STOPPED",
        exit_code=137,
        stopped_reason="Essential container in task exited",
        reason="OutOfMemoryError: Container killed due to memory usage",
    )
    aws = Aws(run_task=[STARTED], describe_tasks=describe(RUNNING, killed), get_log_events=[log("copying rows")])
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch, described_as="migration", memory=2048)
    assert str(raised.value) == (
        "The migration failed with exit code 137: it ran out of memory: raise migration.resources.memory_limit (2048 MiB). "
        "AWS says: Essential container in task exited; app: OutOfMemoryError: Container killed due to memory usage"
    )


def test_another_one_off_task_names_its_own_argument(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    killed = task("STOPPED", exit_code=137, reason="OutOfMemoryError: Container killed due to memory usage")
    aws = Aws(run_task=[STARTED], describe_tasks=describe(RUNNING, killed), get_log_events=[log()])
    with pytest.raises(TaskRunError, match=r"^The backfill failed .* raise memory \(1024 MiB\)\. AWS says: app: OutOfMemory"):
        run(aws, monkeypatch, purpose="backfill")


def test_a_refused_start_says_who_may_not(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    denied = refused("RunTask", "AccessDeniedException", "User ci is not authorized to perform: iam:PassRole on role/shop")
    with pytest.raises(TaskRunError, match="The migration was not started: whoever runs `pulumi up` may not do this"):
        run(Aws(run_task=[denied]), monkeypatch)


def test_a_task_without_a_reason_that_never_started_says_where_to_look(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    late = "The migration did not start within 28 seconds"
    waiting, stopped = task("PROVISIONING"), task("STOPPED", stopped_reason=late)
    aws = Aws(run_task=[STARTED], describe_tasks=[*describe(*[waiting] * 16), *describe(stopped)])
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch, start_seconds=28)
    assert str(raised.value).startswith(f"{late}: ECS gives no reason. Look whether the cluster has room for it")
    assert str(raised.value).count(late) == 1, "the reason that we gave ourselves is no answer"


@pytest.mark.parametrize(
    ("part", "setting"), [("web", "web.resources.memory_limit"), ("workers.mailers", "workers.mailers.resources.")]
)
def test_a_failed_release_names_the_setting_of_its_part(
    monkeypatch: pytest.MonkeyPatch, logged: Logged, part: str, setting: str
) -> None:
    killed = task("STOPPED", exit_code=137, reason="OutOfMemoryError: Container killed due to memory usage")
    aws = Aws(
        describe_services=[IN_PROGRESS, ROLLED_BACK],
        list_tasks=[{"taskArns": [TASK]}],
        describe_tasks=[{"tasks": [killed | {"startedBy": NEW_ID}], "failures": []}],
        get_log_events=[log("booting")],
    )
    with pytest.raises(DeploymentError, match=rf"It ran out of memory: raise {setting}.*1024 MiB"):
        check(aws, monkeypatch, described_as=part)


def test_a_release_without_room_says_so_while_it_waits_and_at_the_end(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    event = f"{PLACE} {NEAREST} has insufficient memory available."
    waiting = service(deployment(NEW_ID, "PRIMARY", "IN_PROGRESS"), events=(event,))
    aws = Aws(describe_services=[waiting])
    with pytest.raises(
        DeploymentError, match=r"not complete after 60 seconds: 0 of 2 tasks run\. No instance has enough memory"
    ):
        check(aws, monkeypatch, deployment_seconds=60)
    (told,) = messages(logged, "warn")
    assert told == (
        "New tasks do not start yet. No instance has enough memory free: lower memory (1024 MiB), or let the cluster have more "
        f"or larger instances. ECS says: {event}"
    )


def test_what_ecs_said_of_an_earlier_release_is_no_reason(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    event = f"{PLACE} {NEAREST} has insufficient memory available."
    answer = service(deployment(NEW_ID, "PRIMARY", "IN_PROGRESS", createdAt=200), events=(event,))
    answer["services"][0]["events"][0]["createdAt"] = 100
    aws = Aws(describe_services=[answer, answer, COMPLETED])
    check(aws, monkeypatch)
    assert not list(messages(logged, "warn"))


def test_an_unreadable_log_does_not_hide_why_tasks_stopped(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    crashed = task("STOPPED", reason="CannotPullContainerError: toomanyrequests") | {"startedBy": NEW_ID}
    aws = Aws(
        describe_services=[IN_PROGRESS, ROLLED_BACK],
        list_tasks=[{"taskArns": [TASK]}],
        describe_tasks=[{"tasks": [crashed], "failures": []}],
        get_log_events=[refused("GetLogEvents", "ThrottlingException", "Rate exceeded")],
    )
    with pytest.raises(DeploymentError, match="keep the image in ECR"):
        check(aws, monkeypatch)
    (told,) = messages(logged, "error")
    assert "CannotPullContainerError: toomanyrequests" in told
    assert "The log of its tasks cannot be read: ClientError" in told


def test_secrets_in_reasons_are_hidden(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    password = "hunter2-pass"
    full: dict[str, Any] = {"tasks": [], "failures": [{"reason": "RESOURCE:MEMORY", "detail": f"of {password}"}]}
    throttled = refused("DescribeTasks", "ThrottlingException", f"Rate exceeded by {password}")
    for aws in (Aws(run_task=[full]), Aws(run_task=[STARTED], describe_tasks=[throttled])):
        with pytest.raises(TaskRunError) as raised:
            run(aws, monkeypatch, secrets={"TOKEN": password})
        assert password not in f"{raised.value}{logged}"
        assert "[secret]" in str(raised.value)


def test_the_parts_of_an_app_know_their_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    app = deployed("EcsApp", app={"name": "shop", "image": {"ref": "shop:1"}, "workers": {"mailers": {"queues": ["mailers"]}}})
    found = {name: hook.__self__.settings.part for name, hook in app.hooks.items()}
    assert found == {
        "railbed:EcsTaskRun:shop-migrate:run": "migration",
        "railbed:EcsService:shop-web:check": "web",
        "railbed:EcsService:shop-mailers:check": "workers.mailers",
    }
