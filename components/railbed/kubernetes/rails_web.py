"""RailsWeb: the processes that answer requests, behind a Service."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from railbed.args import RailsWebArgs
from railbed.component import Component
from railbed.description.app import PREPARE_TO_END_SECONDS, AppWeb
from railbed.description.commands import server_command, server_environment
from railbed.description.decided_variables import Deciding, of_web
from railbed.description.health_checks import (
    READY_FAILURES,
    READY_INTERVAL_SECONDS,
    START_INTERVAL_SECONDS,
    TIMEOUT_SECONDS,
    health_headers,
    start_failures,
)
from railbed.description.listening import listening_command
from railbed.enums import Exposure, Server
from railbed.kubernetes.authorities import mount_authorities
from railbed.kubernetes.configuration import Configuration
from railbed.kubernetes.exposure import (
    MOST_ROUTED_HOSTS,
    Exposed,
    exposed_url,
    ingress_spec,
    load_balancer_address,
    route_spec,
    service_spec,
)
from railbed.kubernetes.network_policy import allow_everybody, limit_workload
from railbed.kubernetes.pod import rails_container, rails_pod, spread
from railbed.kubernetes.rollout import disruption_budget, rolled_out
from railbed.kubernetes.script import FOLDER, mount, script
from railbed.kubernetes.workload import Labels, Manifest, Workload, WorkloadOptions, labels_of, metadata_of
from railbed.outputs import known_after
from railbed.validation.overrides import merged
from railbed.validation.rules import rule

SOCKET = "puma_socket.rb"


class RailsWebOptions(WorkloadOptions, AppWeb, Exposed):
    """Options of RailsWeb."""

    def deciding(self) -> list[Deciding]:
        """The web processes' own settings decide their variables."""
        return [of_web(self)]

    @property
    def grace_seconds(self) -> int:
        """Seconds that a pod may take to end."""
        return self.drain_seconds + self.request_seconds + PREPARE_TO_END_SECONDS

    @rule
    def _hosts_can_be_routed(self) -> None:
        if self.exposure in (Exposure.INGRESS, Exposure.GATEWAY) and not self.hosts:
            raise ValueError(f"exposure {self.exposure.value} needs hosts: name at least one, such as shop.example.com")
        if self.exposure is Exposure.GATEWAY and len(self.hosts) > MOST_ROUTED_HOSTS:
            raise ValueError(f"exposure gateway takes {MOST_ROUTED_HOSTS} hosts and there are {len(self.hosts)}: remove some")

    @rule
    def _overrides_are_known(self) -> None:
        self.check_overrides_of(RailsWeb.OVERRIDABLE)


class RailsWebModel(RailsWebOptions, Workload):
    """Arguments of RailsWeb."""


