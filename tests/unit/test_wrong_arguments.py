"""Wrong arguments of components: the sentence that the user reads, before anything is registered."""

from typing import Any

import pulumi
import pytest

import railbed
from railbed import InvalidArguments
from tests.unit.recording import Recorded, record
from tests.unit.samples import COMPONENTS, IMAGE, make

ANY_TAG = (
    "name a tag other than latest, or a digest: with a tag that moves nobody can say which release runs, "
    "and a new release would change nothing"
)
TEXT = "specify a string, a number, true or false, or a Pulumi output of a string"
CRON = 'give cron\'s five fields, such as "0 6 * * *" for six every morning, or @hourly, @daily, @weekly, @monthly'

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("RailsWeb", {"image": "shop"}, f"image: found 'shop'; {ANY_TAG}"),
    ("RailsWeb", {"image": "localhost:5000/shop"}, f"image: found 'localhost:5000/shop'; {ANY_TAG}"),
    ("RailsWeb", {"image": "shop:latest"}, f"image: found 'shop:latest'; {ANY_TAG}"),
    ("RailsWeb", {"image": "shop:"}, f"image: found 'shop:'; {ANY_TAG}"),
    (
        "RailsWeb",
        {"image": "my shop:1"},
        "image: found 'my shop:1'; specify an image reference without spaces, such as registry.example.com/shop:1f3c2ab",
    ),
    ("RailsWeb", {"image": ["shop:1"]}, f"image: found ['shop:1']; {TEXT}"),
    (
        "RailsWeb",
        {"image": None},
        "image: is required. Container image, pinned by tag or digest.",
    ),
    (
        "RailsWeb",
        {"replicas": 0},
        ("replicas: found 0; it should be at least 1. Containers that serve requests."),
    ),
    (
        "RailsWeb",
        {"threads": "many"},
        (
            "threads: found 'many'; it should be a whole number. Threads of a process (RAILS_MAX_THREADS), which is "
            "also its number of database connections."
        ),
    ),
    (
        "RailsWeb",
        {"port": 80},
        (
            "port: found 80; it should be at least 1024. Port on which the server listens, passed to it as PORT; "
            "above 1023, as the container is not root."
        ),
    ),
    (
        "RailsWeb",
        {"server": "thin"},
        (
            "server: found 'thin'; it should be 'puma', 'unicorn', 'passenger' or 'image'. Application server: puma, "
            "unicorn, passenger, or image (the image's own CMD)."
        ),
    ),
    (
        "RailsWeb",
        {"command": "bin/web"},
        ("command: found 'bin/web'; it should be a list. Command instead of the server's usual one."),
    ),
    (
        "RailsWeb",
        {"hosts": ["https://shop.example.com"]},
        (
            "hosts.0: found 'https://shop.example.com'; specify a host name in lower case, such as shop.example.com, without "
            "scheme, port or path"
        ),
    ),
    ("RailsWeb", {"health_path": "up"}, "health_path: found 'up'; start it with a slash, such as /up"),
    (
        "RailsWeb",
        {"workdir": "rails"},
        "workdir: found 'rails'; specify an absolute path, such as /rails/tmp, "
        "without spaces, colons, . and .., and without a slash at the end",
    ),
    (
        "RailsWeb",
        {"user": 0},
        "user 0: containers never run as root; specify the image's user, 1000 in Rails' Dockerfile",
    ),
    ("RailsWeb", {"env": {"1A": "x"}}, "env.1A: found '1A'; use letters, digits and underscores, not a digit first"),
    ("RailsWeb", {"env": {"A": None}}, f"env.A: has no value; {TEXT}"),
    (
        "RailsWeb",
        {"env": {"A": "1", "B": "2"}, "secrets": {"A": "3", "C": "4"}},
        "A is in both env and secrets: remove it from one of them",
    ),
    (
        "RailsWeb",
        {"env": {"RAILS_MASTER_KEY": "hunter2"}},
        (
            "env.RAILS_MASTER_KEY: has the name of a secret, and anyone who can read the configuration could read it: "
            "move it to secrets (`pulumi config set --secret --path railbed:secrets.RAILS_MASTER_KEY`)"
        ),
    ),
    (
        "RailsWeb",
        {"resources": {"memory": "2Gi"}},
        "resources: memory_limit 1Gi is below memory 2Gi: raise memory_limit to 2Gi or more, or lower memory",
    ),
    (
        "RailsWeb",
        {"resources": {"memory": 512}},
        'resources.memory: found 512; a number needs its unit: "512Mi", "2Gi"',
    ),
    (
        "RailsWeb",
        {"resources": {"mem": "2Gi"}},
        "resources.mem: is not known here. Did you mean 'memory'? Known are: cpu, cpu_limit, memory, memory_limit.",
    ),
    (
        "RailsWeb",
        {"node_port": 30080},
        "node_port has no effect with exposure internal: remove it or set exposure to node_port",
    ),
    (
        "RailsWeb",
        {"cluster_issuer": "letsencrypt"},
        "cluster_issuer has no effect with exposure internal: remove it or set exposure to ingress",
    ),
    (
        "RailsWeb",
        {"keep_client_addresses": True},
        "keep_client_addresses has no effect with exposure internal: remove it or set exposure to load_balancer",
    ),
    (
        "RailsWeb",
        {"exposure": "ingress"},
        "exposure ingress needs hosts: name at least one, such as shop.example.com",
    ),
    (
        "RailsWeb",
        {"overrides": {"deploymnt": {}}},
        "overrides of deploymnt have no effect: use one of deployment, http_route, ingress, network_policy, "
        "pod_disruption_budget, service",
    ),
    (
        "RailsWeb",
        {"overrides": {"deployment": {"replicas": 3}}},
        "overrides of deployment do not know replicas: use one of metadata, spec",
    ),
    (
        "Postgresql",
        {"overrides": {"statefulset": {}}},
        "overrides of statefulset have no effect: use one of network_policy, service, stateful_set",
    ),
    (
        "RailsWeb",
        {"annotations": {"a": "b"}},
        "annotations have no effect with exposure internal: remove them or set exposure to load_balancer, ingress or gateway",
    ),
    (
        "SidekiqWorkers",
        {"queues": ["a b"]},
        'queues.0: found \'a b\'; specify a queue as "mailers", or with a weight as "critical,2"',
    ),
    (
        "SidekiqWorkers",
        {"queues": []},
        (
            'queues: found []; it should be a list of at least 1. Queues in order of precedence; with sidekiq "critical,2" '
            "gives a queue a weight, as its -q does."
        ),
    ),
    (
        "MigrationJob",
        {"phase": "both"},
        "phase: found 'both'; it should be 'only', 'pre' or 'post'. Which part of the migration: only, pre or post.",
    ),
    ("CronTask", {"schedule": "every day"}, f"schedule: found 'every day'; {CRON}"),
    ("CronTask", {"schedule": "0 24 * * *"}, "schedule '0 24 * * *': the hour '24' is outside 0 to 23"),
    ("CronTask", {"schedule": "*/0 * * * *"}, "schedule '*/0 * * * *': the step of the minute '*/0' should be 1 or more"),
    (
        "CronTask",
        {"time_zone": "Europe/Berln"},
        "time_zone 'Europe/Berln' is not known: name it as in \"Europe/Berlin\"",
    ),
    ("Console", {"overrides": {"job": {}}}, "overrides of job have no effect: use one of deployment, network_policy"),
    (
        "Console",
        {"replicas": 2},
        (
            "replicas: is not known here. Known are: context, database_authorities, entrypoint, env, image, "
            "kubeconfig, namespace, network_policy, overrides, pull_secrets, resources, secrets, user, workdir, writable_paths."
        ),
    ),
    (
        "Postgresql",
        {"storage": "10G"},
        'storage: found \'10G\'; write memory and storage with a binary unit: "512Mi", "2Gi"',
    ),
    (
        "Postgresql",
        {"database": "my-db"},
        "database: found 'my-db'; use lower case letters, digits and underscores, a letter first, 63 at most",
    ),
    (
        "Redis",
        {"keep_data": "perhaps"},
        (
            "keep_data: found 'perhaps'; it should be true or false. Whether the volume stays when the component is "
            "destroyed; the next one of the same name in the same namespace takes it up again."
        ),
    ),
    (
        "RegistryCredentials",
        {"password": None},
        "password: is required. Password or token.",
    ),
    (
        "KubernetesApp",
        {"app": {"name": "Shop", "image": {"ref": IMAGE}}},
        (
            "app.name: found 'Shop'; use lower case letters, digits and dashes, a letter first, no dash last, "
            "30 characters at most"
        ),
    ),
]


