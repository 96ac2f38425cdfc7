"""Environment variables, in which addresses of data stores are checked before anything is registered."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

import pulumi
from pydantic import AfterValidator

from railbed.description.process_limits import check_variables
from railbed.stores.url import UnusableAddressError, is_address_of_store, store_address
from railbed.validation.rules import refuse_entries
from railbed.validation.types import EnvironmentName, InputText
from railbed.watching.diagnostics import refuse

READ_WHOLE = ("RAILS_MASTER_KEY", "REGISTRY_PASSWORD")
"""Secrets whose readers take white space around them for a part of them."""

VariablesT = TypeVar("VariablesT", bound=Mapping[str, Any])


def _check_addresses(variables: VariablesT) -> VariablesT:
    """The variables, if every address of a store among them that is known can be used.

    Raises `pydantic.ValidationError` with a sentence for each that cannot.
    """
    return _without_problems(variables, _problem)


def check_given(variables: VariablesT) -> VariablesT:
    """The variables, if every secret among them has a value that its reader takes.

    Raises `pydantic.ValidationError` with a sentence for each that has not.
    """
    return _without_problems(variables, _problem_of_secret)


def _without_problems(variables: VariablesT, problem_of: Callable[[str, str], str | None]) -> VariablesT:
    known = {name: value for name, value in variables.items() if isinstance(value, str)}
    refuse_entries({name: problem for name, value in known.items() if (problem := problem_of(name, value))})
    return variables


def _problem_of_secret(name: str, value: str) -> str | None:
    if not value.strip():
        return f"is empty: run `pulumi config set --secret --path railbed:secrets.{name}`, or remove it"
    if name in READ_WHOLE and value != value.strip():
        return "begins or ends with a space or a line break, which would count as part of it: set it without"
    return None


def with_usable_address(name: str, value: pulumi.Input[str]) -> pulumi.Input[str]:
    """The value of a variable; the address of a store that is known only later is checked then.

    It raises `pulumi.RunError`, which holds nothing of the value.
    """
    if not is_address_of_store(name):
        return value
    later = pulumi.Output.from_input(value)

    async def usable(known: str) -> str:
        if problem := _problem(name, known):
            await refuse(f"{name}: {problem}")
        return known

    return value if isinstance(value, str) else later.apply(usable)


def _problem(name: str, value: str) -> str | None:
    if not is_address_of_store(name):
        return None
    try:
        store_address(name, value)
    except UnusableAddressError as error:
        return str(error)
    return None


Variables: TypeAlias = Annotated[
    dict[EnvironmentName, InputText], AfterValidator(check_variables), AfterValidator(_check_addresses)
]
"""Environment variables by name."""

SecretVariables: TypeAlias = Annotated[
    dict[EnvironmentName, str], AfterValidator(check_variables), AfterValidator(_check_addresses), AfterValidator(check_given)
]
"""Environment variables by name, all of them known."""
