"""Environment variables, in which addresses of data stores are checked before anything is registered."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

import pulumi
from pydantic import AfterValidator

from railbed.diagnostics import refuse
from railbed.process_limits import check_variables
from railbed.store_url import UnusableAddressError, is_address_of_store, store_address
from railbed.validation.rules import refuse_entries
from railbed.validation.types import EnvironmentName, InputText

VariablesT = TypeVar("VariablesT", bound=Mapping[str, Any])


def check_addresses(variables: VariablesT) -> VariablesT:
    """The variables, if every address of a store among them that is known can be used.

    Raises `pydantic.ValidationError` with a sentence for each that cannot.
    """
    known = {name: value for name, value in variables.items() if isinstance(value, str)}
    refuse_entries({name: problem for name, value in known.items() if (problem := _problem(name, value))})
    return variables


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
    dict[EnvironmentName, InputText], AfterValidator(check_variables), AfterValidator(check_addresses)
]
"""Environment variables by name."""

SecretVariables: TypeAlias = Annotated[
    dict[EnvironmentName, str], AfterValidator(check_variables), AfterValidator(check_addresses)
]
"""Environment variables by name, all of them known."""
