"""KubernetesApp: a whole application from its description."""

from typing import Any

import pytest

import railbed
from railbed import InvalidArguments
from tests.unit.conftest import Deploy
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, make

APP: dict[str, Any] = {
    "name": "shop",
    "image": {"ref": IMAGE},
    "env": {"GREETING": "hello", "LEVEL": "info"},
    "web": {"env": {"LEVEL": "debug"}, "hosts": ["shop.example.com"], "replicas": 3},
    "workers": {"default": {"queues": ["critical", "default"]}, "mailers": {"queues": ["mailers"], "env": {"ONLY": "mail"}}},
    "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"]}},
}


def app(**changes: Any) -> Any:
    return make("KubernetesApp", app=APP | changes)


def test_a_description_becomes_migration_web_workers_cron_and_console(deploy: Deploy) -> None:
    deployed = deploy(app)
    assert {each.name for each in deployed.all("Deployment")} == {"shop-web", "shop-default", "shop-mailers", "shop-console"}
    assert [each.name for each in deployed.all("Job")] == ["shop-migrate"]
    assert [each.name for each in deployed.all("CronJob")] == ["shop-digest"]
    assert deployed.the("Deployment", "shop-web").spec["replicas"] == 3
    assert deployed.the("Deployment", "shop-mailers").container["args"][-2:] == ["-q", "mailers"]
    assert deployed.the("CronJob").spec["schedule"] == "0 6 * * *"


def test_the_least_description_is_web_migration_and_console(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("KubernetesApp"))
    assert {each.name for each in deployed.all("Deployment")} == {"shop-web", "shop-console"}
    assert deployed.the("Service").spec["type"] == "ClusterIP", "an application is not shown to the internet unasked"


def test_everything_starts_only_after_the_migration(deploy: Deploy) -> None:
    deployed = deploy(app)
    for each in (*deployed.all("Deployment"), *deployed.all("CronJob")):
        assert "shop-migrate" in each.depends_on, f"{each.name} would start on the old schema"


def test_a_post_migration_waits_for_web_and_workers(deploy: Deploy) -> None:
    deployed = deploy(lambda: app(migration={"post": True}))
    before, after = deployed.the("Job", "shop-migrate"), deployed.the("Job", "shop-post-migrate")
    assert {"shop-web", "shop-default", "shop-mailers"} <= after.depends_on, "old code would run on the new schema"
    skipped = {
        each.name: each.inputs["data"].get("SKIP_POST_DEPLOYMENT_MIGRATIONS")
        for each in deployed.all("ConfigMap")
        if each.name.endswith("migrate-env")
    }
    assert skipped == {"shop-migrate-env": "true", "shop-post-migrate-env": None}
    assert before.container["args"] == after.container["args"] == ["bin/rails", "db:prepare"]


def test_environment_of_a_part_wins_over_that_of_the_application(deploy: Deploy) -> None:
    deployed = deploy(app)
    data = {each.name: each.inputs["data"] for each in deployed.all("ConfigMap") if each.name.endswith("-env")}
    assert {name: values["LEVEL"] for name, values in data.items()} == {
        "shop-migrate-env": "info",
        "shop-web-env": "debug",
        "shop-default-env": "info",
        "shop-mailers-env": "info",
        "shop-digest-env": "info",
        "shop-console-env": "info",
    }
    assert all(values["GREETING"] == "hello" for values in data.values())
    assert [name for name, values in data.items() if "ONLY" in values] == ["shop-mailers-env"]


def test_user_folder_namespace_secrets_and_credentials_reach_every_part(deploy: Deploy) -> None:
    arguments = {"namespace": "production", "pull_secrets": ["registry"], "secrets": {"TOKEN": "hunter2-pass"}}
    deployed = deploy(lambda: make("KubernetesApp", app=APP | {"user": 33, "workdir": "/app"}, **arguments))
    pods = [*deployed.all("Deployment"), *deployed.all("Job"), *deployed.all("CronJob")]
    assert len(pods) == len(deployed.all("Secret")) == 6
    for each in pods:
        assert each.inputs["metadata"]["namespace"] == "production"
        assert each.pod["securityContext"]["runAsUser"] == 33
        assert each.pod["imagePullSecrets"] == [{"name": "registry"}]
        assert "/app/tmp" in {mount["mountPath"] for mount in each.container["volumeMounts"]}


def test_an_image_of_the_program_takes_the_place_of_the_descriptions(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("KubernetesApp", app=APP, image="registry.example.com/shop:built"))
    images = {each.container["image"] for kind in ("Deployment", "Job", "CronJob") for each in deployed.all(kind)}
    assert images == {"registry.example.com/shop:built"}
    assert deployed.result["image"] == "registry.example.com/shop:built"


def test_outputs_tell_where_it_is_and_how_to_open_a_console(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("KubernetesApp", web={"exposure": "node_port", "node_port": 30080}))
    assert deployed.result == {
        "url": "http://localhost:30080",
        "address": "",
        "console": "kubectl -n default exec -it deployment/shop-console -- bin/rails console",
        "image": IMAGE,
    }
    assert deployed.the("KubernetesApp").outputs == deployed.result


