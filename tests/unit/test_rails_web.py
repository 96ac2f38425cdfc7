"""RailsWeb: what users' requests are answered by."""

from typing import Any

import pytest

from railbed.description.listening import LEND_SOCKETS, RUBY
from tests.unit.conftest import Deploy
from tests.unit.samples import IMAGE, MARK, make

LABELS = {"app.kubernetes.io/instance": "shop", "app.kubernetes.io/component": "web"}
METADATA = {"name": "shop", "labels": LABELS | MARK | {"app.kubernetes.io/managed-by": "railbed"}}
CHECK = {
    "httpGet": {
        "path": "/up",
        "port": "http",
        "httpHeaders": [{"name": "Host", "value": "localhost"}, {"name": "X-Forwarded-Proto", "value": "https"}],
    },
    "timeoutSeconds": 5,
}


def spread(key: str) -> dict[str, Any]:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": LABELS},
        "matchLabelKeys": ["pod-template-hash"],
    }


EVICTABLE = {"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "writable"}
RESTRICTED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
FOLDERS = """set -e
mkdir -p -m 1777 /writable/tmp
mkdir -p -m 1777 /writable/rails-log
[ ! -d /rails/log ] || cp -R /rails/log/. /writable/rails-log || true
mkdir -p -m 1777 /writable/rails-tmp
[ ! -d /rails/tmp ] || cp -R /rails/tmp/. /writable/rails-tmp || true
mkdir -p -m 1777 /writable/rails-tmp/cache /writable/rails-tmp/pids /writable/rails-tmp/sockets"""


def test_the_least_arguments_give_two_pods_that_are_replaced_without_a_failed_request(deploy: Deploy) -> None:
    deployment = deploy(lambda: make("RailsWeb")).the("Deployment")
    assert deployment.inputs == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": METADATA,
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": LABELS},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
            "progressDeadlineSeconds": 300,
            "revisionHistoryLimit": 3,
            "template": {
                "metadata": {"labels": LABELS | MARK, "annotations": EVICTABLE | {"railbed/image": IMAGE}},
                "spec": {
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    "imagePullSecrets": [],
                    "securityContext": {
                        "runAsNonRoot": True,
                        "runAsUser": 1000,
                        "runAsGroup": 1000,
                        "fsGroup": 1000,
                        "fsGroupChangePolicy": "OnRootMismatch",
                        "seccompProfile": {"type": "RuntimeDefault"},
                    },
                    "terminationGracePeriodSeconds": 15 + 30 + 5,
                    "topologySpreadConstraints": [spread("kubernetes.io/hostname"), spread("topology.kubernetes.io/zone")],
                    "volumes": [
                        {"name": "writable", "emptyDir": {}},
                        {"name": "socket", "configMap": {"name": "shop-socket-1a2b3c"}},
                    ],
                    "initContainers": [
                        {
                            "name": "folders",
                            "image": IMAGE,
                            "imagePullPolicy": "IfNotPresent",
                            "command": ["sh", "-c", FOLDERS],
                            "resources": {
                                "requests": {"cpu": "10m", "memory": "16Mi"},
                                "limits": {"cpu": "1", "memory": "64Mi"},
                            },
                            "securityContext": RESTRICTED,
                            "terminationMessagePolicy": "File",
                            "volumeMounts": [{"name": "writable", "mountPath": "/writable"}],
                        }
                    ],
                    "containers": [
                        {
                            "name": "web",
                            "image": IMAGE,
                            "imagePullPolicy": "IfNotPresent",
                            "workingDir": "/rails",
                            "args": [
                                *("ruby", "--disable-gems", "/railbed/puma_socket.rb", "3000"),
                                *("bundle", "exec", "puma", "-C", "config/puma.rb", "-b", "tcp://0.0.0.0:3000"),
                            ],
                            "envFrom": [{"configMapRef": {"name": "shop-env-1a2b3c"}}],
                            "ports": [{"name": "http", "containerPort": 3000}],
                            "lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "kill -CONT 1; sleep 15"]}}},
                            "startupProbe": CHECK | {"periodSeconds": 2, "failureThreshold": 90},
                            "readinessProbe": CHECK | {"periodSeconds": 5, "failureThreshold": 2},
                            "livenessProbe": CHECK | {"periodSeconds": 10, "failureThreshold": 6},
                            "resources": {
                                "requests": {"cpu": "250m", "memory": "512Mi"},
                                "limits": {"cpu": "2", "memory": "1Gi"},
                            },
                            "securityContext": RESTRICTED,
                            "terminationMessagePolicy": "File",
                            "volumeMounts": [
                                {"name": "writable", "mountPath": "/tmp", "subPath": "tmp"},
                                {"name": "writable", "mountPath": "/rails/log", "subPath": "rails-log"},
                                {"name": "writable", "mountPath": "/rails/tmp", "subPath": "rails-tmp"},
                                {"name": "socket", "mountPath": "/railbed", "readOnly": True},
                            ],
                        }
                    ],
                },
            },
        },
    }


