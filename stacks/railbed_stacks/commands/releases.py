"""`railbed releases`"""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from railbed_stacks.commands.options import StackOption
from railbed_stacks.commands.stack import DeployedStack, PulumiCommand
from railbed_stacks.releases import KEPT


def list_releases(stack: StackOption = None) -> None:
    """List what has been released, the newest first: each image that was migrated and rolled out to its end."""
    deployed = DeployedStack.read(PulumiCommand(stack))
    table = Table(box=None, pad_edge=False)
    table.add_column("RELEASE", justify="right")
    table.add_column("DEPLOYED")
    table.add_column("IMAGE", overflow="fold")
    for position, release in enumerate(deployed.output("releases")[:KEPT]):
        when = datetime.fromisoformat(release["deployed"])
        runs = " (live)" if position == 0 else ""
        table.add_row(str(int(release["number"])), f"{when:%Y-%m-%d %H:%M} UTC", f"{release['image']}{runs}")
    Console().print(table)
