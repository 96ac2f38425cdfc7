"""Roles that AWS services or the pods of a cluster take on."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pulumi
from pulumi_aws.iam import Role, RolePolicy, RolePolicyAttachment

from railbed.aws.iam_policy import policy_document, trust_policy
from railbed.aws.regions import managed_policy


def service_role(
    name: str,
    service: str,
    *,
    parent: pulumi.Resource,
    tags: Mapping[str, str],
    managed: Mapping[str, str] | None = None,
    statements: Mapping[str, pulumi.Input[list[Any]]] | None = None,
    actions: tuple[str, ...] = ("sts:AssumeRole",),
) -> tuple[Role, list[pulumi.Resource]]:
    """A role for one service, and its permissions, on which whatever uses the role must depend.

    `managed` names policies that AWS maintains, `statements` are policies of one's own; both by a key that becomes part of
    the child's name.
    """
    child = pulumi.ResourceOptions(parent=parent)
    role = Role(name, assume_role_policy=trust_policy(service, actions), tags=dict(tags), opts=child)
    permissions: list[pulumi.Resource] = [
        RolePolicyAttachment(f"{name}-{key}", role=role.name, policy_arn=role.arn.apply(partial(_managed, policy)), opts=child)
        for key, policy in (managed or {}).items()
    ]
    permissions += [
        RolePolicy(
            f"{name}-{key}",
            role=role.name,
            policy=pulumi.Output.from_input(statement).apply(policy_document),
            opts=child,
        )
        for key, statement in (statements or {}).items()
    ]
    return role, permissions


def _managed(policy: str, role_arn: str) -> str:
    return managed_policy(role_arn, policy)
