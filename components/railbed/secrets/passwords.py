"""Passwords of data stores: the user's own, or generated once and kept in Pulumi's state, encrypted."""

import re
from collections.abc import Callable
from typing import Annotated, TypeAlias
from urllib.parse import quote

import pulumi
import pulumi_random as random

from railbed.validation.known_values import where_known
from railbed.validation.types import InputText
from railbed.watching.diagnostics import refuse

_HASHED = re.compile(r"md5[0-9a-f]{32}|SCRAM-SHA-256\$.*", re.DOTALL)


def password_of(
    name: str,
    given: pulumi.Input[str] | None,
    parent: pulumi.Resource,
    check: Callable[[str], str] = str,
) -> pulumi.Output[str]:
    """The password given, or one generated once.

    One that is known only later is checked then; `check` raises `ValueError` for one that the store cannot have.
    """
    if given is not None:
        return pulumi.Output.secret(given).apply(lambda known: _checked(name, known, check))
    generated = random.RandomPassword(f"{name}-password", length=32, special=False, opts=pulumi.ResourceOptions(parent=parent))
    return generated.result


def in_url(password: pulumi.Output[str]) -> pulumi.Output[str]:
    """A password as it is written in a URL."""
    return password.apply(lambda text: quote(text, safe=""))


def check_redis_password(password: str) -> str:
    """The password, if Redis can have it. Raises `ValueError`."""
    if not password:
        raise ValueError("is empty: Redis would let everybody in; specify one, or omit it to have one generated")
    if "\0" in password:
        raise ValueError("holds a null character, which no environment variable can hold: remove it")
    return password


def check_postgresql_password(password: str) -> str:
    """The password, if PostgreSQL can have it. Raises `ValueError`."""
    if not password:
        raise ValueError("is empty: PostgreSQL would let nobody in; specify one, or omit it to have one generated")
    if any(character in password for character in "\0\n\r"):
        raise ValueError(
            "holds a line break or a null character, at which PostgreSQL's image would cut it off: remove it; a file that a "
            "password is read from often ends with a line break"
        )
    if _HASHED.fullmatch(password):
        raise ValueError("has the form of a hash, which PostgreSQL would take for the password's own: use another")
    return password


def check_rds_password(password: str) -> str:
    """The password, if RDS takes it for any engine. Raises `ValueError`.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (MasterUserPassword)
    """
    if not re.fullmatch(r"[!-~]*", password) or set(password) & set('/"@'):
        raise ValueError('holds a character that RDS refuses: use ASCII without spaces and / " @')
    if len(password) < 8:
        raise ValueError("is too short: RDS wants 8 characters at least")
    return check_postgresql_password(password)


def check_elasticache_token(token: str) -> str:
    """The token, if ElastiCache takes it. Raises `ValueError`.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (AuthToken)
    """
    if not re.fullmatch(r"[A-Za-z0-9!&#$^<>-]{16,128}", token):
        raise ValueError("has to be 16 to 128 letters, digits and ! & # $ ^ < > -: ElastiCache refuses others")
    return token


async def _checked(name: str, password: str, check: Callable[[str], str]) -> str:
    problem = None
    try:
        check(password)
    except ValueError as error:
        problem = str(error)
    if problem is not None:
        await refuse(f"The password of {name} {problem}")
    return password


RedisPassword: TypeAlias = Annotated[InputText, where_known(check_redis_password)]
"""A password that Redis can have."""

PostgresqlPassword: TypeAlias = Annotated[InputText, where_known(check_postgresql_password)]
"""A password that PostgreSQL can have."""

RdsPassword: TypeAlias = Annotated[InputText, where_known(check_rds_password)]
"""A password that RDS takes."""

ElastiCacheToken: TypeAlias = Annotated[InputText, where_known(check_elasticache_token)]
"""A token that ElastiCache takes."""
