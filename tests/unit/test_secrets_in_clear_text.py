"""Secrets that stand in a stack's file as anybody can read them."""

from pathlib import Path

import pulumi
import pytest
import yaml
from railbed_stacks.clear_text import problems_in_clear_text

from tests.unit.recording import record

SECRET = "hunter2-pass"


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch, secrets: object, secure: bool = True) -> list[str]:
    if secrets is not None:
        (folder / "Pulumi.test.yaml").write_text(yaml.safe_dump({"config": {"railbed:secrets": secrets}}))
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(folder))

    def program() -> list[str]:
        pulumi.runtime.set_all_config({"railbed:secrets": "{}"}, ["railbed:secrets"] if secure else [])
        return list(problems_in_clear_text(["RAILS_MASTER_KEY", "DATABASE_URL"]))

    told: list[str] = record(program).result
    assert SECRET not in "".join(told), "the error itself shows the secret"
    return [text.split(": ")[0] for text in told]


@pytest.mark.parametrize(
    ("secrets", "secure", "names"),
    [
        ({"RAILS_MASTER_KEY": {"secure": "v1:x"}, "DATABASE_URL": {"secure": "v1:y"}}, True, []),
        ({"RAILS_MASTER_KEY": {"secure": "v1:x"}, "DATABASE_URL": SECRET}, True, ["secrets.DATABASE_URL"]),
        ({"RAILS_MASTER_KEY": SECRET, "DATABASE_URL": 7}, False, ["secrets.RAILS_MASTER_KEY", "secrets.DATABASE_URL"]),
        ({"secure": "v1:x"}, True, []),
        (None, True, []),
        (None, False, ["secrets.RAILS_MASTER_KEY", "secrets.DATABASE_URL"]),
        (["not", "a mapping"], True, []),
    ],
)
def test_each_secret_in_clear_text_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, secrets: object, secure: bool, names: list[str]
) -> None:
    assert refused(tmp_path, monkeypatch, secrets, secure) == names