def test_the_console_can_be_left_out(deploy: Deploy) -> None:
    deployed = deploy(lambda: app(console={"enabled": False}))
    assert not deployed.all("Console")
    assert deployed.result["console"] == ""


FOLDERS = ["/rails/tmp", "/data"]
ANNOTATED: dict[str, Any] = {"metadata": {"annotations": {"team": "shop"}}}


def test_what_is_said_of_the_containers_of_a_part_reaches_them(deploy: Deploy) -> None:
    said = {"entrypoint": ["/bin/entry"], "writable_paths": FOLDERS}
    deployment = {"overrides": {"deployment": ANNOTATED}}
    parts: dict[str, Any] = {
        "web": {**said, **deployment},
        "workers": {"default": {**said, **deployment}},
        "migration": {**said, "overrides": {"job": ANNOTATED}},
        "cron": {"digest": {**APP["cron"]["digest"], **said, "overrides": {"cron_job": ANNOTATED}, "suspended": True}},
        "console": {**said, **deployment},
    }
    deployed = deploy(lambda: app(**parts, workdir="/app"))
    pods = [each for kind in ("Deployment", "Job", "CronJob") for each in deployed.all(kind)]
    assert len(pods) == 5
    for each in pods:
        mounts = {mount["mountPath"] for mount in each.container["volumeMounts"]}
        assert {"/tmp", *FOLDERS} <= mounts, f"{each.name} cannot write to the folders that were named"
        assert each.at("metadata.annotations.team") == "shop", f"{each.name} is not changed"
        assert each.container["workingDir"] == "/app", f"{each.name} would start in another folder than the application's"
        assert each.container["command"] == ["/bin/entry"], f"{each.name} starts with the image's entrypoint"
    assert deployed.the("CronJob").spec["suspend"] is True


def test_a_wrong_override_of_any_part_is_told_with_the_others(deploy: Deploy) -> None:
    wrong: dict[str, Any] = {"overrides": {"container": {}}}
    digest = {**APP["cron"]["digest"], **wrong}
    parts: dict[str, Any] = {"migration": wrong, "console": wrong, "cron": {"digest": digest}, "workers": {"default": wrong}}
    with pytest.raises(InvalidArguments) as raised:
        deploy(lambda: app(web=wrong, **parts))
    for part, known in {
        "web": "deployment, http_route, ingress, network_policy, pod_disruption_budget, service",
        "workers.default": "deployment, network_policy, pod_disruption_budget",
        "migration": "job, network_policy",
        "cron.digest": "cron_job, network_policy",
        "console": "deployment, network_policy",
    }.items():
        sentence = f"app.{part}: overrides of container have no effect: use one of {known}"
        assert sentence in str(raised.value), "databases would be made before the user learns of it"


WRONG_TOGETHER: list[tuple[dict[str, Any], str]] = [
    ({"app": APP, "web": {"bogus": 1}}, "bogus"),
    ({"app": APP | {"web": {}}, "web": {"exposure": "ingress"}}, "exposure ingress needs hosts"),
    ({"app": APP | {"web": {"env": {"A": "1"}}}, "secrets": {"A": "hunter2-pass"}}, "A is in both"),
    ({"app": APP | {"env": {"SECRET_KEY_BASE": "x"}}}, "SECRET_KEY_BASE"),
]


@pytest.mark.parametrize(("arguments", "problem"), WRONG_TOGETHER)
def test_nothing_is_registered_when_a_part_is_wrong(arguments: dict[str, Any], problem: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments, match=problem):
        record(lambda: railbed.KubernetesApp("shop", arguments), registered=registered)  # type: ignore[arg-type]
    assert [each.name for each in registered] == [], "the migration would run although 'nothing has been changed'"


@pytest.mark.parametrize("group", ["web", "console"])
def test_a_group_of_workers_cannot_take_the_name_of_another_part(group: str) -> None:
    with pytest.raises(InvalidArguments, match=group):
        record(lambda: app(workers={group: {}}))


def test_cron_tasks_with_long_names_stay_apart(deploy: Deploy) -> None:
    task = {"schedule": "@daily", "command": ["true"]}
    prefix = "a-long-name-of-a-cron-task-x"
    long = {f"{prefix}{end}": task for end in "ab"}
    deployed = deploy(lambda: make("KubernetesApp", "shop-of-a-very-long-name-12345", app=APP | {"cron": long}))
    names = {each.at("metadata.name") for each in deployed.all("CronJob")}
    assert len(names) == 2, "one of both would replace the other"
    assert all(len(name) <= 52 for name in names), "Kubernetes refuses longer names of CronJobs"


def test_variables_of_web_alone_join_those_of_the_application(deploy: Deploy) -> None:
    deployed = deploy(lambda: make("KubernetesApp", app=APP | {"web": {"env": {"ONLY": "web"}}}))
    assert deployed.the("ConfigMap", "shop-web-env").inputs["data"].items() >= {"GREETING": "hello", "ONLY": "web"}.items()
