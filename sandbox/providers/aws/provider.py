"""The provider on moto: types of the catalogue are made there, and it refuses what AWS would; the rest is written down."""
# ruff: noqa: D102, N802 - methods of the generated gRPC servicer

import secrets
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
import grpc
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pulumi.runtime.proto import provider_pb2 as protocol

from sandbox.providers.cloud import CloudProvider
from sandbox.providers.ledger import Ledger
from sandbox.providers.properties import Properties, dump, load, mark_secrets, plain
from sandbox.providers.sdk import Kind
from sandbox.providers.server import Refusal, answering

from .answers import ACCOUNT, AWS
from .api import Api, Call
from .catalogue import APIS
from .translation import at, filled, outputs_of, request_of

_GONE = ("NotFound", "NoSuch", "DoesNotExist", "Inactive")
"""Parts of the codes of errors that tell that something is not there, so that it need not be deleted."""


class Account:
    """Calls the API of the sandbox's own AWS, and of no other: endpoint and credentials are given, never looked for."""

    def __init__(self, endpoint: Callable[[], str]) -> None:
        self._endpoint, self._clients, self._lock = cache(endpoint), dict[tuple[str, str], Any](), threading.Lock()

    def call(self, region: str, service: str, operation: str, given: Mapping[str, Any], api: Api, request: Any) -> Any:
        """One request: `request` as it is, and of `given` what the operation has members for."""
        client = self._client(region, service)
        shape = client.meta.service_model.operation_model(operation).input_shape
        full = {**request_of(shape, given, api.renames), **request_of(shape, request, {})}
        try:
            return client._make_api_call(operation, full)
        except ClientError as error:
            raise ApiError(operation, error.response["Error"]) from None
        except BotoCoreError as error:  # (members that the API requires are missing, or their values are of another type)
            raise Refusal(f"{operation}: {error}") from None

    def _client(self, region: str, service: str) -> Any:
        with self._lock:
            if (region, service) not in self._clients:
                self._clients[region, service] = boto3.Session().client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint(),
                    aws_access_key_id="sandbox",
                    aws_secret_access_key="sandbox",  # noqa: S106 - moto takes any
                    config=Config(retries={"max_attempts": 1}, read_timeout=120, proxies={}),
                )
            return self._clients[region, service]


class ApiError(Refusal):
    """The API refuses a request."""

    def __init__(self, operation: str, error: Mapping[str, str]) -> None:
        super().__init__(f"{operation}: {error.get('Code')}: {error.get('Message')}")
        self.gone = any(part in error.get("Code", "") for part in _GONE)


class AwsProvider(CloudProvider):
    """The stand-in, with an AWS to call. `endpoint` starts it if it does not run, and tells its URL."""

    def __init__(self, endpoint: Callable[[], str], ledger: Ledger) -> None:
        super().__init__(AWS, ledger, lends=True)
        self._account = Account(endpoint)

    @answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, inputs = self._kind(request.urn), load(request.properties)
        api = APIS.get(_type(kind))
        if request.preview or api is None or _is_copy(plain(inputs)):
            return super().Create(request, context)
        values = self._values(kind, plain(inputs), request.urn, context)
        given = {"region": values["region"]} if api.whole else values
        answer = self._call(api, api.create, given, filled(api.request, values) or {})
        values |= {"answer": answer, "version": answer.get("VersionId", "")}
        identity = values["id"] = str(filled(api.identity, values))
        for each in api.then:
            self._make(api, each, values)
        found = outputs_of(at(answer, api.resource) if api.resource else answer, kind.outputs)
        found |= {key: value for key, value in (filled(api.outputs, values) or {}).items() if value is not None}
        state = self._state(kind, inputs, values["name"], identity, context)
        found = {"name": values["name"], **found}
        told = {key: value for key, value in found.items() if key not in inputs and key in kind.outputs}
        made = self._made(request.urn, inputs, mark_secrets({**state, **told}, inputs), identity, context)
        return protocol.CreateResponse(id=identity, properties=dump(made))

    @answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, inputs, old = self._kind(request.urn), load(request.news), load(request.olds)
        api = APIS.get(_type(kind))
        if not request.preview and api is not None and api.update and not _is_copy(plain(inputs)):
            values = self._values(kind, {**plain(old), **plain(inputs)}, request.urn, context) | {"id": request.id}
            more = {**(filled(api.request, values) or {}), **api.updating}
            given = {key: value for key, value in plain(inputs).items() if key not in api.apart}
            self._call(api, api.update, given | _names(values), {**more, **_keyed(api, request.id)})
        return super().Update(request, context)

    @answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        kind, state = self._kind(request.urn), plain(load(request.properties))
        api, switch = APIS.get(_type(kind)), AWS.protected_by.get(_type(kind))
        if api is None or not api.delete or _is_copy(state) or (switch and state.get(switch)):
            return super().Delete(request, context)
        values = self._values(kind, state, request.urn, context) | {"id": request.id}
        try:
            for each in api.first:
                self._make(api, each, values)
            names = {"region": values["region"]}
            self._call(api, api.delete, names, {**_keyed(api, request.id), **(filled(api.deletion, values) or {})})
        except ApiError as refusal:
            if not refusal.gone:
                raise
        for part in [each.identity for each in self._ledger.all() if each.identity.startswith(f"{request.id}|")]:
            self._ledger.strike(part)  # such as a secret's versions, which nothing else deletes
        return super().Delete(request, context)

    def _values(self, kind: Kind, given: Properties, urn: str, context: grpc.ServicerContext) -> Properties:
        region = given.get("region") or self.configured(context).settings
        named, name = AWS.name_of.get(_type(kind), "name"), self._name(kind, given, urn)
        # A free priority of a rule, where none is given: those for hosts come in any order.
        chosen = {"priority": given.get("priority") or secrets.randbelow(50_000) + 1}
        return {**given, named: name, "name": name, "region": region, "account": ACCOUNT, **chosen}

    def _call(self, api: Api, operation: str, values: Properties, request: Any) -> Any:
        return self._account.call(str(values["region"]), api.service, operation, values, api, request)

    def _make(self, api: Api, call: Call, values: Properties) -> None:
        if not call.only_with or values.get(call.only_with) is not None:
            self._call(api, call.operation, {"region": values["region"]}, filled(call.request, values))


def _type(kind: Kind) -> str:
    return f"{kind.module}/{kind.name}"


def _is_copy(given: Properties) -> bool:
    """Whether a database is made from another or from a snapshot, which the catalogue does not tell how."""
    return any(given.get(key) for key in ("replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime"))


def _names(values: Properties) -> Properties:
    return {key: values[key] for key in ("name", "region")}


def _keyed(api: Api, identity: str) -> Properties:
    return {api.key: identity} if api.key else {}
