"""Records in SSM of what has happened on ECS, each made once its hook has seen it happen."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws.ssm import Parameter

from railbed.validation.overrides import merged

ENDING_SECONDS = 300
"""What a hook may take beyond the time that it gives what it waits for."""


def record_of(
    name: str,
    value: pulumi.Output[str],
    hook: pulumi.ResourceHook,
    seconds: int,
    properties: Mapping[str, Any],
    overrides: Mapping[str, dict[str, Any]],
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource] = (),
) -> Parameter:
    """A parameter with a value that is not a secret; `hook` waits up to `seconds` before it is made or changed."""
    timeout = f"{seconds + ENDING_SECONDS}s"
    inputs: dict[str, Any] = {"type": "String", "insecure_value": pulumi.Output.unsecret(value), **properties}
    return Parameter(
        name,
        **merged(inputs, overrides.get("record", {})),
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=list(depends_on),
            custom_timeouts=pulumi.CustomTimeouts(create=timeout, update=timeout),
            hooks=pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook]),
        ),
    )
