"""The Kubernetes API as this provider uses it: plain objects, discovery on demand, problems with their reason."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from kubernetes.client import ApiClient

from ..server import Refusal

Object = dict[str, Any]
JSON, APPLY, JSON_PATCH = "application/json", "application/apply-patch+yaml", "application/json-patch+json"


class ApiProblem(Refusal):
    """The API server said no."""

    def __init__(self, code: int, status: Mapping[str, Any]) -> None:
        super().__init__(str(status.get("message") or f"the API server answered with status {code}"))
        self.code = code
        self.reason = str(status.get("reason", ""))
        self.details: Mapping[str, Any] = status.get("details") or {}

    @property
    def namespace_missing(self) -> bool:
        """Whether the namespace of the object does not exist."""
        return self.code == 404 and self.details.get("kind") == "namespaces"


class UnknownKind(Refusal):
    """The API server does not serve this kind (yet)."""


class Unreachable(Refusal):
    """No answer from the API server."""


@dataclass(frozen=True)
class Kind:
    """A kind of object, and where the API serves it."""

    api_version: str
    name: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        """The path of all objects, those of a namespace, or one."""
        parts = ["/api" if "/" not in self.api_version else "/apis", self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", namespace]
        return "/".join([*parts, self.plural, *([name] if name else [])])


class Cluster:
    """One cluster, reached with one set of credentials."""

    def __init__(self, client: ApiClient) -> None:
        self._client = client
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._lock = threading.Lock()

    def version(self) -> str:
        """The version of the API server."""
        return str(self.request("GET", "/version")["gitVersion"])

    def kind(self, api_version: str, name: str) -> Kind:
        """Find a kind; asked again each time until the server has it, so that new custom resources are seen."""
        found = self._kinds.get((api_version, name))
        if found:
            return found
        path = ("/api/" if "/" not in api_version else "/apis/") + api_version
        try:
            listing = self.request("GET", path)
        except ApiProblem as problem:
            if problem.code != 404:
                raise
            listing = {"resources": []}
        with self._lock:
            for entry in listing["resources"]:
                if "/" not in entry["name"]:
                    kind = Kind(api_version, entry["kind"], entry["name"], entry["namespaced"])
                    self._kinds[api_version, kind.name] = kind
        if (api_version, name) not in self._kinds:
            raise UnknownKind(
                f"The API server has no kind {name!r} in {api_version!r}. "
                "If it is a custom resource, create its CustomResourceDefinition first."
            )
        return self._kinds[api_version, name]

    def kind_of(self, live: Object) -> Kind:
        """The kind of an object."""
        return self.kind(live.get("apiVersion", ""), live.get("kind", ""))

    def get(self, live: Object) -> Object:
        """Read an object anew."""
        return self.request("GET", self._path(live))

    def create(self, wanted: Object, manager: str, *, dry_run: bool) -> Object:
        """Create an object; one of the same name is an error."""
        path = self.kind_of(wanted).path(wanted["metadata"].get("namespace"))
        return self.request("POST", path, wanted, {"fieldManager": manager, **_dry(dry_run)})

    def apply(self, wanted: Object, manager: str, *, force: bool, dry_run: bool) -> Object:
        """Server-side apply."""
        query = {"fieldManager": manager, "force": "true" if force else "false", **_dry(dry_run)}
        return self.request("PATCH", self._path(wanted), wanted, query, APPLY)

    def replace(self, wanted: Object, manager: str, *, dry_run: bool) -> Object:
        """Put a whole object in the place of the old one."""
        return self.request("PUT", self._path(wanted), wanted, {"fieldManager": manager, **_dry(dry_run)})

    def patch(self, live: Object, patch: Any, content_type: str) -> Object:
        """Change parts of an object."""
        return self.request("PATCH", self._path(live), patch, {}, content_type)

    def delete(self, live: Object, propagation: str) -> None:
        """Ask for an object's deletion."""
        self.request("DELETE", self._path(live), {"propagationPolicy": propagation})

    def _path(self, live: Object) -> str:
        metadata = live["metadata"]
        return self.kind_of(live).path(metadata.get("namespace"), metadata["name"])

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        content_type: str = JSON,
    ) -> Object:
        """One request, answered with parsed JSON."""
        response = self._send(method, path, body, query or {}, content_type, timeout=urllib3.Timeout(connect=5, read=60))
        answer: Object = json.loads(response.data)
        return answer

    def stream(self, path: str, query: Mapping[str, str], opened: "list[urllib3.BaseHTTPResponse]") -> Iterator[Object]:
        """The events of a watch; the response is put in `opened`, so that another thread can end it."""
        response = self._send("GET", path, None, {**query, "watch": "true"}, JSON, timeout=urllib3.Timeout(connect=5))
        opened.append(response)
        rest = b""
        try:
            for chunk in response.stream(amt=None):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    yield json.loads(line)
        finally:
            # Whoever ended it later would end what its connection is used for then.
            opened.remove(response)

    def _send(
        self, method: str, path: str, body: Any, query: Mapping[str, str], content_type: str, timeout: urllib3.Timeout
    ) -> urllib3.BaseHTTPResponse:
        client = self._client
        url = client.configuration.host + path + ("?" + urlencode(query) if query else "")
        headers = {**client.default_headers, "Accept": JSON, "Content-Type": content_type}
        client.update_params_for_auth(headers, [], ["BearerToken"], path, method, body)
        data = None if body is None else json.dumps(body)
        try:
            response = client.rest_client.pool_manager.request(
                method, url, body=data, headers=headers, timeout=timeout, preload_content=False
            )
        except urllib3.exceptions.HTTPError as error:
            cause = getattr(error, "reason", None) or error
            host = client.configuration.host
            raise Unreachable(f"The Kubernetes API server at {host} does not answer: {cause}") from error
        if response.status >= 300:
            raise ApiProblem(response.status, _status(response.data))
        return response


def _dry(dry_run: bool) -> dict[str, str]:
    return {"dryRun": "All"} if dry_run else {}


def _status(data: bytes) -> Mapping[str, Any]:
    try:
        status = json.loads(data)
    except ValueError:
        return {"message": data.decode(errors="replace").strip()}
    return status if isinstance(status, dict) else {}
