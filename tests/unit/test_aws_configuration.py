"""What `aws:` in the stack's config says reaches the provider, and nothing is made in another account than it allows."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from pulumi_aws import ProviderArgs

from railbed import InvalidArguments
from railbed.aws.configuration import AwsConfiguration
from railbed.aws.identity import duration_of
from tests.unit.aws_section import DEPLOY, REGION, SECRET, configured, read
from tests.unit.cloud_stacks import deploy
from tests.unit.recording import HIDDEN, Recorded

ACCOUNT = "123456789012"
"""The account of moto's own credentials."""


def refusal(**values: Any) -> str:
    with pytest.raises(InvalidArguments) as raised:
        read(**values)
    return str(raised.value)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mock_aws():
        yield


def test_every_argument_of_the_provider_can_be_configured() -> None:
    arguments = set(inspect.signature(ProviderArgs.__init__).parameters) - {"__self__"}
    assert set(AwsConfiguration.model_fields) == arguments, "a key would be refused that Pulumi documents, or be dropped"


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_the_provider_gets_what_the_config_says(target: str) -> None:
    roles = [{"roleArn": DEPLOY, "sessionName": "ci", "duration": "1h"}]
    with configured(
        profile="production",
        assumeRoles=roles,
        defaultTags={"tags": {"CostCenter": "42"}},
        maxRetries="7",
        endpoints=[{"s3": "https://s3.internal"}],
    ):
        provider = deploy(target).the("aws")
    assert provider.inputs["profile"] == "production"
    assert json.loads(provider.inputs["assumeRoles"]) == roles
    assert json.loads(provider.inputs["endpoints"]) == [{"s3": "https://s3.internal"}]
    assert provider.inputs["maxRetries"] == "7"
    assert provider.inputs["region"] == REGION
    tags = {"CostCenter": "42", "railbed:app": "shop", "railbed:stack": "test"}
    assert json.loads(provider.inputs["defaultTags"]) == {"tags": tags}


def test_without_config_the_provider_gets_what_it_always_got() -> None:
    assert set(deploy("ecs").the("aws").inputs) == {
        "region",
        "defaultTags",
        "skipCredentialsValidation",
        "skipRegionValidation",
    }


def test_keys_and_encrypted_values_stay_secret() -> None:
    roles = [{"roleArn": DEPLOY, "externalId": "partner-42"}]
    keys = {"accessKey": "AKIAEXAMPLE", "secretKey": SECRET, "token": "session"}
    with configured("secretKey", "assumeRoles", assumeRoles=roles, **keys):
        provider = deploy("ecs").the("aws")
    assert provider.inputs["secretKey"] == SECRET
    for name in (*keys, "assumeRoles"):
        assert provider.visible[name] == HIDDEN, f"{name} would be in the state in clear text"


