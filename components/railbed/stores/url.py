"""Addresses of data stores: what DATABASE_URL and REDIS_URL mean to Rails and to the redis gem, and what they refuse."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote

_POSTGRESQL = ("postgresql", "postgres", "postgis")
_MYSQL = ("mysql2", "mysql", "trilogy", "mariadb")
_FILES = ("sqlite3", "sqlite")
_REDIS = ("redis", "rediss", "unix")
_PORTS = {
    **dict.fromkeys(_POSTGRESQL, 5432),
    **dict.fromkeys(_MYSQL, 3306),
    "cockroachdb": 26257,
    "sqlserver": 1433,
    "oracle": 1521,
    "redis": 6379,
    "rediss": 6379,
}
_DATABASES = {*_FILES, *_PORTS} - set(_REDIS)
_KINDS = ("DATABASE_URL", "REDIS_URL")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_USER = re.compile(r"(?:[A-Za-z0-9_.!~*'();:&=+$,-]|%[0-9A-Fa-f]{2})*")
_BEHIND_HOST = re.compile(r"(?:[A-Za-z0-9_.!~*'();/?:@&=+$,\[\]-]|%[0-9A-Fa-f]{2})*")
_HOST_AND_PORT = re.compile(r"(\[[^\]]*\]|[^:]*)(?::(.*))?", re.DOTALL)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})*")

_EXAMPLES = {
    "DATABASE_URL": "postgresql://user:password@db.example.com:5432/app",
    "REDIS_URL": "redis://:password@redis.example.com:6379/0",
}
_SCHEMES = {
    "DATABASE_URL": "postgresql, mysql2, trilogy or sqlite3",
    "REDIS_URL": "redis or rediss",
}
_UNENCODED = (
    "holds characters that a URL cannot: percent-encode everything in user name, password and parameters that is not a letter, "
    'digit or one of - . _ ~, such as a space (%20) and " (%22) # (%23) % (%25) / (%2F) : (%3A) ? (%3F) @ (%40) [ (%5B) ] (%5D)'
)


class UnusableAddressError(ValueError):
    """An address that Rails or the redis gem would refuse; the message says why, and never holds any of it."""


@dataclass(frozen=True)
class StoreAddress:
    """Where a data store is."""

    scheme: str
    hosts: tuple[str, ...] = ()
    """Host names or addresses, IPv6 without brackets; none for a socket or a file."""
    ports: tuple[int, ...] = ()
    """One port for all hosts, or one for each."""
    socket: str | None = None
    """Path of the socket; for PostgreSQL the folder that it is in."""


def is_address_of_store(variable: str) -> bool:
    """Whether an environment variable has the name of a store's address: DATABASE_URL, CACHE_REDIS_URL and the like."""
    return variable.endswith(tuple(f"_{kind}" for kind in _KINDS)) or variable in _KINDS


def is_file(url: str) -> bool:
    """Whether an address is that of a file, as SQLite's are."""
    return url.partition(":")[0].lower() in _FILES


def example_of(variable: str) -> str:
    """An address that an environment variable could hold; empty if it is none of a store."""
    return _EXAMPLES[_kind(variable)] if is_address_of_store(variable) else ""


def store_address(variable: str, value: str) -> StoreAddress:
    """The address that an environment variable holds.

    Raises `UnusableAddressError`.
    """
    kind = _kind(variable)
    scheme, rest = _scheme(variable, kind, value)
    family = _family(scheme)
    if scheme in _FILES or not (family or scheme in _REDIS):
        return StoreAddress(scheme)
    authority, path, query = _parts(rest)
    if scheme == "unix":
        if not path.strip("/"):
            raise UnusableAddressError("names no socket: write its path, as in unix:///run/redis/redis.sock")
        return StoreAddress(scheme, socket=unquote(path))
    user, _, server = authority.rpartition("@")
    host, port = _host_and_port(server, rest)
    if kind == "REDIS_URL":
        return _redis(scheme, host, port, path)
    return _database(scheme, bool(user), host, port, query)


def _kind(variable: str) -> str:
    return "REDIS_URL" if variable.endswith("REDIS_URL") else "DATABASE_URL"


def _family(scheme: str) -> str:
    """The database that a scheme is for; gems that stand in front of one add words to it, as in postgresql-proxy."""
    return next((word for word in scheme.split("-") if word in _DATABASES), "")


