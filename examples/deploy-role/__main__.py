"""The role by which CI deploys a stack to AWS: it is taken on with CI's own tokens, so that no key is kept anywhere."""

import json
from pathlib import Path

import pulumi
from pulumi_aws.iam import OpenIdConnectProvider, Policy, Role, RolePolicyAttachment

CI = {
    # https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
    "github": ("token.actions.githubusercontent.com", "sts.amazonaws.com", "repo:"),
    # https://docs.gitlab.com/ci/cloud_services/aws/
    "gitlab": ("gitlab.com", "https://gitlab.com", "project_path:"),
}
"""Issuer of the tokens, their audience, and how their subjects begin."""

SESSION_SECONDS = 7200
"""A first `pulumi up` takes twenty minutes, one that waits for a migration longer."""

config = pulumi.Config()
ci, subject = config.get("ci") or "github", config.require("subject")
if ci not in CI:
    raise pulumi.RunError(f"ci is '{ci}': set it to {' or '.join(CI)}")
issuer, audience, beginning = CI[ci]
if not subject.startswith(beginning) or "*" in subject:
    raise pulumi.RunError(f"subject is '{subject}': name one whole subject of {ci}, which begins with {beginning}, without *")
file = Path(config.get("policies") or "permissions.json")
if not file.is_file():
    raise pulumi.RunError(f"policies: there is no file {file}: write it as docs/permissions.md shows")
policies = json.loads(file.read_text()).get("aws", [])

given = config.get("provider_arn")
provider = given or OpenIdConnectProvider("ci", url=f"https://{issuer}", client_id_lists=[audience]).arn


def trust(arn: str) -> str:
    """Who may take the role on: jobs of one subject."""
    condition = {"StringEquals": {f"{issuer}:aud": audience, f"{issuer}:sub": subject}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


role = Role(
    "deploy",
    assume_role_policy=pulumi.Output.from_input(provider).apply(trust),
    max_session_duration=SESSION_SECONDS,
)
for number, document in enumerate(policies, 1):
    policy = Policy(f"deploy-{number}", policy=json.dumps(document))
    RolePolicyAttachment(f"deploy-{number}", role=role.name, policy_arn=policy.arn)
pulumi.export("role_arn", role.arn)
