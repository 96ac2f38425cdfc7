"""The registry of the sandbox: a real one, which also answers to the names of the clouds' registries."""

import base64
import json
import secrets
import subprocess
from pathlib import Path

from sandbox.cluster.layout import DIRECTORY, ENGINE_SOCKET, REGISTRY, REGISTRY_NAMES
from sandbox.progress import StepFailed

USERNAME = "sandbox"
USERS = DIRECTORY / "registry-users"
_DOCKER_CONFIG = DIRECTORY / "docker"
"""What `docker login` would have kept."""
_PASSWORD = DIRECTORY / "registry-password"


def password() -> str:
    """Password of the registry's one user."""
    return _PASSWORD.read_text()


def login() -> tuple[str, str]:
    """User name and password; without a registry, ones that are only written down."""
    return USERNAME, password() if _PASSWORD.exists() else "stood-in"


def credentials_of_the_node() -> str:
    """The part of containerd's configuration that pulls from ECR without a pull secret, as the role of a node on AWS does."""
    username, secret = login()
    section = 'plugins."io.containerd.grpc.v1.cri".registry.configs'
    names = [name for name in REGISTRY_NAMES if name.endswith(".amazonaws.com")]
    return "\n".join(f'[{section}."{name}".auth]\nusername = "{username}"\npassword = "{secret}"' for name in names)


def docker_environment() -> dict[str, str]:
    """What leads Docker's clients to the node's engine, with the login to its registry and with none of the user's."""
    return {"DOCKER_HOST": f"unix://{ENGINE_SOCKET}", "DOCKER_CONFIG": str(_DOCKER_CONFIG)}


def make_user() -> None:
    """Make the user that may push and pull, once."""
    if not _PASSWORD.exists():
        _PASSWORD.touch(mode=0o600)
        _PASSWORD.write_text(secrets.token_hex(16))
    _DOCKER_CONFIG.mkdir(exist_ok=True, mode=0o700)
    auth = base64.b64encode(f"{USERNAME}:{password()}".encode()).decode()
    (_DOCKER_CONFIG / "config.json").write_text(json.dumps({"auths": {REGISTRY: {"auth": auth}}}))
    if not USERS.exists():
        partial = Path(f"{USERS}.new")
        partial.write_text(_hashed(password()))
        partial.replace(USERS)


def _hashed(text: str) -> str:
    """A line of htpasswd; the registry takes only bcrypt."""
    command = ["htpasswd", "-n", "-i", "-B", USERNAME]
    made = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise StepFailed(f"htpasswd failed: {made.stderr.strip()}", "Install apache2-utils.")
    return made.stdout.strip() + "\n"
