"""EcrRepository and the credentials to push to it."""

import base64
import json
from typing import Any

import pulumi
import pytest

from railbed.aws import ecr_repository
from railbed.aws.ecr_repository import EcrRepository, ecr_credentials
from railbed.validation.checks import InvalidArguments
from tests.unit.recording import Deployment, record
from tests.unit.samples import make

URL = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-1a2b3c4"
ANSWERS = {"Repository": {"repositoryUrl": URL, "registryId": "123456789012", "arn": "arn:repository", "name": "shop-1a2b3c4"}}


def made(**arguments: Any) -> Deployment:
    return record(lambda: make("EcrRepository", **arguments), outputs=ANSWERS)


def test_tags_never_move_and_every_image_is_scanned() -> None:
    deployed = made()
    assert deployed.the("Repository").inputs == {
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "AES256"}],
        "forceDelete": False,
        "tags": {},
    }
    assert deployed.result == {"repository_url": URL, "registry_id": "123456789012", "arn": "arn:repository"}


def test_old_images_are_cleared_away_and_enough_are_kept_to_go_back() -> None:
    policy = made(keep_images=10, untagged_days=3).the("LifecyclePolicy")
    assert policy.inputs["repository"] == "shop-1a2b3c4"
    rules = json.loads(policy.inputs["policy"])["rules"]
    assert [(rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) for rule in rules] == [
        ("untagged", 3),
        ("tagged", 10),
    ]


@pytest.mark.parametrize(
    ("arguments", "path", "expected"),
    [
        ({"delete_images": True}, "forceDelete", True),
        (
            {"kms_key_id": "arn:aws:kms:eu-central-1:123456789012:key/1"},
            "encryptionConfigurations.0",
            {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-central-1:123456789012:key/1"},
        ),
        ({"tags": {"team": "shop"}}, "tags.team", "shop"),
        ({"overrides": {"repository": {"image_tag_mutability": "MUTABLE"}}}, "imageTagMutability", "MUTABLE"),
    ],
)
def test_each_argument_reaches_the_repository(arguments: dict[str, Any], path: str, expected: object) -> None:
    assert made(**arguments).the("Repository").at(path) == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"keep_images": 0}, "keep_images: found 0; it should be at least 1."),
        ({"overrides": {"policy": {}}}, "overrides of policy have no effect: use one of repository"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_made(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidArguments, match="nothing has been changed") as raised:
        made(**arguments)
    assert sentence in str(raised.value)


def test_credentials_are_those_of_the_repositorys_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    class Token:
        def __init__(self) -> None:
            self.user_name = pulumi.Output.from_input("AWS")
            self.authorization_token = pulumi.Output.from_input(base64.b64encode(b"AWS:short-lived").decode())

    asked: list[Any] = []

    def ask(registry_id: pulumi.Output[str], opts: Any) -> Token:
        asked.append(registry_id)
        return Token()

    monkeypatch.setattr(ecr_repository, "get_authorization_token_output", ask)

    def program() -> Any:
        credentials: Any = ecr_credentials(EcrRepository("shop", {}))
        return {**credentials, "secret": pulumi.Output.from_input(credentials["password"].is_secret())}

    assert record(program, outputs=ANSWERS).result == {
        "server": "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
        "username": "AWS",
        "password": "short-lived",
        "secret": True,
    }
    assert len(asked) == 1
