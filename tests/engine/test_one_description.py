"""One description, every target: the application sees the same commands, variables, secrets and ports, in the same order."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from railbed.description.commands import WAIT_FOR_DATABASE
from railbed.docker_host.app_containers import WAIT_FIRST, WITH_FOLDERS, WITH_LOADER
from railbed.docker_host.schedule import SCHEDULER
from tests.cluster.rails_stack import PROJECT
from tests.engine.docker_api import docker_stack
from tests.engine.ecs_stack import ecs_stack
from tests.engine.recorded_stack import MASTER_KEY
from tests.engine.recording_provider import Record
from tests.engine.test_production_stacks import FAST

MORE: dict[str, Any] = {
    "image": {"ref": "registry.example.com/shop:1f3c2ab"},
    "env": {"GREETING": "hello"},
    "cron": {"digest": {"schedule": "0 6 * * *", "command": ["bin/rails", "digest:send"], "env": {"OF": "digest"}}},
    "migration": {"post": True, "env": {"OF": "migration"}},
    "databases": ["cache"],
}
"""What the description in the README leaves out, and an image that exists in place of one that is built."""

WRAPPERS = (
    re.compile(r"ruby --disable-gems \S+/puma_socket.rb \d+ "),
    re.compile(r"ruby --disable-gems -e \n.*?\n \d+ ", re.DOTALL),
    re.compile(r"ruby --disable-gems -e \n.*(?=bundle exec sidekiq )", re.DOTALL),
    re.compile(r" -r \S+/sidekiq_heartbeat.rb"),
    re.compile(r"timeout -k \d+ \d+ "),
    re.compile(rf"sh -c {re.escape(WITH_FOLDERS)} /rails/tmp "),
    re.compile(rf"sh -c {re.escape(WITH_LOADER)} \S+ "),
    re.compile(rf"sh -c {re.escape(WAIT_FIRST)} sh {re.escape(WAIT_FOR_DATABASE)} "),
    re.compile(rf"ruby --disable-gems -e {re.escape(SCHEDULER)} {{[^}}]*}} "),
)
"""What railbed puts around commands where a target needs it: the socket, the heartbeat, the deadline, the scheduler."""

PARTS = {"web": "Deployment", "default": "Deployment", "digest": "CronJob", "migrate": "Job", "post-migrate": "Job"}
ON_DOCKER = {"web": "web-1", "default": "default-1"}
"""Suffix of the container of a part, where it is another."""
MIGRATED = {"Kubernetes": "Job shop-migrate", "ECS": "Parameter shop-migrate"}


@dataclass
class Seen:
    """What the containers of one part of the application get."""

    image: str
    command: str
    environment: dict[str, str]
    secrets: dict[str, str]
    """The values, but of addresses only the scheme."""
    ports: list[int] = field(default_factory=list)


def programs_of_readme() -> dict[str, dict[str, Any]]:
    """The settings that the README shows beside each other, by target."""
    (block,) = (
        each for each in re.findall(r"```yaml\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL) if "ecs" in each
    )
    column = block.splitlines()[1].rindex("config:")
    columns = ("\n".join(line[part] for line in block.splitlines()) for part in (slice(column), slice(column, None)))
    read = [yaml.safe_load(text)["config"] for text in columns]
    settings = [{key.removeprefix("railbed:"): value for key, value in config.items()} for config in read]
    return {each["target"]: each for each in settings}


def settings_of(target: str) -> dict[str, Any]:
    """Settings of a target, with the README's description and what it leaves out."""
    shown = programs_of_readme()
    of_target: dict[str, dict[str, Any]] = {
        **shown,
        # The least that accepts the connections to two databases.
        "doks": {**shown["doks"], "database": {"size": "db-s-2vcpu-4gb"}},
        "eks": {**shown["ecs"], "target": "eks"},
        "cluster": {
            "target": "cluster",
            "cluster": {"exposure": "ingress", "ingress_class": "nginx", "cluster_issuer": "acme"},
        },
        "docker": {"target": "docker"},
    }
    app = {**shown["ecs"]["app"], **MORE}
    return {**of_target[target], "app": app, "secrets": {"RAILS_MASTER_KEY": MASTER_KEY, "TOKEN": "of-the-application"}}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, engine_variables: dict[str, str]) -> dict[str, dict[str, Seen]]:
    """What each part sees, by target."""
    found = {}
    for target in ("cluster", "doks", "eks", "ecs"):
        with ecs_stack(tmp_path_factory.mktemp(target), engine_variables | FAST, settings_of(target)) as stack:
            stack.deploy()
            check_order(stack.record, "ECS" if target == "ecs" else "Kubernetes")
            found[target] = {part: (on_ecs if target == "ecs" else on_kubernetes)(stack.record, part) for part in PARTS}
    with docker_stack(tmp_path_factory.mktemp("docker"), engine_variables, settings_of("docker")) as (machine, _):
        machine.deploy()
        check_order_on_docker(machine.record)
        found["docker"] = {part: on_docker(machine.record, part) for part in PARTS}
    return found


def test_the_readme_shows_one_description_for_kubernetes_and_for_ecs() -> None:
    shown = programs_of_readme()
    assert set(shown) == {"doks", "ecs"}
    assert shown["doks"]["app"] == shown["ecs"]["app"], "the README promises that only the target differs"


@pytest.mark.parametrize("target", ["doks", "eks", "ecs", "docker"])
def test_the_application_sees_the_same_on_every_target(seen: dict[str, dict[str, Seen]], target: str) -> None:
    for part in PARTS:
        assert seen[target][part] == seen["cluster"][part], f"{part} differs on {target}"


