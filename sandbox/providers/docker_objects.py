"""Containers, networks, volumes and images of the Docker provider, made by a real Docker engine.

Facts from https://github.com/kreuzwerker/terraform-provider-docker, internal/provider/resource_docker_container*.go,
resource_docker_image*.go, resource_docker_network*.go and resource_docker_volume.go. What is otherwise than in the plugin:
arguments that railbed does not use are refused instead of followed; an image that the engine has not got is pulled without the
login of `docker login`; nothing is read back, so that a refresh finds only what is gone.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError, NotFound

from railbed.image.registry import host_of_server, registry_of

from .properties import Properties
from .server import Refusal

MEBIBYTE = 2**20
UPDATED = frozenset(
    {"start", "wait", "waitTimeout", "attach", "logs", "mustRun", "restart", "maxRetryCount", "removeVolumes", "rm"}
    | {"destroyGraceSeconds", "cpuShares", "cpuSet", "memory", "memoryReservation", "memorySwap", "healthcheck", "tmpfs"}
    | {"init", "cpuPeriod", "cpuQuota"}
)
"""Arguments of a container whose change does not replace it: those that are not ForceNew. The last five change nothing."""
DEFAULTS: Properties = {"start": True, "mustRun": True, "restart": "no", "removeVolumes": True, "readOnly": False}
HANDLED = frozenset(
    {*DEFAULTS, "name", "image", "envs", "command", "entrypoints", "user", "workingDir", "labels", "healthcheck", "mounts"}
    | {"tmpfs", "networksAdvanced", "ports", "capabilities", "securityOpts", "memory", "memorySwap", "memoryReservation"}
    | {"cpuShares", "cpuPeriod", "cpuQuota", "shmSize", "logDriver", "logOpts", "init", "stopSignal", "stopTimeout"}
    | {"stdinOpen", "destroyGraceSeconds"}
)
"""Arguments of a container that the stand-in follows."""


class HalfMadeError(Exception):
    """A container exists, but is not as it should be: the plugin keeps it in the state, as tainted."""

    def __init__(self, identity: str, state: Properties, error: APIError) -> None:
        super().__init__(f"Unable to start container: Error response from daemon: {error.explanation}")
        self.identity, self.state = identity, state


@dataclass(frozen=True)
class Logins:
    """Where the engine is, and the logins of registries by host."""

    host: str | None = None
    registries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, host: str | None, given: list[Mapping[str, str]]) -> "Logins":
        """Those of the provider's settings."""
        found = {
            host_of_server(each["address"]): {"username": each["username"], "password": each["password"]}
            for each in given
            if each.get("username")
        }
        return cls(host, found)

    def engine(self, seconds: int) -> docker.DockerClient:
        """A client of the engine."""
        if self.host is None:
            return docker.from_env(timeout=seconds)
        return docker.DockerClient(base_url=self.host, timeout=seconds, use_ssh_client=True)


def _make_image(engine: docker.DockerClient, inputs: Properties, logins: Logins) -> tuple[str, Properties]:
    """An image that the engine has, or pulls."""
    name = str(inputs["name"])
    try:
        image = engine.images.get(name)
    except NotFound:
        try:
            engine.images.pull(name, auth_config=logins.registries.get(registry_of(name)))
            image = engine.images.get(name)
        except APIError as error:
            raise Refusal(
                f"Unable to read Docker image into resource: unable to pull image {name}: {error.explanation}"
            ) from None
    digests = image.attrs.get("RepoDigests") or []
    return f"{image.id}{name}", {**inputs, "imageId": image.id, "repoDigest": digests[0] if digests else ""}


def _make_network(engine: docker.DockerClient, inputs: Properties, _logins: Logins) -> tuple[str, Properties]:
    """A network; there is one of a name at most."""
    name = str(inputs["name"])
    made = engine.networks.create(name, driver=inputs.get("driver", "bridge"), labels=_labels(inputs), check_duplicate=True)
    return str(made.id), {**inputs, "driver": inputs.get("driver", "bridge")}


def _make_volume(engine: docker.DockerClient, inputs: Properties, _logins: Logins) -> tuple[str, Properties]:
    """A volume, or that of the same name."""
    made = engine.volumes.create(str(inputs["name"]), labels=_labels(inputs))
    return str(made.id), {**inputs, "driver": "local", "mountpoint": made.attrs["Mountpoint"]}


def _make_container(engine: docker.DockerClient, inputs: Properties, _logins: Logins) -> tuple[str, Properties]:
    """A container, started unless it is not to be."""
    given = {**DEFAULTS, **inputs}
    if unknown := sorted(set(given) - HANDLED - {"__defaults"}):
        raise Refusal(f"The stand-in for the docker provider does not follow {', '.join(unknown)} of a Container.")
    api = engine.api
    made = api.create_container_from_config(_configuration(api, given), name=given["name"])
    identity, state = str(made["Id"]), {**given, "exitCode": 0}
    with suppress(APIError):  # (it is not on that network where it has none)
        api.disconnect_container_from_network(identity, "bridge")
    try:
        for network in given.get("networksAdvanced", []):
            api.connect_container_to_network(identity, network["name"], aliases=network.get("aliases"))
        if given["start"]:
            api.start(identity)
    except APIError as error:
        raise HalfMadeError(identity, state, error) from None
    return identity, state


