"""FireLens: Fluent Bit beside the application takes its log to where it is read.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from railbed.aws.identifiers import SecretReference
from railbed.description.decided_variables import refuse
from railbed.description.one_place import problems_of_places
from railbed.secrets.clear_text import form_of_secret, has_secret_name, secret_in_clear_text
from railbed.validation.arguments import Options
from railbed.validation.rules import ProblemsError, rule
from railbed.validation.types import InputImage, InputText

LOG_ROUTER = "log-router"


class LogRouterOptions(Options):
    """Options of the way of logs."""

    log_router_image: InputImage | None = None
    """Image of Fluent Bit that takes the application's log (FireLens) instead of CloudWatch; one of ECR may be pulled.
    Migrations and other one-off tasks keep theirs in CloudWatch, where `pulumi up` reads it. Default: none."""
    log_router_options: dict[str, InputText] = {}
    """Where Fluent Bit sends it: the options of its output plugin, Name first of all. Required with `log_router_image`."""
    log_router_secret_options: dict[str, SecretReference] = {}
    """Options that are secrets, such as HTTP_Passwd: ARNs of Secrets Manager secrets or of SSM parameters. Default: none."""

    @rule
    def _log_goes_somewhere(self) -> None:
        if (self.log_router_image is None) != (not self.log_router_options):
            raise ValueError(
                "log_router_image and log_router_options belong together: specify both, or none to log to CloudWatch"
            )
        if self.log_router_secret_options and self.log_router_image is None:
            raise ValueError("log_router_secret_options without log_router_image has no effect: remove them, or specify it")

    @rule
    def _options_have_one_place(self) -> None:
        given = {
            "log_router_options": self.log_router_options,
            "log_router_secret_options": self.log_router_secret_options,
        }
        refuse(problems_of_places(given))

    @rule
    def _options_hold_no_secrets(self) -> None:
        problems = [
            f"log_router_options.{name}: {reason}, and anyone who can read the task definition could read it: put it into "
            f"Secrets Manager or SSM, and its ARN into log_router_secret_options.{name}"
            for name, value in self.log_router_options.items()
            if (reason := _secret(name, value))
        ]
        if problems:
            raise ProblemsError(problems)

    def log_configuration(self) -> dict[str, Any]:
        """Where the application's container logs to."""
        secret = [{"name": name, "valueFrom": arn} for name, arn in sorted(self.log_router_secret_options.items())]
        found: dict[str, Any] = {"logDriver": "awsfirelens", "options": self.log_router_options}
        return found | ({"secretOptions": secret} if secret else {})

    def log_router(self, own_logs: Mapping[str, Any]) -> dict[str, Any]:
        """The container of Fluent Bit, which logs to `own_logs` itself."""
        return {
            "name": LOG_ROUTER,
            "image": self.log_router_image,
            "essential": True,
            "memoryReservation": 50,
            "firelensConfiguration": {"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
            "logConfiguration": own_logs,
        }


def _secret(name: str, value: pulumi.Input[str]) -> str | None:
    if not isinstance(value, str):
        return "has the name of a secret" if has_secret_name(name) else None
    return secret_in_clear_text(name, value) or form_of_secret(value, name)
