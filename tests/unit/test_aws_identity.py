"""One identity at AWS: what `aws:` in the stack's config says reaches kubeconfig and the program's own calls."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from botocore.compat import HAS_CRT
from moto import mock_aws

from railbed import InvalidArguments
from railbed.aws.configuration import AwsConfiguration
from railbed.aws.identity import AwsIdentity
from railbed.aws.session import session_of
from tests.unit import cluster_answers
from tests.unit.aws_section import AUDIT, DEPLOY, REGION, SECRET, configured, read
from tests.unit.cloud_stacks import APP, deploy
from tests.unit.cluster_answers import EKS
from tests.unit.ecs_samples import deployed
from tests.unit.recording import Recorded
from tests.unit.samples import RAILS


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mock_aws():
        yield


def who(configuration: AwsConfiguration) -> dict[str, str]:
    """Whom STS takes the program for."""
    found: dict[str, str] = session_of(configuration).client("sts", REGION).get_caller_identity()
    return found


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
    with pytest.raises(InvalidArguments, match="identity has no effect on doks: remove it"):
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
