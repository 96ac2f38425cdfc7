"""config/deploy.yml of Kamal: https://kamal-deploy.org/docs/configuration/overview/."""

from dataclasses import dataclass
from pathlib import Path

from railbed_stacks.application_files.commands import Command, read_command
from railbed_stacks.application_files.place import Found, Place
from railbed_stacks.application_files.variables import Variable, clear_variables, secret_variables
from railbed_stacks.application_files.yaml_file import Entry, read_yaml, values_of

PATH = "config/deploy.yml"
WEB = "web"


@dataclass(frozen=True)
class KamalRole:
    """Servers that run one command."""

    name: str
    hosts: list[str]
    command: Found[Command] | None
    variables: list[Variable]
    place: Place


@dataclass(frozen=True)
class KamalFile:
    """What the file says, apart from how Kamal works."""

    service: Found[str] | None
    image: Found[str] | None
    roles: list[KamalRole]
    hosts: list[Found[str]]
    """Host names of the proxy."""
    health_path: Found[str] | None
    registry_server: Found[str] | None
    registry_username: Found[str] | None
    user: Found[str] | None
    """User of SSH."""
    variables: list[Variable]
    volumes: list[Found[str]]
    accessories: list[Found[str]]
    """Names of accessories with their images: "db (postgres:17)"."""
    dockerfile: Found[str] | None
    architecture: Found[str] | None
    build_arguments: list[Variable]
    build_secrets: list[Variable]
    asset_path: Place | None


def read_kamal_file(folder: Path) -> KamalFile | None:
    """Read config/deploy.yml; None where there is none. Raises `UnreadableFile`."""
    top = read_yaml(folder, PATH)
    if top is None or not top.is_mapping:
        return None
    builder = top.at("builder")
    asset_path = top.at("asset_path")
    return KamalFile(
        service=_text(top.at("service")),
        image=_text(top.at("image")),
        roles=_roles(top.at("servers")),
        hosts=_hosts(top),
        health_path=_text(top.at("proxy", "healthcheck", "path") or top.at("healthcheck", "path")),
        registry_server=_text(top.at("registry", "server")),
        registry_username=_text(top.at("registry", "username")),
        user=_text(top.at("ssh", "user")),
        variables=_variables(top.at("env")),
        volumes=_texts(top.at("volumes")),
        accessories=_accessories(top.at("accessories")),
        dockerfile=_text(values_of(builder).get("dockerfile")),
        architecture=_text(values_of(builder).get("arch")),
        build_arguments=list(clear_variables(values_of(builder).get("args"))),
        build_secrets=list(secret_variables(values_of(builder).get("secrets"))),
        asset_path=asset_path.place if asset_path is not None else None,
    )


def _roles(servers: Entry | None) -> list[KamalRole]:
    """The roles; a plain list of hosts is the role web."""
    if servers is None:
        return []
    if servers.sequence:
        return [KamalRole(WEB, _host_names(servers), None, [], servers.place)]
    return [_role(name, entry) for name, entry in servers.mapping.items()]


def _role(name: str, entry: Entry) -> KamalRole:
    command = entry.at("cmd")
    text = command.text if command is not None else None
    return KamalRole(
        name=name,
        hosts=_host_names(entry.at("hosts") or entry),
        command=Found(read_command(text), command.place) if command is not None and text else None,
        variables=_variables(entry.at("env")),
        place=entry.place,
    )


def _host_names(entry: Entry) -> list[str]:
    """Hosts of a list, in which each may be a mapping of the host to its tags."""
    listed = [item.text or next(iter(item.mapping), None) for item in entry.sequence]
    return [host for host in listed if host]


def _hosts(top: Entry) -> list[Found[str]]:
    proxy = top.at("proxy")
    one, several = values_of(proxy).get("host"), values_of(proxy).get("hosts")
    hosts = [found for item in (several.sequence if several is not None else []) if (found := _text(item))]
    single = _text(one)
    # `host` takes several too, with commas between them.
    return hosts or ([Found(name.strip(), single.place) for name in single.value.split(",")] if single else [])


def _variables(env: Entry | None) -> list[Variable]:
    """The variables of `env`: a mapping of its own, or `clear` and `secret`."""
    if env is None:
        return []
    if {"clear", "secret", "tags"} & set(env.mapping):
        return [*clear_variables(env.at("clear")), *secret_variables(env.at("secret"))]
    return list(clear_variables(env))


def _accessories(entry: Entry | None) -> list[Found[str]]:
    found = values_of(entry)
    images = {name: _text(each.at("image")) for name, each in found.items()}
    return [Found(f"{name} ({image.value if image else 'no image'})", found[name].place) for name, image in images.items()]


def _text(entry: Entry | None) -> Found[str] | None:
    return Found(entry.text, entry.place) if entry is not None and entry.text else None


def _texts(entry: Entry | None) -> list[Found[str]]:
    return [found for item in (entry.sequence if entry is not None else []) if (found := _text(item)) is not None]
