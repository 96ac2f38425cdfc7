"""Policies of IAM for what a stack registers."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from railbed_stacks.permissions.aws_needs import AWS
from railbed_stacks.permissions.aws_tasks import OF_BUILDS
from railbed_stacks.permissions.need import Need
from railbed_stacks.permissions.place import TAG, Place

Statement: TypeAlias = dict[str, Any]

LARGEST_POLICY = 6144
"""Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

MOST_POLICIES = 10
"""Managed policies that a role may have, from the same page."""

IMAGE = "docker:index/image:Image"

WITHOUT_RESOURCE = frozenset(
    {
        "acm:RequestCertificate",
        "ecs:DeregisterTaskDefinition",
        "eks:CreateCluster",
        "kms:CreateKey",
        "states:ValidateStateMachineDefinition",
    }
)
"""Actions that change something and take no ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/"""

READ_BY_NAME = frozenset(
    {
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "logs:GetLogEvents",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
    }
)
"""Actions that read what somebody wrote: only of the stack's own."""

MADE_WITHOUT_TAG = frozenset({"acm:AddTagsToCertificate", "ec2:RunInstances", "kms:TagResource"})
"""Actions on what carries no tag yet, besides those that create and allocate."""

CHANGED_BY_CREATING = frozenset({"ec2:CreateLaunchTemplateVersion", "ec2:CreateRoute"})
"""Actions whose name says create, and which change what is there."""

ON_RULES = ("ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules")
"""Actions on a rule of a security group too, which has no tag while it is made."""


def policies_for(types: Iterable[str], place: Place) -> list[dict[str, Any]]:
    """Documents for one role, each of a size that IAM takes, for resources and components of these types.

    Raises `ValueError` for resources of AWS that the table does not know.
    """
    types = sorted(set(types))
    if unknown := [each for each in types if each.startswith("aws:") and each not in AWS]:
        raise ValueError(f"what {', '.join(unknown)} takes is not known: add a row to railbed_stacks/permissions/aws_needs.py")
    needs = [AWS[each] for each in types if each in AWS]
    if IMAGE in types:
        needs.append(OF_BUILDS)
    return list(_packed(_statements(needs, place)))


def _statements(needs: list[Need], place: Place) -> Iterator[Statement]:
    """What these needs are allowed to do, from reading to what is theirs by name or tag."""
    anywhere, named, tagged = set[str](), defaultdict[str, set[str]](set), set[str]()
    arns, passed, linked = defaultdict[str, set[str]](set), set[str](), set[str]()
    for each in needs:
        for arn in (filled for template in each.on for filled in place.filled(template)):
            arns[arn.split(":")[2]].add(arn)
        passed.update(each.passes_to)
        linked.update(each.linked)
        for action in each.actions:
            service = action.split(":")[0]
            if _reads(action) or action in WITHOUT_RESOURCE:
                anywhere.add(action)
            elif service in ("ec2", "kms", "acm"):
                tagged.add(action)
            else:
                named[service].add(action)
    if anywhere:
        yield _allow("Read", anywhere, ["*"])
    for service, actions in sorted(named.items()):
        on = arns[service] | ({_public_parameters(place)} if "ssm:GetParameters" in actions else set())
        yield _allow(f"{_title(service)}ByName", actions, sorted(on))
    yield from _by_tag(tagged, place)
    if passed:
        condition = {"StringEquals": {"iam:PassedToService": sorted(passed)}}
        yield _allow("PassRoles", {"iam:PassRole"}, place.filled("arn:aws:iam::{account}:role/{names}"), condition)
    if linked:
        condition = {"StringEquals": {"iam:AWSServiceName": sorted(linked)}}
        roles = place.filled("arn:aws:iam::{account}:role/aws-service-role/*")
        yield _allow("MakeServiceLinkedRoles", {"iam:CreateServiceLinkedRole"}, roles, condition)


def _by_tag(actions: set[str], place: Place) -> Iterator[Statement]:
    """What is allowed on resources without a name: to make them, and to change those of the application."""
    own = {"StringEquals": {f"aws:ResourceTag/{TAG}": place.app}}
    kinds = {
        "ec2": place.filled("arn:aws:ec2:{region}:{account}:*/*"),
        "kms": place.filled("arn:aws:kms:{region}:{account}:key/*"),
        "acm": place.filled("arn:aws:acm:{region}:{account}:certificate/*"),
    }
    for service, everything in kinds.items():
        of_service = {action for action in actions if action.split(":")[0] == service}
        grants = of_service & {"kms:CreateGrant"}
        tagging = of_service & {"ec2:CreateTags"}
        made = {action for action in of_service - grants - tagging if _makes(action)}
        if made:
            images = place.filled("arn:aws:ec2:{region}::image/*") if "ec2:RunInstances" in made else []
            yield _allow(f"{_title(service)}Make", made, everything + images)
        if changed := of_service - made - grants - tagging:
            yield _allow(f"{_title(service)}Change", changed, everything, own)
        if grants:
            # Databases and clusters that use a key do so by grants.
            yield _allow("KmsGrants", grants, everything, {"Bool": {"kms:GrantIsForAWSResource": "true"}})
        if tagging:
            yield _allow("Ec2TagWhatIsMade", tagging, everything, {"Null": {"ec2:CreateAction": "false"}})
            yield _allow("Ec2TagWhatIsOwn", tagging, everything, own)
            # The group that every VPC comes with.
            groups = place.filled("arn:aws:ec2:{region}:{account}:security-group/*")
            adopted = {"Null": {f"aws:ResourceTag/{TAG}": "true"}, "StringEquals": {f"aws:RequestTag/{TAG}": place.app}}
            yield _allow("Ec2TagDefaultGroup", tagging, groups, adopted)
        if rules := of_service & set(ON_RULES):
            yield _allow("Ec2Rules", rules, place.filled("arn:aws:ec2:{region}:{account}:security-group-rule/*"))


def _reads(action: str) -> bool:
    return action.split(":")[1].startswith(("Describe", "List", "Get", "BatchCheck")) and action not in READ_BY_NAME


def _makes(action: str) -> bool:
    creates = action.split(":")[1].startswith(("Create", "Allocate")) and action not in CHANGED_BY_CREATING
    return creates or action in MADE_WITHOUT_TAG


def _public_parameters(place: Place) -> str:
    """Where AWS names its newest machine images."""
    return f"arn:aws:ssm:{place.region}::parameter/aws/service/*"


def _title(service: str) -> str:
    return service.replace("-", " ").title().replace(" ", "")


def _allow(sid: str, actions: Iterable[str], on: Iterable[str], condition: Statement | None = None) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": list(on)}
    return statement | ({"Condition": condition} if condition else {})


def _packed(statements: Iterable[Statement]) -> Iterator[dict[str, Any]]:
    """Policies that hold these statements in order, each as full as it may be."""
    held: list[Statement] = []
    for statement in statements:
        if held and size_of(_document([*held, statement])) > LARGEST_POLICY:
            yield _document(held)
            held = []
        held.append(statement)
    if held:
        yield _document(held)


def size_of(policy: dict[str, Any]) -> int:
    """Characters of a policy as IAM counts them."""
    return len(json.dumps(policy, separators=(",", ":")))


def _document(statements: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
