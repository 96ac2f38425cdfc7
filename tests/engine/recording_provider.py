"""A Kubernetes provider without a cluster: it keeps what the engine asked for, in order, and fails or stalls where it is told.

Names, differences and replacements are those of the sandbox's stand-in, which the cluster lane holds against a real API server.
"""
# ruff: noqa: N802 - methods of the generated gRPC servicer

import copy
import dataclasses
import hashlib
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol

from sandbox.providers.aws.answers import AWS
from sandbox.providers.cloud import Cloud, CloudProvider, Made, hidden
from sandbox.providers.digitalocean.answers import DIGITALOCEAN, KUBECONFIG, NOWHERE
from sandbox.providers.docker import DockerProvider
from sandbox.providers.docker_objects import Logins
from sandbox.providers.kubernetes import metadata
from sandbox.providers.kubernetes.difference import Mutability, as_text, differences, normalized, replaces, replacing_fields
from sandbox.providers.ledger import Ledger
from sandbox.providers.properties import Properties, dump, has_unknown, load, mark_secrets, plain
from sandbox.providers.random import RandomProvider
from sandbox.providers.sdk import Kind
from sandbox.providers.server import Connection, Refusal, StandIn, answering, returned, serve
from tests.engine.empty_cluster import empty_cluster
from tests.existing_things import LOOKED_UP, ON_DIGITALOCEAN

REPLACED_ALWAYS = ("metadata.name", "metadata.namespace")
NAMES_ITS_PLACE = "Namespace"


@dataclass(frozen=True)
class Operation:
    """One thing done to one object."""

    what: str
    """create, update or delete."""
    kind: str
    name: str
    """The resource's name in the program."""
    inputs: Properties

    def __str__(self) -> str:
        return f"{self.what} {self.kind} {self.name}"


@dataclass
class Record:
    """What was done, and what is to go wrong: by kind and name of the resource, as in "Job shop-migrate"."""

    done: list[Operation] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """As in "begun create Job shop-migrate" and "done create Job shop-migrate"."""
    failing: dict[str, str] = field(default_factory=dict)
    failing_once: dict[str, list[str]] = field(default_factory=dict)
    """The same, of one operation after the other."""
    stalling: set[str] = field(default_factory=set)
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set once the engine waits for a resource that stalls."""
    released: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, Properties] = field(default_factory=dict)
    """What clouds answer to questions of a program, by the token of its function, other than usual."""
    providers: list[Properties] = field(default_factory=list)
    """What each provider resource was configured with."""

    def start(self) -> None:
        """Forget what was done before."""
        self.done, self.order = [], []

    def mend(self) -> None:
        """Let everything succeed from now on."""
        self.released.set()
        self.failing, self.failing_once, self.stalling = {}, {}, set()
        self.stalled, self.released = threading.Event(), threading.Event()

    def names(self) -> list[str]:
        """What was done, in the order in which it was finished, as texts."""
        return [str(operation) for operation in self.done]

    @contextmanager
    def operation(self, what: str, urn: str, inputs: Properties) -> Iterator[None]:
        kind, name = urn.split("::")[2].rpartition(":")[2], urn.rsplit("::", 1)[-1]
        operation = Operation(what, kind, name, copy.deepcopy(inputs))
        self.order.append(f"begun {operation}")
        if f"{kind} {name}" in self.stalling:
            released = self.released
            self.stalled.set()
            released.wait()
            raise Refusal("The engine has gone.")
        if f"{kind} {name}" in self.failing:
            raise Refusal(self.failing[f"{kind} {name}"])
        if self.failing_once.get(f"{kind} {name}"):
            raise Refusal(self.failing_once[f"{kind} {name}"].pop())
        yield
        self.order.append(f"done {operation}")
        self.done.append(operation)


class RecordingProvider(StandIn[bool]):
    """The provider: objects exist only in the engine's state."""

    version = "4.34.2"

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record

    @answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.GetSchemaResponse(schema='{"name": "kubernetes", "version": "4.34.2"}')

    @answering
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        changed = request.old_inputs != request.news
        return protocol.DiffResponse(changes=protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE)

    @answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.connection(context).settings = True
        self.record.providers.append(load(request.args))
        return protocol.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    @answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        news = load(request.news)
        item = plain(news)
        metadata.assign_name(item, request, plain(load(request.olds)))
        if isinstance(item["metadata"], dict) and item["kind"] != NAMES_ITS_PLACE:
            item["metadata"].setdefault("namespace", "default")
        return protocol.CheckResponse(inputs=dump(mark_secrets(item, news)))

    @answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = (normalized(plain(load(inputs))) for inputs in (request.old_inputs, request.news))
        changes = differences(old, new)
        patch = request.urn.split("::")[2].endswith("Patch")
        fields = REPLACED_ALWAYS + (() if patch else replacing_fields(new, Mutability()))
        replacing = [as_text(path) for path, (_, value) in changes.items() if replaces(path, value, fields)]
        in_its_place = all(old["metadata"].get(key) == new["metadata"].get(key) for key in ("name", "namespace"))
        return protocol.DiffResponse(
            changes=protocol.DiffResponse.DIFF_SOME if changes else protocol.DiffResponse.DIFF_NONE,
            diffs=[as_text(path) for path in changes],
            replaces=replacing,
            deleteBeforeReplace=bool(replacing) and in_its_place and not metadata.asks(new, "autonamed"),
        )

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = load(request.properties)
        if request.preview and has_unknown(given):
            return protocol.CreateResponse(properties=request.properties)
        live = _live(given)
        if request.preview:
            return protocol.CreateResponse(properties=dump(live))
        with self.record.operation("create", request.urn, plain(given)):
            place = plain(live["metadata"])
            return protocol.CreateResponse(
                id=f"{place.get('namespace', '')}/{place['name']}".lstrip("/"), properties=dump(live)
            )

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = load(request.news)
        if request.preview:
            return protocol.UpdateResponse(properties=request.news if has_unknown(given) else dump(_live(given)))
        with self.record.operation("update", request.urn, plain(given)):
            return protocol.UpdateResponse(properties=dump(_live(given)))

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self.record.operation("delete", request.urn, plain(load(request.properties))):
            return Empty()

    @answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)


