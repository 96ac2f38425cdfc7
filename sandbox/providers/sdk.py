"""What a cloud's SDK tells of a resource: which inputs are required, and what is computed."""

import inspect
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import Lock

from pulumi._types import input_type_py_to_pulumi_names, resource_types

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Kind:
    """One type of resource."""

    package: str
    module: str
    name: str
    required: frozenset[str]
    inputs: frozenset[str]
    outputs: frozenset[str]


def kind_of(token: str) -> Kind | None:
    """The type that a token such as aws:rds/instance:Instance names; None if the SDK has no such type."""
    with _ONE_AT_A_TIME:  # the SDKs import their modules lazily, which threads must not see half done
        return _kind_of(token)


@cache
def _kind_of(token: str) -> Kind | None:
    package, _, rest = token.partition(":")
    place, _, name = rest.rpartition(":")
    module = place.partition("/")[0]
    try:
        found = import_module(f"pulumi_{package}" if module in ("", "index") else f"pulumi_{package}.{module}")
        resource, arguments = getattr(found, name), getattr(found, f"{name}Args")
    except (ImportError, AttributeError):
        return None
    names = input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    return Kind(
        package=package,
        module=module,
        name=name,
        required=frozenset(
            names[key] for key in names if key in parameters and parameters[key].default is inspect.Parameter.empty
        ),
        inputs=frozenset(names.values()),
        outputs=frozenset(resource_types(resource)),
    )
