"""The stand-in for the pulumi-kubernetes plugin: Pulumi's protocol on one side, a real API server on the other."""
# ruff: noqa: ARG002, D102, N802 - methods of the generated gRPC servicer

import json
from importlib.metadata import version as installed
from typing import Any

import grpc
import yaml
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as protocol
from pulumi.runtime.proto.engine_pb2 import LogSeverity

from ..properties import dump, has_unknown, load, plain
from ..server import Connection, Incomplete, Refusal, StandIn, answering, returned
from . import metadata
from .api import ApiProblem, Object, UnknownKind
from .apply import relinquish
from .difference import as_text, differences, normalized, pruned, replaces, replacing_fields
from .paths import contains, parse
from .settings import FALLBACKS, Settings, replaced_by
from .state import MANAGER, as_inputs, checkpoint, id_of, is_patch, kind_of, object_of, parted, refreshed, secured
from .waiting import NotReady, Wait, glance
from .writing import create, update


class KubernetesProvider(StandIn[Settings]):
    """The provider."""

    version = installed("pulumi_kubernetes")

    @answering
    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        return protocol.GetSchemaResponse(schema=json.dumps({"name": "kubernetes", "version": self.version}))

    @answering
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        old, new = load(request.olds), load(request.news)
        changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        changes = protocol.DiffResponse.DIFF_SOME if changed else protocol.DiffResponse.DIFF_NONE
        return protocol.DiffResponse(changes=changes, diffs=changed, replaces=replaced_by(old, new))

    @answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        values = load(request.args) or {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        self.connection(context).settings = Settings.configured(values)
        return protocol.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    @answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.tok != "kubernetes:yaml:decode":
            raise Refusal(f"The Kubernetes stand-in has no function {request.tok}.")
        given = load(request.args)
        objects = [item for item in yaml.safe_load_all(given["text"]) if item]
        return returned({"result": objects})

    @answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        settings = self._settings(context)
        news, old = load(request.news), object_of(load(request.olds))
        if settings.unreachable and settings.on("skipUpdateUnreachable"):
            return protocol.CheckResponse(inputs=request.olds)
        token = request.urn.split("::")[2].rpartition("$")[2]
        if "helm.sh" in token or token.endswith("List"):
            raise Refusal(f"The Kubernetes stand-in has no {token}.")
        item = normalized(object_of(news))
        if is_patch(request.urn, item) and not metadata.name(item):
            raise Refusal("A Patch resource needs metadata.name: the object to change.")
        metadata.assign_name(item, request, old)
        if not metadata.name(item):
            raise Refusal("Server-side apply does not work with metadata.generateName: set metadata.name, or neither.")
        if isinstance(item["metadata"], dict) and not item["metadata"].get("namespace") and self._namespaced(settings, item):
            item["metadata"]["namespace"] = settings.namespace
        return protocol.CheckResponse(inputs=dump(secured(item, news)))

    @answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        settings = self._settings(context)
        old_inputs, live = parted(load(request.olds))
        new = normalized(object_of(load(request.news)))
        old = normalized(pruned(live, normalized(old_inputs)))
        for item in (old, new):
            item.setdefault("metadata", {})
            if isinstance(item["metadata"], dict):
                item["metadata"].setdefault("namespace", "default" if self._namespaced(settings, new) else "")
        old["metadata"]["name"] = live["metadata"]["name"]
        changes = differences(old, new)
        ignored = [parse(text) for text in request.ignoreChanges]
        fields: tuple[str, ...] = ("metadata.name", "metadata.namespace")
        if not is_patch(request.urn, new):
            fields += replacing_fields(new, settings.mutable)
        detail: dict[str, Any] = {}
        replacing: list[str] = []
        for path, (change, value) in changes.items():
            if any(contains(ignore, path) for ignore in ignored):
                continue
            replace = replaces(path, value, fields) or (path == ("metadata",) and change == "DELETE")
            kind = protocol.PropertyDiff.Kind.Value(change + ("_REPLACE" if replace else ""))
            detail[as_text(path)] = protocol.PropertyDiff(kind=kind, inputDiff=change == "DELETE")
            replacing += [as_text(path)] if replace else []
        if metadata.asks(new, "replaceUnready") and self._failed_job(settings, live):
            replacing.append('metadata.annotations["pulumi.com/replaceUnready"]')
        same_place = new["metadata"].get("namespace") == (live["metadata"].get("namespace") or old["metadata"]["namespace"])
        return protocol.DiffResponse(
            changes=protocol.DiffResponse.DIFF_SOME if detail or replacing else protocol.DiffResponse.DIFF_NONE,
            replaces=replacing,
            deleteBeforeReplace=bool(replacing)
            and not metadata.asks(new, "autonamed")
            and metadata.name(new) == live["metadata"]["name"]
            and same_place,
            detailedDiff=detail,
            hasDetailedDiff=True,
        )

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        connection, settings = self._both(context)
        given = load(request.properties)
        item = object_of(given)
        manager = metadata.annotation(item, "pulumi.com/patchFieldManager") or metadata.new_field_manager()
        patch = is_patch(request.urn, item)
        if request.preview and (has_unknown(item) or patch or not self._known(settings, item)):
            return protocol.CreateResponse(properties=request.properties)
        upsert = patch or settings.on("upsertExistingObjects")
        try:
            live = create(connection, settings, request, item, manager if upsert else "")
        except ApiProblem as problem:
            if request.preview and (problem.code == 403 or problem.namespace_missing or problem.reason == "AlreadyExists"):
                return protocol.CreateResponse(properties=request.properties)
            raise
        if request.preview:
            live.pop("status", None)
            return protocol.CreateResponse(properties=checkpoint(item, live, given, manager))
        identity = id_of(live)
        try:
            live = self._wait(context, request, item).until_ready(live, item)
        except NotReady as late:
            state = checkpoint(item, late.live, given, manager)
            raise Incomplete(f"created, but {late}", identity, state, late.reasons) from late
        return protocol.CreateResponse(id=identity, properties=checkpoint(item, live, given, manager))

    @answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        connection, settings = self._both(context)
        old_state, given = load(request.properties), load(request.inputs)
        if settings.unreachable and settings.on("skipUpdateUnreachable") and not settings.on("deleteUnreachable"):
            return protocol.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)
        if self._forgets_unreachable(connection, settings, request.urn):
            return protocol.ReadResponse()
        namespace, _, name = request.id.rpartition("/")
        inputs, _ = normalized(object_of(given)), None
        adopted = not inputs.get("kind")
        if adopted:
            inputs = {
                **kind_of(request.urn),
                "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
            }
        target = {**inputs, "metadata": {**inputs["metadata"], "name": name, "namespace": namespace or None}}
        try:
            live = settings.cluster.get(target)
        except (ApiProblem, UnknownKind) as problem:
            if isinstance(problem, ApiProblem) and problem.code != 404:
                raise
            return protocol.ReadResponse()
        found = as_inputs(live) if adopted else refreshed(live, inputs)
        manager = old_state.get(MANAGER) or metadata.new_field_manager()
        state = checkpoint(found, live, given, manager)
        answer = dump(secured(found, given))
        late = None if adopted else glance(settings.cluster, live, inputs)
        if late:
            raise Incomplete(str(late), request.id, state, late.reasons, answer)
        return protocol.ReadResponse(id=request.id, properties=state, inputs=answer)

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        settings = self._settings(context)
        old_state, given = load(request.olds), load(request.news)
        _, old = parted(old_state)
        item = normalized(object_of(given))
        before = plain(old_state.get(MANAGER)) or metadata.new_field_manager()
        manager = metadata.annotation(item, "pulumi.com/patchFieldManager") or before
        if request.preview and (has_unknown(item) or not self._known(settings, item)):
            return protocol.UpdateResponse(properties=request.news)
        identity = id_of(old)
        cluster = settings.cluster
        try:
            live, item = update(settings, request, item, old, manager)
            if request.preview:
                return protocol.UpdateResponse(properties=checkpoint(item, live, given, manager))
            live = self._wait(context, request, item).until_ready(live, item)
        except Refusal as refusal:
            if request.preview and isinstance(refusal, ApiProblem) and refusal.code == 403:
                return protocol.UpdateResponse(properties=request.news)
            reasons = refusal.reasons if isinstance(refusal, NotReady) else []
            state = checkpoint(item, cluster.get(old), given, manager)
            raise Incomplete(
                f"{identity} could not be updated: {refusal}" if not reasons else str(refusal), identity, state, reasons
            ) from refusal
        if before != manager:
            relinquish(cluster, live, before)
        return protocol.UpdateResponse(properties=checkpoint(item, live, given, manager))

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        connection, settings = self._both(context)
        state = load(request.properties)
        inputs, live = parted(state)
        if self._forgets_unreachable(connection, settings, request.urn):
            return Empty()
        cluster = settings.cluster
        try:
            if is_patch(request.urn, live):
                relinquish(cluster, live, plain(state[MANAGER]))
                return Empty()
            cluster.delete(live, metadata.propagation(inputs))
            if not (metadata.asks(inputs, "skipAwait") and live["kind"] in metadata.NOT_AWAITED_WHEN_DELETED):
                self._wait(context, request, inputs).until_gone(live)
        except (ApiProblem, UnknownKind) as problem:
            if isinstance(problem, ApiProblem) and problem.code != 404:
                raise
        except NotReady as late:
            left = checkpoint(inputs, late.live, state, plain(state.get(MANAGER, "")))
            raise Incomplete(str(late), request.id, left, late.reasons) from late
        return Empty()

    def _settings(self, context: grpc.ServicerContext) -> Settings:
        return self._both(context)[1]

    def _both(self, context: grpc.ServicerContext) -> tuple[Connection[Settings], Settings]:
        connection = self.configured(context)
        assert connection.settings is not None
        return connection, connection.settings

    def _wait(self, context: grpc.ServicerContext, request: Any, item: Object) -> Wait:
        connection, settings = self._both(context)
        seconds = metadata.timeout(request.timeout, item)
        return Wait(settings.cluster, settings.watches, connection, request.urn, seconds, context)

    @staticmethod
    def _forgets_unreachable(connection: Connection[Settings], settings: Settings, urn: str) -> bool:
        """Whether to drop an object whose cluster does not answer; an error where the user has not said so."""
        if not settings.unreachable:
            return False
        reason = f"configured Kubernetes cluster is unreachable: {settings.unreachable}"
        connection.log(urn, reason, LogSeverity.WARNING)
        if not settings.on("deleteUnreachable"):
            raise Refusal(f"{reason}. If the cluster no longer exists, set {FALLBACKS['deleteUnreachable']} to true.")
        return True

    @staticmethod
    def _namespaced(settings: Settings, item: Object) -> bool:
        """Whether objects of this kind live in a namespace; a kind that the cluster does not know yet is taken to."""
        try:
            return settings.cluster.kind_of(item).namespaced
        except Refusal:
            return True

    @staticmethod
    def _known(settings: Settings, item: Object) -> bool:
        try:
            settings.cluster.kind_of(item)
        except Refusal:
            return False
        return True

    @staticmethod
    def _failed_job(settings: Settings, live: Object) -> bool:
        if live.get("kind") != "Job" or settings.unreachable:
            return False
        try:
            return glance(settings.cluster, settings.cluster.get(live), {}) is not None
        except Refusal:
            return False
