"""The environment in which pulumi works on the sandbox, and on nothing else."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import aws_account, backend, cluster, downloads, engine, machine, providers
from sandbox.paths import CACHE_DIRECTORY, REPOSITORY, STATE_DIRECTORY
from sandbox.progress import StepFailed, step

PASSPHRASE = "sandbox"  # protects nothing: it makes the secrets of Pulumi.sandbox.yaml readable anywhere
_HOME = STATE_DIRECTORY / "pulumi"
_PLUGINS = _HOME / "plugins"
_PROGRAMS = REPOSITORY / "sandbox" / "programs"
_CHOICE = STATE_DIRECTORY / "kubeconfig-of-choice"
_MACHINE = STATE_DIRECTORY / "machine-of-choice"
_CLOUDS = ("AWS_", "DIGITALOCEAN_", "SPACES_", "GOOGLE_", "CLOUDSDK_", "AZURE_", "ARM_", "CLOUDFLARE_")
_PULUMI = ("ACCESS_TOKEN", "BACKEND_URL", "HOME", "CONFIG_PASSPHRASE", "CONFIG_PASSPHRASE_FILE", "DEBUG_PROVIDERS")
_OF_AN_ACCOUNT = (*_CLOUDS, *(f"PULUMI_{name}" for name in _PULUMI))


def choose_kubeconfig(path: Path) -> None:
    """Use the cluster of a kubeconfig instead of starting one, until `down`."""
    STATE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    _CHOICE.write_text(str(path.absolute()))


def chosen_kubeconfig() -> Path | None:
    """The kubeconfig that the user chose, if any."""
    return Path(_CHOICE.read_text()) if _CHOICE.exists() else None


def choose_machine(chosen: bool) -> None:
    """Whether commands use the Docker engine of the sandbox's machine, as after `up docker`, or that of its cluster."""
    STATE_DIRECTORY.mkdir(parents=True, exist_ok=True)
    if chosen:
        _MACHINE.touch()
    else:
        _MACHINE.unlink(missing_ok=True)


def stand_ins() -> list[str]:
    """The clouds, always, and the providers whose real plugin is not installed."""
    return [name for name in providers.NAMES if name in providers.OF_CLOUDS or not plugin_installed(name)]


def plugin_installed(name: str) -> bool:
    """Whether the engine finds the real plugin, in the version of the SDK."""
    _link_plugins()
    return bool(shutil.which(f"pulumi-resource-{name}")) or (_PLUGINS / f"resource-{name}-v{plugin_version(name)}").is_dir()


def plugin_version(name: str) -> str:
    """The plugin's version that the installed SDK asks for."""
    return importlib.metadata.version(f"pulumi-{name}")


def install_plugins() -> None:
    """Install the real plugins that are missing, where their download is not refused."""
    for name in set(stand_ins()) - set(providers.OF_CLOUDS):
        version = plugin_version(name)
        if downloads.plugin_offered(name, version):
            with step(f"Installing the {name} provider {version}"):
                command = [str(engine.pulumi()), "plugin", "install", "resource", name, version]
                installed = subprocess.run(command, env=variables(), capture_output=True, text=True, check=False)
                if installed.returncode != 0:
                    raise StepFailed(f"`pulumi plugin install` failed: {installed.stderr.strip()}", "Run it again.")


@contextmanager
def pulumi_environment() -> Iterator[dict[str, str]]:
    """Everything a pulumi command needs; the stand-ins run while the context is open."""
    environment = variables()
    backend.remove_dead_locks()
    with providers.running(stand_ins(), environment) as ports:
        attached = ",".join(f"{name}:{port}" for name, port in ports.items())
        yield environment | ({"PULUMI_DEBUG_PROVIDERS": attached} if attached else {})


def variables() -> dict[str, str]:
    """This process's environment, turned to the sandbox and away from every account of the user."""
    nothing = str(STATE_DIRECTORY / "no-credentials")
    folders = [engine.pulumi().parent, Path(sys.executable).parent]
    if chosen_kubeconfig() is None and cluster.kubeconfig().exists():
        folders += [cluster.binaries(), _PROGRAMS]
    for folder in (backend.DIRECTORY, _HOME):
        folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_AN_ACCOUNT)}
    return (
        kept
        | _docker()
        | {
            "PATH": os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)]),
            "RAILBED_SANDBOX_CHECKOUT": str(REPOSITORY),
            "RAILBED_SANDBOX_PYTHON": sys.executable,
            "KUBECONFIG": str(chosen_kubeconfig() or cluster.kubeconfig()),
            "PULUMI_HOME": str(_HOME),
            "PULUMI_BACKEND_URL": backend.URL,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "AWS_CONFIG_FILE": nothing,
            "AWS_EC2_METADATA_DISABLED": "true",
            "GOOGLE_APPLICATION_CREDENTIALS": nothing,
        }
        | _aws_account()
    )


def _docker() -> dict[str, str]:
    """What leads Docker's clients to the sandbox's engine: the machine's where it is chosen, or else the cluster's node's."""
    if _MACHINE.exists():
        return machine.docker_environment()
    return {} if chosen_kubeconfig() else cluster.docker_environment()


def _aws_account() -> dict[str, str]:
    """What leads boto3 to the sandbox's own AWS, and past any proxy. Without its cluster there is none, nor another one."""
    if chosen_kubeconfig() is not None:
        return {}
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "sandbox")
    past = ",".join(filter(None, [os.environ.get("NO_PROXY", os.environ.get("no_proxy", "")), cluster.NODE_ADDRESS]))
    return {**keys, "AWS_ENDPOINT_URL": aws_account.URL, "NO_PROXY": past, "no_proxy": past}


def _link_plugins() -> None:
    """Let the sandbox's pulumi, which has a home of its own, find the plugins of the user's."""
    home = os.environ.get("PULUMI_HOME")
    if not home or Path(home) == _HOME:  # it is ours inside a command that `run` runs
        home = str(Path.home() / ".pulumi")
    users = Path(home) / "plugins"
    target = users if users.is_dir() else CACHE_DIRECTORY / "plugins"
    if _PLUGINS.is_symlink() and _PLUGINS.readlink() == target:
        return
    target.mkdir(parents=True, exist_ok=True)
    _HOME.mkdir(parents=True, exist_ok=True)
    _PLUGINS.unlink(missing_ok=True)
    _PLUGINS.symlink_to(target)