@pytest.mark.parametrize(("component", "arguments", "sentence"), WRONG)
def test_the_user_reads_what_is_wrong(component: str, arguments: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments), registered=registered)
    assert str(raised.value) == f"{component} 'shop': 1 problem, nothing has been changed.\n  - {sentence}"
    assert registered == [], "the message says that nothing has been changed"


def test_all_problems_are_told_at_once() -> None:
    wrong = {"replica": 3, "port": 80, "hosts": ["Shop"], "resources": {"cpu": "lots"}}
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make("RailsWeb", **wrong))
    assert str(raised.value).startswith("RailsWeb 'shop': 4 problems, nothing has been changed.\n  - ")
    assert {problem.split(":")[0] for problem in raised.value.problems} == {"replica", "port", "hosts.0", "resources.cpu"}


def test_pulumi_shows_the_error_without_a_traceback() -> None:
    assert issubclass(InvalidArguments, pulumi.RunError)


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_misspelt_argument_gets_a_suggestion(component: str) -> None:
    declared = getattr(railbed, f"{component}Args")
    meant = max(declared.__required_keys__ | declared.__optional_keys__, key=len)
    misspelt = meant[:2] + meant[3:]
    with pytest.raises(InvalidArguments, match=rf"{misspelt}: is not known here\. Did you mean '{meant}'\? Known are: "):
        record(lambda: make(component, **{misspelt: "shop"}))


