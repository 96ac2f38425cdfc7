"""Secrets are readable nowhere but inside the cluster: not in the state, the event log, the outputs or on the screen."""

import base64
import json
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from tests.engine.recorded_stack import MASTER_KEY, RecordedStack

MULTILINE_KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----\n"
NEW_MASTER_KEY = "e5a1d0c47c3b4b8f9a6d2c1b0f8e7d6c"
AWKWARD = 'p@ss"w/ord%\u00e9'
GIVEN = {
    "RAILS_MASTER_KEY": MASTER_KEY,
    "REGISTRY_PASSWORD": "password-of-the-registry",
    "SIGNING_KEY": MULTILINE_KEY,
    "AWKWARD": AWKWARD,
}


@dataclass
class Traces:
    """What railbed left behind of a first release and of a change of a secret."""

    secrets: dict[str, str]
    said: dict[str, str]
    """Texts by what they are."""


@pytest.fixture(scope="module")
def traces(empty_stack: RecordedStack) -> Traces:
    stack, said = empty_stack, {}

    def run(what: str, *options: str) -> None:
        done = stack.up(*options) if what.startswith("up") else stack.preview(*options)
        assert done.code == 0, done.text
        said[f"pulumi {what}"] = done.text
        said[f"the event log of {what}"] = stack.event_log

    stack.settings["secrets"] = dict(GIVEN)
    run("up --diff", "--diff")
    stores = [each for each in stack.record.done if each.name in ("shop-database-password", "shop-redis-password")]
    generated = {each.name: each.inputs["stringData"]["password"] for each in stores}
    stack.settings["secrets"]["RAILS_MASTER_KEY"] = NEW_MASTER_KEY
    run("preview --diff", "--diff")
    run("preview --json", "--json", "--show-sames", "--show-replacement-steps")
    run("up --diff of a changed secret", "--diff", "--show-sames")
    said["pulumi stack export"] = stack.exported()
    said["pulumi stack output --json"] = json.dumps(stack.outputs())
    for file in (stack.folder / ".pulumi").rglob("*.json*"):
        said[f"the state's {file.name}"] = file.read_text(errors="replace")
    return Traces({**GIVEN, "NEW_MASTER_KEY": NEW_MASTER_KEY, **generated}, said)


def test_no_secret_is_readable_anywhere(traces: Traces) -> None:
    assert len(traces.secrets) == len(GIVEN) + 3, "the generated passwords did not reach the cluster"
    leaks = [
        f"{name} as {form!r} in {where}"
        for name, secret in traces.secrets.items()
        for form in _forms(secret)
        for where, text in traces.said.items()
        if form in text
    ]
    assert leaks == []


def test_the_change_of_a_secret_is_seen_without_its_value(traces: Traces) -> None:
    preview = traces.said["pulumi preview --diff"]
    assert "[secret]" in preview
    assert "shop-web-secrets" in preview, "the preview does not say what a new secret replaces"


def _forms(secret: str) -> set[str]:
    """Ways in which a secret may be written without being hidden: whole, escaped, encoded, or one of its lines."""
    lines = {line for line in secret.splitlines() if len(line) > 8 and not line.startswith("-----")}
    encoded = base64.b64encode(secret.encode()).decode()
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], encoded, encoded.rstrip("=")[:-1], *lines}
