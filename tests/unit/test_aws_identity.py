"""One identity at AWS: what `aws:` in the stack's config says reaches provider, kubeconfig and the program's own calls."""

import inspect
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pulumi
import pytest
from botocore.compat import HAS_CRT
from moto import mock_aws
from pulumi_aws import ProviderArgs

from railbed import InvalidArguments
from railbed.aws.configuration import AwsConfiguration
from railbed.aws.identity import AwsIdentity, duration_of
from railbed.aws.session import session_of
from tests.unit import cluster_answers
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.cluster_answers import EKS
from tests.unit.ecs_samples import deployed
from tests.unit.recording import HIDDEN, Recorded
from tests.unit.samples import RAILS

REGION = "eu-central-1"
SECRET = "hunter2-secret-key"
DEPLOY, AUDIT = "arn:aws:iam::111111111111:role/deploy", "arn:aws:iam::222222222222:role/audit"
ACCOUNT = "123456789012"
"""The account of moto's own credentials."""


@contextmanager
def configured(*secret: str, **values: Any) -> Iterator[None]:
    """The stack's config with these keys under `aws:`, as Pulumi gives it; those of `secret` are encrypted."""
    given = {f"aws:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
    pulumi.runtime.set_all_config(given, [f"aws:{key}" for key in secret])
    try:
        yield
    finally:
        pulumi.runtime.set_all_config({})


def read(*secret: str, **values: Any) -> AwsConfiguration:
    with configured(*secret, **values):
        return AwsConfiguration.of_stack()


def refusal(**values: Any) -> str:
    with pytest.raises(InvalidArguments) as raised:
        read(**values)
    return str(raised.value)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mock_aws():
        yield


def who(configuration: AwsConfiguration) -> dict[str, str]:
    """Whom STS takes the program for."""
    found: dict[str, str] = session_of(configuration).client("sts", REGION).get_caller_identity()
    return found


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
        ({"assumeRoles": [{"roleArn": "deploy"}]}, "aws:assumeRoles.0.roleArn: found 'deploy'; give the ARN of an IAM role"),
        ({"assumeRoles": [{"role": DEPLOY}]}, "aws:assumeRoles.0.roleArn: is required"),
        ({"assumeRoles": [{"roleArn": DEPLOY, "duration": "5m"}]}, "between 15m and 12h"),
        ({"assumeRoles": [{"roleArn": DEPLOY, "duration": "1 hour"}]}, "give a duration such as 1h or 30m"),
        (
            {"allowedAccountIds": ["42"]},
            "aws:allowedAccountIds.0: found '42'; give the 12 digits of the account's ID",
        ),
        (
            {"allowedAccountIds": [ACCOUNT], "forbiddenAccountIds": [ACCOUNT]},
            "aws:allowedAccountIds and forbiddenAccountIds: the provider takes one of them",
        ),
        (
            {"allowedAccountIds": [ACCOUNT], "skipRequestingAccountId": "true"},
            "aws:skipRequestingAccountId: allowedAccountIds could not be checked: remove it",
        ),
        ({"accessKey": "AKIAEXAMPLE"}, "aws:accessKey, secretKey and token belong together: give secretKey"),
        (
            {"sharedCredentialsFiles": ["a", "b"]},
            "it should be a list of at most 1",
        ),
        ({"assumeRoleWithWebIdentity": {"roleArn": DEPLOY}}, "give either webIdentityTokenFile or webIdentityToken"),
        ({"region": "eu-middle-1"}, "aws:region: found 'eu-middle-1'; give a region of AWS"),
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


@pytest.mark.usefixtures("aws")
def test_roles_are_assumed_one_after_another() -> None:
    arn = who(read(assumeRoles=[{"roleArn": DEPLOY}, {"roleArn": AUDIT, "sessionName": "release"}]))["Arn"]
    assert arn == "arn:aws:sts::222222222222:assumed-role/audit/release"


@pytest.mark.usefixtures("aws")
def test_a_role_is_assumed_with_the_token_of_a_file(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("eyJ.token.of-ci\n")
    web = {"roleArn": DEPLOY, "sessionName": "job", "webIdentityTokenFile": str(token)}
    assert who(read(assumeRoleWithWebIdentity=web))["Arn"] == "arn:aws:sts::111111111111:assumed-role/deploy/job"


def keys_of(configuration: AwsConfiguration) -> tuple[str, str]:
    """What requests are signed with."""
    found = session_of(configuration).client("ecs", REGION)._request_signer._credentials.get_frozen_credentials()
    return found.access_key, found.secret_key


def test_a_profile_wins_over_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-environment")
    file = tmp_path / "credentials"
    file.write_text("[production]\naws_access_key_id = of-profile\naws_secret_access_key = of-profile\n")
    assert keys_of(read(profile="production", sharedCredentialsFiles=[str(file)])) == ("of-profile", "of-profile")
    assert keys_of(read()) == ("of-environment", "of-environment")


def test_keys_of_the_config_win() -> None:
    assert keys_of(read(profile="", accessKey="AKIAEXAMPLE", secretKey=SECRET)) == ("AKIAEXAMPLE", SECRET)


def test_clients_are_made_once_and_again_after_a_new_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key")
    first, second = session_of(read()), session_of(read())
    client = first.client("ecs", REGION)
    assert second.client("ecs", REGION) is client, "every scheduled task would make its own"
    assert first.client("logs", REGION) is not client
    assert first.client("ecs", "eu-west-1").meta.region_name == "eu-west-1"
    first.renew()
    assert second.client("ecs", REGION) is not client, "expired credentials would be used again"


def test_requests_go_where_the_config_says() -> None:
    given = {"endpoints": [{"ecs": "https://ecs.internal"}], "customCaBundle": "/etc/ca.pem", "httpsProxy": "http://proxy:3128"}
    client = session_of(read(**given)).client("ecs", REGION)
    assert client.meta.endpoint_url == "https://ecs.internal"
    assert client.meta.config.proxies == {"https": "http://proxy:3128"}
    assert client._endpoint.http_session._verify == "/etc/ca.pem"
    fips = session_of(read(useFipsEndpoint="true")).client("ecs", "us-east-1")
    assert fips.meta.endpoint_url == "https://ecs-fips.us-east-1.amazonaws.com"


def login(**values: Any) -> dict[str, Any]:
    with configured(**values):
        found: dict[str, Any] = json.loads(cluster_answers.deployed(EKS).result["kubeconfig"])["users"][0]["user"]["exec"]
    return found


def test_the_kubeconfig_signs_in_as_the_provider_does() -> None:
    found = login(profile="production", assumeRoles=[{"roleArn": DEPLOY}], sharedConfigFiles=["/etc/aws"])
    assert found["args"][-4:] == ["--profile", "production", "--role-arn", DEPLOY]
    assert found["env"] == [{"name": "AWS_CONFIG_FILE", "value": "/etc/aws"}]


def test_a_kubeconfig_of_another_identity_than_the_stacks() -> None:
    with configured(profile="production"):
        made = cluster_answers.deployed(EKS, identity={"profile": "audit"})
    assert json.loads(made.result["kubeconfig"])["users"][0]["user"]["exec"]["args"][-2:] == ["--profile", "audit"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"accessKey": "AKIAEXAMPLE", "secretKey": SECRET}, "aws:secretKey: a kubeconfig of EKS holds no keys: remove it"),
        ({"assumeRoles": [{"roleArn": DEPLOY}, {"roleArn": AUDIT}]}, "assumes one role for a token of EKS: for those before"),
        (
            {"assumeRoles": [{"roleArn": DEPLOY, "externalId": "42"}]},
            "takes no externalId with the role of a kubeconfig: put",
        ),
        ({"assumeRoles": [{"roleArn": DEPLOY, "tags": {"a": "b"}}]}, "takes no tags with the role of a kubeconfig: remove it"),
        (
            {"assumeRoleWithWebIdentity": {"roleArn": DEPLOY, "webIdentityTokenFile": "/token"}},
            "aws:assumeRoleWithWebIdentity: the AWS command line tool takes no such role of a kubeconfig",
        ),
    ],
)
def test_an_identity_that_no_kubeconfig_can_take_on_is_refused(values: dict[str, Any], sentence: str) -> None:
    registered: list[Recorded] = []
    with configured(**values):
        with pytest.raises(InvalidArguments) as of_stack:
            deploy("eks", registered=registered)
        with pytest.raises(InvalidArguments) as of_component:
            cluster_answers.deployed(EKS)
    assert sentence in str(of_stack.value)
    assert sentence in str(of_component.value)
    assert SECRET not in str(of_stack.value)
    assert registered == []


