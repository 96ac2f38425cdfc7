"""Secret environment variables in Secrets Manager."""

import json
from collections.abc import Iterable, Mapping

import pulumi
from pulumi_aws.secretsmanager import Secret, SecretVersion

from railbed.aws.regions import partition_of
from railbed.description.process_limits import largest
from railbed.image.registry import ecr_repository
from railbed.stores.variables import with_usable_address

RECOVERY_DAYS = 7

LARGEST_SECRET = 65536
"""Bytes: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""


def check_secrets(values: Mapping[str, pulumi.Input[str]]) -> None:
    """Raise `ValueError` if the values that are known do not fit in one secret."""
    known = {name: value for name, value in values.items() if isinstance(value, str)}
    if problem := _too_large(known):
        raise ValueError(problem)


def _too_large(values: Mapping[str, str]) -> str | None:
    size = len(json.dumps(values).encode())
    if size <= LARGEST_SECRET:
        return None
    return (
        f"the secrets have {size} bytes together, more than the {LARGEST_SECRET} that Secrets Manager keeps in one "
        f"(the largest: {largest(values)}): keep large ones in secrets of their own and name them in secret_references"
    )


def _checked_text(values: Mapping[str, str]) -> str:
    if problem := _too_large(values):
        raise pulumi.RunError(problem)
    return json.dumps(values, sort_keys=True)


def secret_references(
    name: str, values: Mapping[str, pulumi.Input[str]], parent: pulumi.Resource
) -> dict[str, pulumi.Output[str]]:
    """Keep the values in one secret, and give each variable's reference as a task definition takes it.

    A reference names the version: with new values it is another one, so that every task definition with it changes too, and
    tasks of the old release still find the old values when they have to start again.
    """
    if not values:
        return {}
    secret = Secret(
        f"{name}-secrets",
        description=f"Secret environment variables of {name}",
        recovery_window_in_days=RECOVERY_DAYS,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    usable = {key: with_usable_address(key, value) for key, value in values.items()}
    text = pulumi.Output.all(**usable).apply(_checked_text)
    hidden: pulumi.Output[str] = pulumi.Output.secret(text)
    version = SecretVersion(
        f"{name}-secrets",
        secret_id=secret.arn,
        secret_string=hidden,
        # Deleting an old version would take it from tasks that still run with it; it goes with the secret.
        opts=pulumi.ResourceOptions(parent=parent, retain_on_delete=True),
    )
    return {key: pulumi.Output.concat(secret.arn, f":{key}::", version.version_id) for key in values}


def grants(references: list[str], kms_key_arns: list[str]) -> list[dict[str, object]]:
    """Statements of an IAM policy that let a role read exactly these secrets."""
    secrets = sorted({_secret_arn(reference) for reference in references if ":secretsmanager:" in reference})
    parameters = sorted({reference for reference in references if ":ssm:" in reference})
    statements: list[dict[str, object]] = []
    if secrets:
        statements.append({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secrets})
    if parameters:
        statements.append({"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": parameters})
    if kms_key_arns:
        statements.append({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": sorted(kms_key_arns)})
    return statements


def _secret_arn(reference: str) -> str:
    """The secret's ARN without the key, stage and version behind it."""
    return ":".join(reference.split(":")[:7])


def registry_grants(images: Iterable[str]) -> list[dict[str, object]]:
    """Statements that let a role pull images from their ECR repositories; none for images from elsewhere."""
    found = {
        f"arn:{partition_of(each.region)}:ecr:{each.region}:{each.account}:repository/{each.repository}": None
        for image in images
        if (each := ecr_repository(image))
    }
    if not found:
        return []
    return [
        {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": next(iter(found)) if len(found) == 1 else list(found),
        },
    ]
