"""What somebody else has set on the cluster is followed, also where the cluster answers only the second time."""

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from railbed.kubernetes.api import live_values
from railbed.kubernetes.api.live_values import followed
from railbed.kubernetes.watching import patience
from tests.unit.recording import record


class AnswerError(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"answer {status}")
        self.status, self.reason = status, "no"


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(live_values, "ClusterAccess", lambda *_: None)
    monkeypatch.setattr(patience, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *_: said.append(text))
    return said


def read(*answers: int | Exception) -> Callable[[Any, str], int]:
    """A look at the cluster that ends in this way, one after the other, the last one ever after."""
    remaining: Iterator[int | Exception] = iter([*answers, *[answers[-1]] * 1000])

    def look(_: Any, __: str) -> int:
        answer = next(remaining)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return look


def value(look: Callable[[Any, str], int]) -> Any:
    found: list[int] = []
    record(lambda: followed(1, look, "kubeconfig", None, "shop").apply(found.append))
    return found[0]


def test_one_lost_answer_decides_nothing(warnings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_values, "PATIENCE_SECONDS", 60)
    assert value(read(AnswerError(500), 3)) == 3, "pods that an autoscaler has added would be taken away under load"
    assert "trying again" in warnings[0]


def test_the_user_learns_that_it_was_not_read(warnings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_values, "PATIENCE_SECONDS", 0)
    assert value(read(AnswerError(500))) == 1
    assert "is set as it is described" in warnings[-1]


@pytest.mark.parametrize("status", [403, 404])
def test_what_is_not_there_or_not_allowed_is_not_waited_for(
    status: int, warnings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_values, "PATIENCE_SECONDS", 60)
    assert value(read(AnswerError(status))) == 1
    assert warnings == []
