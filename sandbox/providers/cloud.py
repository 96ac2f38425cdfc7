"""A cloud that is written down: it refuses what SDK and cloud would, answers what the cloud would, and makes nothing itself.

What it is to be used for is lent by the sandbox, where that can: a cluster, a database, a load balancer.
"""
# ruff: noqa: ARG002, D102, N802 - methods of the generated gRPC servicer

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol

from sandbox import lending
from sandbox.progress import StepFailed

from .ledger import Ledger
from .properties import UNKNOWN, Properties, Secret, dump, load, mark_secrets, plain
from .sdk import Kind, kind_of
from .server import Refusal, StandIn, answering, returned

Compute = Callable[["Made"], Properties]
Lend = Callable[["Made", Ledger], Properties]
Refuse = Callable[[str, Properties], Iterator[tuple[str, str]]]


@dataclass(frozen=True)
class Made:
    """A resource that is being made, for the functions that compute what the cloud would answer."""

    kind: Kind
    inputs: Properties
    """Without the marks of secrets."""
    name: str
    identity: str
    region: str

    @property
    def suffix(self) -> str:
        """Seven characters that belong to the resource."""
        return self.identity[-7:]

    @property
    def lent(self) -> str:
        """The name under which the sandbox lends something for the resource."""
        return lent_name(self.identity)


@dataclass(frozen=True)
class Cloud:
    """What is particular to one cloud. Types are "module/Name", or "Name" alone where there are no modules."""

    package: str
    name_of: Mapping[str, str]
    """The input that names a resource, where it is not `name`."""
    unnamed: frozenset[str]
    """Types that get no name by themselves although they could have one."""
    replacing: Mapping[str, frozenset[str]]
    """Inputs whose change makes a new resource: those that the provider's schema marks so."""
    protected_by: Mapping[str, str]
    """The input that keeps the cloud itself from deleting a resource."""
    identities: Mapping[str, str]
    """Beginnings of identities: vpc-."""
    compute: Mapping[str, Compute]
    every: Compute
    """What every resource answers."""
    identity: Callable[[Kind, str], str | None]
    """The identity of a resource of no such beginning; None is its name."""
    asked: Mapping[str, Callable[[Properties], Properties]] = field(default_factory=dict)
    """What the cloud answers to questions of a program, by the token of its function."""
    lend: Mapping[str, Lend] = field(default_factory=dict)
    """What the sandbox lends for a resource, and the answers that lead to it."""
    references: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By type, inputs that are the identity of another resource, with that one's type."""
    unique: frozenset[str] = frozenset()
    """Types of which no two have the same name."""
    refuse: Refuse = lambda _kind, _inputs: iter(())
    """Inputs that the cloud would not take, and why."""


