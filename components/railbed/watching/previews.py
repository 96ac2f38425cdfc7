"""Values that previews show although nothing that gives them is there yet."""

from typing import Any

import pulumi

TO_COME = "(known after the update)"
"""What stands in a string of a preview in place of a value that is not known yet; the policy pack knows it too."""


def known_in_previews(output: pulumi.Output[str], expected: pulumi.Input[str]) -> pulumi.Output[str]:
    """The output of a resource; in a preview that cannot know it, as where its cluster is only to be made, what it will be."""
    if not pulumi.runtime.is_dry_run():
        return output

    async def chosen() -> Any:
        return output if await output.is_known() else expected

    found: pulumi.Output[str] = pulumi.Output.from_input(chosen())
    return found


def partly_known(value: Any) -> Any:
    """Mappings and lists whose unknown values are `TO_COME` in previews: else all of a string that is made of them is unknown.

    Previews and policies would see nothing of a task definition as long as its image is to be built.
    """
    if not pulumi.runtime.is_dry_run():
        return value
    if isinstance(value, pulumi.Output):
        return known_in_previews(value, TO_COME)
    if isinstance(value, dict):
        return {key: partly_known(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [partly_known(inner) for inner in value]
    return value