SECRET = "hunter2-pass"
WITH_SECRETS: list[tuple[str, dict[str, Any]]] = [
    ("RailsWeb", {"secrets": {"TOKEN": [SECRET]}}),
    ("RailsWeb", {"secrets": {"TOKEN": {"value": SECRET}}}),
    ("RailsWeb", {"secrets": [SECRET]}),
    ("RailsWeb", {"secrets": SECRET}),
    ("RailsWeb", {"secrets": {"bad-name": SECRET}}),
    ("RailsWeb", {"env": {"TOKEN": SECRET}, "secrets": {"TOKEN": SECRET}}),
    ("RailsWeb", {"env": {"SECRET_KEY_BASE": SECRET}}),
    ("RailsWeb", {"env": {"SMTP_PASSWORD": [SECRET]}}),
    ("RailsWeb", {"env": {"DATABASE": [f"postgresql://app:{SECRET}@db/app"]}}),
    ("MigrationJob", {"kubeconfig": [f"token: {SECRET}"]}),
    ("Postgresql", {"password": [SECRET]}),
    ("RegistryCredentials", {"password": [SECRET], "user": "robot"}),
    ("KubernetesApp", {"secrets": [SECRET]}),
    ("RailsWeb", {"env": [f"PGPASSWORD={SECRET}"]}),
    ("RailsWeb", {"env": f"A={SECRET}"}),
    ("RailsWeb", {"env": {"A": [SECRET]}}),
    ("RailsWeb", {"env": {f"postgresql://app:{SECRET}@db/app": "x"}}),
    ("RailsWeb", {"secrets": {f"TOKEN={SECRET}": "x"}}),
    ("RailsWeb", {"replicas": f"redis://:a/b{SECRET}@cache"}),
    ("RailsWeb", {"replicas": f"redis://:a b{SECRET}@cache"}),
    ("RailsWeb", {"command": f"curl https://robot:{SECRET}@example.com"}),
    ("RailsWeb", {"command": f"psql --password {SECRET}"}),
    ("RailsWeb", {"command": {"run": f"password={SECRET}"}, "hosts": [f"password={SECRET}"]}),
    ("RailsWeb", {"hosts": [f"Authorization: Bearer {SECRET}"]}),
    ("RailsWeb", {"hosts": [["https://example.com", f"https://:{SECRET}@example.com"]]}),
    ("RailsWeb", {"image": f"robot:{SECRET}@registry.example.com/my shop"}),
    ("RailsWeb", {"image": [f"https://robot:{SECRET}@registry.example.com/shop:1"]}),
    ("RegistryCredentials", {"server": [f"robot:{SECRET}@registry.example.com"]}),
    ("Postgresql", {"database": f"postgresql://app:{SECRET}@db/app"}),
    ("KubernetesApp", {"app": {"name": "shop", "image": {"ref": IMAGE}, "env": [f"A={SECRET}"]}}),
    ("KubernetesApp", {"app": {"name": "shop", "image": {"ref": IMAGE}, "web": {"env": {"A": [SECRET]}}}}),
    ("KubernetesApp", {"migration_secrets": {"A": {"b": SECRET}}}),
    ("EcsApp", {"secrets": {"A": [SECRET]}}),
    ("EcsTaskRun", {"env": {"A": [SECRET]}}),
    ("EcsTaskRun", {"hidden_values": SECRET}),
    ("ElastiCache", {"auth_token": [SECRET]}),
    ("RdsDatabase", {"password": [SECRET]}),
]


@pytest.mark.parametrize(("component", "arguments"), WITH_SECRETS)
def test_an_error_never_shows_a_secret(component: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments))
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None, "a traceback would show the values too"


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"port": 3000.0}, "spec.template.spec.containers.0.ports.0.containerPort", 3000),
        ({"replicas": 3.0}, "spec.replicas", 3),
        ({"drain_seconds": 20.0, "server": "unicorn"}, "spec.template.spec.terminationGracePeriodSeconds", 55),
    ],
)
def test_whole_numbers_of_other_languages_become_integers(arguments: dict[str, Any], path: str, expected: int) -> None:
    deployment = record(lambda: make("RailsWeb", **arguments)).the("Deployment")
    value = deployment.at(path)
    assert value == expected
    assert "3000.0" not in str(deployment.inputs), "a server cannot listen on port 3000.0"


def test_nested_none_stands_for_not_given() -> None:
    plain = record(lambda: make("RailsWeb")).the("Deployment")
    nested = record(lambda: make("RailsWeb", resources={"cpu": None, "memory": None})).the("Deployment")
    assert nested.inputs == plain.inputs


def test_outputs_are_accepted_at_leaves() -> None:
    def program() -> Any:
        text = pulumi.Output.from_input
        return make(
            "RailsWeb",
            image=text(IMAGE),
            env={"A": text("b")},
            secrets={"B": text("hunter2-pass")},
            namespace=text("shop"),
            pull_secrets=[text("registry")],
        )

    deployed = record(program)
    assert deployed.the("Deployment").container["image"] == IMAGE
    assert deployed.the("Deployment").pod["imagePullSecrets"] == [{"name": "registry"}]
