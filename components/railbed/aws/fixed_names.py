"""Names of data stores that are in the state before the store is made.

Pulumi's own would be lost with an `up` that is killed while AWS makes the store, and the next one would make a second, which
costs as much. With this name AWS refuses a second one.
"""

import pulumi
import pulumi_random as random

from railbed.aws.names import ADDED_BY_PULUMI


def fixed_name(name: str, longest: int, suffix: pulumi.Input[str]) -> pulumi.Output[str]:
    """The name with the suffix, as long as AWS takes it, in the lower case in which AWS keeps it."""
    beginning = name[: longest - ADDED_BY_PULUMI].rstrip("-").lower()
    return pulumi.Output.concat(beginning, "-", suffix)


def suffix_of(name: str, parent: pulumi.Resource) -> pulumi.Output[str]:
    """Seven characters that stay with a data store, and keep it apart from those of other stacks and projects."""
    made = random.RandomString(
        f"{name}-identifier",
        length=ADDED_BY_PULUMI - 1,
        special=False,
        upper=False,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    result: pulumi.Output[str] = made.result
    return result
