"""The stand-in for the pulumi-random plugin: passwords, strings, identifiers and bytes that stay as they were made."""
# ruff: noqa: ARG002, D102, N802 - methods of the generated gRPC servicer

import base64
import json
import secrets
import string
import uuid
from importlib import metadata
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol

from .properties import UNKNOWN, Properties, Secret, dump, load, plain
from .server import Refusal, StandIn, answering

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
CLASSES = {"lower": string.ascii_lowercase, "upper": string.ascii_uppercase, "numeric": string.digits}
TEXT: Properties = {
    **dict.fromkeys(("lower", "upper", "numeric", "special"), True),
    **dict.fromkeys(("minLower", "minUpper", "minNumeric", "minSpecial"), 0),
}
DEFAULTS: dict[str, Properties] = {
    "RandomPassword": TEXT, "RandomString": TEXT, "RandomId": {}, "RandomBytes": {}, "RandomUuid": {},
}  # fmt: skip


def text(inputs: Properties) -> str:
    """A random string with the characters and the least numbers of each class that the inputs ask for."""
    classes = {**CLASSES, "special": inputs.get("overrideSpecial") or SPECIAL}
    allowed = "".join(characters for name, characters in classes.items() if inputs[name])
    if not allowed:
        raise Refusal("No character is allowed: switch on one of lower, upper, numeric and special.")
    chosen = [
        secrets.choice(characters) for name, characters in classes.items() for _ in range(inputs[f"min{name.capitalize()}"])
    ]
    missing = inputs["length"] - len(chosen)
    if missing < 0:
        raise Refusal(f"A length of {inputs['length']} is less than the {len(chosen)} characters that the minimums ask for.")
    chosen += [secrets.choice(allowed) for _ in range(missing)]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def create(kind: str, inputs: Properties) -> tuple[str, Properties]:
    """The identity and the outputs of a new resource."""
    if kind == "RandomPassword":
        return "none", {"result": Secret(text(inputs))}
    if kind == "RandomString":
        result = text(inputs)
        return result, {"result": result}
    if kind == "RandomUuid":
        result = str(uuid.uuid4())
        return result, {"result": result}
    size = inputs["byteLength"] if kind == "RandomId" else inputs["length"]
    if kind == "RandomId":
        return _identifier(secrets.token_bytes(size), inputs.get("prefix") or "")
    raw = secrets.token_bytes(size)
    return "none", {"base64": Secret(base64.b64encode(raw).decode()), "hex": Secret(raw.hex())}


def _identifier(raw: bytes, prefix: str) -> tuple[str, Properties]:
    url = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    forms = {
        "b64Std": base64.b64encode(raw).decode(),
        "b64Url": url,
        "dec": str(int.from_bytes(raw, "big")),
        "hex": raw.hex(),
    }
    return url, {name: prefix + form for name, form in forms.items()}


class RandomProvider(StandIn[bool]):
    """The provider: everything happens once, at creation; any change makes a new value."""

    version = metadata.version("pulumi_random")

    @answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.GetSchemaResponse(schema=json.dumps({"name": "random", "version": self.version}))

    @answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind = _kind(request.urn)
        news = load(request.news)
        if kind in {"RandomPassword", "RandomString"} and "number" in news:
            news.setdefault("numeric", news["number"])
        return protocol.CheckResponse(inputs=dump({**DEFAULTS[kind], **news}))

    @answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = plain(load(request.old_inputs)), plain(load(request.news))
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        changes = protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE
        return protocol.DiffResponse(changes=changes, diffs=changed, replaces=changed)

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        inputs = load(request.properties)
        if not request.preview:
            identity, outputs = create(_kind(request.urn), plain(inputs))
            return protocol.CreateResponse(id=identity, properties=dump({**inputs, **outputs, "id": identity}))
        outputs = dict.fromkeys(("result", "b64Std", "b64Url", "dec", "hex", "base64"), UNKNOWN)
        return protocol.CreateResponse(properties=dump({**inputs, **outputs}))

    @answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.properties.fields:
            return protocol.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        kind = _kind(request.urn)
        if kind not in {"RandomPassword", "RandomString"}:
            raise Refusal(f"The stand-in for the random provider cannot import a {kind}.")
        inputs = {**TEXT, "length": len(request.id)}
        result = Secret(request.id) if kind == "RandomPassword" else request.id
        identity = "none" if kind == "RandomPassword" else request.id
        state = {**inputs, "result": result, "id": identity}
        return protocol.ReadResponse(id=identity, properties=dump(state), inputs=dump(inputs))

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.UpdateResponse(properties=request.olds)

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        return Empty()


def _kind(urn: str) -> str:
    kind = urn.split("::")[2].rpartition(":")[2]
    if kind not in DEFAULTS:
        raise Refusal(f"The stand-in for the random provider has no {kind}; it has {', '.join(DEFAULTS)}.")
    return kind
