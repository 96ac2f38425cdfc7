"""Environment and commands that no process could be started with: told by name before anything is made, without a value."""

from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from railbed import InvalidArguments
from railbed.description.app import AppWeb, MigrationRun, Resources
from railbed.description.process_limits import LONGEST_STRING, check_command, check_variables
from tests.unit.cloud_stacks import deploy
from tests.unit.recording import Recorded, record
from tests.unit.samples import IMAGE, make

CONTENT = "hunter2-"
LONG = CONTENT * 16384
WHOLE = LONGEST_STRING - len("BIG=")


def refused(component: str, **arguments: Any) -> str:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(component, **arguments), registered=registered)
    assert registered == [], "the containers would not start after the databases have been made"
    assert CONTENT * 2 not in str(raised.value), "the value may be a secret"
    return str(raised.value)


def described(**app: Any) -> dict[str, Any]:
    return {"app": {"name": "shop", "image": {"ref": IMAGE}, **app}}


@pytest.mark.parametrize(
    ("component", "arguments"),
    [
        *[(workload, {place: {"BIG": LONG}}) for workload in ("RailsWeb", "CronTask") for place in ("env", "secrets")],
        *[(workload, {place: {"BIG": LONG}}) for workload in ("EcsService", "EcsTaskRun") for place in ("env", "secrets")],
        ("KubernetesApp", described(env={"BIG": LONG})),
        ("KubernetesApp", described(web={"env": {"BIG": LONG}})),
        ("KubernetesApp", described(workers={"default": {"env": {"BIG": LONG}}})),
        ("KubernetesApp", described() | {"secrets": {"BIG": LONG}}),
        ("KubernetesApp", described() | {"migration_secrets": {"BIG": LONG}}),
        ("EcsApp", described(env={"BIG": LONG})),
        ("EcsApp", described() | {"secrets": {"BIG": LONG}}),
    ],
)
def test_a_variable_that_linux_does_not_take_is_named(component: str, arguments: dict[str, Any]) -> None:
    told = refused(component, **arguments)
    assert f"BIG has {len(LONG) + 4} bytes with its name, more than the 131071 that Linux takes in one" in told
    assert "keep the content in the image, in object storage or in a database" in told


def test_the_longest_variable_is_taken() -> None:
    assert check_variables({"BIG": "x" * WHOLE})
    for value in ("x" * (WHOLE + 1), "é" * (WHOLE // 2 + 1)):
        with pytest.raises(ValueError, match=r"^BIG has 13\d+ bytes"):
            check_variables({"BIG": value})


def test_every_variable_that_is_too_large_is_named() -> None:
    told = refused("RailsWeb", env={"ONE": LONG, "TWO": LONG, "THREE": "3"})
    assert "ONE has" in told
    assert "TWO has" in told
    assert "THREE" not in told


@pytest.mark.parametrize("place", ["env", "secrets"])
def test_variables_that_kubernetes_cannot_keep_are_refused(place: str) -> None:
    many = {f"PART_{number}": CONTENT * 16000 for number in range(9)}
    told = refused("RailsWeb", **{place: many})
    assert "all variables have 1152063 bytes, more than the 1044480 that Kubernetes keeps in a ConfigMap or a Secret" in told
    assert "the largest: PART_0 128007, PART_1 128007, PART_2 128007" in told


def test_variables_of_the_application_and_of_a_part_of_it_count_together() -> None:
    halves = [{f"{name}_{number}": CONTENT * 16000 for number in range(5)} for name in ("ALL", "WEB")]
    assert "all variables have 1280060 bytes" in refused("KubernetesApp", **described(env=halves[0], web={"env": halves[1]}))


def test_environment_and_secrets_count_together_for_a_process() -> None:
    kinds = {place: {f"{place}_{number}": CONTENT * 16000 for number in range(8)} for place in ("env", "secrets")}
    told = refused("RailsWeb", **kinds)
    assert "all variables have 2048128 bytes, more than the 1966081 that Linux gives a process" in told


@pytest.mark.parametrize("place", ["env", "secrets"])
def test_a_variable_that_is_known_later_is_checked_then(place: str) -> None:
    with pytest.raises(pulumi.RunError, match=r"^BIG has 131076 bytes") as raised:
        record(lambda: make("RailsWeb", **{place: {"BIG": pulumi.Output.from_input(LONG)}}))
    assert CONTENT not in str(raised.value)


def test_a_task_definition_that_ecs_would_refuse_is_refused() -> None:
    many = {"PART": CONTENT * 4000, "MORE": CONTENT * 4200}
    told = refused("EcsService", env=many)
    assert "all variables have 65610 bytes, more than the 61440 that ECS allows in a task definition" in told
    assert "the largest: MORE 33605, PART 32005" in told
    assert "ECS allows in a task definition" in refused("EcsApp", **described(env=many))


def test_a_task_definition_whose_variables_are_known_later_is_checked_then() -> None:
    def program() -> Any:
        return make("EcsService", env={"PART": pulumi.Output.from_input(CONTENT * 8000), "MORE": CONTENT * 300})

    with pytest.raises(
        pulumi.RunError, match=r"^task definition 'shop' has 6\d+ bytes, .* variables: PART 64005, MORE"
    ) as raised:
        record(program)
    assert CONTENT not in str(raised.value)


def test_a_command_counts_as_the_task_definition() -> None:
    with pytest.raises(pulumi.RunError, match="or shorten the command"):
        record(lambda: make("EcsTaskRun", command=["ruby", "-e", "x" * 70000]))


SECRETS = {"PART": CONTENT * 4000, "MORE": CONTENT * 4200}


@pytest.mark.parametrize(("component", "arguments"), [("EcsService", {}), ("EcsScheduledTask", {}), ("EcsApp", described())])
def test_secrets_that_secrets_manager_cannot_keep_are_refused(component: str, arguments: dict[str, Any]) -> None:
    told = refused(component, secrets=SECRETS, **arguments)
    assert "the secrets have 65624 bytes together, more than the 65536 that Secrets Manager keeps in one" in told
    assert "the largest: MORE 33605, PART 32005" in told


def test_secrets_of_a_stack_are_checked_with_its_settings() -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments, match="the secrets have 65624 bytes together"):
        deploy("ecs", registered=registered, secrets=SECRETS)
    assert registered == []


def test_secrets_that_are_known_later_are_checked_then() -> None:
    def program() -> Any:
        return make("EcsService", secrets=SECRETS | {"PART": pulumi.Output.from_input(SECRETS["PART"])})

    with pytest.raises(pulumi.RunError, match=r"^the secrets have 65624 bytes together") as raised:
        record(program)
    assert CONTENT not in str(raised.value)


@pytest.mark.parametrize("component", ["RailsWeb", "SidekiqWorkers", "MigrationJob", "CronTask", "EcsService", "EcsTaskRun"])
@pytest.mark.parametrize("place", ["command", "entrypoint"])
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([""], "the first word is empty: name the program to run"),
        ([" ", "db:migrate"], "the first word is empty: name the program to run"),
        (["sh", "-c", "x" * (LONGEST_STRING + 1)], "word 3 has 131072 bytes, more than the 131071 that Linux takes"),
        (["sh", "-c", "a\0b"], "word 3 holds a NUL character"),
        (["sh", *["x" * 131000] * 9], "it has 1179012 bytes, more than the 1048576 that Kubernetes allows"),
    ],
)
def test_a_command_that_cannot_be_started_is_refused(component: str, place: str, words: list[str], sentence: str) -> None:
    assert sentence in refused(component, **{place: words})


