"""The one way in which a program calls AWS itself: by the identity of its `aws:` configuration."""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from railbed.aws.configuration import AwsConfiguration
from railbed.aws.identity import AwsRole, AwsWebIdentity, duration_of


class AwsSession:
    """A session of boto3 and its clients, one for each service and region; they may be used by several threads.

    Sessions of roles are renewed before they end.
    """

    def __init__(self, configuration: AwsConfiguration) -> None:
        self._configuration, self._lock = configuration, threading.RLock()
        self._clients = dict[tuple[str, str], Any]()

    def client(self, service: str, region: str) -> Any:
        """The client of a service in a region."""
        with self._lock:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._new_client(service, region)
            return self._clients[service, region]

    def renew(self) -> None:
        """Look credentials up again, such as those of a new sign-in."""
        with self._lock:
            self._clients.clear()

    def _new_client(self, service: str, region: str) -> Any:
        # Imported here because it takes half a second: a preview does not need it.
        import boto3

        core = self._signed_in(region)
        return boto3.Session(botocore_session=core).client(service, region_name=region, **self._connection(service))

    def _connection(self, service: str, **config: Any) -> dict[str, Any]:
        """How a service is reached."""
        from botocore.config import Config

        given = self._configuration
        proxies = {"http": given.http_proxy, "https": given.https_proxy}
        if any(proxies.values()):
            config["proxies"] = {scheme: url for scheme, url in proxies.items() if url}
        if given.use_fips_endpoint is not None:
            config["use_fips_endpoint"] = given.use_fips_endpoint
        if given.use_dualstack_endpoint is not None:
            config["use_dualstack_endpoint"] = given.use_dualstack_endpoint
        retries = {"mode": "standard", "max_attempts": 5}
        connection: dict[str, Any] = {"config": Config(connect_timeout=10, read_timeout=30, retries=retries, **config)}
        urls = [urls[service] for urls in given.endpoints if service in urls]
        if urls:
            connection["endpoint_url"] = urls[0]
        if given.insecure:
            connection["verify"] = False
        elif given.custom_ca_bundle:
            connection["verify"] = str(Path(given.custom_ca_bundle).expanduser())
        return connection

    def _signed_in(self, region: str) -> Any:
        """A session of botocore with the credentials of the last role."""
        from botocore.credentials import CredentialResolver

        core = self._base_session()
        roles = [self._configuration.assume_role_with_web_identity, *self._configuration.assume_roles]
        credentials = None
        for role in roles:
            if role is not None:
                source = credentials or partial(_credentials_of, core)
                credentials = self._assumed(core, role, source, region)
        if credentials is not None:
            signed_in = self._base_session()
            signed_in.register_component("credential_provider", CredentialResolver([_Given(credentials)]))
            return signed_in
        return core

    def _base_session(self) -> Any:
        from botocore.session import Session

        given = self._configuration
        core = Session(profile=given.profile)
        variables = {
            "config_file": next(iter(given.shared_config_files), None),
            "credentials_file": next(iter(given.shared_credentials_files), None),
            "ec2_metadata_service_endpoint": given.ec2_metadata_service_endpoint,
            "ec2_metadata_service_endpoint_mode": given.ec2_metadata_service_endpoint_mode,
        }
        for name, value in variables.items():
            if value is not None:
                core.set_config_variable(name, value)
        if given.access_key is not None:
            core.set_credentials(given.access_key, given.secret_key, given.token)
        elif given.skip_metadata_api_check:
            core.get_component("credential_provider").remove("iam-role")
        return core

    def _assumed(self, core: Any, role: AwsRole | AwsWebIdentity, source: Any, region: str) -> Any:
        """Credentials of a role, which are asked for when they are needed first."""
        from botocore import credentials

        create: Callable[..., Any] = partial(self._sts, core, self._configuration.sts_region or region)
        extra = _arguments_of(role)
        if isinstance(role, AwsWebIdentity):
            fetcher = credentials.AssumeRoleWithWebIdentityCredentialFetcher(
                create, partial(_token_of, role), role.role_arn, extra
            )
            return credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role-with-web-identity")
        fetcher = credentials.AssumeRoleCredentialFetcher(create, _Source(source), role.role_arn, extra)
        return credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")

    def _sts(self, core: Any, region: str, service: str, config: Any = None, **keys: Any) -> Any:
        connection = self._connection(service)
        if config is not None:
            connection["config"] = connection["config"].merge(config)
        return core.create_client(service, region_name=region, **connection, **keys)


class _Source:
    """Credentials with which a role is assumed: another role's, or those that are looked up."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def get_frozen_credentials(self) -> Any:
        found = self._source() if callable(self._source) else self._source
        return found.get_frozen_credentials()


class _Given:
    """A provider of credentials, as botocore's resolvers ask one."""

    METHOD = CANONICAL_NAME = "railbed"

    def __init__(self, credentials: Any) -> None:
        self._credentials = credentials

    def load(self) -> Any:
        return self._credentials


def _credentials_of(core: Any) -> Any:
    from botocore.exceptions import NoCredentialsError

    if (found := core.get_credentials()) is None:
        raise NoCredentialsError
    return found


def _token_of(role: AwsWebIdentity) -> str:
    if role.web_identity_token_file is not None:
        return Path(role.web_identity_token_file).expanduser().read_text().strip()
    return role.web_identity_token or ""


def _arguments_of(role: AwsRole | AwsWebIdentity) -> dict[str, Any]:
    """What STS is asked for besides the role: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    found: dict[str, Any] = {
        "RoleSessionName": role.session_name,
        "DurationSeconds": int(duration_of(role.duration).total_seconds()) if role.duration else None,
        "Policy": role.policy,
        "PolicyArns": [{"arn": arn} for arn in role.policy_arns],
    }
    if isinstance(role, AwsRole):
        found |= {
            "ExternalId": role.external_id,
            "SourceIdentity": role.source_identity,
            "Tags": [{"Key": key, "Value": value} for key, value in role.tags.items()],
            "TransitiveTagKeys": role.transitive_tag_keys,
        }
    return {name: value for name, value in found.items() if value}


_SESSIONS = dict[tuple[str, str], AwsSession]()
_SESSIONS_LOCK = threading.Lock()


def session_of(configuration: AwsConfiguration) -> AwsSession:
    """The program's session of this configuration: the same one for all who ask."""
    # What the environment says is part of it: a process may run several programs, one after another.
    surroundings = repr(sorted(item for item in os.environ.items() if item[0].startswith("AWS_")))
    with _SESSIONS_LOCK:
        return _SESSIONS.setdefault((configuration.model_dump_json(), surroundings), AwsSession(configuration))
