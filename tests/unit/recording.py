"""Runs a piece of a Pulumi program without an engine, and keeps everything it would have registered."""

import asyncio
import base64
import copy
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime import mocks, rpc, settings, stack
from pulumi.runtime.proto import callback_pb2

from tests.existing_things import LOOKED_UP
from tests.unit.cloud_answers import CLOUD_ANSWERS, INVOKED, zones_in

HIDDEN = "[hidden]"
"""What stands in `Recorded.visible` where the value is marked secret."""

Program = Callable[[], Any]
Properties = dict[str, Any]
Outputs = Mapping[str, Properties | Callable[[str], Properties]]

_STACK = "::pulumi:pulumi:Stack::railbed-"


@dataclass(frozen=True)
class Recorded:
    """One registered resource."""

    type: str
    name: str
    parent: str
    """Name of the parent; "" is the stack."""
    inputs: Properties
    visible: Properties
    """`inputs` with `HIDDEN` in place of everything that is marked secret."""
    request: Any
    """The engine's own RegisterResourceRequest, for the resource's options."""
    urn: str
    outputs: Properties = field(default_factory=dict)
    """What a component registered as its outputs, secrets hidden."""

    @property
    def spec(self) -> Any:
        return self.inputs["spec"]

    @property
    def pod(self) -> Any:
        """The specification of the pods that it makes."""
        return self.template["spec"]

    @property
    def template(self) -> Any:
        spec = self.spec["jobTemplate"]["spec"] if "jobTemplate" in self.spec else self.spec
        return spec["template"]

    @property
    def container(self) -> Any:
        (container,) = self.pod["containers"]
        return container

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements of the IAM policy that it holds; of a role, those of its trust."""
        policy = json.loads(self.inputs["assumeRolePolicy" if "assumeRolePolicy" in self.inputs else "policy"])
        return list(policy["Statement"])

    def at(self, path: str) -> Any:
        """The input at a path such as "spec.ports.0.nodePort"; None where there is none."""
        value: Any = self.inputs
        for part in path.split("."):
            if isinstance(value, list):
                value = value[int(part)] if int(part) < len(value) else None
            else:
                value = (value or {}).get(part)
        return value

    @property
    def depends_on(self) -> set[str]:
        return {urn.rsplit("::", 1)[-1] for urn in self.request.dependencies}


@dataclass(frozen=True)
class Deployment:
    """Everything that a program registered."""

    resources: list[Recorded]
    result: Any
    """What the program returned, with all outputs resolved."""
    exports: Properties
    hooks: dict[str, Any]
    """Resource hooks by name."""

    def the(self, kind: str, name: str | None = None) -> Recorded:
        """The one resource of this kind (the last word of its type) and, if given, this name."""
        found = [each for each in self.all(kind) if name in (None, each.name)]
        assert len(found) == 1, f"expected one {kind} {name or ''}, found {[each.name for each in found]}"
        return found[0]

    def all(self, kind: str) -> list[Recorded]:
        return [each for each in self.resources if each.type.rsplit(":", 1)[-1] == kind]

    def named(self) -> set[tuple[str, str]]:
        """Kind and name of everything."""
        return {(each.type.rsplit(":", 1)[-1], each.name) for each in self.resources}


class _Answers(mocks.Mocks):
    """Answers as a cluster would: with the inputs, a name and a namespace where none was asked for, and a status.

    `outputs` are further outputs of resources, by the last word of their type; without any, those of `CLOUD_ANSWERS`.
    """

    def __init__(self, outputs: Outputs | None) -> None:
        self._outputs = outputs

    def _further(self, cloud: str, kind: str, name: str) -> Properties:
        found = CLOUD_ANSWERS.get((cloud, kind), {}) if self._outputs is None else self._outputs.get(kind, {})
        return copy.deepcopy(dict(found(name) if callable(found) else found))

    def call(self, args: mocks.MockCallArgs) -> tuple[Properties, list[tuple[str, str]] | None]:
        if args.token == "aws:ecr/getAuthorizationToken:getAuthorizationToken":
            return {"userName": "AWS", "authorizationToken": base64.b64encode(b"AWS:short-lived").decode()}, []
        if args.token == "docker:index/getRegistryImage:getRegistryImage":
            return {"sha256Digest": f"sha256:{hashlib.sha256(args.args['name'].encode()).hexdigest()}"}, []
        if args.token == "aws:index/getAvailabilityZones:getAvailabilityZones":
            return zones_in(args.args["region"]), []
        if args.token == "digitalocean:index/getDatabaseCa:getDatabaseCa":
            return {"certificate": f"authority of {args.args['clusterId']}", "clusterId": args.args["clusterId"], "id": "1"}, []
        if args.token == "pulumi:pulumi:readStackOutputs":
            return {"outputs": {}}, []
        if args.token in LOOKED_UP:
            try:
                return LOOKED_UP[args.token](args.args), []
            except KeyError as error:
                if args.token not in INVOKED:
                    return {}, [("id", f"reading {args.token.rpartition(':get')[2]} ({error.args[0]}): couldn't find resource")]
        if answer := INVOKED.get(args.token):
            return {**args.args, **answer(args.args)}, []
        raise AssertionError(f"nothing in railbed should call {args.token}")

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, Properties]:
        state = copy.deepcopy(_plain(args.inputs))
        if args.typ.startswith("kubernetes:"):
            metadata = state.setdefault("metadata", {})
            metadata.setdefault("name", f"{args.name}-1a2b3c")
            metadata.setdefault("namespace", "default")
        if args.typ == "kubernetes:core/v1:Service" and state["spec"]["type"] in ("NodePort", "LoadBalancer"):
            state["spec"]["ports"][0].setdefault("nodePort", 31234)
            state["status"] = {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}
        if args.typ == "random:index/randomPassword:RandomPassword":
            # As it is sent: an Output would stay with the event loop of this thread, which the program's would then wait for.
            state["result"] = {rpc._special_sig_key: rpc._special_secret_sig, "value": "generated-password"}
        state |= self._further(args.typ.partition(":")[0], args.typ.rsplit(":", 1)[-1], args.name)
        return f"{args.name}-id", state


class _Hooks:
    """Takes the place of the gRPC server that an engine would call: there is none, and it does not outlive a program."""

    def __init__(self) -> None:
        self.registered: dict[str, Any] = {}

    def register_resource_hook(self, hook: pulumi.ResourceHook) -> None:
        self.registered[hook.name] = hook.callback

    def register_transform(self, transform: pulumi.ResourceTransform) -> callback_pb2.Callback:
        return callback_pb2.Callback(token=str(id(transform)))

    def register_error_hook(self, hook: pulumi.ErrorHook) -> None:
        self.registered[hook.name] = hook.callback


class _Monitor(mocks.MockMonitor):
    """Keeps the requests themselves: the SDK's own mocks know neither parents nor options nor which values are secret."""

    def __init__(self, outputs: Outputs | None) -> None:
        super().__init__(_Answers(outputs))
        self.recorded: dict[str, Recorded] = {}
        self.refused: list[str] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        # Pulumi's would leave an event loop open in every thread.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        finally:
            asyncio.set_event_loop(None)
            loop.close()
        if request.type != "pulumi:pulumi:Stack":
            sent = json_format.MessageToDict(request.object)
            self.recorded[response.urn] = Recorded(
                type=request.type,
                name=request.name,
                parent="" if _STACK in request.parent else request.parent.rsplit("::", 1)[-1],
                inputs=_whole(_plain(sent)),
                visible=_whole(_hidden(sent)),
                request=request,
                urn=response.urn,
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn in self.recorded:
            self.recorded[request.urn].outputs.update(_whole(_hidden(json_format.MessageToDict(request.outputs))))
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def record(
    program: Program,
    *,
    preview: bool = False,
    registered: list[Recorded] | None = None,
    outputs: Outputs | None = None,
    stack_name: str = "test",
) -> Deployment:
    """Run a program and resolve everything that it returns.

    Whatever fails, also inside an `apply`, fails here. `registered` gets the resources also when the program fails.
    `outputs`: what a cloud would add to the inputs of resources, by the last word of their type, such as
    {"Vpc": {"arn": "arn:aws:ec2:..."}}, or a function of the resource's name. Default: `CLOUD_ANSWERS`, in a preview nothing.
    """
    monitor, hooks = _Monitor({} if preview and outputs is None else outputs), _Hooks()

    async def run() -> tuple[Any, Properties]:
        settings.SETTINGS.rpc_manager.clear()
        settings.SETTINGS.outputs.clear()
        settings.set_root_resource(None)  # type: ignore[arg-type]
        mocks.set_mocks(monitor.mocks, project="railbed", stack=stack_name, preview=preview, monitor=monitor)
        settings.SETTINGS.callbacks = hooks
        returned: list[Any] = []
        await stack.run_pulumi_func(lambda: returned.append(program()))
        root = settings.get_root_resource()
        exports = dict(getattr(root, "outputs", {}))
        return await _resolved(returned[0]), await _resolved(exports)

    try:
        result, exports = asyncio.run(run())
    finally:
        if registered is not None:
            registered.extend(monitor.recorded.values())
    return Deployment(list(monitor.recorded.values()), result, exports, hooks.registered)


async def _resolved(value: Any) -> Any:
    if isinstance(value, pulumi.ComponentResource):
        names = [name for name in type(value).__annotations__ if isinstance(getattr(value, name), pulumi.Output)]
        return {name: await _resolved(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {key: await _resolved(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [await _resolved(inner) for inner in value]
    if isinstance(value, pulumi.Output):
        return await value.future()
    return value


def _plain(value: Any) -> Any:
    return _unwrapped(value, _plain)


def _hidden(value: Any) -> Any:
    return _unwrapped(value, lambda _: HIDDEN)


def _unwrapped(value: Any, secret: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:
            return secret(value["value"])
        return {key: _unwrapped(inner, secret) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unwrapped(inner, secret) for inner in value]
    return value


def _whole(value: Any) -> Any:
    """Numbers without a fraction as integers: the wire knows only floats."""
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
