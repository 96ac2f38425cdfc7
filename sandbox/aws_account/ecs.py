"""moto's ECS with an engine behind it: what it is told to run, runs."""
# ruff: noqa: D102 - methods of moto's backends

import json
import threading
import traceback
from collections.abc import Callable
from typing import Any, ClassVar

from moto.ecs import urls as ecs_urls
from moto.ecs.models import EC2ContainerServiceBackend, Service, Task, ecs_backends
from moto.elbv2.models import elbv2_backends

from sandbox.providers.cloud import lent_name

from .kubernetes import Kubernetes, Properties
from .logs import Logs
from .pods import startup_seconds
from .services import Release, RunningService
from .tasks import RunningTask, definition_of, keep_states, prepare

_LOOK_SECONDS = 0.5


class Engine:
    """What the account's services run their containers with."""

    kubernetes: ClassVar[Kubernetes]
    logs: ClassVar[Logs]
    client: ClassVar[Callable[..., Any]]

    @classmethod
    def install(cls, kubernetes: Kubernetes, client: Callable[..., Any]) -> None:
        """Put it behind moto's services, before they are first asked for anything."""
        cls.kubernetes, cls.client, cls.logs = kubernetes, staticmethod(client), Logs(client)
        keep_states()
        ecs_backends.backend = RunningEcs

    @classmethod
    def secret(cls, region: str, reference: str) -> str:
        """The value that a task definition refers to: of Secrets Manager (arn:KEY:STAGE:VERSION) or SSM."""
        if ":secretsmanager:" not in reference:
            answer = cls.client("ssm", region).get_parameter(Name=reference, WithDecryption=True)
            return str(answer["Parameter"]["Value"])
        key, stage, version = [*reference.split(":")[7:], "", "", ""][:3]
        chosen = {"VersionStage": stage, "VersionId": version}
        arn = ":".join(reference.split(":")[:7])
        found = cls.client("secretsmanager", region).get_secret_value(
            SecretId=arn, **{name: value for name, value in chosen.items() if value}
        )
        text = str(found["SecretString"])
        return str(json.loads(text)[key]) if key else text


