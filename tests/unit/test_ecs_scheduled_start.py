"""The state machine that starts a scheduled task, run by moto's interpreter of the language of Step Functions."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from moto import mock_aws
from moto.core.exceptions import JsonRESTError
from moto.ecs.responses import EC2ContainerServiceResponse as Ecs
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
)

from tests.unit.ecs_samples import deployed

Answer = dict[str, Any]
TASK = {"taskArn": "arn:aws:ecs:eu-central-1:123456789012:task/shop/1"}
NO_ROOM = {"tasks": [], "failures": [{"arn": "arn:aws:ecs", "reason": "Capacity is unavailable at this time."}]}
STARTED = {"tasks": [TASK], "failures": []}
SDK: Any = state_task_service_aws_sdk.StateTaskServiceAwsSdk
ROLE = "arn:aws:iam::123456789012:role/shop-run"


class Account:
    """ECS with these answers to RunTask, the last of which stays."""

    def __init__(self) -> None:
        self.running: list[str] = []
        self.answers: list[Answer | Exception] = [STARTED]
        self.asked: list[Answer] = []

    def run_task(self, request: Ecs) -> Any:
        self.asked.append(json.loads(request.body))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer)

    def list_tasks(self, _: Ecs) -> str:
        return json.dumps({"taskArns": self.running})


def spell_as_step_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parameters and results begin with a capital, which moto does for other integrations only.

    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    service = botocore.session.get_session().get_service_model("ecs")

    def shapes(task: Any) -> Any:
        return service.operation_model(task.resource.api_action[0].upper() + task.resource.api_action[1:])

    def ask(task: Any, given: Any, **_: Any) -> None:
        task._to_boto_request(given, shapes(task).input_shape)

    def answer(task: Any, given: Any, **_: Any) -> None:
        task._from_boto_response(given, shapes(task).output_shape)

    monkeypatch.setattr(SDK, "_normalise_parameters", ask)
    monkeypatch.setattr(SDK, "_normalise_response", answer)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    spell_as_step_functions(monkeypatch)
    found = Account()
    methods: dict[str, Callable[[Ecs], Any]] = {"run_task": found.run_task, "list_tasks": found.list_tasks}
    for name, method in methods.items():
        monkeypatch.setattr(Ecs, name, lambda self, method=method: method(self))
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield found


def run(**arguments: Any) -> Answer:
    """How an execution of the state machine ends; its pauses are none."""
    text = deployed("EcsScheduledTask", **arguments).the("StateMachine").inputs["definition"]
    states = json.loads(text)
    for state in states["States"].values():
        if state["Type"] == "Wait":
            state["Seconds"] = 0
        for retry in state.get("Retry", []):
            retry |= {"IntervalSeconds": 1, "BackoffRate": 1.0}
    client = boto3.client("stepfunctions", region_name="eu-central-1")
    machine = client.create_state_machine(name="shop", definition=json.dumps(states), roleArn=ROLE)["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    for _ in range(600):
        found: Answer = client.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise AssertionError("it does not end")


@pytest.mark.parametrize("overlap", [False, True])
def test_a_run_is_started(account: Account, overlap: bool) -> None:
    assert run(overlap=overlap)["status"] == "SUCCEEDED"
    assert [each["taskDefinition"] for each in account.asked] == [
        "arn:aws:ecs:eu-central-1:123456789012:task-definition/shop:7"
    ]
    assert account.asked[0]["clientToken"]


@pytest.mark.parametrize(("overlap", "starts"), [(False, 0), (True, 1)])
def test_a_run_is_left_out_while_another_works(account: Account, overlap: bool, starts: int) -> None:
    account.running = [TASK["taskArn"]]
    assert run(overlap=overlap)["status"] == "SUCCEEDED"
    assert len(account.asked) == starts


def test_a_run_without_room_is_started_later(account: Account) -> None:
    account.answers = [NO_ROOM, NO_ROOM, STARTED]
    assert run()["status"] == "SUCCEEDED"
    assert len({each["clientToken"] for each in account.asked}) == 3, "ECS would give the old answer again"


def test_a_run_that_never_finds_room_fails_with_the_reason(account: Account) -> None:
    account.answers = [NO_ROOM]
    ended = run()
    assert (ended["status"], ended.get("error")) == ("FAILED", "NotPlaced")
    assert "Capacity is unavailable at this time." in str(ended.get("cause"))
    assert len(account.asked) == 6


def test_a_run_whose_answer_is_lost_is_started_once(account: Account) -> None:
    account.answers = [JsonRESTError("ServerException", "Service Unavailable"), STARTED]
    assert run()["status"] == "SUCCEEDED"
    tokens = {each["clientToken"] for each in account.asked}
    assert (len(account.asked), len(tokens)) == (2, 1), "an answer that was lost would start a second task"
