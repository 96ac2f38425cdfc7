"""The provider's configuration: which cluster, with which credentials, and how strictly."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from kubernetes import config
from kubernetes.client import ApiClient, Configuration

from ..properties import UNKNOWN, Properties, plain
from ..server import Refusal
from .api import Cluster
from .difference import Mutability
from .watching import Watches

FALLBACKS = {  # the environment variable that holds when the provider does not say
    "deleteUnreachable": "PULUMI_K8S_DELETE_UNREACHABLE",
    "enableConfigMapMutable": "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
    "enablePatchForce": "PULUMI_K8S_ENABLE_PATCH_FORCE",
    "enableSecretMutable": "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
    "enableServerSideApply": "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY",
    "skipUpdateUnreachable": "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
    "upsertExistingObjects": "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
}


@dataclass
class Settings:
    """What Configure said."""

    values: Properties
    namespace: str = "default"
    unreachable: str = ""  # why the cluster cannot be reached
    mutable: Mutability = field(default_factory=Mutability)
    _cluster: Cluster | None = None
    _watches: Watches | None = None

    @classmethod
    def configured(cls, given: Properties) -> "Settings":
        """Read the configuration and see whether the cluster answers; that it does not is an error only later."""
        values = plain(given)
        if values.get("renderYamlToDirectory"):
            raise Refusal("The Kubernetes stand-in writes no files: leave render_yaml_to_directory out.")
        settings = cls(values)
        settings.mutable = Mutability(settings.on("enableConfigMapMutable"), settings.on("enableSecretMutable"))
        if settings.on("enableServerSideApply", default=True) is False:
            raise Refusal("The Kubernetes stand-in always applies on the server: leave enable_server_side_apply out.")
        try:
            client, settings.namespace = connect(values)
            settings._cluster = Cluster(client)
            settings._watches = Watches(settings._cluster)
            settings._cluster.version()
        except (Refusal, config.ConfigException, OSError) as error:
            settings.unreachable = str(error)
        return settings

    def on(self, option: str, *, default: bool = False) -> bool:
        """Whether a switch is on: by the configuration, else by the environment."""
        value = self.values.get(option)
        if value in (None, ""):
            value = os.environ.get(FALLBACKS.get(option, ""), default)
        return value is True or value == "true"

    @property
    def cluster(self) -> Cluster:
        """The cluster; a plain sentence when it is out of reach."""
        if self._cluster is None or self.unreachable:
            raise Refusal(f"configured Kubernetes cluster is unreachable: {self.unreachable}")
        return self._cluster

    @property
    def watches(self) -> Watches:
        """The cluster's shared watches."""
        assert self._watches is not None
        return self._watches


def kubeconfig(given: Any) -> Properties:
    """A kubeconfig that is given as contents, as a path, or as an object."""
    if isinstance(given, dict):
        return given
    text = str(given or "")
    path = Path(text).expanduser() if text and "\n" not in text and len(text) < 4096 else None
    if path is not None and path.is_file():
        text = path.read_text()
    try:
        loaded = yaml.safe_load(text) if text else {}
    except yaml.YAMLError:
        loaded = None  # the error would quote the text, which holds credentials
    if not isinstance(loaded, dict):
        raise Refusal("The provider's kubeconfig is neither a file nor the contents of one.")
    return loaded


def connect(values: Properties) -> tuple[ApiClient, str]:
    """A client for the configured or ambient cluster, and the namespace for objects that name none."""
    given = kubeconfig(values.get("kubeconfig"))
    if not given:
        given = _ambient()
    settings = type.__call__(Configuration)
    settings.connection_pool_maxsize = 64
    if not given:
        config.load_incluster_config(settings)  # type: ignore[no-untyped-call]
        return ApiClient(settings), values.get("namespace") or "default"
    name = values.get("context") or given.get("current-context")
    context = _named(given, "context", name)
    if values.get("cluster"):
        context["cluster"] = values["cluster"]
    client = config.new_client_from_config_dict(  # type: ignore[no-untyped-call]
        given, context=name, persist_config=False, client_configuration=settings
    )
    return client, values.get("namespace") or context.get("namespace") or "default"


def _ambient() -> Properties:
    stated = os.environ.get("KUBECONFIG", "")
    paths = [Path(part) for part in stated.split(os.pathsep) if part] or [Path.home() / ".kube" / "config"]
    if len(paths) > 1:
        return config.kube_config.KubeConfigMerger(stated).config.value  # type: ignore[no-any-return, no-untyped-call]
    if not paths[0].is_file():
        if stated or not os.environ.get("KUBERNETES_SERVICE_HOST"):
            raise Refusal(f"No kubeconfig: the provider has none, and there is no file {paths[0]}.")
        return {}
    return kubeconfig(str(paths[0]))


def _named(given: Properties, what: str, name: str | None) -> Properties:
    entries = given.get(f"{what}s") or []
    found = next((entry[what] for entry in entries if entry.get("name") == name), None)
    if found is None:
        raise Refusal(f"The kubeconfig has no {what} {name!r}.")
    return dict(found) if what == "cluster" else found


def _active_cluster(values: Properties) -> Properties | None:
    """The cluster entry that a configuration leads to; None when that cannot be told."""
    given = kubeconfig(plain(values.get("kubeconfig")))
    try:
        context = _named(given, "context", values.get("context") or given.get("current-context"))
        return _named(given, "cluster", values.get("cluster") or context["cluster"])
    except (Refusal, KeyError):
        return None


def replaced_by(old: Properties, new: Properties) -> list[str]:
    """The changed settings that lead to another cluster, so that everything in it has to be made anew."""
    changed = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if not changed:
        return []
    where: list[str] = [key for key in ("kubeconfig", "context", "cluster") if key in changed]
    identity = "clusterIdentifier"
    identified = bool(old.get(identity) and new.get(identity))
    unknown = [key for key in where if new.get(key) is UNKNOWN]
    if unknown and not identified:
        return unknown[:1]
    try:
        one, other = _active_cluster(old), None if unknown else _active_cluster(new)
    except Refusal:  # a path that leads nowhere: the plugin fails, which the engine overlooks, whatever else has changed
        return []
    if identified:
        return [identity] if identity in changed else []
    return where if one is not None and other is not None and one != other else []