class RunningEcs(EC2ContainerServiceBackend):
    """ECS of one region."""

    _url_module = ecs_urls  # moto looks for it beside the class

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._running_tasks: dict[str, RunningTask] = {}
        self._running_services: dict[str, RunningService] = {}
        self._lock = threading.RLock()
        self._ended = threading.Event()
        threading.Thread(target=self._look, args=(self._ended,), daemon=True).start()

    def reset(self) -> None:
        self._ended.set()
        Engine.kubernetes.empty()
        super().reset()

    def run_task(self, *args: Any, **kwargs: Any) -> list[Task]:
        tasks: list[Task] = super().run_task(*args, **kwargs)
        for task in tasks:
            definition = self.describe_task_definition(task.task_definition_arn)
            prepare(task, definition)
            running = RunningTask(
                task, definition_of(definition, self._secret, task.overrides or {}), Engine.kubernetes, Engine.logs
            )
            running.start()
            self._running_tasks[task.id] = running
        return tasks

    def stop_task(self, cluster_str: str, task_str: str, reason: str) -> Task:
        running = self._running_tasks.get(task_str.rsplit("/", 1)[-1])
        if running is None:
            return super().stop_task(cluster_str, task_str, reason)
        running.end(reason)
        return self.describe_tasks(cluster_str, [task_str])[0]

    def list_tasks(self, *args: Any, **kwargs: Any) -> list[Task]:
        names = ("cluster_str", "container_instance", "family", "started_by", "service_name", "desiredStatus")
        given = dict(zip(names, args, strict=False)) | kwargs
        service = given.get("service_name")
        found: list[Task] = super().list_tasks(**given)
        return [task for task in found if not service or task.group == f"service:{service.rsplit('/', 1)[-1]}"]

    def create_service(self, *args: Any, **kwargs: Any) -> Service:
        service = super().create_service(*args, **kwargs)
        service.deployments = []
        running = RunningService(
            service, Engine.kubernetes, Engine.logs, lambda definition, number: self._task_of(service, definition, number)
        )
        with self._lock:
            running.deploy(self._release(service))
            self._running_services[service.arn] = running
        return service

    def update_service(self, service_properties: dict[str, Any]) -> Service:
        wanted = dict(service_properties)
        service = self._get_service(wanted.get("cluster", "default"), str(wanted["service"]))
        running = self._running_services[service.arn]
        with self._lock:
            forced = wanted.pop("force_new_deployment", False)
            deployments, before = service.deployments, running.current()
            super().update_service({key: value for key, value in wanted.items() if key != "deployments"})
            service.deployments = deployments
            if forced or service.task_definition != before.task_definition:
                running.deploy(self._release(service))
            elif service.desired_count != before.count:
                running.scale(service.desired_count)
        return service

    def delete_service(self, cluster_name: str, service_name: str, force: bool) -> Service:
        service = super().delete_service(cluster_name, service_name, force)
        with self._lock:
            if running := self._running_services.pop(service.arn, None):
                running.end()
        return service

    @staticmethod
    def _calculate_task_resource_requirements(task_definition: object) -> Properties:  # noqa: ARG004 - as moto calls it
        # moto's needs the size of every container, and there are no instances to place them on.
        return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}

    def _release(self, service: Service) -> Release:
        definition = self.describe_task_definition(str(service.task_definition))
        configuration = getattr(service, "deployment_configuration", None) or {}
        health, labels = self._behind_balancer(service)
        described = definition_of(definition, self._secret, {})
        grace = int(getattr(service, "health_check_grace_period_seconds", None) or 0)
        return Release(
            task_definition=definition.arn,
            definition=described,
            count=service.desired_count,
            health=health,
            labels=labels,
            seconds=max(grace, startup_seconds(described)),
            minimum_percent=int(configuration.get("minimumHealthyPercent", 100)),
            maximum_percent=int(configuration.get("maximumPercent", 200)),
        )

    def _behind_balancer(self, service: Service) -> tuple[Properties | None, dict[str, str]]:
        """The check that a load balancer makes, and the labels by which it finds the service's tasks."""
        if not service.load_balancers:
            return None, {}
        arn = service.load_balancers[0]["targetGroupArn"]
        port = int(service.load_balancers[0]["containerPort"])
        balancers = elbv2_backends[self.account_id][self.region_name]
        group = balancers.target_groups[arn]
        for balancer in group.load_balancer_arns:
            Engine.kubernetes.lead(f"address-{lent_name(balancer)}", {"target-group": group.name}, port)
        check = {"path": group.health_check_path or "/", "port": port}
        health = {
            "httpGet": check,
            "periodSeconds": 2,
            "failureThreshold": int(group.unhealthy_threshold_count or 2),
            "timeoutSeconds": int(group.health_check_timeout_seconds or 5),
        }
        return health, {"target-group": group.name}

    def _task_of(self, service: Service, task_definition: str, deployment: str) -> Task:
        definition = self.describe_task_definition(task_definition)
        cluster = self.clusters[service.cluster_name]
        task = Task(
            cluster=cluster,
            task_definition=definition,
            container_instance_arn=None,
            resource_requirements=None,
            backend=self,
            group=f"service:{service.name}",
            started_by=deployment,
            networking_configuration=service.network_configuration,
        )
        prepare(task, definition)
        self.tasks.setdefault(cluster.name, {})[task.task_arn] = task
        return task

    def _secret(self, reference: str) -> str:
        return Engine.secret(self.region_name, reference)

    def _look(self, ended: threading.Event) -> None:
        while not ended.wait(_LOOK_SECONDS):
            for name, task in list(self._running_tasks.items()):
                try:
                    if not task.look():
                        del self._running_tasks[name]
                except Exception:  # (the cluster does not answer just now: look again)
                    traceback.print_exc()
            for service in list(self._running_services.values()):
                try:
                    with self._lock:
                        service.look()
                except Exception:
                    traceback.print_exc()