class RailsWeb(Component[RailsWebModel]):
    """The web processes of a Rails application: a Deployment behind a Service, replaced without a failed request.

    A new pod gets traffic once it answers its health check. A pod that is to stop goes on serving for `drain_seconds`, while
    load balancers learn of it, then finishes its requests. If Puma ends although its pod stays, connections wait until it is
    back. From two replicas up one pod at a time may be evicted.

    Raises `InvalidArguments` before anything is registered.
    """

    OVERRIDABLE = frozenset({"deployment", "http_route", "ingress", "network_policy", "pod_disruption_budget", "service"})

    url: pulumi.Output[str]
    """Where the application is reached, as far as the cluster knows it: http(s)://host, http://address:port."""
    address: pulumi.Output[str]
    """Address or host name of the load balancer, for DNS records; empty with another exposure."""
    service_name: pulumi.Output[str]
    """Name of the Service."""
    deployment_name: pulumi.Output[str]
    """Name of the Deployment, for kubectl rollout and logs."""
    image: pulumi.Output[str]
    """The image that runs, known once its rollout has finished."""

    def __init__(self, name: str, args: RailsWebArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, RailsWebModel, opts)
        web = self._arguments
        labels = labels_of(name, "web")

        limit_workload(name, web, labels, self, allow_everybody(web.port))
        configuration = Configuration(name, web, labels, self, server_environment(web))
        service = self._service(name, web, labels)
        deployment = self._deployment(name, web, labels, configuration)
        if web.replicas > 1:
            disruption_budget(name, self, web, labels)
        if web.exposure is Exposure.INGRESS:
            self._ingress(name, web, labels)
        if web.exposure is Exposure.GATEWAY:
            self._route(name, web, labels)

        self.url = exposed_url(name, web, web.hosts, service)
        self.address = load_balancer_address(web, service)
        self.service_name = service.metadata.apply(lambda metadata: str(metadata.name))
        self.deployment_name = deployment.metadata.apply(lambda metadata: str(metadata.name))
        self.image = known_after(pulumi.Output.from_input(web.image), deployment)
        self._register_outputs()

    def _deployment(
        self, name: str, web: RailsWebModel, labels: Labels, configuration: Configuration
    ) -> kubernetes.apps.v1.Deployment:
        socket = script(f"{name}-socket", SOCKET, labels, web.namespace, self) if _holds_socket(web) else None
        container = rails_container(
            "web",
            web,
            web.command or _server_command(web),
            configuration.sources,
            ports=[{"name": "http", "containerPort": web.port}],
            lifecycle=_lifecycle(web),
            **_probes(web),
        )
        pod = rails_pod(web, [container], web.grace_seconds, topologySpreadConstraints=spread(labels))
        if socket:
            mount(socket, "socket", container, pod)
        mount_authorities(name, web, labels, container, pod, self)
        return rolled_out(
            name,
            self,
            web,
            labels,
            pod,
            replicas=web.replicas,
            startup_seconds=web.startup_seconds,
            autoscaled=web.autoscaled,
            autoscaled_setting="web.autoscaled",
        )

    def _service(self, name: str, web: RailsWebModel, labels: Labels) -> kubernetes.core.v1.Service:
        annotations = web.annotations if web.exposure is Exposure.LOAD_BALANCER else {}
        manifest: Manifest = {
            "metadata": metadata_of(labels, web.namespace, name, annotations),
            "spec": service_spec(web, labels),
        }
        return kubernetes.core.v1.Service(
            name, **merged(manifest, web.overrides.get("service", {})), opts=pulumi.ResourceOptions(parent=self)
        )

    def _ingress(self, name: str, web: RailsWebModel, labels: Labels) -> None:
        manifest: Manifest = {
            "metadata": metadata_of(labels, web.namespace, name, web.ingress_annotations()),
            "spec": ingress_spec(name, web.hosts, web.ingress_class, web.certificate_secret(name)),
        }
        kubernetes.networking.v1.Ingress(
            name, **merged(manifest, web.overrides.get("ingress", {})), opts=pulumi.ResourceOptions(parent=self)
        )

    def _route(self, name: str, web: RailsWebModel, labels: Labels) -> None:
        manifest: Manifest = {
            "metadata": metadata_of(labels, web.namespace, annotations=web.annotations),
            "spec": route_spec(web, name, web.hosts),
        }
        kubernetes.apiextensions.CustomResource(
            f"{name}-route",
            api_version="gateway.networking.k8s.io/v1",
            kind="HTTPRoute",
            **merged(manifest, web.overrides.get("http_route", {})),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _probes(web: AppWeb) -> dict[str, Any]:
    check: Manifest = {
        "httpGet": {
            "path": web.health_path,
            "port": "http",
            "httpHeaders": [{"name": name, "value": value} for name, value in health_headers(web).items()],
        },
        "timeoutSeconds": TIMEOUT_SECONDS,
    }
    return {
        "startupProbe": {
            **check,
            "periodSeconds": START_INTERVAL_SECONDS,
            "failureThreshold": start_failures(web.startup_seconds),
        },
        "readinessProbe": {**check, "periodSeconds": READY_INTERVAL_SECONDS, "failureThreshold": READY_FAILURES},
        # A process that is merely busy for a while must not be killed: it would take its requests with it.
        "livenessProbe": {**check, "periodSeconds": 10, "failureThreshold": 6},
    }


def _holds_socket(web: AppWeb) -> bool:
    return web.server is Server.PUMA and web.command is None


def _lifecycle(web: AppWeb) -> Manifest:
    if _holds_socket(web):
        # CONT says to process 1 that the pod ends, see SOCKET.
        drain = f"kill -CONT 1; sleep {web.drain_seconds}"
        return {"preStop": {"exec": {"command": ["sh", "-c", drain]}}}
    if web.server is Server.UNICORN:
        # TERM ends Unicorn at once; QUIT lets it finish (https://yhbt.net/unicorn/SIGNALS.html).
        drain = f"sleep {web.drain_seconds}; kill -QUIT 1; while kill -0 1; do sleep 1; done"
        return {"preStop": {"exec": {"command": ["sh", "-c", drain]}}}
    return {"preStop": {"sleep": {"seconds": max(web.drain_seconds, 1)}}}


def _server_command(web: AppWeb) -> list[str] | None:
    if _holds_socket(web):
        return ["ruby", "--disable-gems", f"{FOLDER}/{SOCKET}", str(web.port), *(server_command(web) or [])]
    return listening_command(web)
