"""Compares the account of the credentials with those that may be deployed to."""

import pulumi

from railbed.aws.configuration import AwsConfiguration, subject
from railbed.aws.session import session_of
from railbed.validation.checks import InvalidArguments


def check_account(configuration: AwsConfiguration, region: str) -> None:
    """Raise `InvalidArguments` where the credentials are of an account that `aws:` does not allow, or forbids.

    A preview without credentials warns that this was not checked.
    """
    allowed, forbidden = configuration.allowed_account_ids, configuration.forbidden_account_ids
    if not allowed and not forbidden:
        return
    key = "allowedAccountIds" if allowed else "forbiddenAccountIds"
    try:
        account = str(session_of(configuration).client("sts", region).get_caller_identity()["Account"])
    except Exception as error:
        told = f"aws:{key}: whose account this is cannot be read ({type(error).__name__}: {error})"
        if not pulumi.runtime.is_dry_run():
            raise InvalidArguments(subject(), [f"{told}: sign in to AWS, then run `pulumi up` again"]) from None
        pulumi.log.warn(f"{told}: the account is checked by the next `pulumi up`.")
        return
    if allowed and account not in allowed:
        problem = f"aws:{key}: found {', '.join(allowed)}; the credentials are of account {account}"
    elif account in forbidden:
        problem = f"aws:{key}: the credentials are of account {account}, which it forbids"
    else:
        return
    raise InvalidArguments(subject(), [f"{problem}: {_remedy(configuration)}"])


def _remedy(configuration: AwsConfiguration) -> str:
    where = "aws:profile or aws:assumeRoles" if configuration.profile or configuration.assume_roles else "aws:profile"
    return f"sign in to an account that may be deployed to, change {where}, or correct the list"