def _scheme(variable: str, kind: str, value: str) -> tuple[str, str]:
    """The scheme, and what follows its colon."""
    example = _EXAMPLES[kind]
    if not value.strip():
        raise UnusableAddressError(f"is empty: set it to an address such as {example}, or remove it")
    if value != value.strip():
        raise UnusableAddressError("begins or ends with a space or a line break: remove it")
    found = _SCHEME.fullmatch(value)
    scheme = found[1].lower() if found else ""
    if found and scheme in _FILES:
        return scheme, found[2]
    if not found or not found[2].startswith("//"):
        raise UnusableAddressError(f"has no scheme: write the whole address, as in {example}")
    fits = scheme in _REDIS if kind == "REDIS_URL" else bool(_family(scheme))
    of_other_kind = bool(_family(scheme)) if kind == "REDIS_URL" else scheme in _REDIS
    # A variable with a name of the application's own may be for a database that Rails does not know.
    if of_other_kind or (not fits and variable in _KINDS):
        store = "Redis" if kind == "REDIS_URL" else "a database"
        raise UnusableAddressError(f"does not begin with a scheme of {store}: use {_SCHEMES[kind]}, as in {example}")
    return scheme, found[2]


def _parts(rest: str) -> tuple[str, str, str]:
    """User, host and port; then path and query. Raises `UnusableAddressError` for characters that a URL cannot hold."""
    authority = re.split(r"[/?]", rest[2:], maxsplit=1)[0]
    path, _, query = rest[2 + len(authority) :].partition("?")
    user, _, server = authority.rpartition("@")
    readable = _USER.fullmatch(user) and _BEHIND_HOST.fullmatch(server + path + query)
    # A password with one of / ? # ends there for whoever reads the URL, and its @ comes too late.
    late = path + "".join(parameter.partition("=")[0] for parameter in query.split("&"))
    if not readable or "@" in late:
        raise UnusableAddressError(_UNENCODED)
    return authority, path, query


def _host_and_port(server: str, rest: str) -> tuple[str, int | None]:
    found = _HOST_AND_PORT.fullmatch(server)
    host, port = (found[1], found[2] or "") if found else ("", "?")
    if "," in server:
        raise UnusableAddressError(
            "names several hosts: name one, or those of a database as ?host=one.example.com,two.example.com"
        )
    if server.count(":") > 1 and not server.startswith("["):
        raise UnusableAddressError(
            "holds an IPv6 address without brackets: write it as in postgresql://user@[2001:db8::1]:5432/app"
        )
    if port and not port.isdigit():
        raise UnusableAddressError(_UNENCODED if "@" in rest else "has a port that is not a number")
    if port and not 1 <= int(port) <= 65535:
        raise UnusableAddressError("has a port that is not between 1 and 65535")
    if host.startswith("["):
        host = _ipv6(host)
    elif not _HOST.fullmatch(host):
        raise UnusableAddressError(_UNENCODED)
    return host, int(port) if port else None


def _ipv6(host: str) -> str:
    try:
        address = ipaddress.IPv6Address(host.strip("[]"))
    except ValueError:
        address = None
    if address is None or address.scope_id:
        raise UnusableAddressError("holds no IPv6 address within its brackets: write one as in [2001:db8::1], without a zone")
    return host.strip("[]")


def _redis(scheme: str, host: str, port: int | None, path: str) -> StoreAddress:
    if not host:
        raise UnusableAddressError(f"names no host: write one, as in {_EXAMPLES['REDIS_URL']}")
    database = path.strip("/").partition("/")[0]
    if database and not database.isdigit():
        raise UnusableAddressError("has a path that is not the number of a database: end it with one, such as /0")
    return StoreAddress(scheme, (unquote(host),), (port or _PORTS[scheme],))


def _database(scheme: str, has_user: bool, host: str, port: int | None, query: str) -> StoreAddress:
    given = dict(pair.partition("=")[::2] for pair in query.split("&"))
    known = {key: unquote(value) for key, value in given.items() if value}
    if has_user and not host:
        raise UnusableAddressError(
            "has a user name but no host behind it, which Rails refuses: write the host, for a socket its folder as "
            "%2Fvar%2Frun%2Fpostgresql"
        )
    if "_" in host:
        raise UnusableAddressError("names a host with an underscore, which Rails refuses: write it as ?host=")
    if _family(scheme) in _MYSQL and "socket" in known:
        return StoreAddress(scheme, socket=known["socket"])
    named = known.get("hostaddr") or known.get("host") or unquote(host)
    hosts = tuple(each for each in named.split(",") if each)
    if not hosts:
        raise UnusableAddressError(
            f"names no host: write one, as in {_EXAMPLES['DATABASE_URL']}, or for a socket "
            "postgresql:///app?host=/var/run/postgresql"
        )
    ports = _ports(known["port"]) if "port" in known else (port or _PORTS[_family(scheme)],)
    if hosts[0].startswith("/"):
        return StoreAddress(scheme, ports=ports, socket=hosts[0])
    return StoreAddress(scheme, hosts, ports)


def _ports(given: str) -> tuple[int, ...]:
    ports = given.split(",")
    if not all(port.isdigit() and 1 <= int(port) <= 65535 for port in ports):
        raise UnusableAddressError("has a ?port= that is not a number between 1 and 65535")
    return tuple(map(int, ports))
