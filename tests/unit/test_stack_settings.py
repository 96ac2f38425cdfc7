"""The settings of a stack: what a user writes in Pulumi.<stack>.yaml."""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
import pytest

from railbed import InvalidArguments
from railbed_stacks.cluster_settings import ClusterSettings
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, KUBECONFIG, RAILS

APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}}
LEAST: dict[str, Any] = {"target": "cluster", "app": APP}
SECRET = "hunter2-pass"
PRIVATE: dict[str, Any] = {
    "registry": {"server": "registry.example.com", "username": "robot"},
    "secrets": {"REGISTRY_PASSWORD": SECRET},
}


def read(values: dict[str, Any], secure: tuple[str, ...] = ()) -> ClusterSettings:
    """The settings as Pulumi hands them over: mappings and lists as JSON, everything else as text."""
    texts = {f"railbed:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}

    def program() -> ClusterSettings:
        pulumi.runtime.set_all_config(texts, [f"railbed:{key}" for key in (*secure, "secrets")])
        return ClusterSettings.from_config()

    registered: list[Recorded] = []
    try:
        settings: ClusterSettings = record(program, registered=registered).result
    finally:
        assert registered == []
    return settings


def problem_of(values: dict[str, Any], secure: tuple[str, ...] = ()) -> str:
    with pytest.raises(InvalidArguments) as raised:
        read(values, secure)
    first, *problems = str(raised.value).splitlines()
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    assert first == f"The settings of stack 'test' (Pulumi.test.yaml): {count}, nothing has been changed."
    return "\n".join(problem.removeprefix("  - ") for problem in problems)


def test_the_least_settings_are_a_target_and_an_application() -> None:
    settings = read(LEAST)
    assert settings.app.web.replicas == 2
    assert settings.own_database is not None, "an application needs a database"
    assert settings.own_redis is None, "nothing uses Redis without workers"
    assert settings.cluster.exposure.value == "internal"


def test_stores_are_left_out_where_others_are_named() -> None:
    workers = LEAST | {"app": APP | {"workers": {"default": {}}}}
    assert read(workers).own_redis
    others = {"DATABASE_URL": "postgresql://db/app", "REDIS_URL": "redis://cache/0"}
    settings = read(workers | {"secrets": others}, secure=("secrets",))
    assert settings.own_database is None and settings.own_redis is None
    without_redis = {"app": APP | {"workers": {"default": {"backend": "solid_queue"}}}}
    assert read(LEAST | without_redis | {"redis": {"enabled": False}}).own_redis is None


def test_a_key_without_a_value_counts_as_not_given() -> None:
    settings = read(LEAST | {"database": "", "app": APP | {"web": None, "workers": None}})
    assert settings.database.storage == "10Gi"
    assert settings.app.web.replicas == 2


def test_whole_numbers_and_texts_are_read_as_written() -> None:
    app = APP | {"web": {"replicas": 3.0, "port": "8080"}, "env": {"POOL": 5, "DEBUG": True}}
    settings = read(LEAST | {"app": app})
    assert (settings.app.web.replicas, settings.app.web.port) == (3, 8080)
    assert settings.app.env == {"POOL": "5", "DEBUG": "true"}


NAME = "use lower case letters, digits and dashes, a letter first, no dash last, 30 characters at most"
NO_KUBECONFIG = (
    "cluster.kubeconfig: found a value (not shown, it may be secret); there is no such file, seen from "
    f"{Path.cwd()}: specify the path, not the contents, of a kubeconfig that works with kubectl, or remove it"
)
HOST_ALONE = "it is the host alone, as references of images name it, without scheme and path: set it to registry.example.com"

WRONG: list[tuple[dict[str, Any], str]] = [
    (
        {"target": "heroku"},
        (
            "target: found 'heroku'; it should be 'cluster', 'doks', 'eks', 'ecs' or 'docker'. "
            "Where the application runs: cluster, doks, eks, ecs or docker."
        ),
    ),
    (
        {"secrts": {"A": "b"}},
        (
            "secrts: is not known here. Did you mean 'secrets'? Known are: app, cluster, database, redis, registry, secrets, "
            "target."
        ),
    ),
    ({"app": "shop"}, "app: found 'shop'; it should be a mapping. The application."),
    ({"app": '{"name": shop'}, "app: found '{\"name\": shop'; it should be a mapping. The application."),
    (
        {"app": APP | {"image": IMAGE}},
        f"app.image: found '{IMAGE}'; it should be a mapping. Container image of the application.",
    ),
    ({"app": APP | {"name": "My Shop"}}, f"app.name: found 'My Shop'; {NAME}"),
    ({"app": APP | {"workers": {"Mailers": {}}}}, f"app.workers.Mailers: found 'Mailers'; {NAME}"),
    (
        {"app": APP | {"workers": {"web": {}}}},
        "app: workers cannot be named web, as another part of the application is: rename them",
    ),
    (
        {"app": APP | {"workers": {"default": {"concurency": 3}}}},
        (
            "app.workers.default.concurency: is not known here. Did you mean 'concurrency'? Known are: autoscaled, backend, "
            "command, concurrency, entrypoint, env, health, overrides, queues, replicas, resources, shutdown_seconds, "
            "startup_seconds, strategy, writable_paths."
        ),
    ),
    (
        {"app": APP | {"workers": ["default"]}},
        "app.workers: found ['default']; it should be a mapping. Workers by group: the key names the group.",
    ),
    (
        {"app": APP | {"cron": {"digest": {"schedule": "60 * * * *", "command": ["true"]}}}},
        "app.cron.digest: schedule '60 * * * *': the minute '60' is outside 0 to 59",
    ),
    (
        {"app": APP | {"cron": {"digest": {"schedule": "@daily"}}}},
        "app.cron.digest.command: is required. What to run.",
    ),
    (
        {"app": APP | {"env": {"A": "1"}}, "secrets": {"A": SECRET}},
        "A is in both app.env and secrets: remove it from one of them",
    ),
    (
        {"registry": {"server": "registry.example.com", "username": "robot"}},
        "registry is given without its password: run `pulumi config set --secret --path railbed:secrets.REGISTRY_PASSWORD`",
    ),
    *[
        (PRIVATE | {"registry": {"server": server, "username": "robot"}}, f"registry.server: found '{server}'; {sentence}")
        for server, sentence in [
            ("https://registry.example.com", HOST_ALONE),
            ("registry.example.com/acme", HOST_ALONE),
            ("", "specify the host of the registry, as references of images name it: registry.example.com"),
        ]
    ],
    (
        {"app": APP | {"image": {}}},
        "app.image: image has neither ref nor build: give ref, an image that exists, or build, the application's folder",
    ),
    (
        {"app": APP | {"image": {"ref": IMAGE, "build": str(RAILS), "platform": "linux/arm64"}}, **PRIVATE},
        "app.image: image has ref and build, platform: an image that exists is not built, so remove build and platform, or ref",
    ),
    (
        {"app": APP | {"image": {"build": str(RAILS), "dockerfil": "Dockerfile.web"}}, **PRIVATE},
        "app.image.dockerfil: is not known here. Did you mean 'dockerfile'? Known are: base_image, build, build_args, cache, "
        "dockerfile, follow_base, platform, ref, repository, target.",
    ),
    (
        {"app": APP | {"image": {"build": str(RAILS)}}},
        "app.image.build needs a registry to push to, from which the cluster pulls: add registry, with its server and username",
    ),
    (
        {"app": APP | {"image": {"build": "../nowhere"}}, **PRIVATE},
        f"app.image.build: found '../nowhere'; there is no such folder, seen from {Path.cwd()}: specify the application's, "
        "such as ../shop",
    ),
    (
        {"app": APP | {"image": {"build": str(RAILS)}, "web": {"server": "unicorn"}}, **PRIVATE},
        "app.image: the application server is unicorn, but Gemfile.lock has no unicorn: run `bundle add unicorn`, or choose "
        "another server",
    ),
    (
        {"database": {"enabled": False}},
        "database.enabled is false and secrets has no DATABASE_URL: specify one of them",
    ),
    (
        {"app": APP | {"web": {"replicas": 8}, "workers": {"mailers": {"concurrency": 20, "replicas": 2}}}},
        "database.max_connections is 100, but 125 may be open during a rollout (web 60, workers.mailers 60, migration 1, "
        "console 1, administrators 3): raise it to 125 or more, or lower replicas, threads or concurrency",
    ),
    (
        {"app": APP | {"web": {"command": ["./bin/rails", "server"]}}},
        "app.web: command ./bin/rails server makes the entrypoint that Rails generates migrate in every container; "
        "omit it, or start the server itself: [bundle, exec, puma, -C, config/puma.rb]",
    ),
    (
        {"database": {"storage": "10GB"}},
        'database.storage: found \'10GB\'; write memory and storage with a binary unit: "512Mi", "2Gi"',
    ),
    (
        {"cluster": {"exposure": "node_port", "tls_secret": "shop-tls"}},
        "cluster: tls_secret has no effect with exposure node_port: remove it or set exposure to ingress",
    ),
    ({"cluster": {"kubeconfig": "/nowhere/kubeconfig"}}, NO_KUBECONFIG),
    ({"cluster": {"kubeconfig": "apiVersion: v1\n" * 1000}}, NO_KUBECONFIG),
    (
        {"cluster": {"annotations": {"a": "b"}}},
        "cluster: annotations have no effect with exposure internal: remove them or set exposure to load_balancer, "
        "ingress or gateway",
    ),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG)
def test_the_user_reads_what_is_wrong(values: dict[str, Any], sentence: str) -> None:
    assert problem_of(LEAST | values) == sentence


def test_no_settings_at_all_name_what_is_needed() -> None:
    assert problem_of({}) == (
        "target: is required. Where the application runs: cluster, doks, eks, ecs or docker.\n"
        "app: is required. The application."
    )


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        ("", "there is no ~/.kube/config"),
        ("/nowhere/a:/nowhere/b", "$KUBECONFIG is '/nowhere/a:/nowhere/b', where there is no file"),
    ],
)
def test_a_machine_without_a_kubeconfig(variable: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", variable)
    assert problem_of(LEAST) == (
        f"cluster.kubeconfig is not given, and {found}: specify the path of the one to use, "
        "`pulumi config set --path railbed:cluster.kubeconfig PATH`"
    ), "the Kubernetes plugin would tell it in its own words, after the first resources"
    (tmp_path / "other").write_text(KUBECONFIG)
    assert read(LEAST | {"cluster": {"kubeconfig": f"{tmp_path}/other"}}).cluster.kubeconfig
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    read(LEAST)  # in a pod, the cluster around it is meant


def test_of_several_kubeconfigs_one_must_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for file in files:
        file.touch()
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))
    assert f"$KUBECONFIG names several files, {files[0]} and {files[1]}: specify the path" in problem_of(LEAST)


