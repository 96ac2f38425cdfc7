"""What a program asks for many times is read once."""

from typing import Any

import pulumi
import pytest

from railbed.aws.configuration import AwsConfiguration
from railbed_stacks.previous_outputs import previous_outputs
from tests.unit.aws_section import configured
from tests.unit.recording import record


def test_the_outputs_of_the_last_up_are_read_once_in_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    invoke = pulumi.runtime.invoke

    def counted(token: str, *arguments: Any) -> Any:
        asked.append(token)
        return invoke(token, *arguments)

    monkeypatch.setattr(pulumi.runtime, "invoke", counted)
    for program in (1, 2):
        record(lambda: [previous_outputs() for _ in range(3)])
        assert len(asked) == program, "another program of the same process, or another stack, has its own"


def test_the_configuration_of_aws_is_checked_once_for_the_same_config() -> None:
    with configured(profile="production"):
        read = AwsConfiguration.of_stack()
        assert AwsConfiguration.of_stack() is read
    with configured(profile="staging"):
        assert AwsConfiguration.of_stack().profile == "staging"