def test_the_least_arguments_give_a_service_a_disruption_budget_and_the_environment(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb"))
    assert deployed.the("Service").inputs == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": METADATA,
        "spec": {"type": "ClusterIP", "selector": LABELS, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]},
    }
    assert deployed.the("PodDisruptionBudget").spec == {
        "maxUnavailable": 1,
        "selector": {"matchLabels": LABELS},
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
    assert deployed.the("ConfigMap", "shop-env").inputs["data"] == {
        "RAILS_ENV": "production",
        "RACK_ENV": "production",
        "RAILS_LOG_TO_STDOUT": "enabled",
        "RAILS_SERVE_STATIC_FILES": "enabled",
        "PORT": "3000",
        "WEB_CONCURRENCY": "2",
        "RAILS_MAX_THREADS": "3",
        "PUMA_PERSISTENT_TIMEOUT": "65",
    }
    assert deployed.named() == {
        ("RailsWeb", "shop"),
        ("ConfigMap", "shop-env"),
        ("ConfigMap", "shop-socket"),
        ("Service", "shop"),
        ("Deployment", "shop"),
        ("PodDisruptionBudget", "shop"),
    }, "with no secrets there is no Secret, without exposure ingress no Ingress"


def test_outputs_name_what_was_made(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb"))
    assert deployed.result == {
        "url": "http://shop.default.svc",
        "address": "",
        "service_name": "shop",
        "deployment_name": "shop",
        "image": IMAGE,
    }
    assert deployed.the("RailsWeb").outputs == deployed.result, "programs in other languages read the registered outputs"


UNICORN = ("bundle", "exec", "unicorn")
CONTAINER = "spec.template.spec.containers.0"


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"replicas": 5}, "spec.replicas", 5),
        ({"command": ["bin/web", "-p", "3000"]}, f"{CONTAINER}.args", ["bin/web", "-p", "3000"]),
        ({"port": 8080}, f"{CONTAINER}.ports", [{"name": "http", "containerPort": 8080}]),
        ({"health_path": "/healthz"}, f"{CONTAINER}.readinessProbe.httpGet.path", "/healthz"),
        ({"startup_seconds": 601}, f"{CONTAINER}.startupProbe.failureThreshold", 301),
        ({"startup_seconds": 601}, "spec.progressDeadlineSeconds", 721),
        ({"drain_seconds": 40}, f"{CONTAINER}.lifecycle.preStop.exec.command.2", "kill -CONT 1; sleep 40"),
        ({"drain_seconds": 40, "command": ["bin/web"]}, f"{CONTAINER}.lifecycle", {"preStop": {"sleep": {"seconds": 40}}}),
        ({"drain_seconds": 0, "server": "image"}, f"{CONTAINER}.lifecycle", {"preStop": {"sleep": {"seconds": 1}}}),
        ({"drain_seconds": 40, "request_seconds": 100}, "spec.template.spec.terminationGracePeriodSeconds", 145),
        ({"server": "image"}, f"{CONTAINER}.args", None),
        (
            {"server": "unicorn", "port": 8080},
            f"{CONTAINER}.args",
            [*RUBY, LEND_SOCKETS, "8080", *UNICORN, "--port", "8080", "--config-file", "config/unicorn.rb"],
        ),
        ({"server": "passenger", "port": 8080}, f"{CONTAINER}.args.11", "8080"),
    ],
)
def test_each_argument_reaches_the_deployment(deploy: Deploy, arguments: dict[str, Any], path: str, expected: object) -> None:
    assert deploy(lambda: make("RailsWeb", **arguments)).the("Deployment").at(path) == expected


