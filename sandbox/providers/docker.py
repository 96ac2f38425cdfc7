"""The Docker provider: the sandbox's Docker engine builds images, pushes them with the credentials given, and runs containers.

Facts from https://github.com/pulumi/pulumi-docker, provider/provider.go and image.go. Two things are otherwise: the engine's
classic builder builds, not BuildKit, which would ask Docker Hub for its syntax; and relative paths are seen from this checkout.
Containers, networks, volumes and images that are pulled are in docker_objects.py.
"""
# ruff: noqa: ARG002, D102, N802 - methods of the generated gRPC servicer

import hashlib
import io
import json
import platform
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import docker
import grpc
from docker.errors import APIError, DockerException
from docker.utils.build import create_archive
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol

from railbed.image.build_context import BuildContext
from sandbox import images

from . import docker_objects
from .docker_objects import OBJECTS, HalfMadeError, Logins
from .properties import UNKNOWN, Properties, dump, has_unknown, load, mark_secrets, plain
from .server import Connection, Incomplete, Refusal, StandIn, answering, returned

IMAGE = "docker:index/image:Image"
DOCKERFILE = ".railbed.Dockerfile"
SHOWN_LINES = 20
ANSWER_SECONDS = 600
_PROCESSORS = {"x86_64": "amd64", "aarch64": "arm64"}

Show = Callable[[str], None]


