"""The kubeconfig of a cluster on EKS, which signs in to AWS as the provider does."""

from typing import Any

import pulumi

from railbed.aws.configuration import AwsConfiguration, check_configuration
from railbed.aws.identity import AwsIdentity
from railbed.cluster.parts import kubeconfig_of
from railbed.validation.rules import ProblemsError

IN_A_PROFILE = "put it in a profile of ~/.aws/config and set aws:profile to its name"


def eks_kubeconfig(
    configuration: AwsConfiguration,
    region: str,
    name: pulumi.Input[str],
    endpoint: pulumi.Input[str],
    authority: pulumi.Input[str],
) -> pulumi.Output[str]:
    """It asks the AWS command line tool for a token each time: the tokens last a quarter of an hour."""
    command: list[pulumi.Input[str]] = ["eks", "get-token", "--cluster-name", name, "--region", region]
    login: dict[str, Any] = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": [*command, "--output", "json", *_options(configuration)],
        "interactiveMode": "Never",
    }
    if environment := _environment(configuration):
        login["env"] = [{"name": name, "value": value} for name, value in environment.items()]
    return kubeconfig_of(name, endpoint, authority, {"exec": login})


def check_kubeconfig(identity: AwsIdentity | None = None) -> None:
    """Raise `ProblemsError` for an identity, the stack's if none is given, that `aws eks get-token` cannot take on.

    https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
    """
    check_configuration()
    configuration = AwsConfiguration.of_stack().signed_in_as(identity)
    problems = [
        f"aws:{name}: a kubeconfig of EKS holds no keys: remove it, and give keys in the environment (AWS_ACCESS_KEY_ID and "
        "AWS_SECRET_ACCESS_KEY) or in a profile, which aws:profile names"
        for name, value in (("accessKey", configuration.access_key), ("secretKey", configuration.secret_key))
        if value is not None
    ]
    if configuration.assume_role_with_web_identity is not None:
        problems.append(
            f"aws:assumeRoleWithWebIdentity: the AWS command line tool takes no such role of a kubeconfig: {IN_A_PROFILE} "
            "(role_arn with web_identity_token_file), or set AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE"
        )
    if len(configuration.assume_roles) > 1:
        problems.append(
            f"aws:assumeRoles: the AWS command line tool assumes one role for a token of EKS: for those before the last, "
            f"{IN_A_PROFILE} (role_arn with source_profile)"
        )
    for role in configuration.assume_roles[-1:]:
        given = {
            "externalId": role.external_id,
            "policy": role.policy,
            "policyArns": role.policy_arns,
            "sourceIdentity": role.source_identity,
            "tags": role.tags,
        }
        problems += [
            f"aws:assumeRoles: the AWS command line tool takes no {name} with the role of a kubeconfig: "
            + (f"{IN_A_PROFILE} (role_arn with external_id)" if name == "externalId" else "remove it")
            for name, value in given.items()
            if value
        ]
    if problems:
        raise ProblemsError(problems)


def _options(configuration: AwsConfiguration) -> list[str]:
    # As an option it wins over keys in the environment, as it does with the provider; AWS_PROFILE would not.
    profile = ["--profile", configuration.profile] if configuration.profile else []
    role = [option for each in configuration.assume_roles for option in ("--role-arn", each.role_arn)]
    verified = ["--no-verify-ssl"] if configuration.insecure else []
    return [*profile, *role, *verified]


def _environment(configuration: AwsConfiguration) -> dict[str, str]:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html"""
    found = {
        "AWS_CONFIG_FILE": next(iter(configuration.shared_config_files), None),
        "AWS_SHARED_CREDENTIALS_FILE": next(iter(configuration.shared_credentials_files), None),
        "AWS_CA_BUNDLE": configuration.custom_ca_bundle,
        "HTTP_PROXY": configuration.http_proxy,
        "HTTPS_PROXY": configuration.https_proxy,
        "NO_PROXY": configuration.no_proxy,
    }
    return {name: value for name, value in found.items() if value}
