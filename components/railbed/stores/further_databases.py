"""The databases of an application beside its primary one, such as those of Solid Cache, Solid Queue and Solid Cable.

Rails reads the address of each from a variable that is named after it in config/database.yml (CACHE_DATABASE_URL), and merges
it into that entry. DATABASE_URL is the primary's alone.
https://github.com/rails/rails/blob/main/activerecord/lib/active_record/database_configurations.rb (environment_value_for)
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, TypeAlias

import pulumi
from pydantic import AfterValidator

from railbed.stores.url import is_file
from railbed.validation.types import matching

PRIMARY = "primary"
LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name (NAMEDATALEN); MySQL keeps 64 characters."""

_WITH_DATABASE = re.compile(r"([^:/?]+://[^/?]*/)([^?]+)(.*)", re.DOTALL)


def _not_primary(name: str) -> str:
    if name == PRIMARY:
        raise ValueError("primary is the database of DATABASE_URL: name only those beside it")
    return name


DatabaseName: TypeAlias = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_]{0,29}", "use the name in config/database.yml: lower case letters, digits and underscores, 30 at most"
    ),
    AfterValidator(_not_primary),
]
"""Name of a database in config/database.yml."""


def _once(names: list[str]) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{', '.join(twice)} is there twice: name each database once")
    return names


DatabaseNames: TypeAlias = Annotated[list[DatabaseName], AfterValidator(_once)]
"""Names of databases in config/database.yml, each once."""


def variable_of(name: str) -> str:
    """The variable that Rails reads the address of a database from."""
    return f"{name.upper()}_DATABASE_URL"


def database_beside(primary: str, name: str) -> str:
    """The database of a further connection, as `rails new` names it: shop_production_cache beside shop_production."""
    return f"{primary}_{name}"


def check_lengths(primary: str, names: Iterable[str]) -> None:
    """Raise `ValueError` for a name that the server would cut off."""
    for name in names:
        if len(made := database_beside(primary, name)) > LONGEST_NAME:
            raise ValueError(
                f"database {primary} and databases {name}: {made} has {len(made)} characters, and PostgreSQL keeps "
                f"{LONGEST_NAME}: shorten one of them"
            )


def url_beside(url: str, name: str) -> str:
    """The address of a further database on the server of a primary one, with its user, password and options.

    Raises `ValueError` for an address that names no database on a server. It holds nothing of the address.
    """
    found = None if is_file(url) else _WITH_DATABASE.fullmatch(url)
    if found is None:
        raise ValueError(
            f"DATABASE_URL names no database on a server, beside which {name} could be: give {variable_of(name)} an address of "
            "its own in secrets"
        )
    before, primary, options = found.groups()
    check_lengths(primary, [name])
    return f"{before}{database_beside(primary, name)}{options}"


def urls_beside(url: pulumi.Output[str], names: Sequence[str]) -> pulumi.Output[dict[str, str]]:
    """The addresses of further databases by their names. Secret."""
    return pulumi.Output.secret(url.apply(lambda known: {name: url_beside(known, name) for name in names}))


def as_variables(urls: pulumi.Output[dict[str, str]], names: Iterable[str]) -> dict[str, pulumi.Input[str]]:
    """The addresses of further databases as the variables that Rails reads."""

    def url_of(name: str) -> pulumi.Output[str]:
        return urls.apply(lambda known: known[name])

    return {variable_of(name): url_of(name) for name in names}


def check_addresses_given(names: Iterable[str], variables: Collection[str]) -> None:
    """Raise `ValueError` where the address of a further database is in none of the variables: Rails would find no host."""
    if missing := [variable_of(name) for name in names if variable_of(name) not in variables]:
        raise ValueError(
            f"app.databases: {' and '.join(missing)} not in secrets: give the `database_urls` of the component that makes the "
            "database, or addresses of your own"
        )