class DockerProvider(StandIn[Logins]):
    """The provider, as far as railbed uses it."""

    version = metadata.version("pulumi_docker")

    @answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.GetSchemaResponse(schema=json.dumps({"name": "docker", "version": self.version}))

    @answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = plain(load(request.args))
        logins = given.get("registryAuth") or []  # the engine sends what is no string as JSON
        found = json.loads(logins) if isinstance(logins, str) else logins
        self.connection(context).settings = Logins.of(given.get("host") or None, found)
        return protocol.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.tok != "docker:index/getRegistryImage:getRegistryImage":
            raise Refusal(f"The stand-in for the docker provider has no {request.tok}.")
        name = str(plain(load(request.args))["name"])
        try:
            digest = docker.from_env(timeout=ANSWER_SECONDS).images.get_registry_data(name).id
        except DockerException as error:
            raise Refusal(f"Got error when attempting to fetch image version {name} from registry: {error}") from None
        return returned({"id": digest, "name": name, "sha256Digest": digest})

    @answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = load(request.news)
        inputs = plain(given)
        if _token(request.urn) in OBJECTS:
            if "name" not in inputs:
                inputs["name"] = load(request.olds).get("name") or _generated(request.urn)
            return protocol.CheckResponse(inputs=dump(mark_secrets(inputs, given)))
        build = {"context": ".", "platform": f"linux/{_PROCESSORS.get(platform.machine(), platform.machine())}"}
        build |= inputs.get("build") or {}
        build.setdefault("dockerfile", str(Path(build["context"], "Dockerfile")))
        if not Path(build["dockerfile"]).is_file():
            raise Refusal(f"could not open dockerfile at relative path {json.dumps(build['dockerfile'])}: no such file")
        build["contextDigest"] = _digest(build)
        name = inputs.get("imageName")
        registry = name.partition("/")[0] if isinstance(name, str) else "localhost"
        if registry != "localhost" and not set(".:") & set(registry):
            raise Refusal(f"{json.dumps(name)}: repository name must be canonical.\nPrefix it, for instance with `docker.io`.")
        complete = {**inputs, "build": build, "buildOnPreview": bool(inputs.get("buildOnPreview"))}
        return protocol.CheckResponse(inputs=dump(mark_secrets(complete, given)))

    @answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = (_compared(plain(load(inputs))) for inputs in (request.old_inputs, request.news))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        changed = [key for key in changed if key not in request.ignoreChanges and key != "__defaults"]
        token = _token(request.urn)
        replacing = [key for key in changed if token in OBJECTS and docker_objects.replaces(token, key)]
        changes = protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE
        return protocol.DiffResponse(changes=changes, diffs=changed, replaces=replacing)

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs, token = load(request.properties), _token(request.urn)
        if request.preview:
            later = {"imageId": UNKNOWN} if token.endswith(":RemoteImage") else {}
            return protocol.CreateResponse(properties=dump({**inputs, **later}))
        if token in OBJECTS:
            try:
                identity, state = self.make(request.urn, plain(inputs), self.configured(context))
            except HalfMadeError as half:
                kept = dump(mark_secrets(half.state, inputs))
                raise Incomplete(str(half), half.identity, kept, [], request.properties) from None
            return protocol.CreateResponse(id=identity, properties=dump(mark_secrets(state, inputs)))
        state = self._built(request.urn, inputs, self.connection(context))
        return protocol.CreateResponse(id=state["imageName"], properties=dump(state))

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.preview:
            return protocol.UpdateResponse(properties=request.news)
        if _token(request.urn) in OBJECTS:
            news, old = load(request.news), plain(load(request.olds))
            state = self.update(request.urn, request.id, old, plain(news), self.configured(context))
            return protocol.UpdateResponse(properties=dump(mark_secrets(state, news)))
        return protocol.UpdateResponse(properties=dump(self._built(request.urn, load(request.news), self.connection(context))))

    @answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        if _token(request.urn) in OBJECTS:
            self.delete(request.urn, request.id, plain(load(request.properties)), self.configured(context))
        return Empty()

    def make(self, urn: str, inputs: Properties, connection: Connection[Logins]) -> tuple[str, Properties]:
        """Have the engine make an object; its identity and outputs."""
        make, _ = OBJECTS[_token(urn)]
        with _told() as engine_of:
            return make(engine_of(connection), inputs, _logins(connection))

    def update(
        self, urn: str, identity: str, old: Properties, inputs: Properties, connection: Connection[Logins]
    ) -> Properties:
        """Have the engine change an object; its outputs. Of all others than containers nothing changes."""
        if not _token(urn).endswith(":Container"):
            return {**old, **inputs}
        with _told() as engine_of:
            return docker_objects.update_container(engine_of(connection), identity, old, inputs)

    def delete(self, urn: str, identity: str, state: Properties, connection: Connection[Logins]) -> None:
        """Have the engine delete an object."""
        _, delete = OBJECTS[_token(urn)]
        with _told() as engine_of:
            delete(engine_of(connection), identity, state)

    def _built(self, urn: str, inputs: Properties, connection: Connection[Logins]) -> Properties:
        """Build and push; the outputs."""
        if has_unknown(inputs):
            raise Refusal("An image cannot be built from values that are not known.")
        given = plain(inputs)
        return {
            "dockerfile": given["build"]["dockerfile"],
            "context": given["build"]["context"],
            "platform": given["build"]["platform"],
            "baseImageName": given["imageName"],
            "imageName": given["imageName"],
            "registryServer": (given.get("registry") or {}).get("server", ""),
            "repoDigest": self.build_and_push(urn, given, connection),
        }

    def build_and_push(self, urn: str, given: Properties, connection: Connection[Logins]) -> str:
        """Have the engine do it; the image by its digest."""
        build, name = given["build"], given["imageName"]

        def show(line: str) -> None:
            connection.show(urn, line)

        try:
            engine = _logins(connection).engine(ANSWER_SECONDS)
            credentials = _credentials(given.get("registry"))
            for cached in (build.get("cacheFrom") or {}).get("images", []):
                _pull(engine, cached, credentials, lambda line: connection.log(urn, line))
            if images.ruby_reference().rpartition("/")[2] in Path(build["dockerfile"]).read_text():
                images.load_ruby(engine)
            _build(engine, name, build, show)
            if given.get("skipPush"):
                return str(engine.images.get(name).id)
            return f"{name.rpartition(':')[0]}@{_push(engine, name, credentials, show)}"
        except DockerException as error:
            raise Refusal(f"The Docker engine does not answer as it should: {error}") from None


