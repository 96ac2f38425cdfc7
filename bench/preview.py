"""`pulumi preview`, and `pulumi up` without a change, against a program that does nothing."""

from pathlib import Path

import yaml

from bench.release import succeeded
from bench.timing import Comparison, compare
from tests.cluster.rails_stack import RailsStack


class EmptyStack(RailsStack):
    """A stack of a program that imports the SDK and nothing else, on a backend of the same kind."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        super().__init__(folder, variables)
        project = yaml.safe_load((folder / "Pulumi.yaml").read_text())
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project | {"main": str(folder)}))
        (folder / "__main__.py").write_text("import pulumi\n")


def previews(stack: RailsStack, empty: RailsStack, pairs: int) -> list[Comparison]:
    """Time commands that find nothing to do on a deployed application, and on nothing."""
    succeeded(stack.up())
    succeeded(empty.up())
    return [
        compare(
            "pulumi preview of the application", lambda: succeeded(stack.preview()),
            "pulumi preview of an empty program", lambda: succeeded(empty.preview()), pairs,
        ),
        compare(
            "pulumi up without a change", lambda: succeeded(stack.up()),
            "pulumi up of an empty program", lambda: succeeded(empty.up()), pairs,
        ),
    ]  # fmt: skip
