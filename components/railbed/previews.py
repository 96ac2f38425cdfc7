"""Values that previews show although nothing that gives them is there yet."""

from typing import Any

import pulumi


def known_in_previews(output: pulumi.Output[str], expected: pulumi.Input[str]) -> pulumi.Output[str]:
    """The output of a resource; in a preview that cannot know it, as where its cluster is only to be made, what it will be."""
    if not pulumi.runtime.is_dry_run():
        return output

    async def chosen() -> Any:
        return output if await output.is_known() else expected

    found: pulumi.Output[str] = pulumi.Output.from_input(chosen())
    return found
