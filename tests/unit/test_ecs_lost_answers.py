"""EcsTaskRun and EcsService while AWS does not answer: what runs goes on, and is found again."""

import asyncio
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from railbed.aws.ecs.watching.deployment_check import DeploymentError
from railbed.aws.ecs.watching.task_runner import TaskRunError, started_by_of
from tests.unit.ecs_answers import RUNNING, SUCCEEDED, TASK, Aws, log, messages, refused, task
from tests.unit.ecs_samples import CLUSTER
from tests.unit.ecs_task_hook import STARTED, URN, describe, run
from tests.unit.test_ecs_deployment_check import COMPLETED, IN_PROGRESS, OLD, OLD_ID, check, deployment, service

Logged = list[tuple[str, str]]


def failing(operation: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": str(status)}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)


LOST: list[Exception] = [
    refused("Poll", "ThrottlingException", "Rate exceeded"),
    refused("Poll", "ServerException", "Service Unavailable. Please try again later."),
    refused("Poll", "RequestLimitExceeded", "Request limit exceeded."),
    failing("Poll", 503),
    failing("Poll", 429),
    EndpointConnectionError(endpoint_url="https://ecs.eu-central-1.amazonaws.com/"),
    ReadTimeoutError(endpoint_url="https://ecs.eu-central-1.amazonaws.com/"),
]
SIGNED_OUT: list[Exception] = [
    refused("Poll", "ExpiredTokenException", "The security token included in the request is expired"),
    refused("Poll", "UnrecognizedClientException", "The security token included in the request is invalid."),
    NoCredentialsError(),
]


def name_of(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


@pytest.mark.parametrize("error", [*LOST, *SIGNED_OUT], ids=name_of)
def test_a_lost_answer_leaves_the_migration_running(monkeypatch: pytest.MonkeyPatch, logged: Logged, error: Exception) -> None:
    polls = [*describe(RUNNING), error, error, error, *describe(RUNNING, SUCCEEDED)]
    aws = Aws(run_task=[STARTED], describe_tasks=polls, get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert not aws.calls("stop_task"), "one lost poll would stop a migration in the middle"
    assert len(aws.calls("run_task")) == 1
    assert not list(messages(logged, "error"))


def test_the_user_is_told_after_a_while_and_when_it_is_over(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    throttled = refused("DescribeTasks", "ThrottlingException", "Rate exceeded")
    polls = [*describe(RUNNING), *[throttled] * 8, *describe(SUCCEEDED)]
    aws = Aws(run_task=[STARTED], describe_tasks=polls, get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert list(messages(logged, "warn")) == [
        "AWS does not answer (ThrottlingException: Rate exceeded): asking again. "
        f"The task {TASK} of the migration goes on running."
    ], "the user would look at a hanging screen, or read the same again and again"
    assert "AWS answers again." in list(messages(logged, "info"))
    assert aws.now > 60


def test_when_aws_never_answers_the_failure_says_what_goes_on(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    throttled = refused("DescribeTasks", "ThrottlingException", "Rate exceeded")
    aws = Aws(run_task=[STARTED], describe_tasks=[*describe(RUNNING), throttled], get_log_events=[log()])
    with pytest.raises(TaskRunError) as raised:
        run(aws, monkeypatch)
    assert str(raised.value) == (
        "How the migration ends cannot be read: AWS has not answered for 10 minutes (ThrottlingException: Rate exceeded). "
        f"Its task {TASK} goes on running. Run `pulumi up` again: it waits for this task, then runs the migration again. "
        f"To look at it: aws ecs describe-tasks --tasks {TASK} --cluster {CLUSTER} --region eu-central-1"
    )
    assert not aws.calls("stop_task"), "a migration may be stopped in the middle because of the network"
    assert 600 <= aws.now < 700


def test_a_refused_poll_fails_at_once_and_stops_nothing(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    denied = refused("DescribeTasks", "AccessDeniedException", "not authorized to perform: ecs:DescribeTasks")
    aws = Aws(run_task=[STARTED], describe_tasks=[denied])
    with pytest.raises(TaskRunError, match=f"AccessDeniedException: not authorized .*Its task {TASK} goes on running"):
        run(aws, monkeypatch)
    assert not aws.calls("stop_task")
    assert aws.now == 0, "a right that is missing does not come by waiting"


def test_new_credentials_are_looked_up_after_the_old_have_expired(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    expired = refused("DescribeTasks", "ExpiredTokenException", "expired")
    polls = [*describe(RUNNING), *[expired] * 6, *describe(SUCCEEDED)]
    aws = Aws(run_task=[STARTED], describe_tasks=polls, get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert aws.renewed == 6, "signing in again would not help before the next `up`"
    assert "Sign in again" in next(messages(logged, "warn"))


@pytest.mark.parametrize("error", SIGNED_OUT, ids=name_of)
def test_without_a_sign_in_nothing_is_started_and_nothing_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, logged: Logged, error: Exception
) -> None:
    aws = Aws(list_tasks=[error], run_task=[STARTED])
    with pytest.raises(TaskRunError, match=r"^The migration was not started: sign in to AWS again, then run `pulumi up`"):
        run(aws, monkeypatch)
    assert aws.now == 0
    assert not aws.calls("run_task")


@pytest.mark.parametrize("error", LOST, ids=name_of)
def test_a_request_whose_answer_was_lost_starts_no_second_task(
    monkeypatch: pytest.MonkeyPatch, logged: Logged, error: Exception
) -> None:
    aws = Aws(run_task=[error, error, STARTED], describe_tasks=describe(SUCCEEDED), get_log_events=[log("done")])
    run(aws, monkeypatch)
    tokens = {call["clientToken"] for call in aws.calls("run_task")}
    assert len(aws.calls("run_task")) == 3
    assert len(tokens) == 1, "AWS would take each for another task: two migrations at once"


def test_each_run_that_ecs_has_answered_has_a_token_of_its_own(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    full = {"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]}
    aws = Aws(run_task=[full, full, STARTED], describe_tasks=describe(SUCCEEDED), get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert len({call["clientToken"] for call in aws.calls("run_task")}) == 3, "AWS would give the old answer again"


def test_a_token_in_use_gives_the_task_that_has_it(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    conflict = ClientError({"Error": {"Code": "ConflictException"}, "resourceIds": [TASK]}, "RunTask")
    aws = Aws(run_task=[LOST[0], conflict], describe_tasks=describe(SUCCEEDED), get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert aws.calls("describe_tasks")[0]["tasks"] == [TASK]


def test_a_start_without_an_answer_says_that_nothing_is_known(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(run_task=[LOST[5]])
    with pytest.raises(TaskRunError, match=r"was not started: AWS has not answered for 10 minutes .* waits for a task"):
        run(aws, monkeypatch)


def test_a_deadline_is_kept_although_the_request_to_stop_is_lost(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(
        run_task=[STARTED],
        describe_tasks=[*describe(*[RUNNING] * 8), *describe(task("STOPPED", exit_code=143))],
        stop_task=[LOST[0], LOST[3], {}],
        get_log_events=[log("locked")],
    )
    with pytest.raises(TaskRunError, match="deadline of 10 seconds"):
        run(aws, monkeypatch, deadline_seconds=10)
    assert len(aws.calls("stop_task")) == 3


def test_a_task_that_does_not_stop_is_told(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(run_task=[STARTED], describe_tasks=describe(RUNNING), get_log_events=[log()])
    with pytest.raises(TaskRunError, match=f"told to stop 5 minutes ago and is still RUNNING: {TASK}"):
        run(aws, monkeypatch, deadline_seconds=10)
    assert len(aws.calls("stop_task")) == 1


def test_a_moment_in_which_ecs_does_not_know_the_task_is_none_to_give_up(
    monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    polls = describe(*[RUNNING] * 60, None, None, RUNNING, SUCCEEDED)
    aws = Aws(run_task=[STARTED], describe_tasks=polls, get_log_events=[log("done")])
    run(aws, monkeypatch)
    assert aws.now > 120, "the task was unknown long after it was started"


def test_a_lost_log_is_not_told_while_it_runs_and_an_unreadable_one_once(
    monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    throttled = refused("GetLogEvents", "ThrottlingException", "Rate exceeded")
    answers = [throttled, throttled, log("done")]
    aws = Aws(run_task=[STARTED], describe_tasks=describe(RUNNING, RUNNING, SUCCEEDED), get_log_events=answers)
    run(aws, monkeypatch)
    assert list(messages(logged, "warn")) == []
    denied = refused("GetLogEvents", "AccessDeniedException", "denied")
    aws = Aws(run_task=[STARTED], describe_tasks=describe(*[RUNNING] * 9, SUCCEEDED), get_log_events=[denied])
    run(aws, monkeypatch)
    assert list(messages(logged, "warn")) == ["The log of the migration cannot be read: ClientError"]


@pytest.mark.parametrize("status", ["DEACTIVATING", "STOPPING", "DEPROVISIONING"])
def test_a_task_that_is_being_stopped_is_waited_for(monkeypatch: pytest.MonkeyPatch, logged: Logged, status: str) -> None:
    state = {"now": status}

    def listed(request: dict[str, Any]) -> dict[str, Any]:
        # ListTasks without a status gives those that are to run only.
        return {"taskArns": [TASK] if request.get("desiredStatus") == "STOPPED" else []}

    def described(request: dict[str, Any]) -> dict[str, Any]:
        found = task(state["now"]) if state["now"] != "STOPPED" else SUCCEEDED
        state["now"] = "STOPPED"
        return {"tasks": [found], "failures": []}

    aws = Aws(list_tasks=[listed], run_task=[STARTED], describe_tasks=[described], get_log_events=[log("done")])
    run(aws, monkeypatch)
    operations = [name for name, _ in aws.asked]
    assert operations.index("run_task") > operations.index("describe_tasks"), "it would still migrate beside the new one"
    assert "An interrupted run left the task" in next(messages(logged, "info"))


def test_earlier_tasks_are_found_beyond_the_first_page(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    ended = [f"{TASK}{number}" for number in range(150)]

    def listed(request: dict[str, Any]) -> dict[str, Any]:
        if request["desiredStatus"] == "RUNNING":
            return {"taskArns": []}
        return {"taskArns": ended[100:]} if "nextToken" in request else {"taskArns": ended[:100], "nextToken": "more"}

    def described(request: dict[str, Any]) -> dict[str, Any]:
        assert len(request["tasks"]) <= 100, "AWS would refuse it"
        return {"tasks": [task("STOPPED", arn=arn, exit_code=0) for arn in request["tasks"]], "failures": []}

    aws = Aws(list_tasks=[listed], run_task=[STARTED], describe_tasks=[described], get_log_events=[log("done")])
    run(aws, monkeypatch)
    asked = [arn for call in aws.calls("describe_tasks") for arn in call["tasks"]]
    assert set(ended) <= set(asked)


def test_a_leftover_that_does_not_start_blocks_no_longer_than_its_start_time(
    monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    pending = task("PROVISIONING", arn=f"{TASK}-left")
    aws = Aws(
        list_tasks=[*[{"taskArns": [f"{TASK}-left"]}] * 40, {"taskArns": []}],
        run_task=[STARTED],
        describe_tasks=[*describe(*[pending] * 20), *describe(SUCCEEDED)],
        get_log_events=[log("done")],
    )
    run(aws, monkeypatch, start_seconds=20)
    assert [call["task"] for call in aws.calls("stop_task")] == [f"{TASK}-left"]
    assert len(aws.calls("run_task")) == 1


def test_a_leftover_that_hangs_is_ended_at_the_deadline(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(
        list_tasks=[*[{"taskArns": [f"{TASK}-left"]}] * 40, {"taskArns": []}],
        run_task=[STARTED],
        describe_tasks=[*describe(*[task("RUNNING", arn=f"{TASK}-left")] * 20), *describe(SUCCEEDED)],
        get_log_events=[log("done")],
    )
    run(aws, monkeypatch, deadline_seconds=20)
    assert [call["reason"] for call in aws.calls("stop_task")] == ["The migration was stopped at its deadline of 20 seconds"]


def test_tasks_of_another_stack_are_neither_waited_for_nor_stopped(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    foreign = task("RUNNING", arn=f"{TASK}-foreign") | {"startedBy": started_by_of(URN.replace("prod", "staging"))}
    aws = Aws(
        # (an answer that the filter does not hold for)
        list_tasks=[{"taskArns": [f"{TASK}-foreign"]}],
        run_task=[STARTED],
        describe_tasks=[*describe(foreign), *describe(SUCCEEDED)],
        get_log_events=[log("done")],
    )
    run(aws, monkeypatch)
    assert not aws.calls("stop_task")
    assert not any("An interrupted run" in text for text in messages(logged, "info"))


@pytest.mark.parametrize(
    ("old", "new"), [("prod::", "staging::"), ("::shop::", "::depot::"), ("Parameter::shop", "Parameter::a")]
)
def test_stacks_projects_and_components_start_tasks_by_names_of_their_own(old: str, new: str) -> None:
    other = URN.replace(old, new)
    assert other != URN
    assert started_by_of(other) != started_by_of(URN), "one would wait for the other's migration, or stop it"


def test_a_task_that_cannot_be_stopped_when_cancelled_is_named(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(
        run_task=[STARTED],
        describe_tasks=[*describe(RUNNING), asyncio.CancelledError()],
        stop_task=[refused("StopTask", "AccessDeniedException", "denied")],
        get_log_events=[log()],
    )
    with pytest.raises(asyncio.CancelledError):
        run(aws, monkeypatch)
    assert list(messages(logged, "warn")) == [
        f"The task {TASK} may still run, it could not be stopped: ClientError",
        f"To stop it: aws ecs stop-task --task {TASK} --cluster {CLUSTER} --region eu-central-1",
    ]


@pytest.mark.parametrize("error", [*LOST, *SIGNED_OUT], ids=name_of)
def test_a_deployment_is_waited_for_although_answers_are_lost(
    monkeypatch: pytest.MonkeyPatch, logged: Logged, error: Exception
) -> None:
    aws = Aws(describe_services=[error, IN_PROGRESS, error, error, COMPLETED])
    check(aws, monkeypatch)
    assert not list(messages(logged, "error")), "a release that is there would look like a failure"
    assert not aws.calls("update_service")


def test_a_deployment_that_nobody_can_ask_about_goes_on(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    aws = Aws(describe_services=[IN_PROGRESS, LOST[5]])
    with pytest.raises(DeploymentError) as raised:
        check(aws, monkeypatch)
    assert str(raised.value).startswith(
        "How the deployment of shop-1a2b3c ends cannot be read: AWS has not answered for 10 minutes (EndpointConnectionError: "
    )
    assert "Run `pulumi up` again: it waits for the same deployment." in str(raised.value)


def test_a_service_that_ecs_does_not_know_yet_is_looked_for_again(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    missing: dict[str, Any] = {"services": [], "failures": [{"reason": "MISSING"}]}
    aws = Aws(describe_services=[missing, IN_PROGRESS, missing, COMPLETED])
    check(aws, monkeypatch)
    assert not list(messages(logged, "error"))


def test_a_refused_deployment_is_told_as_one(monkeypatch: pytest.MonkeyPatch, logged: Logged) -> None:
    back = service(deployment(OLD_ID, "PRIMARY", "COMPLETED", OLD))
    denied = refused("UpdateService", "AccessDeniedException", "not authorized to perform: ecs:UpdateService")
    with pytest.raises(DeploymentError, match="could not be deployed again: AccessDeniedException: not authorized"):
        check(Aws(describe_services=[back], update_service=[denied]), monkeypatch)
