"""The hook behind EcsService: a deployment that did not happen fails."""

import asyncio
from typing import Any

import boto3
import pulumi
import pytest

from railbed.aws.ecs.watching.deployment_check import DeploymentError
from tests.unit.ecs_answers import TASK, Aws, log, messages, refused, task
from tests.unit.ecs_samples import CLUSTER, DEFINITION, deployed

HOOK = "railbed:EcsService:shop:check"
OLD = DEFINITION.replace(":7", ":6")
NEW_ID, OLD_ID, BACK_ID = "ecs-svc/2", "ecs-svc/1", "ecs-svc/3"
PASSWORD = "hunter2-pass"


def deployment(id_: str, status: str, rollout: str, definition: str = DEFINITION, **fields: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "status": status,
        "taskDefinition": definition,
        "rolloutState": rollout,
        "runningCount": 0,
        "desiredCount": 2,
        **fields,
    }


def service(*deployments: dict[str, Any], events: tuple[str, ...] = ()) -> dict[str, Any]:
    messages = [{"message": event} for event in events]
    return {"services": [{"status": "ACTIVE", "deployments": list(deployments), "events": messages}], "failures": []}


IN_PROGRESS = service(
    deployment(NEW_ID, "PRIMARY", "IN_PROGRESS", runningCount=1), deployment(OLD_ID, "ACTIVE", "COMPLETED", OLD)
)
COMPLETED = service(deployment(NEW_ID, "PRIMARY", "COMPLETED", runningCount=2))
ROLLED_BACK = service(
    deployment(BACK_ID, "PRIMARY", "IN_PROGRESS", OLD),
    deployment(NEW_ID, "ACTIVE", "FAILED", rolloutStateReason="ECS deployment circuit breaker: tasks failed to start."),
    events=("(service shop) rolled back to deployment ecs-svc/3.", "(service shop) is unhealthy in target-group"),
)


def check(aws: Aws, monkeypatch: pytest.MonkeyPatch, old: str | None = None, **arguments: Any) -> None:
    """Deploy a service, then let the engine come to its hook."""
    monkeypatch.setattr(boto3, "client", aws.client)
    deployment = deployed("EcsService", **arguments)
    hook = deployment.hooks[HOOK]
    hook.__self__.sleep, hook.__self__.clock = aws.sleep, aws.clock
    value = deployment.the("Parameter").inputs["insecureValue"]
    before = {"insecureValue": value if old == "same" else old} if old is not None else None
    args = pulumi.ResourceHookArgs("urn", "", "shop", "aws:ssm/parameter:Parameter", {"insecureValue": value}, before)
    asyncio.run(hook(args))


