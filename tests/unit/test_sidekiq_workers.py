"""SidekiqWorkers: the processes that do the jobs."""

from typing import Any

import pytest

from tests.unit.conftest import Deploy
from tests.unit.samples import make

LABELS = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "worker"}
COMMAND = ["bundle", "exec", "sidekiq", "-r", "/railbed/sidekiq_heartbeat.rb"]


def test_the_least_arguments_give_one_pod_that_works_on_the_default_queue(deploy: Deploy) -> None:
    workers = deploy(lambda: make("SidekiqWorkers")).the("Deployment")
    spec = workers.spec
    assert spec["replicas"] == 1
    assert spec["selector"] == {"matchLabels": LABELS}
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}}
    assert spec["progressDeadlineSeconds"] == 300
    assert spec["minReadySeconds"] == 0
    assert workers.container["args"] == [*COMMAND, "-c", "5", "-t", "25", "-q", "default"]
    assert workers.pod["terminationGracePeriodSeconds"] == 35
    assert "ports" not in workers.container
    assert workers.container["startupProbe"] == {
        "exec": {"command": ["test", "-f", "/tmp/railbed-heartbeat"]},
        "periodSeconds": 2,
        "failureThreshold": 90,
    }
    assert workers.container["livenessProbe"] == {
        "exec": {"command": ["sh", "-c", 'test -n "$(find /tmp/railbed-heartbeat -mmin -2)"']},
        "periodSeconds": 30,
        "timeoutSeconds": 10,
        "failureThreshold": 2,
    }


def test_the_heartbeat_reaches_the_pod(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("SidekiqWorkers"))
    loader = deployed.the("ConfigMap", "shop-loader")
    assert "RAILBED_HEARTBEAT_FILE" in loader.inputs["data"]["sidekiq_heartbeat.rb"]
    workers = deployed.the("Deployment")
    assert {"name": "loader", "configMap": {"name": "shop-loader-1a2b3c"}} in workers.pod["volumes"]
    assert {"name": "loader", "mountPath": "/railbed", "readOnly": True} in workers.container["volumeMounts"]
    assert deployed.the("ConfigMap", "shop-env").inputs["data"]["RAILBED_HEARTBEAT_FILE"] == "/tmp/railbed-heartbeat"


def test_outputs_name_what_was_made(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("SidekiqWorkers"))
    assert deployed.result == {"deployment_name": "shop", "image": "registry.example.com/shop:1f3c2ab"}
    assert deployed.the("SidekiqWorkers").outputs == deployed.result


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"replicas": 0}, "spec.replicas", 0),
        ({"startup_seconds": 60}, "spec.template.spec.containers.0.startupProbe.failureThreshold", 30),
        ({"startup_seconds": 60}, "spec.progressDeadlineSeconds", 180),
        ({"shutdown_seconds": 300}, "spec.template.spec.terminationGracePeriodSeconds", 310),
        (
            {"queues": ["critical,2", "default"], "concurrency": 10, "shutdown_seconds": 60},
            "spec.template.spec.containers.0.args",
            [*COMMAND, "-c", "10", "-t", "60", "-q", "critical,2", "-q", "default"],
        ),
        ({"command": ["bin/jobs"]}, "spec.template.spec.containers.0.args", ["bin/jobs"]),
    ],
)
def test_each_argument_reaches_the_deployment(deploy: Deploy, arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deploy(lambda: make("SidekiqWorkers", **arguments)).the("Deployment").at(path) == expected


def test_concurrency_sizes_the_database_pool(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("SidekiqWorkers", concurrency=12))
    assert deployed.the("ConfigMap", "shop-env").inputs["data"]["RAILS_MAX_THREADS"] == "12", (
        "threads would wait for a database connection and jobs would fail"
    )


def test_a_command_of_ones_own_has_neither_loader_nor_checks(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("SidekiqWorkers", command=["bin/jobs"]))
    assert [each.name for each in deployed.all("ConfigMap")] == ["shop-env"]
    assert not {"startupProbe", "livenessProbe"} & set(deployed.the("Deployment").container), (
        "without the heartbeat the pod would be killed"
    )
    assert deployed.the("Deployment").at("spec.minReadySeconds") == 10, "a release that crashes at once would be a success"


@pytest.mark.parametrize(("replicas", "budgets"), [(0, 0), (1, 0), (2, 1)])
def test_only_several_pods_have_a_disruption_budget(deploy: Deploy, replicas: int, budgets: int) -> None:
    assert len(deploy(lambda: make("SidekiqWorkers", replicas=replicas)).all("PodDisruptionBudget")) == budgets


@pytest.mark.parametrize("component", ["RailsWeb", "SidekiqWorkers"])
def test_a_number_that_something_else_sets_stays(deploy: Deploy, component: str) -> None:
    told = deploy(lambda: make(component, autoscaled=True, replicas=2)).the("Deployment")
    assert list(told.request.ignoreChanges) == ["spec.replicas"], "every release resets the autoscaler's number"
    assert told.at("spec.replicas") == 2, "the first release starts with another number"
    assert not deploy(lambda: make(component)).the("Deployment").request.ignoreChanges
