"""The program of examples/deploy-role: who may take the role on, and what it may do."""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.unit.recording import Deployment, record

PROGRAM = Path(__file__).parents[2] / "examples/deploy-role/__main__.py"
SUBJECT = "repo:example/shop:environment:production"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ecs:ListTasks"], "Resource": ["*"]}]}


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    file = tmp_path / "permissions.json"
    file.write_text(json.dumps({"aws": [POLICY, POLICY]}))
    return file


def made(file: Path, **config: str) -> Deployment:
    given = {"subject": SUBJECT, "policies": str(file), **config}

    def run() -> None:
        pulumi.runtime.set_all_config({f"railbed:{key}": value for key, value in given.items()})
        runpy.run_path(str(PROGRAM))

    return record(run, outputs={"OpenIdConnectProvider": {"arn": PROVIDER}, "Policy": lambda name: {"arn": f"arn:{name}"}})


@pytest.mark.parametrize(
    ("config", "url", "audience", "subject"),
    [
        ({}, "token.actions.githubusercontent.com", "sts.amazonaws.com", SUBJECT),
        (
            {"ci": "gitlab", "subject": "project_path:example/shop:ref_type:branch:ref:main"},
            "gitlab.com",
            "https://gitlab.com",
            "project_path:example/shop:ref_type:branch:ref:main",
        ),
    ],
)
def test_only_jobs_of_the_subject_take_the_role_on(
    policies: Path, config: dict[str, str], url: str, audience: str, subject: str
) -> None:
    deployed = made(policies, **config)
    provider = deployed.the("OpenIdConnectProvider").inputs
    assert (provider["url"], provider["clientIdLists"]) == (f"https://{url}", [audience])
    (statement,) = deployed.the("Role").statements
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"] == {"Federated": PROVIDER}
    assert statement["Condition"] == {"StringEquals": {f"{url}:aud": audience, f"{url}:sub": subject}}


def test_the_role_has_the_policies_of_the_file(policies: Path) -> None:
    deployed = made(policies)
    assert [json.loads(each.inputs["policy"]) for each in deployed.all("Policy")] == [POLICY, POLICY]
    assert {each.inputs["policyArn"] for each in deployed.all("RolePolicyAttachment")} == {"arn:deploy-1", "arn:deploy-2"}


def test_the_accounts_own_identity_provider_is_used(policies: Path) -> None:
    deployed = made(policies, provider_arn=PROVIDER)
    assert not deployed.all("OpenIdConnectProvider")
    assert deployed.the("Role").statements[0]["Principal"] == {"Federated": PROVIDER}


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"subject": "repo:example/*"}, "without \\*"),
        ({"subject": "example/shop"}, "begins with repo:"),
        ({"ci": "jenkins"}, "set it to github or gitlab"),
        ({"policies": "nowhere.json"}, "there is no file nowhere.json"),
    ],
)
def test_what_would_let_others_in_is_refused(policies: Path, config: dict[str, Any], told: str) -> None:
    with pytest.raises(pulumi.RunError, match=told):
        made(policies, **config)
