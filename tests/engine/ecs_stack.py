"""A recorded stack of target ecs, with the API of ECS that its one-off tasks and deployments ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cluster.rails_stack import Run
from tests.engine.ecs_api import EcsApi, serving
from tests.engine.recorded_stack import RecordedStack
from tests.engine.recording_provider import Record, recording


class EcsStack(RecordedStack):
    """A stack whose resources are only recorded, and whose tasks end as the test says."""

    def __init__(self, folder: Path, variables: dict[str, str], record: Record, api: EcsApi) -> None:
        super().__init__(folder, variables, record)
        self.api = api

    def deploy(self) -> Run:
        """`pulumi up` that nothing hinders and that has to succeed."""
        self.api.forget()
        self.api.exit_code = 0
        self.api.failing.clear()
        self.api.let_go()
        return super().deploy()


@contextmanager
def ecs_stack(folder: Path, variables: dict[str, str], settings: dict[str, Any]) -> Iterator[EcsStack]:
    """An empty stack with these settings."""
    with recording() as (record, providers):
        api = EcsApi(record)
        with serving(api) as address:
            credentials = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
            stack = EcsStack(folder, variables | {"PULUMI_DEBUG_PROVIDERS": providers, **credentials}, record, api)
            stack.settings = settings
            yield stack