CHOICE = "set cluster.context to one of bare, far, near"
CERTIFICATE = 'https://192.0.2.7:6443", certificate-authority: ca.crt'


@pytest.mark.parametrize("given", [True, False], ids=["given", "found"])
@pytest.mark.parametrize(
    ("content", "context", "told"),
    [
        (KUBECONFIG, "nearby", f"cluster.context is 'nearby', which FILE does not have: {CHOICE}"),
        (KUBECONFIG.replace("current-context: near", ""), None, f"the kubeconfig FILE has no current context: {CHOICE}"),
        (KUBECONFIG.replace("{name: one,", "{name: uno,"), None, "has no cluster 'one', which its context 'near' names"),
        (
            KUBECONFIG.replace("{cluster: one}", "{cluster: one, user: me}"),
            None,
            "has no user 'me', which its context 'near' names",
        ),
        (KUBECONFIG.replace('https://192.0.2.7:6443"', CERTIFICATE), None, "names the file ca.crt, which is not there"),
        ("key: [secret-of-the-cluster", None, "the kubeconfig FILE cannot be read: while parsing a flow sequence"),
        ("secret-of-the-cluster", None, "FILE is not a kubeconfig, as it has no contexts"),
        ("contexts: {near: secret-of-the-cluster}", None, "FILE is not a kubeconfig, as it has no contexts"),
        (
            "contexts: [{context: {}}, {name: near}]",
            None,
            "FILE has no current context: set cluster.context to one of near",
        ),
        (
            "contexts: [{name: [near]}, {name: 1}]",
            "1",
            "FILE has no cluster 'None', which its context '1' names",
        ),
        ("contexts: [secret-of-the-cluster]", None, "FILE is not a kubeconfig, as it has no contexts"),
        ("\0secret-of-the-cluster", None, "the kubeconfig FILE cannot be read: unacceptable character #x0000"),
    ],
)
def test_a_kubeconfig_that_does_not_name_its_cluster(
    content: str, context: str | None, told: str, given: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kubeconfig"
    file.write_text(content)
    cluster = {"context": context} if context else {}
    if given:
        cluster["kubeconfig"] = str(file)
    else:
        monkeypatch.setenv("KUBECONFIG", str(file))
    problem = problem_of(LEAST | {"cluster": cluster})
    assert told.replace("FILE", str(file)) in problem, "the client of Kubernetes would end the program with a traceback"
    assert "secret-of-the-cluster" not in problem


def test_an_empty_kubeconfig_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kubeconfig"
    file.touch()
    assert f"the kubeconfig {file} is empty" in problem_of(LEAST | {"cluster": {"kubeconfig": str(file)}})
    monkeypatch.setenv("KUBECONFIG", str(file))
    read(LEAST)  # as kubectl does
    read(LEAST | {"cluster": {"kubeconfig": os.devnull}})  # what has been deployed with it goes on being deployed


def test_all_problems_are_told_at_once() -> None:
    app = APP | {"user": 0, "web": {"replicas": 0}, "workers": {"default": {"queues": []}}}
    problems = problem_of(LEAST | {"app": app, "redis": {"size": "1Gi"}, "cluster": {"node_port": 80}})
    assert [problem.split(":")[0] for problem in problems.splitlines()] == [
        "app.user",
        "app.web.replicas",
        "app.workers.default.queues",
        "redis.size",
        "cluster.node_port",
    ]


@pytest.mark.parametrize(
    "secrets",
    [f"[{SECRET}", f'{{"A": "{SECRET}', [SECRET], {"A": [SECRET]}, {"A": {"value": SECRET}}, {"bad-name": SECRET}],
)
def test_an_error_never_shows_a_secret(secrets: Any) -> None:
    assert SECRET not in problem_of(LEAST | {"secrets": secrets}, secure=("secrets",))


def test_a_secure_value_outside_secrets_is_refused() -> None:
    app = APP | {"env": {"TOKEN": SECRET}}
    assert problem_of(LEAST | {"app": app}, secure=("app",)) == (
        "app: holds a secure value, which would not stay secret there: move it to secrets"
    ), "it would stand in a ConfigMap and in Pulumi's state in clear text"
