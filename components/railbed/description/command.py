"""A command as a user gives it."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from railbed.description.process_limits import check_command
from railbed.secrets.public_configuration import check_command_in_clear_text

Command: TypeAlias = Annotated[
    list[str], Field(min_length=1), AfterValidator(check_command), AfterValidator(check_command_in_clear_text)
]
"""A command, one list item a word. It replaces the image's CMD; the image's ENTRYPOINT stays in front of it."""