class RecordingCloud(CloudProvider):
    """The sandbox's stand-in for a cloud, which also keeps what the engine asked for, and has things that exist."""

    def __init__(self, cloud: Cloud, record: Record, address: str) -> None:
        super().__init__(cloud, _with_existing_things(Ledger()))
        self.record, self._address = record, address

    @answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.tok in self.record.answers:
            return returned(self.record.answers[request.tok])
        if request.tok not in LOOKED_UP:
            return super().Invoke(request, context)
        try:
            answer = LOOKED_UP[request.tok](plain(load(request.args)))
        except KeyError as error:
            if request.tok in self._cloud.asked:
                return super().Invoke(request, context)
            raise Refusal(f"reading {request.tok.rpartition(':get')[2]} ({error.args[0]}): couldn't find resource") from None
        if "kubeConfigs" in answer:
            (credentials,) = answer["kubeConfigs"]
            answer["kubeConfigs"] = [{**credentials, "rawConfig": KUBECONFIG.replace(NOWHERE, self._address)}]
        return returned({**answer, "endpoint": self._address} if "endpoint" in answer else answer)

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.preview:
            return super().Create(request, context)
        with self.record.operation("create", request.urn, plain(load(request.properties))):
            return super().Create(request, context)

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.preview:
            return super().Update(request, context)
        with self.record.operation("update", request.urn, plain(load(request.news))):
            return super().Update(request, context)

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        with self.record.operation("delete", request.urn, {}):
            return super().Delete(request, context)


class RecordingDocker(DockerProvider):
    """The sandbox's stand-in for the Docker provider, which keeps what it would have built and made."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record

    def build_and_push(self, urn: str, given: Properties, connection: Connection[Logins]) -> str:
        with self.record.operation("build", urn, given):
            digest = hashlib.sha256(json.dumps(given["build"], sort_keys=True).encode()).hexdigest()
            return f"{given['imageName'].rpartition(':')[0]}@sha256:{digest}"

    def make(self, urn: str, inputs: Properties, connection: Connection[Logins]) -> tuple[str, Properties]:
        with self.record.operation("create", urn, inputs):
            return urn.rsplit("::", 1)[-1], inputs | {
                "imageId": f"sha256:{hashlib.sha256(inputs['name'].encode()).hexdigest()}"
            }

    def update(
        self, urn: str, identity: str, old: Properties, inputs: Properties, connection: Connection[Logins]
    ) -> Properties:
        with self.record.operation("update", urn, inputs):
            return old | inputs

    def delete(self, urn: str, identity: str, state: Properties, connection: Connection[Logins]) -> None:
        with self.record.operation("delete", urn, state):
            return


def _with_existing_things(ledger: Ledger) -> Ledger:
    """The ledger, in which there is what stacks of DigitalOcean refer to."""
    for kind, identity in ON_DIGITALOCEAN.items():
        ledger.write("", kind, "company", identity, {})
    return ledger


def _with_revisions(aws: Cloud) -> Cloud:
    """AWS, in which each task definition is a new revision of its family, known by another ARN."""
    revisions = itertools.count(1)

    def identity(kind: Kind, name: str) -> str | None:
        if kind.name == "TaskDefinition":
            return f"arn:aws:ecs:eu-central-1:123456789012:task-definition/{name}:{next(revisions)}"
        return aws.identity(kind, name)

    return dataclasses.replace(aws, identity=identity)


def _with_cluster(cloud: Cloud, kind: str, address: str) -> Cloud:
    """The cloud, whose clusters are reached at an address."""
    answered = cloud.compute[kind]

    def reached(made: Made) -> Properties:
        answer = {**answered(made), "endpoint": address}
        if "kubeConfigs" in answer:
            credentials = {"token": "none", "host": address, "clusterCaCertificate": "Q0E="}
            answer["kubeConfigs"] = hidden([{"rawConfig": KUBECONFIG.replace(NOWHERE, address), **credentials}])
        return answer

    return dataclasses.replace(cloud, compute={**cloud.compute, kind: reached})


def _live(given: Properties) -> Properties:
    """The object as a cluster would have it, as far as railbed's outputs read it."""
    live = copy.deepcopy(given)
    if live["kind"] == "Service" and live["spec"]["type"] in ("NodePort", "LoadBalancer"):
        live["spec"]["ports"][0].setdefault("nodePort", 31234)
        live["status"] = {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}
    return live


@contextmanager
def recording() -> Iterator[tuple[Record, str]]:
    """A record, and the value of PULUMI_DEBUG_PROVIDERS with which an engine fills it."""
    record = Record()
    with empty_cluster() as address:
        servers = {
            "kubernetes": serve(RecordingProvider(record)),
            "random": serve(RandomProvider()),
            "docker": serve(RecordingDocker(record)),
            "aws": serve(RecordingCloud(_with_cluster(_with_revisions(AWS), "eks/Cluster", address), record, address)),
            "digitalocean": serve(RecordingCloud(_with_cluster(DIGITALOCEAN, "KubernetesCluster", address), record, address)),
        }
        try:
            yield record, ",".join(f"{name}:{port}" for name, (_, port) in servers.items())
        finally:
            record.released.set()
            for server, _ in servers.values():
                server.stop(grace=None).wait()
