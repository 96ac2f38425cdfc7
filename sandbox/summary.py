"""`status`: what runs, what is real and what is a stand-in."""

from rich.console import Console
from rich.table import Table

from sandbox import backend, cluster, engine, environment, lending, machine, providers


def show() -> None:
    """Print the table."""
    table = Table("part", "", "version")
    table.add_column("where", overflow="fold")
    _add_engine(table)
    if machine.running():
        table.add_row("machine with Docker", "real", machine.version() or "", f"{machine.SOCKET}; its ports at 127.0.0.1")
    if cluster.running() or not machine.running():
        _add_cluster(table)
    for name in providers.NAMES:
        version = environment.plugin_version(name)
        if name in providers.OF_CLOUDS:
            table.add_row(f"{name} provider", "[yellow]stand-in", version, f"sandbox/providers: {_made(name)}")
        elif environment.plugin_installed(name):
            table.add_row(f"{name} provider", "real", version, "the installed plugin")
        else:
            table.add_row(f"{name} provider", "[yellow]stand-in", version, "sandbox/providers: the plugin is not installed")
    console = Console(highlight=False)
    console.print(table)
    for name, url in backend.urls().items():
        console.print(f"{name}: {url}")


def _made(cloud: str) -> str:
    if lending.possible():
        if cloud == "aws":
            return "made in moto, whose ECS runs tasks on the cluster above; EKS and instances are written down"
        return "written down, never made; clusters, databases and load balancers are lent by the cluster above"
    return "written down, never made"


def _add_engine(table: Table) -> None:
    if found := engine.find():
        table.add_row("pulumi engine", "real", found.version, f"{found.origin}: {found.executable}")
    else:
        table.add_row("pulumi engine", "[red]missing", "", "`up` gets it")


def _add_cluster(table: Table) -> None:
    if own := environment.chosen_kubeconfig():
        table.add_row("Kubernetes", "real", "", f"your own cluster, by {own}")
        return
    state = cluster.status()
    if not state.running:
        table.add_row("Kubernetes", "[red]not running", "", "`up` starts it")
        return
    ready = "real" if state.node_ready else "[yellow]not ready"
    table.add_row("Kubernetes", ready, state.version, f"one node of this machine, NodePorts at {state.address}")
    table.add_row("", "", "", f"uses {state.memory_bytes / 1e9:.2f} GB of memory and {state.processor_share:.2f} of a core")
    table.add_row("Docker engine", "real", "", f"in the node: {cluster.ENGINE_SOCKET}")
    table.add_row("image registry", "real", "", f"in the node: {cluster.REGISTRY}, and by the names of the clouds' registries")
    if state.restarts:
        table.add_row("", "[yellow]restarted", "", ", ".join(f"{name} {count} times" for name, count in state.restarts))
