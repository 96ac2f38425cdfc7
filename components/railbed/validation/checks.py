"""Checks of arguments, with one error that lists everything wrong with them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import pulumi
from pydantic import BaseModel, ValidationError

from railbed.validation.arguments import assembled
from railbed.validation.problems import of_part, problems_of
from railbed.validation.rules import Kinds, ProblemsError

ModelT = TypeVar("ModelT", bound=BaseModel)


class InvalidArguments(pulumi.RunError):
    """Arguments that cannot be used, each with its name, the value found, what is allowed and how to mend it.

    Raised before the first resource is registered. Pulumi prints the message of a `RunError` without a traceback.
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
    """Checks of the parts of a whole, whose problems are reported together."""

    def __init__(self) -> None:
        self._problems = list[str]()

    def checked(self, part: str, model: type[BaseModel], arguments: Mapping[str, Any]) -> Any:
        """Return the arguments of a part as `model`; where they are wrong, keep its problems and return None."""
        try:
            return model.model_validate(arguments)
        except ValidationError as error:
            self.add(part, problems_of(error, model))
            return None

    def assembled(self, part: str, model: type[BaseModel], values: Mapping[str, Any], beyond: Kinds) -> Any:
        """Return a part of values that have been checked; where its rules are broken, keep the problems and return None."""
        try:
            return assembled(model, values, beyond)
        except ProblemsError as error:
            self.add(part, error.problems)
            return None

    def check(self, part: str, check: Callable[..., object], *values: object) -> None:
        """Check values with a function that raises `ValueError`, and keep its problem."""
        try:
            check(*values)
        except ProblemsError as error:
            self.add(part, error.problems)
        except ValueError as error:
            self.add(part, [str(error)])

    def add(self, part: str, problems: Iterable[str]) -> None:
        """Keep further problems of a part."""
        self._problems += [of_part(part, problem) for problem in problems]

    def refuse(self) -> None:
        """Raise `ProblemsError` if anything was wrong."""
        if self._problems:
            raise ProblemsError(list(dict.fromkeys(self._problems)))


def check_part(part: str, check: Callable[..., object], *values: object) -> None:
    """Check one part of a whole with a function that raises `ValueError`.

    Raises `ProblemsError` with its problem as the user finds it.
    """
    checks = Checks()
    checks.check(part, check, *values)
    checks.refuse()
