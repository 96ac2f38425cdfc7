"""Which registry a container image is in, as its reference tells."""

import re
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import AfterValidator

from railbed.image.reference import check_registry

DOCKER_HUB = "docker.io"
DOCKER_HUB_SERVERS = ("https://index.docker.io/v1/", "index.docker.io", DOCKER_HUB)
"""What credentials of Docker Hub are kept under."""

DIGITALOCEAN = "registry.digitalocean.com"

_OTHER_NAMES_OF_DOCKER_HUB = (
    "hub.docker.com",
    "registry.hub.docker.com",
    "registry-1.docker.io",
    "www.docker.com",
    "docker.com",
)


class EcrRepositoryName(NamedTuple):
    """A repository of Amazon ECR."""

    account: str
    region: str
    repository: str


def registry_of(reference: str) -> str:
    """Host of the registry that an image is in: docker.io where the reference names none."""
    first, slash, _ = reference.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    if not is_host:
        return DOCKER_HUB
    return DOCKER_HUB if first == "index.docker.io" else first


def repository_path(reference: str) -> str:
    """The image's name in its registry, without host, tag and digest."""
    named, _, _ = reference.partition("@")
    path = named.removeprefix(f"{registry_of(reference)}/")
    folders, slash, last = path.rpartition("/")
    return f"{folders}{slash}{last.partition(':')[0]}"


def host_of_server(server: str) -> str:
    """Host in references of images that the credentials of a server are for."""
    return DOCKER_HUB if server in DOCKER_HUB_SERVERS else server


def ecr_repository(reference: str) -> EcrRepositoryName | None:
    """The private repository of Amazon ECR that an image is in, by any of its addresses; None if it is elsewhere."""
    host = registry_of(reference)
    found = re.fullmatch(
        r"(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.(?:com(?:\.cn)?|eu)"
        r"|(\d{12})\.dkr-ecr(?:-fips)?\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.(?:com\.cn|eu))",
        host,
    )
    if found is None:
        return None
    account, region = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
    return EcrRepositoryName(account, region, repository_path(reference))


def _server(value: str) -> str:
    if value in DOCKER_HUB_SERVERS:
        return value
    bare = re.sub("^[A-Za-z][A-Za-z0-9+.-]*://", "", value)
    host, slash, _ = bare.partition("/")
    host = host.rpartition("@")[2]
    if host in (*DOCKER_HUB_SERVERS, *_OTHER_NAMES_OF_DOCKER_HUB):
        raise ValueError(f"for Docker Hub set it to {DOCKER_HUB_SERVERS[0]}")
    if not _names_registry(host):
        raise ValueError("specify the host of the registry, as references of images name it: registry.example.com")
    if slash or host != value:
        raise ValueError(f"it is the host alone, as references of images name it, without scheme and path: set it to {host}")
    return value


def _names_registry(host: str) -> bool:
    # A reference that starts without a dot or a colon names a folder of Docker Hub.
    if not (set(".:") & set(host)) and host != "localhost":
        return False
    try:
        check_registry(host)
    except ValueError:
        return False
    return True


def check_user(value: str) -> str:
    """The user name, if it can be sent to a registry: https://www.rfc-editor.org/rfc/rfc7617#section-2. Raises `ValueError`."""
    if not value.strip() or value != value.strip() or ":" in value or not value.isprintable():
        raise ValueError("specify the user name or the name of a token, without a colon and without spaces around it")
    return value


def check_password(value: str) -> str:
    """The password, if it can be sent to a registry. Raises `ValueError`, with nothing of it."""
    if not value.strip() or value != value.strip():
        raise ValueError("specify the password or token, without spaces or line breaks around it")
    return value


RegistryUser: TypeAlias = Annotated[str, AfterValidator(check_user)]
"""User name at a registry."""

RegistryServer: TypeAlias = Annotated[str, AfterValidator(_server)]
"""Host of a registry, as references of images name it, or Docker Hub's https://index.docker.io/v1/."""
