"""What exists, as the real engine and its providers tell of it, and stores that a change of settings would leave out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.ecs_stack import EcsStack, ecs_stack
from tests.engine.test_production_stacks import settings_of
from tests.existing_things import NETWORK

DATABASE: dict[str, Any] = {"existing": {"identifier": "company", "database": "shop", "username": "shop"}}


@pytest.fixture
def stack(tmp_path: Path, engine_variables: dict[str, str]) -> Iterator[EcsStack]:
    with ecs_stack(tmp_path, engine_variables, settings_of("prod-ecs")) as made:
        yield made


def test_what_does_not_exist_is_told_in_plain_sentences(stack: EcsStack) -> None:
    network = {**NETWORK, "private_subnet_ids": ["subnet-0a", "subnet-9"]}
    with stack.changed({"network": {"existing": network}, "cluster": {"existing": {"name": "elsewhere"}}}):
        run = stack.up()
    text = " ".join(run.text.split())
    assert run.code != 0
    assert "2 problems, nothing has been changed." in text
    assert "network.existing.private_subnet_ids: 'subnet-9' was not found: " in text
    assert "cluster.existing.name: 'elsewhere' was not found: " in text
    assert "reading Cluster (elsewhere): couldn't find resource; name one that exists and that you may read" in text
    assert "Traceback" not in run.text
    assert stack.record.done == []


def test_a_store_that_the_stack_made_is_not_left_out(stack: EcsStack) -> None:
    stack.deploy()
    password = {"secrets.RAILBED_DATABASE_PASSWORD": "pass-word-of-shop"}
    with stack.changed({"database": DATABASE, **password}):
        run = stack.up()
    assert run.code != 0
    assert "database: this stack has made database with its data" in " ".join(run.text.split())
    assert stack.record.done == []
