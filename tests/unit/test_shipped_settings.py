"""The settings that come with the repository: examples to copy, so nothing in them may belong to somebody."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import previews
from sandbox.environment import PASSPHRASE

ROOT = Path(__file__).parents[2]
FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
OF_THE_SANDBOX = [ROOT / f"Pulumi.{stack}.yaml" for stack in ("sandbox", "docker")]
EXAMPLES = [file for file in FILES if file not in OF_THE_SANDBOX]
OF_SECRETS_PROVIDERS = {"encryptionsalt", "secretsprovider", "encryptedkey"}


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys_of(inner)}
    return {key for inner in value for key in keys_of(inner)} if isinstance(value, list) else set()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_an_example_holds_no_salt_and_no_secure_value(file: Path) -> None:
    content = yaml.safe_load(file.read_text())
    found = keys_of(content)
    assert not found & OF_SECRETS_PROVIDERS, "`pulumi stack init` would ask for a passphrase that the user does not have"
    assert "secure" not in found, "`pulumi up` could not decrypt it, or only with a passphrase that is public"
    assert "railbed:secrets" not in content["config"], "a secret in clear text invites to write one's own there"


def test_there_are_examples_for_every_cloud() -> None:
    targets = {yaml.safe_load(file.read_text())["config"]["railbed:target"] for file in EXAMPLES}
    assert targets == {"doks", "eks", "ecs"}


@pytest.mark.parametrize("file", OF_THE_SANDBOX, ids=lambda file: file.name)
def test_the_sandboxs_own_file_says_that_its_secret_protects_nothing(file: Path) -> None:
    text = file.read_text()
    assert f"passphrase, which is public ({PASSPHRASE})" in text, "somebody would copy it for a secret of their own"


def test_a_preview_in_the_sandbox_reads_no_secret_of_the_stack(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.live.yaml"
    config = {
        "railbed:target": "doks",
        "railbed:secrets": {"RAILS_MASTER_KEY": {"secure": "v1:theirs"}, "DATABASE_URL": {"secure": "v1:theirs"}},
        "digitalocean:token": {"secure": "v1:theirs"},
    }
    file.write_text(yaml.safe_dump({"config": config, "encryptionsalt": "v1:theirs"}))
    copied = previews.settings_of(file)
    assert "theirs" not in str(copied), "the preview would fail: only the stack's own passphrase can decrypt it"
    assert set(copied["railbed:secrets"]) == {"RAILS_MASTER_KEY", "DATABASE_URL"}
    assert copied["railbed:secrets"]["DATABASE_URL"].startswith("postgresql://"), "the preview would show a database to make"