@contextmanager
def _told() -> Iterator[Callable[[Connection[Logins]], docker.DockerClient]]:
    """Gives clients of the engine, and tells what it refuses as the plugin does."""
    try:
        yield lambda connection: _logins(connection).engine(ANSWER_SECONDS)
    except DockerException as error:
        raise Refusal(f"Error response from daemon: {getattr(error, 'explanation', None) or error}") from None


def _logins(connection: Connection[Logins]) -> Logins:
    return connection.settings or Logins()


def _token(urn: str) -> str:
    """The type of a resource, one that there is."""
    token = urn.split("::")[2].rpartition("$")[2]
    if token not in (IMAGE, *OBJECTS):
        raise Refusal(f"The stand-in for the docker provider has no {token}; it has {', '.join((IMAGE, *OBJECTS))}.")
    return token


def _generated(urn: str) -> str:
    return f"{urn.rpartition('::')[2]}-{secrets.token_hex(4)[:7]}"


def _compared(inputs: Properties) -> Properties:
    """The inputs without user name and password, which may be others each time."""
    registry = inputs.get("registry")
    return {**inputs, "registry": registry.get("server")} if isinstance(registry, dict) else inputs


def _context(build: Mapping[str, Any]) -> BuildContext:
    return BuildContext.of(Path(build["context"]), Path(build["dockerfile"]))


def _digest(build: Mapping[str, Any]) -> str:
    text = Path(build["dockerfile"]).read_text() + _context(build).digest()
    return hashlib.sha256(text.encode()).hexdigest()


def _credentials(registry: Mapping[str, str] | None) -> dict[str, str] | None:
    """Those given; none means those that `docker login` has kept."""
    if not registry or not registry.get("username"):
        return None
    return {"username": registry["username"], "password": registry["password"], "serveraddress": registry.get("server", "")}


def _build(engine: docker.DockerClient, name: str, build: Mapping[str, Any], show: Show) -> None:
    context = _context(build)
    files = context.files()
    folders = {str(parent) for file in files for parent in Path(file).parents} - {"."}
    content = Path(build["dockerfile"]).read_text()
    archive: io.IOBase = create_archive(
        build["context"], sorted({*files, *folders}), extra_files=[(DOCKERFILE, content)], gzip=False
    )
    with archive:
        answers = engine.api.build(
            fileobj=archive, custom_context=True, dockerfile=DOCKERFILE, tag=name, rm=True, forcerm=True, decode=True,
            buildargs=build.get("args") or {}, target=build.get("target") or "", platform=build["platform"],
            cache_from=(build.get("cacheFrom") or {}).get("images", []) or None,
        )  # fmt: skip
        _follow("build", answers, show)


def _push(engine: docker.DockerClient, name: str, credentials: dict[str, str] | None, show: Show) -> str:
    repository, _, tag = name.rpartition(":")
    show("Pushing Image to the registry")
    answers = engine.api.push(repository, tag=tag, auth_config=credentials, stream=True, decode=True)
    for answer in _follow("push", answers, show):
        if digest := (answer.get("aux") or {}).get("Digest"):
            return str(digest)
    raise Refusal(f"The registry did not tell the digest of {name}.")


def _pull(engine: docker.DockerClient, name: str, credentials: dict[str, str] | None, tell: Show) -> None:
    try:
        engine.images.pull(name, auth_config=credentials)
    except APIError as error:
        tell(f"cacheFrom image {name} not available: {error.explanation}")


def _follow(what: str, answers: Iterable[dict[str, Any]], show: Show) -> list[dict[str, Any]]:
    """Show what the engine says until it is done."""
    said: list[str] = []
    found = []
    for answer in answers:
        found.append(answer)
        if "error" in answer:
            raise Refusal(f"error reading {what} output: {answer['error']}\n" + "\n".join(said[-SHOWN_LINES:]))
        if line := str(answer.get("stream") or answer.get("status") or "").strip():
            said.append(line)
            show(line)
    return found