def test_a_token_of_an_identity_provider_is_secret() -> None:
    with configured(assumeRoleWithWebIdentity={"roleArn": DEPLOY, "webIdentityToken": SECRET}):
        assert deploy("ecs").the("aws").visible["assumeRoleWithWebIdentity"] == HIDDEN


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"profil": "x"}, "aws:profil: is not known here. Did you mean 'profile'?"),
        ({"assumeRole": {"roleArn": DEPLOY}}, "aws:assumeRole: Pulumi's AWS provider takes it no more: use aws:assumeRoles, a"),
        ({"skipGetEc2Platforms": "true"}, "aws:skipGetEc2Platforms: Pulumi's AWS provider takes it no more: remove it"),
        ({"version": "7.0.0"}, "aws:version: is read for Pulumi's default provider alone: remove it"),
        ({"assumeRoles": [{"roleArn": "deploy"}]}, "aws:assumeRoles.0.roleArn: found 'deploy'; specify the ARN of an IAM role"),
        ({"assumeRoles": [{"role": DEPLOY}]}, "aws:assumeRoles.0.roleArn: is required"),
        ({"assumeRoles": [{"roleArn": DEPLOY, "duration": "5m"}]}, "between 15m and 12h"),
        ({"assumeRoles": [{"roleArn": DEPLOY, "duration": "1 hour"}]}, "specify a duration such as 1h or 30m"),
        (
            {"allowedAccountIds": ["42"]},
            "aws:allowedAccountIds.0: found '42'; specify the 12 digits of the account's ID",
        ),
        (
            {"allowedAccountIds": [ACCOUNT], "forbiddenAccountIds": [ACCOUNT]},
            "aws:allowedAccountIds and forbiddenAccountIds: the provider takes one of them",
        ),
        (
            {"allowedAccountIds": [ACCOUNT], "skipRequestingAccountId": "true"},
            "aws:skipRequestingAccountId: allowedAccountIds could not be checked: remove it",
        ),
        ({"accessKey": "AKIAEXAMPLE"}, "aws:accessKey, secretKey and token belong together: specify secretKey"),
        (
            {"sharedCredentialsFiles": ["a", "b"]},
            "it should be a list of at most 1",
        ),
        ({"assumeRoleWithWebIdentity": {"roleArn": DEPLOY}}, "specify either webIdentityTokenFile or webIdentityToken"),
        ({"region": "eu-middle-1"}, "aws:region: found 'eu-middle-1'; specify an AWS region"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_its_name(values: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(**values)


def test_a_refusal_shows_nothing_that_the_config_encrypts() -> None:
    with pytest.raises(InvalidArguments) as raised:
        read("assumeRoles", assumeRoles=[{"roleArn": DEPLOY, "externalId": f"{SECRET} {SECRET}"}])
    assert "aws:assumeRoles.0.externalId: found a value (not shown, it is secret); use 2 to 1224" in str(raised.value)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(("text", "seconds"), [("1h", 3600), ("1h30m", 5400), ("900s", 900), ("1.5h", 5400)])
def test_durations_are_read_as_the_provider_reads_them(text: str, seconds: int) -> None:
    assert duration_of(text).total_seconds() == seconds


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"region": "eu-west-1"}, "aws:region: is eu-west-1, and railbed:region is eu-central-1: remove aws:region"),
        ({"defaultTags": {"tags": {"railbed:app": "x"}}}, "aws:defaultTags.tags.railbed:app: is set by the stack: remove it"),
    ],
)
@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_a_stack_refuses_what_its_settings_say_otherwise(target: str, values: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with configured(**values), pytest.raises(InvalidArguments) as raised:
        deploy(target, registered=registered)
    assert sentence in str(raised.value)
    assert registered == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("target", ["eks", "ecs"])
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"allowedAccountIds": ["999999999999"]}, f"found 999999999999; the credentials are of account {ACCOUNT}"),
        ({"forbiddenAccountIds": [ACCOUNT]}, f"the credentials are of account {ACCOUNT}, which it forbids"),
    ],
)
def test_another_account_is_refused_before_anything_is_made(
    target: str, preview: bool, values: dict[str, Any], sentence: str
) -> None:
    registered: list[Recorded] = []
    with configured(**values), pytest.raises(InvalidArguments) as raised:
        deploy(target, preview=preview, registered=registered)
    assert sentence in str(raised.value)
    assert registered == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("values", [{"allowedAccountIds": [int(ACCOUNT)]}, {"forbiddenAccountIds": ["999999999999"]}])
def test_the_right_account_is_deployed_to(values: dict[str, Any]) -> None:
    with configured(**values):
        provider = deploy("ecs").the("aws")
    (name,) = values
    assert json.loads(provider.inputs[name]) == [str(each) for each in values[name]]


@pytest.mark.usefixtures("aws")
def test_the_account_is_that_of_the_last_role() -> None:
    with configured(assumeRoles=[{"roleArn": DEPLOY}], allowedAccountIds=["111111111111"]):
        assert deploy("ecs").the("aws")


def test_a_preview_without_credentials_warns_and_an_update_stops(logged: list[tuple[str, str]]) -> None:
    with configured(allowedAccountIds=[ACCOUNT]):
        assert deploy("ecs", preview=True).the("aws")
        assert any("aws:allowedAccountIds: whose account this is cannot be read" in text for _, text in logged)
        with pytest.raises(InvalidArguments, match="sign in to AWS, then run `pulumi up` again"):
            deploy("ecs")
