"""Tags of AWS.

https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""

import unicodedata
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

MOST_TAGS = 50
OF_RAILBED = 5
"""Tags set aside for those that railbed and its stacks add: Name, roles of subnets, application, stack."""

LONGEST_KEY, LONGEST_VALUE = 128, 256

_PUNCTUATION = "_.:/=+-@"


def check_tags(tags: dict[str, str]) -> dict[str, str]:
    """The tags, if every service of AWS takes them. Raises `ValueError`."""
    if len(tags) > MOST_TAGS - OF_RAILBED:
        raise ValueError(
            f"there are {len(tags)} tags: specify {MOST_TAGS - OF_RAILBED} at most, as AWS allows {MOST_TAGS} and railbed "
            "adds some"
        )
    for key, value in tags.items():
        if not key or len(key) > LONGEST_KEY:
            raise ValueError(f"the key '{key[:40]}' has {len(key)} characters: specify 1 to {LONGEST_KEY}")
        if key.lower().startswith("aws:"):
            raise ValueError(f"the key '{key}' begins with aws:, which AWS keeps for itself: use another name")
        if len(value) > LONGEST_VALUE:
            raise ValueError(f"the value of '{key}' has {len(value)} characters: specify {LONGEST_VALUE} at most")
        if other := {character for character in key + value if not _is_allowed(character)}:
            raise ValueError(
                f"'{key}' holds {' '.join(sorted(map(repr, other)))}: use letters, digits, spaces and {' '.join(_PUNCTUATION)}"
            )
    # Keys of IAM are one and the same in upper and lower case.
    same = sorted(key for key in tags if [each.lower() for each in tags].count(key.lower()) > 1)
    if same:
        raise ValueError(f"the keys {' and '.join(same)} differ in upper and lower case only, which IAM refuses: keep one")
    return tags


def _is_allowed(character: str) -> bool:
    return character in _PUNCTUATION or unicodedata.category(character)[0] in "LZN"


AwsTags: TypeAlias = Annotated[dict[str, str], AfterValidator(check_tags)]
"""Tags of resources at AWS."""
