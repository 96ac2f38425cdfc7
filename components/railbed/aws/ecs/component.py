"""What all components on ECS have in common."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi

from railbed.aws.names import NameRule, check_name
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.checks import InvalidArguments

ModelT = TypeVar("ModelT", bound=Arguments)


class EcsComponent(Component[ModelT]):
    """Base of the components on ECS, whose names task families and log streams take over."""

    NAME_RULES = tuple[NameRule, ...]()
    """What else AWS names after the component."""

    def __init__(
        self, name: str, args: Mapping[str, Any] | ModelT, model: type[ModelT], opts: pulumi.ResourceOptions | None
    ) -> None:
        if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9_]{0,99}", name):
            raise InvalidArguments(
                f"{self._own_class().__name__} '{name}'",
                [f"name '{name}': use letters, digits, dashes and underscores, a letter first, 100 characters at most"],
            )
        check_name(self._own_class().__name__, name, *self.NAME_RULES)
        super().__init__(name, args, model, opts)
