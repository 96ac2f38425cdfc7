"""AWS' API models as a judge, with what they tell in words, and with what state machines call."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from tests.judges.api_judgement import Api, Judgement, judge
from tests.judges.api_requests import Made, Request
from tests.judges.aws_documented_limits import DOCUMENTED
from tests.judges.aws_operations import EVERYWHERE, NO_OPERATION, OPERATIONS
from tests.judges.aws_shapes import shape_of
from tests.judges.physical_names import with_physical_name
from tests.judges.registered import Registered
from tests.judges.shapes import Objection

CALLED = re.compile(r"arn:aws:states:::(aws-sdk:)?(?P<service>[a-z0-9]+):(?P<operation>\w+)")
"""The operation that a task state of a state machine calls."""


def judge_aws(resources: Iterable[Registered]) -> Judgement:
    """Hold all resources of AWS among these against the models."""
    return judge(map(with_physical_name, resources), _AWS)


def _made_by(resource: Registered) -> Made | None:
    return OPERATIONS.get(resource.kind)


def _told(request: Request) -> Iterator[Objection]:
    for documented in DOCUMENTED:
        yield from documented.objections(request)


def _within(resource: Registered) -> Iterator[Request]:
    """The requests that a state machine makes: its task states name an operation, and hold its members.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """
    if resource.kind != "sfn/StateMachine":
        return
    for state in json.loads(resource.inputs["definition"])["States"].values():
        if called := CALLED.match(state.get("Resource", "")):
            service, operation = called["service"], called["operation"][0].upper() + called["operation"][1:]
            parameters = _members(state["Parameters"], shape_of(service, operation))
            yield Request(service, operation, parameters, complete=False)


def _members(value: Any, shape: Any) -> Any:
    """Values under the names of the API: state machines have them with a capital; what is found at run time is left out."""
    if isinstance(value, dict) and shape.type_name == "structure":
        names = {member.lower(): member for member in shape.members}
        known = {names.get(key.lower(), key): inner for key, inner in value.items() if not key.endswith(".$")}
        return {key: _members(inner, shape.members[key]) if key in shape.members else inner for key, inner in known.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [_members(entry, shape.member) for entry in value]
    return value


_AWS = Api("aws", shape_of, _made_by, NO_OPERATION, EVERYWHERE, _within, _told)