def test_an_empty_word_behind_the_program_is_one() -> None:
    assert check_command(["grep", "", "file"]) == ["grep", "", "file"]
    assert MigrationRun(command=["sh", "-c", ""]).command == ["sh", "-c", ""]


def test_a_nul_character_in_a_variable_is_refused() -> None:
    assert "A holds a NUL character, which no variable can have: remove it" in refused("RailsWeb", env={"A": "b\0c"})


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize(
    ("component", "argument"),
    [
        ("RailsWeb", "replicas"),
        ("RailsWeb", "node_port"),
        ("SidekiqWorkers", "concurrency"),
        ("CronTask", "deadline_seconds"),
        ("Postgresql", "max_connections"),
        ("EcsService", "desired_count"),
        ("RdsDatabase", "storage_gb"),
        ("DigitalOceanDatabase", "nodes"),
        ("EksOrDoksCluster", "min_nodes"),
        ("Network", "log_retention_days"),
        ("EcsService", "port"),
    ],
)
def test_true_is_no_number(component: str, argument: str, value: bool) -> None:
    assert f"{argument}: found {value}; it should be a whole number" in refused(component, **{argument: value})


def test_switches_and_numbers_are_read_as_before() -> None:
    web = AppWeb.model_validate({"replicas": "3", "port": 8080.0})
    assert (web.replicas, web.port) == (3, 8080)


@pytest.mark.parametrize(
    ("resources", "sentence"),
    [
        ({"memory": "5Ki"}, "5Ki is less than 1Mi: is another unit meant, 5Mi or 5Gi?"),
        ({"memory_limit": "1023Ki"}, "1023Ki is less than 1Mi: is another unit meant, 1023Mi or 1023Gi?"),
        ({"memory": "5Mi", "memory_limit": "5Mi"}, "memory_limit 5Mi is too little to start a container: specify 6Mi or more"),
    ],
)
def test_memory_in_which_nothing_starts_is_refused(resources: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValidationError) as raised:
        Resources.model_validate(resources)
    assert sentence in str(raised.value)
    assert sentence in refused("RailsWeb", resources=resources)


def test_storage_in_which_nothing_fits_is_refused() -> None:
    assert "10Ki is less than 1Mi" in refused("Postgresql", storage="10Ki")