def test_an_identity_has_no_meaning_on_doks() -> None:
    with pytest.raises(InvalidArguments, match="identity has no meaning on doks: remove it"):
        cluster_answers.deployed({"platform": "doks", "region": "fra1"}, identity={"profile": "audit"})


def test_hooks_call_by_the_identity_of_the_stack_or_their_own() -> None:
    with configured(profile="production"):
        hooks = {
            who: deployed("EcsTaskRun", **arguments).hooks["railbed:EcsTaskRun:shop:run"].__self__
            for who, arguments in {"stack": {}, "own": {"identity": {"profile": "audit"}}}.items()
        }
        configuration = AwsConfiguration.of_stack()
    sessions = {who: hook.connect(REGION, "shop")._session for who, hook in hooks.items()}
    assert sessions["stack"] is session_of(configuration)
    assert sessions["own"] is session_of(configuration.signed_in_as(AwsIdentity(profile="audit")))


def test_a_component_refuses_config_that_cannot_be_used() -> None:
    registered: list[Recorded] = []
    with configured(profil="x"), pytest.raises(InvalidArguments, match="aws:profil: is not known here"):
        deployed("EcsService", "shop", registered)
    assert registered == []


@pytest.mark.parametrize("target", ["eks", "ecs"])
def test_the_login_for_the_push_of_an_image_is_the_providers(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[pulumi.ProviderResource | None] = []

    def login(repository: Any, opts: pulumi.InvokeOutputOptions) -> dict[str, Any]:
        asked.append(opts.provider)
        return {name: pulumi.Output.secret(name) for name in ("server", "username", "password")}

    monkeypatch.setattr("railbed_stacks.aws.ecr_credentials", login)
    deploy(target, app=APP | {"image": {"build": str(RAILS)}})
    assert [provider._name for provider in asked if provider] == ["aws"], "another account's registry would be pushed to"


def test_credentials_of_aws_login_can_be_used() -> None:
    assert HAS_CRT, "they are signed with what boto3[crt] brings"