def test_the_application_sees_what_is_described(seen: dict[str, dict[str, Seen]]) -> None:
    parts = seen["ecs"]
    assert parts["web"].ports == [3000]
    assert parts["web"].command == "bundle exec puma -C config/puma.rb -b tcp://0.0.0.0:3000"
    assert parts["default"].command == "bundle exec sidekiq -c 5 -t 25 -q critical -q default"
    assert parts["digest"].command == "bin/rails digest:send"
    assert parts["migrate"].command == "bin/rails db:prepare"
    assert parts["migrate"].environment["SKIP_POST_DEPLOYMENT_MIGRATIONS"] == "true"
    assert [parts[part].environment.get("OF") for part in ("web", "digest", "migrate")] == [None, "digest", "migration"]
    for each in parts.values():
        assert each.image == "registry.example.com/shop:1f3c2ab"
        assert each.environment["GREETING"] == "hello"
        assert each.secrets == {
            "RAILS_MASTER_KEY": MASTER_KEY,
            "TOKEN": "of-the-application",
            "DATABASE_URL": "postgresql",
            "CACHE_DATABASE_URL": "postgresql",
            "REDIS_URL": "redis",
        }


def on_kubernetes(record: Record, part: str) -> Seen:
    spec = inputs_of(record, PARTS[part], f"shop-{part}")["spec"]
    spec = spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec
    (container,) = spec["template"]["spec"]["containers"]
    return Seen(
        image=container["image"],
        command=unwrapped(container["args"]),
        environment=described(inputs_of(record, "ConfigMap", f"shop-{part}-env")["data"]),
        secrets=comparable(inputs_of(record, "Secret", f"shop-{part}-secrets")["stringData"]),
        ports=[each["containerPort"] for each in container.get("ports", [])],
    )


def on_ecs(record: Record, part: str) -> Seen:
    container = json.loads(inputs_of(record, "TaskDefinition", f"shop-{part}")["containerDefinitions"])[0]
    kept = json.loads(inputs_of(record, "SecretVersion", "shop-secrets")["secretString"])
    return Seen(
        image=container["image"],
        command=unwrapped(container["command"]),
        environment=described({each["name"]: each["value"] for each in container["environment"]}),
        secrets=comparable({each["name"]: kept[_key(each["valueFrom"])] for each in container["secrets"]}),
        ports=[each["containerPort"] for each in container.get("portMappings", [])],
    )


def on_docker(record: Record, part: str) -> Seen:
    container = inputs_of(record, "Container", f"shop-{ON_DOCKER.get(part, part)}")
    variables = dict(each.split("=", 1) for each in container["envs"])
    names = {"RAILS_MASTER_KEY", "TOKEN", "DATABASE_URL", "CACHE_DATABASE_URL", "REDIS_URL"}
    image = inputs_of(record, "RemoteImage", "shop")["name"]
    assert container["image"] == f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
    return Seen(
        image=image,
        command=unwrapped(container["command"]),
        environment=described({name: value for name, value in variables.items() if name not in names}),
        secrets=comparable({name: value for name, value in variables.items() if name in names}),
        ports=[int(container["healthcheck"]["tests"][5])] if part == "web" else [],
    )


def _key(reference: str) -> str:
    """The key within a secret that ECS' notation arn:key::version names."""
    return reference.partition("::")[0].rpartition(":")[2]


def inputs_of(record: Record, kind: str, name: str) -> dict[str, Any]:
    (found,) = (each.inputs for each in record.done if (each.kind, each.name) == (kind, name))
    return found


def unwrapped(command: list[str]) -> str:
    text = " ".join(command)
    for wrapper in WRAPPERS:
        text = wrapper.sub("", text)
    return text


def described(environment: dict[str, str]) -> dict[str, str]:
    """Without the variables that railbed's own scripts read."""
    return {key: value for key, value in environment.items() if not key.startswith("RAILBED_")}


def comparable(secrets: dict[str, str]) -> dict[str, str]:
    urls = {key: urlsplit(value).scheme.replace("rediss", "redis") for key, value in secrets.items() if key.endswith("_URL")}
    return secrets | urls


def check_order(record: Record, kind: str) -> None:
    """Nothing of the application starts before the migration, and the post-migration comes last."""
    order, ecs = record.order, kind == "ECS"
    migrated = order.index(f"done create {MIGRATED[kind]}")
    for part in ("web", "default", "digest"):
        started = f"TaskDefinition shop-{part}" if ecs else f"{PARTS[part]} shop-{part}"
        assert migrated < order.index(f"begun create {started}"), f"{part} could meet an old schema"
    post = "TaskDefinition shop-post-migrate" if ecs else "Job shop-post-migrate"
    for part in ("web", "default"):
        rolled_out = f"Parameter shop-{part}" if ecs else f"Deployment shop-{part}"
        assert order.index(f"done create {rolled_out}") < order.index(f"begun create {post}")


def check_order_on_docker(record: Record) -> None:
    """Stores first; nothing of the application starts before the migration, and the post-migration comes last."""
    order = record.order
    migrated = order.index("started shop-migrate")
    for store in ("database", "redis"):
        assert order.index(f"done create Container shop-{store}") < migrated
    for part in ("web-1", "default-1", "digest"):
        assert migrated < order.index(f"begun create Container shop-{part}"), f"{part} could meet an old schema"
    for part in ("web-1", "default-1"):
        assert order.index(f"done create Container shop-{part}") < order.index("started shop-post-migrate")
