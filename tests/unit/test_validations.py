"""How often a program checks its arguments: once, before anything is registered."""

from collections import Counter
from typing import Any

import pytest
from pydantic import BaseModel

from railbed.validation.arguments import Arguments
from tests.unit.recording import record
from tests.unit.samples import COMPONENTS, IMAGE, make

APP = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "workers": {"default": {}, "mailers": {}},
    "migration": {"post": True},
    "cron": {"digest": {"schedule": "@daily", "command": ["bin/rails", "digest:send"]}},
}


@pytest.fixture
def validations(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each model was checked."""
    found: Counter[str] = Counter()
    validate = vars(BaseModel)["model_validate"].__func__

    def counted(model: type[Arguments], *arguments: Any, **options: Any) -> Arguments:
        found[model.__name__] += 1
        checked: Arguments = validate(model, *arguments, **options)
        return checked

    monkeypatch.setattr(Arguments, "model_validate", classmethod(counted))
    return found


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_checks_its_arguments_once(component: str, validations: Counter[str]) -> None:
    record(lambda: make(component))
    assert validations[f"{component}Model"] == 1


def test_an_application_on_kubernetes_checks_each_part_once(validations: Counter[str]) -> None:
    record(lambda: make("KubernetesApp", app=APP))
    once = dict.fromkeys(("KubernetesAppModel", "RailsWebModel", "CronTaskModel", "ConsoleModel"), 1)
    assert validations == {**once, "SidekiqWorkersModel": 2, "MigrationJobModel": 2}


def test_an_application_on_ecs_checks_each_part_once(validations: Counter[str]) -> None:
    record(lambda: make("EcsApp", app=APP))
    assert validations == {"EcsAppModel": 1, "EcsServiceModel": 3, "EcsScheduledTaskModel": 1, "EcsTaskRunModel": 2}
