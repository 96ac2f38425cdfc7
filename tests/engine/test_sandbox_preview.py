"""A preview in the sandbox stands in for the secrets of a stack, and encrypts what stands in: the stack refuses clear text."""

import subprocess
from pathlib import Path

import yaml

from sandbox import previews


def test_what_stands_in_for_secrets_is_encrypted(tmp_path: Path, engine_variables: dict[str, str]) -> None:
    variables = engine_variables | {"PULUMI_BACKEND_URL": (tmp_path / "state").as_uri()}
    (tmp_path / "state").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("{name: shop, runtime: python}")
    file = tmp_path / "Pulumi.live.yaml"
    secrets = {"DATABASE_URL": {"secure": "v1:theirs"}, "RAILS_MASTER_KEY": {"secure": "v1:theirs"}}
    file.write_text(yaml.safe_dump({"config": {"railbed:secrets": secrets}}))
    file.write_text(yaml.safe_dump({"config": previews.settings_of(file)}))
    subprocess.run(["pulumi", "stack", "init", "live", "--non-interactive"], cwd=tmp_path, env=variables, check=True)
    previews._encrypt_stand_ins(tmp_path, variables, "live")
    written = yaml.safe_load(file.read_text())["config"]["railbed:secrets"]
    assert set(written) == set(secrets)
    assert all(set(value) == {"secure"} for value in written.values()), "the preview would be refused"
