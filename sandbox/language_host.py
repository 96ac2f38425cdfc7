"""The Python language host of an engine that we built: runs programs, component plugins and policy packs.

An official release of the engine brings its own. The engine starts this one by the name `pulumi-language-python`,
reads the port from its first line, and calls it over gRPC.
"""
# ruff: noqa: N802, D102, ARG002 - the names and parameters of the methods are the protocol's

import errno
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as messages
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeServicer, add_LanguageRuntimeServicer_to_server

from sandbox.interpreter import Interpreter, MissingInterpreter

_RUNNER = Path(__file__).with_name("language_program.py")
_ALREADY_REPORTED = 32
_SETTINGS_TOO_LARGE = (
    "the settings of the stack, secrets included, are larger than the 131071 bytes of one variable, in which Pulumi hands them "
    "to the program: keep large content in the image, in object storage or in a database"
)
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class PythonHost(LanguageRuntimeServicer):
    """Answers the engine's calls."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address
        self._children: set[subprocess.Popen[bytes]] = set()
        self._changing = threading.Lock()
        self._ending = False

    def Handshake(
        self, request: messages.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> messages.LanguageHandshakeResponse:
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> messages.GetRequiredPackagesResponse:
        """None: resources carry their plugin's version, and a plugin in use is either installed or attached."""
        return messages.GetRequiredPackagesResponse()

    def RuntimeOptionsPrompts(
        self, request: messages.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> messages.RuntimeOptionsResponse:
        return messages.RuntimeOptionsResponse()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Only acknowledge it: a program, and the hooks in it, may finish; the engine interrupts us when it is done."""
        return Empty()

    def Run(self, request: messages.RunRequest, context: grpc.ServicerContext) -> messages.RunResponse:
        settings = {
            "project": request.project,
            "stack": request.stack,
            "organization": request.organization,
            "root_directory": request.info.root_directory,
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "parallel": request.parallel,
            "dry_run": request.dryRun,
        }
        program = {"settings": settings, "program": request.info.entry_point, "arguments": list(request.args)}
        try:
            python = Interpreter(request.info)
            environment = python.environment() | {
                "PULUMI_CONFIG": json.dumps(dict(request.config)),
                "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
            }
            command = [python.executable, "-u", str(_RUNNER), json.dumps(program)]
            child = self._start(command, request.pwd, environment, context)
        except (MissingInterpreter, OSError) as error:
            too_large = isinstance(error, OSError) and error.errno == errno.E2BIG
            return messages.RunResponse(error=_SETTINGS_TOO_LARGE if too_large else str(error))
        status = self._wait(child)
        if status == _ALREADY_REPORTED:
            return messages.RunResponse(bail=True)
        if status < 0:
            return messages.RunResponse(error=f"program was ended by {signal.Signals(-status).name}")
        return messages.RunResponse(error=f"program exited with non-zero exit code: {status}" if status else "")

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        with _refusing(context):
            python = Interpreter(request.info)
            command = [python.executable, "-u", *_plugin_arguments(request)]
            environment = python.environment()
            environment |= dict(line.split("=", 1) for line in request.env) | {"PATH": environment["PATH"]}
            yield from self._stream(command, request.pwd, environment, context)

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[messages.InstallDependenciesResponse]:
        with _refusing(context):
            python = Interpreter(request.info)
            for command in python.installation():
                yield messages.InstallDependenciesResponse(stdout=f"Running {' '.join(command)}\n".encode())
                for part in self._stream(command, str(python.directory), python.environment(), context):
                    yield messages.InstallDependenciesResponse(stdout=part.stdout, stderr=part.stderr)
                    if part.exitcode:
                        context.abort(grpc.StatusCode.INTERNAL, f"{' '.join(command)}: exit code {part.exitcode}")

    def About(self, request: messages.AboutRequest, context: grpc.ServicerContext) -> messages.AboutResponse:
        with _refusing(context):
            python = Interpreter(request.info)
            return messages.AboutResponse(executable=python.executable, version=python.version())

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> messages.GetProgramDependenciesResponse:
        with _refusing(context):
            found = Interpreter(request.info).packages(request.transitiveDependencies)
            return messages.GetProgramDependenciesResponse(
                dependencies=[messages.DependencyInfo(name=name, version=version) for name, version in found]
            )

    def _start(
        self,
        command: list[str],
        directory: str,
        environment: dict[str, str],
        context: grpc.ServicerContext,
        output: int | None = None,  # a program's own output reaches the engine through ours
    ) -> subprocess.Popen[bytes]:
        with self._changing:
            child = subprocess.Popen(
                command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            self._children.add(child)
            if self._ending:  # the engine was killed while its request came in
                child.terminate()
        context.add_callback(child.terminate)  # the engine has hung up; harmless when the child has ended
        return child

    def _stream(
        self, command: list[str], directory: str, environment: dict[str, str], context: grpc.ServicerContext
    ) -> Iterator[messages.RunPluginResponse]:
        """Run a command; yield its output as it comes, then its exit code."""
        child = self._start(command, directory, environment, context, subprocess.PIPE)
        yield from _output(child)
        yield messages.RunPluginResponse(exitcode=self._wait(child))

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        status = child.wait()
        self._children.discard(child)
        return status

    def end_children(self) -> None:
        """End every program and plugin that still runs."""
        with self._changing:
            self._ending = True
            for child in list(self._children):
                child.terminate()


@contextmanager
def _refusing(context: grpc.ServicerContext) -> Iterator[None]:
    """Answer the engine with the sentence of an expected failure."""
    try:
        yield
    except (MissingInterpreter, OSError) as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))


def _plugin_arguments(request: messages.RunPluginRequest) -> list[str]:
    directory = request.info.program_directory
    if request.kind == "analyzer":
        return ["-m", "pulumi.policy", request.args[0], directory, *request.args[1:]]
    if Path(directory, "__main__.py").exists():
        return [directory, *request.args]
    project = tomllib.loads(Path(directory, "pyproject.toml").read_text())
    return ["-m", "pulumi.run.plugin", project["project"]["name"], *request.args]


def _output(child: subprocess.Popen[bytes]) -> Iterator[messages.RunPluginResponse]:
    """The lines of both streams of a child, as they come."""
    lines: queue.SimpleQueue[messages.RunPluginResponse | None] = queue.SimpleQueue()

    def read(stream: IO[bytes], is_error: bool) -> None:
        for line in stream:
            lines.put(messages.RunPluginResponse(stderr=line) if is_error else messages.RunPluginResponse(stdout=line))
        lines.put(None)

    assert child.stdout
    assert child.stderr
    threading.Thread(target=read, args=(child.stdout, False), daemon=True).start()
    threading.Thread(target=read, args=(child.stderr, True), daemon=True).start()
    open_streams = 2
    while open_streams:
        if line := lines.get():
            yield line
        else:
            open_streams -= 1


def main() -> None:
    """Serve until the engine says so, interrupts us, or is gone."""
    stopped = threading.Event()
    for interruption in (signal.SIGINT, signal.SIGTERM):
        signal.signal(interruption, lambda *_: stopped.set())

    def watch_engine() -> None:
        os.read(0, 1)  # a pipe that the engine holds and never writes to: it ends with the engine, however that ends
        stopped.set()

    threading.Thread(target=watch_engine, daemon=True).start()
    host = PythonHost(engine_address=sys.argv[-1])
    server = grpc.server(ThreadPoolExecutor(32), options=_UNLIMITED)
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    stopped.wait()
    host.end_children()
    server.stop(grace=1).wait()
