"""Files of an application's folder that hold secrets, by their names and, where a name does not tell, by their content."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from docker.utils.build import PatternMatcher

from railbed.secrets.clear_text import form_of_secret, secret_in_clear_text

SECRET_FILES = (
    # Rails, dotenv, Figaro, the config gem, Kamal, direnv
    *("**/.env", "**/.env.*", "**/.envrc", "**/config/settings.local.yml", "**/config/settings/*.local.yml"),
    *("**/config/local_env.yml", "**/.kamal/secrets*", "**/.kamal/secrets/**"),
    # Keys and stores of keys
    *("**/id_rsa", "**/id_dsa", "**/id_ecdsa", "**/id_ecdsa_sk", "**/id_ed25519", "**/id_ed25519_sk", "**/.ssh/**"),
    *("**/.gnupg/**", "**/*.p12", "**/*.pfx", "**/*.p8", "**/*.ppk", "**/*.jks", "**/*.keystore", "**/*.kdbx"),
    # Logins of programs
    *("**/.netrc", "**/_netrc", "**/.git-credentials", "**/.pgpass", "**/.my.cnf", "**/.pypirc", "**/.gem/credentials"),
    *("**/.docker/config.json", "**/.dockercfg", "**/.dockerconfigjson", "**/.vault-token", "**/.htpasswd", "**/.s3cfg"),
    *("**/.boto", "**/.config/gh/hosts.yml"),
    # Clouds and clusters
    *("**/.aws/credentials", "**/.aws/config", "**/.azure/**", "**/.config/gcloud/**", "**/.config/doctl/**"),
    *("**/application_default_credentials.json", "**/client_secret*.json", "**/*service-account*.json"),
    *("**/*service_account*.json", "**/kubeconfig", "**/kubeconfig.y*ml", "**/*.kubeconfig", "**/.kube/**"),
    # Infrastructure as code
    *("**/*.tfstate", "**/*.tfstate.*", "**/*.tfvars", "**/*.tfvars.json", "**/.terraform/**", "**/.terraformrc"),
    "**/.pulumi/**",
)
"""Patterns of a .dockerignore for what always holds secrets."""

_SHOWN = ("**/*.example", "**/*.sample", "**/*.template", "**/*.dist")
"""What is there to be copied and filled in."""

_OTHERS = ("**/node_modules/**", "**/vendor/bundle/**")
"""Published packages: keys in them are those of their own tests."""

LARGEST_READ = 256 * 1024
"""Bytes of a file that is judged by its content; a larger one is taken for a secret."""


def secret_files(folder: Path, paths: Iterable[str]) -> Iterator[str]:
    """Those of the files of a folder that hold secrets."""
    by_name, shown = PatternMatcher(list(SECRET_FILES)), PatternMatcher([*_SHOWN, *_OTHERS])
    for path in paths:
        if not shown.matches(path) and (by_name.matches(path) or _tells_by_content(folder, path)):
            yield path


def _tells_by_content(folder: Path, path: str) -> bool:
    for pattern, is_harmless in _JUDGED.items():
        if PatternMatcher([pattern]).matches(path):
            file = folder / path
            try:
                content = file.read_text() if file.stat().st_size <= LARGEST_READ else None
            except (OSError, UnicodeDecodeError):
                content = None
            return content is None or (content.strip() != "" and not is_harmless(content))
    return False


def _is_public_pem(content: str) -> bool:
    """Whether a file holds certificates or public keys, and no private one."""
    labels = re.findall(r"-----BEGIN ([A-Z0-9 ]+)-----", content)
    return bool(labels) and not any("PRIVATE KEY" in label for label in labels)


def _is_plain_npm_configuration(content: str) -> bool:
    """Whether an .npmrc has settings only: a token out of a variable is none in the file."""
    lines = [line.strip() for line in content.splitlines()]
    return all(_is_plain_npm_setting(*line.partition("=")) for line in lines if line and not line.startswith(("#", ";")))


def _is_plain_npm_setting(name: str, equals: str, value: str) -> bool:
    """https://docs.npmjs.com/cli/configuring-npm/npmrc#auth-related-configuration."""
    is_login = re.search(r"_auth|_password|username|token|key(file)?\s*$|cert(file)?\s*$", name, re.IGNORECASE) is not None
    stands_for_one = re.fullmatch(r"\s*[\"']?\$\{\w+[^}]*\}[\"']?\s*", value) is not None
    return bool(equals) and (stands_for_one or not is_login) and form_of_secret(value) is None


def _is_plain_bundler_configuration(content: str) -> bool:
    """Whether a .bundle/config has no credentials of a server of gems."""
    settings = re.findall(r"^(BUNDLE_\S+): *(.*)$", content, re.MULTILINE)
    lines = [line for line in content.splitlines() if line.strip() not in ("", "---")]
    return len(settings) == len(lines) and all(
        secret_in_clear_text(name, value.strip("\"'")) is None for name, value in settings
    )


def _is_plain_yaml(content: str) -> bool:
    """Whether a file of YAML has secrets for development and tests at most; ERB reads those of production from variables."""
    try:
        found: Any = yaml.safe_load(content)
    except yaml.YAMLError:
        return False
    if not isinstance(found, dict):
        return False
    return not any(_secrets_in_yaml({name: value for name, value in found.items() if name not in ("development", "test")}))


def _secrets_in_yaml(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _secrets_in_yaml(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets_in_yaml(inner, name)
    elif isinstance(value, str | int) and not isinstance(value, bool) and secret_in_clear_text(name, str(value)):
        yield name


_JUDGED: dict[str, Callable[[str], bool]] = {
    "**/*.key": _is_public_pem,
    "**/*.pem": _is_public_pem,
    "**/.npmrc": _is_plain_npm_configuration,
    "**/.yarnrc.yml": _is_plain_yaml,
    "**/.bundle/config": _is_plain_bundler_configuration,
    "**/config/secrets.yml": _is_plain_yaml,
    "**/config/application.yml": _is_plain_yaml,
}
"""What may hold secrets, and what tells that it does not."""
