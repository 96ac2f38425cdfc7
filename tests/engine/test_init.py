"""What `railbed init` writes is a project that the real engine previews, file by file as it was written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.rails_stack import PASSPHRASE, PROJECT
from tests.engine.recording_provider import recording
from tests.engine.test_production_stacks import FAST

APPLICATIONS = PROJECT / "tests/unit/applications"
SECRETS = re.compile(r"#   (pulumi config set --secret --path railbed:secrets\.\w+) #")


@pytest.mark.parametrize(
    ("name", "warns", "shown"),
    [
        ("rails8", False, ("railbed:index:KubernetesApp", "docker:index:Image", "bookshop-web", "bookshop-database")),
        ("copilot", True, ("railbed:index:EcsApp", "railbed:index:RdsDatabase", "parcel-desk-jobs", "parcel-desk-digest")),
    ],
)
def test_what_is_written_can_be_previewed(
    name: str,
    warns: bool,
    shown: tuple[str, ...],
    tmp_path: Path,
    engine_variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(APPLICATIONS / name, tmp_path / "shop")
    folder = tmp_path / "deploy"
    subprocess.run([sys.executable, "-m", "railbed_stacks.commands.init", "shop", "--into", "deploy"], cwd=tmp_path, check=True)
    (folder / ".venv").symlink_to(PROJECT / ".venv")  # what `pulumi install` would make
    monkeypatch.chdir(folder)  # where the engine would start the provider that records
    written = (folder / "Pulumi.production.yaml").read_text()
    state = tmp_path / "state"
    state.mkdir()
    with recording() as (_, providers):
        variables = (
            engine_variables
            | FAST
            | {
                "PULUMI_DEBUG_PROVIDERS": providers,
                "PULUMI_BACKEND_URL": state.as_uri(),
                "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            }
        )

        def run(command: str, typed: str = "") -> str:
            done = subprocess.run(
                command.split(), cwd=folder, env=variables, input=typed, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            return done.stdout

        run("pulumi stack init production --non-interactive")
        commands = SECRETS.findall(written)
        assert commands, "an application without a key"
        for command in commands:
            run(f"{command} --non-interactive", "value-of-the-secret")
        preview = run("pulumi preview --non-interactive")
    assert ("which Puma 6 does not read" in preview) is warns, preview
    for part in shown:
        assert part in preview, preview
    after = (folder / "Pulumi.production.yaml").read_text()
    assert "value-of-the-secret" not in after
    assert "# copilot/web/manifest.yml:5" in after or "# config/deploy.yml:2" in after, (
        "the reasons are gone with the first secret"
    )