@pytest.mark.parametrize(
    ("arguments", "variable", "expected"),
    [
        ({"port": 8080}, "PORT", "8080"),
        ({"processes": 4}, "WEB_CONCURRENCY", "4"),
        ({"threads": 7}, "RAILS_MAX_THREADS", "7"),
        ({"keep_alive_seconds": 90}, "PUMA_PERSISTENT_TIMEOUT", "90"),
        ({"env": {"RAILS_ENV": "staging"}}, "RAILS_ENV", "staging"),
    ],
)
def test_each_argument_reaches_the_environment(deploy: Deploy, arguments: dict[str, Any], variable: str, expected: str) -> None:
    assert deploy(lambda: make("RailsWeb", **arguments)).the("ConfigMap", "shop-env").inputs["data"][variable] == expected


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_every_health_check_passes_host_authorization_and_force_ssl(deploy: Deploy, probe: str) -> None:
    web = deploy(lambda: make("RailsWeb", hosts=["shop.example.com", "www.example.com"])).the("Deployment")
    assert web.container[probe]["httpGet"]["httpHeaders"] == [
        {"name": "Host", "value": "shop.example.com"},
        {"name": "X-Forwarded-Proto", "value": "https"},
    ], "Rails would answer 403 or redirect, and the pod would never be ready or be killed"


def test_unicorn_drains_by_quit_within_its_grace_period(deploy: Deploy) -> None:
    web = deploy(lambda: make("RailsWeb", server="unicorn", drain_seconds=20, request_seconds=60)).the("Deployment")
    command = "sleep 20; kill -QUIT 1; while kill -0 1; do sleep 1; done"
    assert web.container["lifecycle"] == {"preStop": {"exec": {"command": ["sh", "-c", command]}}}, (
        "TERM, which Kubernetes sends after preStop, ends Unicorn with its requests unanswered"
    )
    assert web.pod["terminationGracePeriodSeconds"] == 85


@pytest.mark.parametrize("server", ["puma", "unicorn", "passenger"])
def test_the_web_command_never_makes_rails_entrypoint_migrate(deploy: Deploy, server: str) -> None:
    container = deploy(lambda: make("RailsWeb", server=server)).the("Deployment").container
    assert container["args"][-2:] != ["./bin/rails", "server"]
    assert not any("rails" in word for word in container["args"]), "every web pod would migrate when it starts"
    assert "command" not in container, "the image's ENTRYPOINT, such as jemalloc's preload, must stay"


def test_a_single_pod_has_no_disruption_budget(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("RailsWeb", replicas=1))
    assert not deployed.all("PodDisruptionBudget"), "its node could never be emptied"


@pytest.mark.parametrize(
    "arguments", [{"command": ["bin/web"]}, {"server": "unicorn"}, {"server": "passenger"}, {"server": "image"}]
)
def test_only_puma_as_railbed_starts_it_is_lent_its_socket(deploy: Deploy, arguments: dict[str, Any]) -> None:
    deployed = deploy(lambda: make("RailsWeb", **arguments))
    assert ("ConfigMap", "shop-socket") not in deployed.named(), "other servers do not know how to take a socket"
