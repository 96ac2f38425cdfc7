"""What everyone can read of a container, its variables, commands and overrides: no secret is in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypeAlias, TypeVar

import pulumi
from pydantic import AfterValidator

from railbed.secrets.clear_text import has_secret_name, secret_in_clear_text, secrets_in_words
from railbed.stores.variables import Variables, with_usable_address
from railbed.validation.rules import refuse_entries, whole_sentence
from railbed.watching.diagnostics import refuse

VariablesT = TypeVar("VariablesT", bound=Mapping[str, Any])


def _check_variables_in_clear_text(variables: VariablesT) -> VariablesT:
    """The variables, if everyone may read them. One that is known only later is judged by its name until then.

    Raises `pydantic.ValidationError` with a sentence for each that is a secret, without its value.
    """
    refuse_entries({name: problem for name, value in variables.items() if (problem := _problem(name, value))})
    return variables


def check_command_in_clear_text(words: Sequence[str]) -> Sequence[str]:
    """The words of a command, if everyone may read them.

    Raises `PydanticCustomError`, which holds none of them.
    """
    for position, reason in secrets_in_words(words):
        raise whole_sentence(
            f"word {position + 1} {reason}, and a command can be read by anyone who can read the configuration: set it in "
            "secrets, and read that variable: [sh, -c, 'exec program --password=\"$NAME\"']"
        )
    return words


def in_clear_text(name: str, value: pulumi.Input[str]) -> pulumi.Input[str]:
    """The value of a variable that everyone can read; one that is known only later is checked then.

    It raises `pulumi.RunError`, which holds nothing of the value.
    """

    async def readable(known: str) -> str:
        if problem := _problem(name, known):
            await refuse(f"{name}: {problem}")
        return known

    usable: pulumi.Output[str] = pulumi.Output.from_input(with_usable_address(name, value))
    return value if isinstance(value, str) else usable.apply(readable)


def problems_of_override(override: object, place: str) -> Iterator[str]:
    """A problem for each variable and command in an override that holds a secret, wherever in it they are."""
    if isinstance(override, Mapping):
        name, value = override.get("name"), override.get("value")
        if isinstance(name, str) and isinstance(value, str) and (problem := _problem(name, value)):
            yield f"{place}.{name}: {problem}"
        for key, inner in override.items():
            if key in ("command", "args", "entryPoint") and _is_command(inner):
                for position, reason in secrets_in_words(inner):
                    yield f"{place}.{key}: word {position + 1} {reason}, which everybody could read: set it in secrets"
            else:
                yield from problems_of_override(inner, f"{place}.{key}")
    elif isinstance(override, list | tuple):
        for position, inner in enumerate(override):
            yield from problems_of_override(inner, f"{place}.{position}")


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)


def _problem(name: str, value: object) -> str | None:
    by_name = "has the name of a secret" if has_secret_name(name) else None
    reason = secret_in_clear_text(name, value) if isinstance(value, str) else by_name
    if reason is None:
        return None
    return (
        f"{reason}, and anyone who can read the configuration could read it: move it to secrets "
        f"(`pulumi config set --secret --path railbed:secrets.{name}`)"
    )


ClearVariables: TypeAlias = Annotated[Variables, AfterValidator(_check_variables_in_clear_text)]
"""Environment variables by name, in clear text."""
