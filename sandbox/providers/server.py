"""What every stand-in provider needs: a gRPC server that keeps the settings of each connection apart."""
# ruff: noqa: ARG002, D102, N802 - methods of the generated gRPC servicer

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import wraps
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.engine_pb2 import LogRequest, LogSeverity
from pulumi.runtime.proto.engine_pb2_grpc import EngineStub
from pulumi.runtime.proto.plugin_pb2 import PluginInfo
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer, add_ResourceProviderServicer_to_server
from pulumi.runtime.proto.status_pb2 import Status

from .properties import dump

LARGEST_MESSAGE = 400 * 1024 * 1024  # the engine's own limit
Settings = TypeVar("Settings")
Severity: TypeAlias = "LogSeverity.ValueType"


class Refusal(Exception):  # noqa: N818 - it is an answer to the engine, not a fault of ours
    """The operation was not done; the text says why."""


class Incomplete(Refusal):
    """The resource exists, but not as it should be: the engine keeps its state and tries again in the next `up`."""

    def __init__(
        self, message: str, identity: str, state: Struct, reasons: Sequence[str], inputs: Struct | None = None
    ) -> None:
        super().__init__(message)
        self.detail = protocol.ErrorResourceInitFailed(
            id=identity, properties=state, reasons=[message, *reasons], inputs=inputs
        )


class Connection(Generic[Settings]):
    """One provider resource of one engine run."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.cancelled = threading.Event()
        self._wakers: list[Callable[[], None]] = []
        self._engine: EngineStub | None = None

    def attach(self, address: str) -> None:
        """Learn where the engine listens."""
        self._engine = EngineStub(grpc.insecure_channel(address)) if address else None

    def log(self, urn: str, text: str, severity: Severity = LogSeverity.INFO) -> None:
        """A line that stays in the engine's output."""
        self._send(LogRequest(urn=urn, message=text, severity=severity))

    def show(self, urn: str, text: str, severity: Severity = LogSeverity.INFO) -> None:
        """A line beside the running resource, until the next one."""
        self._send(LogRequest(urn=urn, message=text, severity=severity, ephemeral=True))

    def _send(self, request: LogRequest) -> None:
        if self._engine is None:
            return
        try:
            self._engine.Log(request, timeout=5)
        except grpc.RpcError:
            return  # the engine is gone: nobody is left to read the line

    def cancel(self) -> None:
        """End everything that waits."""
        self.cancelled.set()
        for wake in list(self._wakers):
            wake()

    @contextmanager
    def waking(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called when the operations are cancelled."""
        self._wakers.append(wake)
        try:
            yield
        finally:
            self._wakers.remove(wake)

    def adopt(self, other: "Connection[Settings]") -> None:
        """Go on with what another connection knew."""
        self.settings, self._engine = other.settings, other._engine


def answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the exceptions of a gRPC method into the errors the engine expects."""

    @wraps(method)
    def answer(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except Incomplete as incomplete:
            detail = AnyMessage()
            detail.Pack(incomplete.detail)
            status = Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(incomplete), details=[detail])
            context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
            _abort(context, str(incomplete))
        except Refusal as refusal:
            _abort(context, str(refusal))
        except Exception as fault:
            if context.code() is not None:  # the method of a base class has aborted already
                raise
            traceback.print_exc()
            _abort(context, f"the stand-in provider has a fault of its own: {type(fault).__name__}: {fault}")

    return answer


def returned(properties: Mapping[str, Any]) -> Any:
    """The answer to an invocation: its field has the name of a statement, which no keyword argument may have."""
    answer = protocol.InvokeResponse()
    getattr(answer, "return").CopyFrom(dump(properties))
    return answer


def _abort(context: grpc.ServicerContext, message: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError  # abort() always raises


class StandIn(ResourceProviderServicer, Generic[Settings]):
    """The base of the stand-ins.

    An engine that attaches to a running provider opens one connection for each provider resource of the program, so
    everything Configure says belongs to the connection it came over.
    """

    version = "0.0.0"

    def __init__(self) -> None:
        self._connections: dict[str, Connection[Settings]] = {}

    def connection(self, context: grpc.ServicerContext) -> Connection[Settings]:
        """The connection that a request came over."""
        return self._connections.setdefault(context.peer(), Connection())

    def configured(self, context: grpc.ServicerContext) -> Connection[Settings]:
        """The same, refusing a connection that was never configured."""
        connection = self.connection(context)
        if connection.settings is None:
            # An idle connection is opened anew by the engine's gRPC library without Configure being sent again.
            others = {id(other.settings): other for other in self._connections.values() if other.settings is not None}
            if len(others) != 1:
                raise Refusal("The engine's connection was lost and its provider settings with it. Run it again.")
            (known,) = others.values()
            connection.adopt(known)
        return connection

    def _opened(self, context: grpc.ServicerContext, engine: str) -> None:
        connection = self.connection(context)
        if connection.settings is not None or connection.cancelled.is_set():  # of an older run, on the same port
            connection = self._connections[context.peer()] = Connection()
        connection.attach(engine)

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._opened(context, request.engine_address)
        return protocol.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._opened(context, request.address)
        return Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return PluginInfo(version=self.version)

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.DiffResponse(changes=protocol.DiffResponse.DIFF_UNKNOWN)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self.connection(context).cancel()
        return Empty()


def serve(servicer: StandIn[Any]) -> tuple[grpc.Server, int]:
    """Serve on a free loopback port."""
    # Each operation that waits for the cluster holds a thread; threads are made only as they are needed.
    server = grpc.server(
        ThreadPoolExecutor(max_workers=512),
        options=[
            ("grpc.max_receive_message_length", LARGEST_MESSAGE),
            ("grpc.max_send_message_length", LARGEST_MESSAGE),
            ("grpc.max_metadata_size", LARGEST_MESSAGE),
        ],
    )
    add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