class CloudProvider(StandIn[str]):
    """The provider of one cloud. Its settings are the region."""

    def __init__(self, cloud: Cloud, ledger: Ledger | None = None, *, lends: bool = False) -> None:
        """Without a ledger what it holds ends with it; unless it lends, its answers lead nowhere."""
        super().__init__()
        self._cloud, self._ledger, self._lends = cloud, ledger or Ledger(), lends
        self.version = metadata.version(f"pulumi-{cloud.package}")

    @answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.GetSchemaResponse(schema=json.dumps({"name": self._cloud.package, "version": self.version}))

    @answering
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        changed = _changed(plain(load(request.old_inputs)), plain(load(request.news)))
        return protocol.DiffResponse(changes=_changes(changed), diffs=changed)

    @answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = plain(load(request.args))
        region = given.get("region")
        self.connection(context).settings = region if isinstance(region, str) else "us-east-1"
        return protocol.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, inputs, old = self._kind(request.urn), load(request.news), load(request.olds)
        failures = [
            protocol.CheckFailure(
                property=name,
                reason=f'Missing required argument: The argument "{name}" is required, but no definition was found.',
            )
            for name in sorted(kind.required - set(inputs))
        ]
        unknown = sorted(set(inputs) - kind.inputs - {"__defaults"})
        failures += [protocol.CheckFailure(property=name, reason=f"Invalid or unknown key: {name}") for name in unknown]
        refused = self._cloud.refuse(_type(kind), plain(inputs))
        failures += [protocol.CheckFailure(property=name, reason=reason) for name, reason in refused]
        named = self._cloud.name_of.get(_type(kind), "name")
        if named in kind.inputs and named not in inputs and f"{named}Prefix" not in inputs and self._is_named(kind):
            kept = old.get(named)
            inputs[named] = kept if isinstance(kept, str) else _generated(request.urn)
        return protocol.CheckResponse(inputs=dump(inputs), failures=failures)

    @answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind = self._kind(request.urn)
        changed = [
            key
            for key in _changed(plain(load(request.old_inputs)), plain(load(request.news)))
            if key not in request.ignoreChanges and key.partition(".")[0] not in request.ignoreChanges
        ]
        replacing = self._cloud.replacing.get(_type(kind), frozenset())
        return protocol.DiffResponse(
            changes=_changes(changed), diffs=changed, replaces=[key for key in changed if key in replacing]
        )

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, inputs = self._kind(request.urn), load(request.properties)
        if request.preview:
            later = dict.fromkeys(kind.outputs - set(inputs), UNKNOWN)
            return protocol.CreateResponse(properties=dump({**inputs, **later}))
        name = self._name(kind, inputs, request.urn)
        self._check_references(kind, inputs)
        self._check_name(kind, name)
        identity = self._identity(kind, name)
        state = self._state(kind, inputs, name, identity, context)
        return protocol.CreateResponse(id=identity, properties=dump(self._made(request.urn, inputs, state, identity, context)))

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, inputs, old = self._kind(request.urn), load(request.news), load(request.olds)
        if request.preview:
            return protocol.UpdateResponse(properties=dump({**old, **inputs}))
        name = self._name(kind, {**old, **inputs}, request.urn)
        self._check_references(kind, inputs)
        # What the cloud once chose stays, except for what a change is there to change.
        state = {**old, **self._state(kind, inputs, name, request.id, context)}
        return protocol.UpdateResponse(properties=dump(self._made(request.urn, inputs, state, request.id, context)))

    @answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind = self._kind(request.urn)
        switch = self._cloud.protected_by.get(_type(kind))
        if switch and plain(load(request.properties)).get(switch):
            raise Refusal(f"{request.id} cannot be deleted while {switch} is true: set it to false and update first.")
        if self._lends and _type(kind) in self._cloud.lend:
            lending.take_back(lent_name(request.id))
        self._ledger.strike(request.id)
        return Empty()

    @answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.tok not in self._cloud.asked:
            raise Refusal(f"The stand-in for {self._cloud.package} cannot be asked for {request.tok}.")
        return returned(self._cloud.asked[request.tok](plain(load(request.args))))

    def _made(
        self, urn: str, inputs: Properties, state: Properties, identity: str, context: grpc.ServicerContext
    ) -> Properties:
        """The state of a resource once it is written down, and what it needs is lent."""
        kind = self._kind(urn)
        name = self._name(kind, {**state, **inputs}, urn)
        self._ledger.write(urn.split("::")[0].removeprefix("urn:pulumi:"), _type(kind), name, identity, inputs)
        lend = self._cloud.lend.get(_type(kind))
        if not self._lends or lend is None:
            return state
        made = Made(kind, plain({**state, **inputs}), name, identity, self.configured(context).settings or "")
        try:
            return {**state, **lend(made, self._ledger)}
        except StepFailed as failure:
            raise Refusal(f"{failure.what} {failure.remedy}".strip()) from None

    def _check_references(self, kind: Kind, inputs: Properties) -> None:
        for key, other in self._cloud.references.get(_type(kind), {}).items():
            named = plain(inputs.get(key))
            found = self._ledger.find(str(named)) if named else None
            if named and (found is None or found.kind != other):
                raise Refusal(f"404 Not Found: {key}: there is no {other} {named}.")

    def _check_name(self, kind: Kind, name: str) -> None:
        taken = (entry for entry in self._ledger.all() if (entry.kind, entry.name) == (_type(kind), name))
        if _type(kind) in self._cloud.unique and any(taken):
            raise Refusal(f"422 Unprocessable Entity: name is already in use: {name}")

    def _kind(self, urn: str) -> Kind:
        token = urn.split("::")[2].rpartition("$")[2]
        found = kind_of(token)
        if found is None:
            raise Refusal(f"The SDK of {self._cloud.package} {self.version} has no {token}.")
        return found

    def _is_named(self, kind: Kind) -> bool:
        return _type(kind) not in self._cloud.unnamed

    def _name(self, kind: Kind, given: Properties, urn: str) -> str:
        """What the cloud calls a resource; it adds characters of its own to a prefix."""
        named = self._cloud.name_of.get(_type(kind), "name")
        if prefix := plain(given.get(f"{named}Prefix")):
            return str(plain(given.get(named)) or f"{prefix}{secrets.token_hex(4)}")
        return str(plain(given.get(named)) or urn.rsplit("::", 1)[-1])

    def _identity(self, kind: Kind, name: str) -> str:
        beginning = self._cloud.identities.get(_type(kind))
        if beginning is not None:
            return f"{beginning}{secrets.token_hex(8)}"
        return self._cloud.identity(kind, name) or name

    def _computed(self, made: Made) -> Properties:
        compute = self._cloud.compute.get(_type(made.kind))
        return compute(made) if compute else {}

    def _state(self, kind: Kind, inputs: Properties, name: str, identity: str, context: grpc.ServicerContext) -> Properties:
        made = Made(kind, plain(inputs), name, identity, self.configured(context).settings or "")
        named = {self._cloud.name_of.get(_type(kind), "name"): name} if self._is_named(kind) else {}
        answers = {**named, **self._cloud.every(made), **self._computed(made)}
        known = {key: value for key, value in answers.items() if key in kind.outputs}
        return mark_secrets({**inputs, **{key: value for key, value in known.items() if inputs.get(key) is None}}, inputs)


def _type(kind: Kind) -> str:
    return kind.name if kind.module in ("", "index") else f"{kind.module}/{kind.name}"


def _generated(urn: str) -> str:
    name = urn.rsplit("::", 1)[-1]
    return re.sub(r"[^A-Za-z0-9_-]", "-", name) + "-" + secrets.token_hex(4)[:7]


def _changed(old: Properties, new: Properties) -> list[str]:
    return [key for key in {**old, **new} if key != "__defaults" and old.get(key) != new.get(key)]


def _changes(changed: list[str]) -> Any:
    return protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE


def lent_name(identity: str) -> str:
    """The name under which the sandbox lends something for the resource of an identity."""
    return f"c{hashlib.sha256(identity.encode()).hexdigest()[:12]}"


def hidden(value: Any) -> Secret:
    """A value that the real provider marks secret."""
    return Secret(value)
