"""Checks of arguments, with one error that lists everything wrong with them."""

from collections.abc import Mapping
from typing import Any, TypeVar

import pulumi
from pydantic import BaseModel, ValidationError

from railbed.validation.problems import problems_of

ModelT = TypeVar("ModelT", bound=BaseModel)


class InvalidArguments(pulumi.RunError):
    """Arguments that cannot be used, each with its name, the value found, what is allowed and how to mend it.

    Raised before the first resource is registered. Pulumi prints the text of a `RunError` without a traceback.
    """

    def __init__(self, subject: str, problems: list[str]) -> None:
        self.subject, self.problems = subject, problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        listed = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{subject}: {count}, nothing has been changed.\n{listed}")


def checked(model: type[ModelT], arguments: Mapping[str, Any] | ModelT, subject: str) -> ModelT:
    """Return `arguments` as `model`, or raise `InvalidArguments` with every problem found. A model is returned as it is.

    `None` stands for "not given", in mappings within mappings too.
    """
    if isinstance(arguments, model):
        return arguments
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        raise InvalidArguments(subject, list(problems_of(error, model))) from None


class Checks:
    """Checks of the parts of a whole, whose problems are told together."""

    def __init__(self, subject: str) -> None:
        self._subject, self._problems = subject, list[str]()

    def checked(self, part: str, model: type[BaseModel], arguments: Mapping[str, Any]) -> Any:
        """Return the arguments of a part as `model`; where they are wrong, keep its problems and return None."""
        try:
            return checked(model, arguments, part)
        except InvalidArguments as error:
            self._problems += [f"{part}: {problem}" for problem in error.problems]
            return None

    def refuse(self) -> None:
        """Raise `InvalidArguments` if anything was wrong."""
        if self._problems:
            raise InvalidArguments(self._subject, list(dict.fromkeys(self._problems)))