def test_a_deployment_that_completes_is_a_success(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(describe_services=[IN_PROGRESS, IN_PROGRESS, IN_PROGRESS, COMPLETED])
    check(aws, monkeypatch)
    assert list(messages(logged, "live")) == ["1 of 2 new tasks run"]
    assert not list(messages(logged, "error"))
    assert not aws.calls("update_service")
    assert aws.calls("describe_services")[0] == {"cluster": CLUSTER, "services": ["shop-1a2b3c"]}


def test_a_rolled_back_deployment_fails_with_events_reasons_and_log(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    crashed = task("STOPPED", exit_code=1, stopped_reason="Essential container in task exited") | {"startedBy": NEW_ID}
    ended = task("STOPPED", arn=f"{TASK}-old", exit_code=0, stopped_reason="Scaling activity") | {"startedBy": OLD_ID}
    aws = Aws(
        describe_services=[IN_PROGRESS, IN_PROGRESS, ROLLED_BACK],
        list_tasks=[{"taskArns": [TASK, f"{TASK}-old"]}],
        describe_tasks=[{"tasks": [ended, crashed], "failures": []}],
        get_log_events=[log("booting", f"cannot reach {PASSWORD}")],
    )
    with pytest.raises(DeploymentError) as raised:
        check(aws, monkeypatch, secrets={"TOKEN": PASSWORD})
    assert str(raised.value) == (
        "The deployment failed, and ECS went back to the release before: ECS deployment circuit breaker: tasks failed to start."
    )
    assert list(messages(logged, "error")) == [
        "What ECS says, the last first:\n"
        "  (service shop) rolled back to deployment ecs-svc/3.\n"
        "  (service shop) is unhealthy in target-group\n"
        "Why its tasks stopped:\n"
        "  0123456789abcdef: Essential container in task exited; app ended with exit code 1\n"
        "The end of the log of 0123456789abcdef:\n"
        "booting\n"
        "cannot reach [secret]"
    ], "the tasks of the old release, or a secret, would be shown"
    assert aws.calls("list_tasks")[0]["desiredStatus"] == "STOPPED"


def test_a_rollback_that_is_already_complete_fails_too(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(
        describe_services=[IN_PROGRESS, IN_PROGRESS, service(deployment(BACK_ID, "PRIMARY", "COMPLETED", OLD))],
    )
    with pytest.raises(DeploymentError, match="The deployment was rolled back"):
        check(aws, monkeypatch)


def test_a_rollback_to_the_same_task_definition_fails(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    same = service(deployment(BACK_ID, "PRIMARY", "COMPLETED"))
    aws = Aws(describe_services=[IN_PROGRESS, IN_PROGRESS, same])
    with pytest.raises(DeploymentError, match="rolled back"):
        check(aws, monkeypatch)


def test_a_first_deployment_that_stalls_fails_without_waiting_for_the_deadline(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    stalled = service(deployment(NEW_ID, "PRIMARY", "FAILED", rolloutStateReason="tasks failed to start."))
    aws = Aws(describe_services=[stalled])
    with pytest.raises(DeploymentError, match=r"^The deployment failed: tasks failed to start\.$"):
        check(aws, monkeypatch)
    assert aws.now == 0


def test_a_deployment_beyond_its_deadline_fails(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(describe_services=[IN_PROGRESS])
    with pytest.raises(DeploymentError, match=r"^The deployment was not complete after 60 seconds: 1 of 2 tasks run$"):
        check(aws, monkeypatch, deployment_seconds=60)


def test_a_deployment_by_somebody_else_fails(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    other = DEFINITION.replace(":7", ":8")
    replaced = service(deployment(BACK_ID, "PRIMARY", "IN_PROGRESS", other), deployment(NEW_ID, "ACTIVE", "IN_PROGRESS"))
    aws = Aws(describe_services=[IN_PROGRESS, IN_PROGRESS, replaced])
    with pytest.raises(DeploymentError, match=f"replaced by another one, of {other}"):
        check(aws, monkeypatch)


def test_the_next_up_after_a_rollback_deploys_again(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    back = service(deployment(BACK_ID, "PRIMARY", "COMPLETED", OLD))
    aws = Aws(describe_services=[back, IN_PROGRESS, COMPLETED], update_service=[{}])
    check(aws, monkeypatch)
    assert aws.calls("update_service") == [
        {"cluster": CLUSTER, "service": "shop-1a2b3c", "taskDefinition": DEFINITION, "forceNewDeployment": True}
    ], "the state says that the new release runs, so nothing else would bring it back"
    assert list(messages(logged, "info")) == ["ECS went back to an older release after the last `pulumi up`: deploying again."]


def test_the_next_up_after_a_cancelled_one_goes_on_waiting(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws(describe_services=[IN_PROGRESS, COMPLETED])
    check(aws, monkeypatch, old=f"{OLD} 0123456789ab")
    assert not aws.calls("update_service"), "it would start all new tasks once more"


def test_unreadable_reasons_do_not_hide_the_failure(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    aws = Aws(
        describe_services=[IN_PROGRESS, ROLLED_BACK], list_tasks=[refused("ListTasks", "AccessDeniedException", "denied")]
    )
    with pytest.raises(DeploymentError, match="went back"):
        check(aws, monkeypatch)
    assert list(messages(logged, "warn")) == ["Why the deployment failed cannot be read: ClientError"]


def test_nothing_is_asked_when_only_the_record_itself_changes(
    monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]
) -> None:
    aws = Aws()
    check(aws, monkeypatch, old="same")
    assert not aws.asked


def test_a_service_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch, logged: list[tuple[str, str]]) -> None:
    gone = {"services": [{"status": "INACTIVE"}], "failures": []}
    with pytest.raises(LookupError, match="there is no service shop-1a2b3c"):
        check(Aws(describe_services=[gone]), monkeypatch)
