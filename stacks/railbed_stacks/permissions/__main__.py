"""Shows what a deployment of a stack may do: policies of IAM, scopes of a token of DigitalOcean.

`pulumi preview --json --show-sames | python -m railbed_stacks.permissions --account 123456789012`
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from railbed_stacks.permissions.digitalocean import scopes_for
from railbed_stacks.permissions.place import place_of
from railbed_stacks.permissions.policy import MOST_POLICIES, policies_for
from railbed_stacks.previewed import FORM, read_preview


def permissions_of(preview: TextIO, account: str | None) -> dict[str, Any]:
    """Policies and scopes for what a preview shows before and after.

    Raises `ValueError` for what is not a preview, and where the account is needed and missing.
    """
    before, after = read_preview(preview)
    # What goes has to be deleted.
    resources = [*after, *before]
    found: dict[str, Any] = {}
    types = {each.type for each in resources}
    if _has(types, "aws"):
        if account is None or not re.fullmatch(r"\d{12}", account):
            raise ValueError("the stack is on AWS: add --account with the 12 digits of its account")
        found["aws"] = policies_for(types, place_of(resources, account))
        if len(found["aws"]) > MOST_POLICIES:
            raise ValueError(f"a role takes {MOST_POLICIES} policies, and these are {len(found['aws'])}: split the stack")
    if _has(types, "digitalocean"):
        found["digitalocean"] = scopes_for(types)
    if not found:
        raise ValueError(f"the preview shows nothing of AWS or DigitalOcean: {FORM}, of a stack of target doks, eks or ecs")
    return found


def _has(types: Iterable[str], cloud: str) -> bool:
    return any(each.startswith(f"{cloud}:") for each in types)


def main(arguments: list[str] | None = None) -> int:
    """Read a preview from standard input and show what it takes as JSON; 2 if it is none."""
    parser = argparse.ArgumentParser(prog="python -m railbed_stacks.permissions", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--account", help="number of the AWS account, 12 digits")
    given = parser.parse_args(arguments)
    try:
        print(json.dumps(permissions_of(sys.stdin, given.account), indent=2))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
