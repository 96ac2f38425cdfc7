"""What the user reads when settings are wrong: plain sentences, all at once, before anything is touched."""

from datetime import date
from typing import Any

import pytest

from tests.engine.recorded_stack import RecordedStack

WRONG: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"app.web.replicas": 0, "app.image.ref": "shop:latest", "app.cron.digest.schedule": "0 25 * * *", "app.wep": {}},
        [
            "The settings of stack 'test' (Pulumi.test.yaml): 4 problems, nothing has been changed.",
            "app.web.replicas: found 0; it should be at least 1.",
            "app.image.ref: found 'shop:latest'; name a tag other than latest, or a digest",
            "app.cron.digest: schedule '0 25 * * *': the hour '25' is outside 0 to 23",
            "app.wep: is not known here. Did you mean 'web'?",
        ],
    ),
    ({"target": "clutser"}, ["target: found 'clutser'; it should be 'cluster', 'doks', 'eks', 'ecs' or 'docker'."]),
    ({"app": None}, ["Stack 'test' is missing configuration value 'railbed:app'"]),
    (
        {"app.env": {"VERSION": 3.1, "SINCE": date(2024, 1, 1), "ACCOUNT": 12345678901234567891}, "app.web.replicas": True},
        [
            "app.env.VERSION: found 3.1; a number with a fraction may not be as it was written, as 3.10 becomes 3.1",
            "app.env.SINCE: is a date to YAML, and would arrive in another form",
            "app.env.ACCOUNT: found 12345678901234567000; a number beyond 9007199254740992 may have been rounded",
            "app.web.replicas: found True; it should be a whole number.",
        ],
    ),
    ({"app.env.VERSION": 1.0}, ["app.env.VERSION: is a number to YAML, and would arrive in another form"]),
    (
        {"app.env.BIG": "x" * 140000},
        ["the settings of the stack, secrets included, are larger than the 131071 bytes of one variable"],
    ),
    (
        {"target": "ecs", "region": "eu-central-1", "app.env.BIG": "x" * 70000, "cluster": None, "registry": None},
        ["migration: all variables have 70018 bytes, more than the 61440 that ECS allows in a task definition"],
    ),
    ({"app.web.hosts": ["bücher.example"]}, ["DNS knows it in punycode: write xn--bcher-kva.example"]),
    ({"app.web": "two"}, ["app.web: found 'two'; it should be a mapping."]),
    ({"app.env": {"RAILS_MASTER_KEY": "x"}}, ["app.env.RAILS_MASTER_KEY: has the name of a secret"]),
    ({"app.env": {"SECRET_KEY_BASE": "x"}}, ["app.env.SECRET_KEY_BASE: has the name of a secret"]),
    ({"cluster.exposure": "ingress", "cluster.node_port": 80}, ["cluster.node_port: found 80; it should be at least 30000."]),
    ({"database": "none"}, ["database: found 'none'; it should be a mapping."]),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG, ids=[", ".join(wrong) for wrong, _ in WRONG])
def test_wrong_settings_are_told_at_once_in_plain_sentences(
    empty_stack: RecordedStack, wrong: dict[str, Any], told: list[str]
) -> None:
    with empty_stack.changed(wrong):
        run = empty_stack.up()
    assert run.code != 0, "wrong settings were accepted"
    text = " ".join(run.text.split())
    for sentence in told:
        assert sentence in text, f"the user does not read {sentence!r}, but:\n{run.text}"
    assert "Traceback" not in run.text
    assert 'File "' not in run.text
    assert empty_stack.record.order == [], "objects were made although the settings are wrong"
    made = [name for name in run.operations if "pulumi:pulumi:Stack" not in name]
    assert made == [], "something was registered although the settings are wrong"


def test_a_wrong_secret_is_not_shown(empty_stack: RecordedStack) -> None:
    with empty_stack.changed({"secrets.not-a-name": "hunter2-hunter2"}):
        run = empty_stack.up()
    assert run.code != 0
    assert "hunter2" not in run.text
    assert "use letters, digits and underscores" in run.text
