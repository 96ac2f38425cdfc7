"""What README and guides show works as it is written there."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from railbed_stacks.cluster_settings import ClusterSettings
from tests.unit.recording import HIDDEN, record
from tests.unit.samples import RAILS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
KEY = "key-of-the-readme"


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_shortest_program_deploys_an_application_that_migrates_first() -> None:
    (program,) = blocks("python")

    def run() -> None:
        pulumi.runtime.set_all_config({"railbed:masterKey": KEY}, ["railbed:masterKey"])
        exec(program, {})

    deployed = record(run)
    assert {each.name for each in deployed.all("Deployment")} == {"shop-web", "shop-default"}
    for name in ("shop-web", "shop-default"):
        assert deployed.the("Job").name in deployed.the("Deployment", name).depends_on
    assert deployed.the("Secret", "shop-web-secrets").visible["stringData"] == HIDDEN
    assert set(deployed.the("Secret", "shop-web-secrets").inputs["stringData"]) == {
        "DATABASE_URL",
        "REDIS_URL",
        "RAILS_MASTER_KEY",
    }


def test_a_one_off_task_on_ecs_runs_its_command() -> None:
    (program,) = blocks("python", (ROOT / "docs/operations.md").read_text())

    def run() -> None:
        exec(program, {})

    deployed = record(run)
    container, *_ = json.loads(deployed.the("TaskDefinition").inputs["containerDefinitions"])
    assert container["command"] == ["bin/rails", "search:reindex"]
    assert set(deployed.hooks) == {"railbed:EcsTaskRun:shop-reindex:run"}


def test_the_settings_for_a_cluster_of_ones_own_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deploy").mkdir()
    shutil.copytree(RAILS, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "deploy")
    (shown,) = (block for block in blocks("yaml") if "Pulumi.production.yaml" in block)
    config: dict[str, Any] = yaml.safe_load(shown)["config"]
    settings = {key.removeprefix("railbed:"): value for key, value in config.items()}
    # Those that the commands before it set.
    secrets = dict.fromkeys(re.findall(r"^pulumi config set --secret --path railbed:secrets\.(\w+)", README, re.MULTILINE), KEY)
    read = ClusterSettings.model_validate({"target": "cluster", "secrets": secrets, **settings})
    assert set(read.app.workers) == {"default", "mailers"}


def test_every_file_and_command_it_names_exists() -> None:
    missing = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link and not (ROOT / link).exists()]
    assert missing == []
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert named <= targets, f"there is no make {named - targets}"


def test_no_page_recommends_a_retired_ingress_controller() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    retired = [page.name for page in pages if re.search(r"ingress_class: *nginx", page.read_text())]
    assert retired == [], "ingress-nginx gets no security updates any more"
    assert "kubectl get ingressclass" in README, "nobody knows which ingress_class their cluster has"
    assert "kubectl get clusterissuer" in README, "nobody knows what cluster_issuer needs"
