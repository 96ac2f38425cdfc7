"""EcrRepository: the application's images at AWS."""

import base64
import json
from typing import Any, TypedDict

import pulumi
from pulumi_aws.ecr import LifecyclePolicy, Repository, RepositoryArgs, get_authorization_token_output
from pydantic import Field

from railbed.args import EcrRepositoryArgs
from railbed.aws.identifiers import KmsKeyArn
from railbed.aws.tags import AwsTags
from railbed.component import Component
from railbed.validation.arguments import Arguments
from railbed.validation.overrides import check_overrides, overridden
from railbed.validation.rules import rule

OVERRIDABLE = {"repository": RepositoryArgs}


class EcrRepositoryModel(Arguments):
    """Arguments of EcrRepository."""

    keep_images: int = Field(50, ge=1, le=10000)
    """Images with a tag that are kept, the newest ones: as many releases can be gone back to. Default 50."""
    untagged_days: int = Field(7, ge=1, le=3650)
    """Days after which images without a tag go, such as layers kept for the next build. Default 7."""
    delete_images: bool = False
    """Whether destroying it deletes its images too; otherwise a repository with images cannot be destroyed. Default false."""
    kms_key_id: KmsKeyArn | None = None
    """ARN of the KMS key that encrypts it. A change replaces the repository. Default: AES-256 with a key of ECR's."""
    tags: AwsTags = {}
    """Tags. Default: none."""
    overrides: dict[str, dict[str, Any]] = {}
    """Changes to the inputs of the repository. Mappings are merged, anything else is replaced."""

    @rule
    def _overrides_are_known(self) -> None:
        check_overrides(self.overrides, OVERRIDABLE)


class EcrRepository(Component[EcrRepositoryModel]):
    """A private image repository of Amazon ECR: tags that never move, every image scanned, old ones cleared away.

    Raises `InvalidArguments` before anything is registered.
    """

    repository_url: pulumi.Output[str]
    """What images are named after: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-1a2b3c4."""
    registry_id: pulumi.Output[str]
    """ID of the account's registry, which `ecr_credentials` logs in to."""
    arn: pulumi.Output[str]
    """ARN, for policies."""

    def __init__(self, name: str, args: EcrRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, EcrRepositoryModel, opts)
        wanted = self._arguments

        repository = self._repository(name, wanted)
        LifecyclePolicy(name, repository=repository.name, policy=_lifecycle(wanted), opts=pulumi.ResourceOptions(parent=self))

        self.repository_url, self.registry_id, self.arn = repository.repository_url, repository.registry_id, repository.arn
        self._register_outputs()

    def _repository(self, name: str, wanted: EcrRepositoryModel) -> Repository:
        encryption: dict[str, Any] = {"encryption_type": "AES256"}
        if wanted.kms_key_id is not None:
            encryption = {"encryption_type": "KMS", "kms_key": wanted.kms_key_id}
        inputs: dict[str, Any] = {
            "image_tag_mutability": "IMMUTABLE",
            "image_scanning_configuration": {"scan_on_push": True},
            "encryption_configurations": [encryption],
            "force_delete": wanted.delete_images,
            "tags": wanted.tags,
        }
        return Repository(name, **overridden(inputs, wanted.overrides, "repository"), opts=pulumi.ResourceOptions(parent=self))


class EcrCredentials(TypedDict):
    """What `docker login` needs; valid for twelve hours."""

    server: pulumi.Output[str]
    username: pulumi.Output[str]
    password: pulumi.Output[str]


def ecr_credentials(repository: EcrRepository, opts: pulumi.InvokeOutputOptions | None = None) -> EcrCredentials:
    """Credentials to push to a repository, asked for once it exists; the password is secret."""
    token = get_authorization_token_output(registry_id=repository.registry_id, opts=opts)
    return {
        "server": repository.repository_url.apply(lambda url: url.partition("/")[0]),
        "username": token.user_name,
        "password": pulumi.Output.secret(token.authorization_token.apply(_password)),
    }


def _password(token: str) -> str:
    return base64.b64decode(token).decode().partition(":")[2]


def _lifecycle(wanted: EcrRepositoryModel) -> str:
    untagged = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
    tagged = {"tagStatus": "tagged", "tagPatternList": ["*"], "countType": "imageCountMoreThan"}
    rules = [
        {"description": "Images without a tag", "selection": {**untagged, "countNumber": wanted.untagged_days}},
        {"description": "Old releases", "selection": {**tagged, "countNumber": wanted.keep_images}},
    ]
    numbered = [{"rulePriority": number, **rule, "action": {"type": "expire"}} for number, rule in enumerate(rules, 1)]
    return json.dumps({"rules": numbered})
