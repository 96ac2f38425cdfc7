"""Another major version of a managed store: what would wait for the maintenance window is refused."""

from typing import Any

import pytest

from railbed.aws.major_upgrade import UpgradeError
from tests.unit.recording import Deployment, record
from tests.unit.samples import make


def upgrade(component: str, before: Any, wanted: Any, **arguments: Any) -> None:
    """What Pulumi does before it updates the store to another version."""
    made: Deployment = record(lambda: make(component, version=wanted, **arguments))
    store = made.the("Instance" if component == "RdsDatabase" else "ReplicationGroup")
    (hook,) = store.request.hooks.before_update
    old, new = {"engineVersion": before}, store.inputs
    made.hooks[hook](_Args(old, new))


class _Args:
    def __init__(self, old_inputs: dict[str, Any], new_inputs: dict[str, Any]) -> None:
        self.old_inputs, self.new_inputs = old_inputs, new_inputs


@pytest.mark.parametrize(
    ("component", "before", "wanted", "engine", "family"),
    [
        ("RdsDatabase", "17", "18", {}, "postgres17"),
        ("RdsDatabase", "16.9", "18.1", {}, "postgres16"),
        ("RdsDatabase", "8.0.43", "8.4", {"engine": "mysql"}, "mysql8.0"),
        ("ElastiCache", "8.1", "9.0", {}, "valkey8"),
        ("ElastiCache", "7.2", "8.0", {}, "valkey7"),
    ],
)
def test_another_major_version_happens_at_once_or_not_at_all(
    component: str, before: str, wanted: str, engine: dict[str, Any], family: str
) -> None:
    upgrade(component, before, wanted, apply_immediately=True, **engine)
    with pytest.raises(UpgradeError) as refused:
        upgrade(component, before, wanted, **engine)
    told = str(refused.value)
    assert told.startswith(f"{component} 'shop': version {before} to {wanted} is an upgrade to another major version")
    assert f"the parameter group of {family}" in told, "every `up` would fail until the maintenance window"
    assert "Set apply_immediately to true" in told


@pytest.mark.parametrize(
    ("component", "before", "wanted"),
    [
        ("RdsDatabase", "17", "17"),
        ("RdsDatabase", "17.5", "17.6"),
        ("RdsDatabase", None, "17"),
        ("ElastiCache", "8.0", "8.1"),
    ],
)
def test_minor_versions_wait_for_the_window(component: str, before: str | None, wanted: str) -> None:
    upgrade(component, before, wanted)
