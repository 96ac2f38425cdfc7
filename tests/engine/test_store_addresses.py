"""Addresses of databases and Redis that Rails would refuse: what the user reads of them, through the real engine."""

import json

import pytest

from tests.engine.recorded_stack import RecordedStack

PROGRAM = """
import pulumi
from railbed import MigrationJob, RailsWeb

url = pulumi.Output.secret({url})
migration = MigrationJob("migrate", {{"image": "registry.example.com/shop:1", {where}: {{"DATABASE_URL": url}}}})
RailsWeb("web", {{"image": migration.image}})
"""
PASSWORDS = [f"hunter2{character}pass" for character in ('"', "[", "%", "@", "/", "#", "?", " ", "é")]
ENCODE = "holds characters that a URL cannot: percent-encode everything in user name, password and parameters"


@pytest.mark.parametrize("password", PASSWORDS[:3])
def test_an_address_in_the_settings_is_refused_without_its_password(empty_stack: RecordedStack, password: str) -> None:
    urls = {"DATABASE_URL": f"postgresql://app:{password}@db/app", "REDIS_URL": f"redis://:{password}@cache/0"}
    with empty_stack.changed({f"secrets.{name}": url for name, url in urls.items()}):
        run = empty_stack.up()
    text = " ".join(run.text.split())
    assert run.code != 0
    for name in urls:
        assert f"secrets.{name}: {ENCODE}" in text, f"the user does not read what to mend:\n{run.text}"
    assert "hunter2" not in run.text and "Traceback" not in run.text, run.text
    assert empty_stack.record.order == [], "objects were made although the settings are wrong"


@pytest.mark.parametrize("where", ["secrets", "env"])
def test_an_address_that_is_known_only_now_is_refused_without_its_password(empty_stack: RecordedStack, where: str) -> None:
    url = f"postgresql://app:{PASSWORDS[0]}@db/app"
    empty_stack.program(PROGRAM.format(url=json.dumps(url), where=json.dumps(where)))
    run = empty_stack.up()
    assert run.code != 0, "a migration runs that cannot reach its database"
    assert f"DATABASE_URL: {ENCODE}" in " ".join(run.text.split()), run.text
    assert "Traceback" not in run.text, f"the user reads a traceback:\n{run.text}"
    assert "hunter2" not in run.text, f"a part of the password is in the output:\n{run.text}"
