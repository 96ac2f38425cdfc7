"""Data stores that a stack has made: a change of its settings must not delete them."""

from collections.abc import Mapping

import pulumi

from railbed.validation.checks import InvalidArguments
from railbed_stacks.previous_outputs import previous_outputs

OUTPUT = "protected_stores"
"""Output that names the stores that the stack made and protects."""


def keep_stores(made: Mapping[str, bool]) -> None:
    """Stop before the settings leave out a store that the last `up` protected, and tell the next one of those there are.

    `made` are the stores that the stack creates, each with whether it is protected: the section of each, and for one that it
    makes in something that exists also where. Pulumi would refuse to delete it too, but would not say how to go on.

    Raises `InvalidArguments`.
    """
    left_out = [str(store) for store in previous_outputs().get(OUTPUT, []) if store not in made]
    if left_out:
        stack = pulumi.get_stack()
        raise InvalidArguments(f"The settings of stack '{stack}' (Pulumi.{stack}.yaml)", [_told(each) for each in left_out])
    pulumi.export(OUTPUT, sorted(store for store, protected in made.items() if protected))


def _told(store: str) -> str:
    section = store.split()[0]
    return (
        f"{section}: this stack has made {store} with its data, and the settings name another one, or none: Pulumi would "
        f"delete it. Keep the settings as they were; or copy the data, set {section}.protect to false in the old settings, "
        "run `pulumi up`, and change the settings then"
    )
