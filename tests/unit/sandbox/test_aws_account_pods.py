"""A task definition as the sandbox's AWS runs it."""

from typing import Any

from sandbox.aws_account.pods import DRAIN_SECONDS, Definition, pod_spec, secret_of, startup_seconds

REFERENCE = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-abc:DATABASE_URL::version-1"


def container(name: str = "app", **more: Any) -> dict[str, Any]:
    return {"name": name, "image": "shop:1", **more}


def spec_of(*containers: dict[str, Any], once: bool = True, **more: Any) -> dict[str, Any]:
    return pod_spec(Definition(containers, {REFERENCE: "postgresql://secret"}), "values", once=once, **more)


def test_secrets_come_from_beside_the_pod_and_are_not_in_it() -> None:
    app = container(secrets=[{"name": "DATABASE_URL", "valueFrom": REFERENCE}])
    definition = Definition([app], {REFERENCE: "postgresql://secret"})
    assert secret_of(definition) == {"app.DATABASE_URL": "postgresql://secret"}
    spec = spec_of(app)
    (variable,) = spec["containers"][0]["env"]
    assert variable == {
        "name": "DATABASE_URL",
        "valueFrom": {"secretKeyRef": {"name": "values", "key": "app.DATABASE_URL"}},
    }
    assert "postgresql://secret" not in str(spec)


def test_the_entry_point_is_the_command_and_the_command_its_arguments() -> None:
    (made,) = spec_of(container(entryPoint=["ruby", "-e"], command=["puts 1"], workingDirectory="/rails"))["containers"]
    assert (made["command"], made["args"], made["workingDir"]) == (["ruby", "-e"], ["puts 1"], "/rails")
    (plain,) = spec_of(container())["containers"]
    assert not {"command", "args"} & set(plain), "the image's own run"


def test_texts_reach_a_container_as_they_are() -> None:
    text = "DO $$ $(A) $HOME"
    check = {"command": ["CMD-SHELL", text]}
    app = container(entryPoint=[text], command=[text], environment=[{"name": "A", "value": text}], healthCheck=check)
    (made,) = spec_of(app, once=False)["containers"]
    found = [*made["command"], *made["args"], made["env"][0]["value"], made["livenessProbe"]["exec"]["command"][-1]]
    assert found == ["DO $$$$ $$(A) $$HOME"] * 4, "Kubernetes would read variables in them, where ECS does not"


def test_what_run_task_overrides_comes_last() -> None:
    app = container(command=["bin/rails", "db:migrate"], environment=[{"name": "A", "value": "1"}])
    overrides = {"app": {"name": "app", "command": ["bin/rails", "stats"], "environment": [{"name": "A", "value": "2"}]}}
    (made,) = pod_spec(Definition([app], {}, overrides), "values", once=True)["containers"]
    assert (made["args"], made["env"]) == (["bin/rails", "stats"], [{"name": "A", "value": "2"}])


def test_a_container_that_others_wait_for_runs_before_them() -> None:
    waiting = container("wait", essential=False)
    app = container(dependsOn=[{"containerName": "wait", "condition": "SUCCESS"}])
    spec = spec_of(app, waiting)
    assert [each["name"] for each in spec["initContainers"]] == ["wait"]
    assert [each["name"] for each in spec["containers"]] == ["app"]
    assert Definition([waiting, app], {}).deciding == "app"


def test_a_task_runs_once_and_a_services_container_is_started_again() -> None:
    assert spec_of(container())["restartPolicy"] == "Never"
    assert "restartPolicy" not in spec_of(container(), once=False)


def test_user_and_read_only_files_are_as_defined() -> None:
    parameters = {"capabilities": {"drop": ["ALL"]}}
    mounts = [{"sourceVolume": "writable-0", "containerPath": "/tmp"}]
    spec = spec_of(container(user="1000", readonlyRootFilesystem=True, linuxParameters=parameters, mountPoints=mounts))
    (made,) = spec["containers"]
    assert made["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsUser": 1000,
    }
    assert made["volumeMounts"] == [{"name": "writable-0", "mountPath": "/tmp", "readOnly": False}]


def test_containers_share_volumes_that_belong_to_root_as_on_aws() -> None:
    prepare = container("prepare", essential=False, mountPoints=[{"sourceVolume": "data", "containerPath": "/to"}])
    waits = [{"containerName": "prepare", "condition": "SUCCESS"}]
    spec = spec_of(container(dependsOn=waits, mountPoints=[{"sourceVolume": "data", "containerPath": "/data"}]), prepare)
    assert spec["volumes"] == [{"name": "data", "emptyDir": {}}]
    of_root, second = spec["initContainers"]
    assert (of_root["command"], of_root["securityContext"]) == (["chmod", "0755", "/volumes/data"], {"runAsUser": 0}), (
        "what only Kubernetes lets a user write to would pass"
    )
    assert second["name"] == "prepare"
    assert {each["volumeMounts"][0]["name"] for each in [*spec["containers"], second, of_root]} == {"data"}


def test_containers_that_wait_for_others_run_in_that_order() -> None:
    def after(*names: str) -> list[dict[str, str]]:
        return [{"containerName": name, "condition": "SUCCESS"} for name in names]

    app = container(dependsOn=after("first", "second"))
    spec = spec_of(app, container("second", dependsOn=after("first")), container("first"))
    assert [each["name"] for each in spec["initContainers"]] == ["first", "second"]


def test_a_container_behind_a_load_balancer_is_asked_as_the_balancer_asks() -> None:
    health = {"httpGet": {"path": "/up", "port": 3000}}
    (made,) = spec_of(container(portMappings=[{"containerPort": 3000}]), health=health, once=False)["containers"]
    assert made["readinessProbe"] == health
    assert made["lifecycle"] == {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}}
    (worker,) = spec_of(container(), health=health, once=False)["containers"]
    assert "readinessProbe" not in worker


def test_the_longest_stop_timeout_is_granted() -> None:
    assert spec_of(container(stopTimeout=90), container("log"))["terminationGracePeriodSeconds"] == 90 + DRAIN_SECONDS


def test_a_health_command_is_run_as_docker_would() -> None:
    (made,) = spec_of(container(healthCheck={"command": ["CMD-SHELL", "test -f /tmp/ok"], "interval": 7}), once=False)[
        "containers"
    ]
    assert made["livenessProbe"]["exec"] == {"command": ["/bin/sh", "-c", "test -f /tmp/ok"]}
    assert made["livenessProbe"]["periodSeconds"] == 7


def test_a_container_is_not_healthy_before_its_first_success_and_may_take_its_start_period() -> None:
    check = {"command": ["CMD", "alive"], "interval": 10, "timeout": 4, "retries": 6, "startPeriod": 180}
    (made,) = spec_of(container(healthCheck=check), once=False)["containers"]
    tried = {"exec": {"command": ["alive"]}, "periodSeconds": 10, "timeoutSeconds": 4}
    assert made["startupProbe"] == {**tried, "failureThreshold": 24}, "a worker that never starts would be a success"
    assert made["livenessProbe"] == {**tried, "failureThreshold": 6}
    assert startup_seconds(Definition([container(healthCheck=check), container("log")], {})) == 240
    assert startup_seconds(Definition([container()], {})) == 0
    (once,) = spec_of(container(healthCheck=check), once=True)["containers"]
    assert not {"startupProbe", "livenessProbe"} & set(once)