def update_container(engine: docker.DockerClient, identity: str, old: Properties, inputs: Properties) -> Properties:
    """What the plugin changes of a container that exists; it starts one that is to run again."""
    given = {**DEFAULTS, **inputs}
    if given["mustRun"] and not old.get("mustRun", True) and given["start"]:
        engine.api.start(identity)
    engine.api.update_container(
        identity,
        restart_policy={"Name": given["restart"]},
        cpu_shares=given.get("cpuShares"),
        mem_limit=_bytes(given.get("memory")),
        memswap_limit=_bytes(given.get("memorySwap")),
        mem_reservation=_bytes(given.get("memoryReservation")),
    )
    return {**old, **given}


def _delete_container(engine: docker.DockerClient, identity: str, state: Properties) -> None:
    """Stop it, in the time that it has for that and no more, and remove it with its volumes without a name."""
    with suppress(NotFound):
        engine.api.stop(identity, timeout=state.get("destroyGraceSeconds") or 0)
        engine.api.remove_container(identity, v=state.get("removeVolumes", True), force=True)


def _delete_network(engine: docker.DockerClient, identity: str, _state: Properties) -> None:
    """Remove a network that no container is on."""
    with suppress(NotFound):
        engine.api.remove_network(identity)


def _delete_volume(engine: docker.DockerClient, identity: str, _state: Properties) -> None:
    """Remove a volume with what is in it."""
    with suppress(NotFound):
        engine.api.remove_volume(identity)


def _delete_image(engine: docker.DockerClient, _identity: str, state: Properties) -> None:
    """Remove an image, unless it is to stay."""
    if not state.get("keepLocally"):
        with suppress(NotFound):
            engine.api.remove_image(state["name"])


Make = Callable[[docker.DockerClient, Properties, Logins], tuple[str, Properties]]
Delete = Callable[[docker.DockerClient, str, Properties], None]

OBJECTS: dict[str, tuple[Make, Delete]] = {
    "docker:index/container:Container": (_make_container, _delete_container),
    "docker:index/network:Network": (_make_network, _delete_network),
    "docker:index/remoteImage:RemoteImage": (_make_image, _delete_image),
    "docker:index/volume:Volume": (_make_volume, _delete_volume),
}
"""By token how each is made and deleted."""


def replaces(token: str, argument: str) -> bool:
    """Whether a change of an argument makes a new object."""
    if token.endswith(":Container"):
        return argument not in UPDATED
    return argument not in ("keepLocally", "forceRemove")


def _configuration(api: Any, given: Properties) -> dict[str, Any]:
    capabilities = given.get("capabilities") or {}
    ports = given.get("ports", [])
    host = api.create_host_config(
        restart_policy={"Name": given["restart"]},
        read_only=given["readOnly"],
        init=given.get("init"),
        mounts=[_mount(each) for each in given.get("mounts", [])],
        tmpfs=given.get("tmpfs"),
        cap_add=capabilities.get("adds"),
        cap_drop=capabilities.get("drops"),
        security_opt=given.get("securityOpts"),
        mem_limit=_bytes(given.get("memory")),
        memswap_limit=_bytes(given.get("memorySwap")),
        mem_reservation=_bytes(given.get("memoryReservation")),
        cpu_shares=given.get("cpuShares"),
        cpu_period=given.get("cpuPeriod"),
        cpu_quota=given.get("cpuQuota"),
        shm_size=_bytes(given.get("shmSize")),
        log_config={"Type": given["logDriver"], "Config": given.get("logOpts")} if "logDriver" in given else None,
        port_bindings={f"{each['internal']}/tcp": (each.get("ip", "0.0.0.0"), each.get("external")) for each in ports},  # noqa: S104
    )
    configuration = api.create_container_config(
        image=given["image"],
        command=given.get("command"),
        entrypoint=given.get("entrypoints"),
        environment=given.get("envs"),
        user=given.get("user"),
        working_dir=given.get("workingDir"),
        labels=_labels(given),
        stop_signal=given.get("stopSignal"),
        healthcheck=_health_check(given.get("healthcheck")),
        stdin_open=given.get("stdinOpen", False),
        ports=[each["internal"] for each in ports],
        host_config=host,
    )
    configuration["StopTimeout"] = given.get("stopTimeout")
    return dict(configuration)


def _mount(given: Properties) -> dict[str, Any]:
    return {"Target": given["target"], "Type": given["type"], "Source": given.get("source", "")}


def _health_check(given: Properties | None) -> dict[str, Any] | None:
    if not given:
        return None
    times = {"interval": "interval", "timeout": "timeout", "startPeriod": "start_period"}
    return {
        "test": given["tests"],
        "retries": given.get("retries", 0),
        **{name: int(str(given.get(key, "0s")).removesuffix("s")) * 10**9 for key, name in times.items()},
    }


def _labels(given: Properties) -> dict[str, str]:
    return {each["label"]: each["value"] for each in given.get("labels", [])}


def _bytes(mebibytes: int | None) -> int | None:
    return None if mebibytes is None else mebibytes * MEBIBYTE
