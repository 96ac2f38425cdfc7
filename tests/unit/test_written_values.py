"""Text that YAML reads as something else: refused, as the application would get another value than was written."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
from railbed_stacks.cluster_settings import ClusterSettings
from railbed_stacks.ecs import EcsSettings
from railbed_stacks.settings import Target

from railbed import InvalidArguments
from tests.unit.recording import record
from tests.unit.samples import IMAGE, make

APP: dict[str, Any] = {"name": "shop", "image": {"ref": IMAGE}}


def read(app: dict[str, Any], folder: Path | None = None, **others: Any) -> ClusterSettings:
    """The settings as Pulumi hands them over, with the stack's file in a folder."""
    values = {"target": Target.CLUSTER.value, "app": APP | app, **others}
    texts = {f"railbed:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}

    def program() -> ClusterSettings:
        if folder is not None:
            pulumi.runtime.settings.SETTINGS.root_directory = str(folder)
        pulumi.runtime.set_all_config(texts)
        return ClusterSettings.from_config()

    settings: ClusterSettings = record(program).result
    return settings


def problems(app: dict[str, Any], folder: Path | None = None, **others: Any) -> list[str]:
    with pytest.raises(InvalidArguments) as raised:
        read(app, folder, **others)
    return raised.value.problems


FRACTION = "a number with a fraction may not be as it was written, as 3.10 becomes 3.1: put it in quotes"
BEYOND = "a number beyond 9007199254740992 may have been rounded on its way here: put it in quotes"
DATE = "is a date to YAML, and would arrive in another form (2026-01-02 as 2026-01-02 00:00:00 +0000 UTC): put it in quotes"
NUMBER = "is a number to YAML, and would arrive in another form (0644 as 420, 1.0 as 1): put it in quotes"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (3.1, f"found 3.1; {FRACTION}"),
        (1.0, f"found 1.0; {FRACTION}"),
        (-0.5, f"found -0.5; {FRACTION}"),
        (12345678901234567000, f"found 12345678901234567000; {BEYOND}"),
        (2**53 + 1, f"found 9007199254740993; {BEYOND}"),
        (-(2**53) - 1, f"found -9007199254740993; {BEYOND}"),
        (1.2345678901234568e22, f"found 1.2345678901234568e+22; {BEYOND}"),
        ("2024-01-01 00:00:00 +0000 UTC", DATE),
        ("2001-12-14 21:59:43.1 -0500 -0500", DATE),
        ("2026-07-01 09:00:00 +0200 CEST", DATE),
    ],
)
@pytest.mark.parametrize("place", ["app", "web", "workers", "annotations"])
def test_what_was_changed_on_its_way_is_refused_wherever_text_is_taken(place: str, value: Any, sentence: str) -> None:
    variables = {"env": {"VALUE": value}}
    found = {
        "app": lambda: problems(variables),
        "web": lambda: problems({"web": variables}),
        "workers": lambda: problems({"workers": {"default": variables}}),
        "annotations": lambda: problems({}, cluster={"exposure": "load_balancer", "annotations": {"VALUE": value}}),
    }[place]()
    path = {"app": "app.env", "web": "app.web.env", "workers": "app.workers.default.env", "annotations": "cluster.annotations"}
    assert len(found) == 1
    assert found[0].startswith(f"{path[place]}.VALUE: ")
    assert found[0].endswith(sentence)


def test_a_date_in_a_command_is_told_with_the_other_problems() -> None:
    app = {"cron": {"report": {"schedule": "@daily", "command": ["report", "2024-01-01 00:00:00 +0000 UTC"]}}, "user": 0}
    assert [problem.split(":")[0] for problem in problems(app)] == ["app.user", "app.cron.report.command.1"]


def test_a_number_where_text_is_needed_is_told_to_be_quoted() -> None:
    app = {"cron": {"report": {"schedule": "@daily", "command": ["sleep", 5]}}}
    assert problems(app) == ["app.cron.report.command.1: found 5; it should be a string. Put it in quotes. What to run."]
    told = problems({}, secrets={"PIN": 123456})
    assert told[0].startswith(
        "secrets.PIN: found a value (not shown, it may be secret); it should be a string. Put it in quotes."
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (-7, "-7"),
        (2**53, str(2**53)),
        (True, "true"),
        (False, "false"),
        ("1.0", "1.0"),
        ("0644", "0644"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01 00:00:00", "2024-01-01 00:00:00"),
        ("yes", "yes"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_what_arrives_as_it_was_written_is_taken(value: Any, text: str) -> None:
    assert read({"env": {"VALUE": value}}).app.env == {"VALUE": text}


def in_file(folder: Path, written: str, arrived: Any) -> dict[str, Any]:
    """A stack's file with one variable, and what Pulumi hands over of it."""
    (folder / "Pulumi.test.yaml").write_text(f"config:\n  railbed:app:\n    env:\n      VALUE: {written}\n")
    return {"env": {"VALUE": arrived}}


@pytest.mark.parametrize(
    ("written", "arrived"),
    [
        ("1.0", 1),
        ("0644", 420),
        ("-0644", -420),
        ("0o644", 420),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("1e3", 1000),
        ("12e03", 12000),
        ("08", 8),
        ("007", 7),
        ("+5", 5),
        ("1.", 1),
    ],
)
def test_a_number_in_the_file_that_is_not_what_arrived_is_refused(tmp_path: Path, written: str, arrived: int) -> None:
    assert problems(in_file(tmp_path, written, arrived), tmp_path) == [f"app.env.VALUE: {NUMBER}"]


@pytest.mark.parametrize(
    ("written", "arrived"),
    [("5", 5), ("-5", -5), ("true", True), ("True", True), ('"0644"', "0644"), ("'1.0'", "1.0"), ("12:30", "12:30"), ("7", 8)],
)
def test_what_is_the_same_in_the_file_is_taken(tmp_path: Path, written: str, arrived: Any) -> None:
    read(in_file(tmp_path, written, arrived), tmp_path)


def test_a_file_of_other_settings_is_left_alone(tmp_path: Path) -> None:
    app = in_file(tmp_path, "0644", "given with --config-file")
    read(app, tmp_path)
    for text in ("", "config:", "config: [", "- a", "config:\n  railbed:app: text\n  other:app: {env: {VALUE: 0644}}\n"):
        (tmp_path / "Pulumi.test.yaml").write_text(text)
        read(app, tmp_path)


def test_the_sections_of_a_cloud_are_read_as_their_components_do(tmp_path: Path) -> None:
    text = "config:\n  railbed:database: {storage_gb: 0x20, restore: {snapshot_identifier: 0644}}\n"
    (tmp_path / "Pulumi.test.yaml").write_text(text)
    database = {"storage_gb": 32, "restore": {"snapshot_identifier": 420}}
    values = {"target": "ecs", "region": "eu-central-1", "app": json.dumps(APP), "database": json.dumps(database)}

    def program() -> None:
        pulumi.runtime.settings.SETTINGS.root_directory = str(tmp_path)
        pulumi.runtime.set_all_config({f"railbed:{key}": value for key, value in values.items()})
        EcsSettings.from_config()

    with pytest.raises(InvalidArguments) as raised:
        record(program)
    assert raised.value.problems == [f"database.restore.snapshot_identifier: {NUMBER}"]


def test_numbers_that_are_numbers_may_be_written_in_any_form(tmp_path: Path) -> None:
    text = "config:\n  railbed:app:\n    web: {replicas: 0x3, port: 8_080, resources: {cpu: 0.50, cpu_limit: 1.0}}\n"
    (tmp_path / "Pulumi.test.yaml").write_text(text)
    app = {"web": {"replicas": 3, "port": 8080, "resources": {"cpu": 0.5, "cpu_limit": 1}}}
    assert read(app, tmp_path).app.web.port == 8080


def test_components_of_other_languages_give_whole_numbers_as_before() -> None:
    data = record(lambda: make("RailsWeb", env={"A": 3.0, "B": 2.5, "C": 2**60})).the("ConfigMap", "shop-env").inputs["data"]
    assert (data["A"], data["B"], data["C"]) == ("3", "2.5", str(2**60))
    with pytest.raises(InvalidArguments, match="may have been rounded on its way here"):
        record(lambda: make("RailsWeb", env={"A": 2.0**60}))
