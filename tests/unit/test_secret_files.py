"""Which files of an application's folder a build never sees, and which it needs."""

from pathlib import Path

import pytest

from railbed.image.build_context import BuildContext

SECRET = "hunter2-pass"
PRIVATE_KEY = "-----BEGIN EC PRIVATE KEY-----\nMIIE\n-----END EC PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----\n"

SECRET_FILES = [
    ".env",
    ".env.production",
    ".env.local",
    ".envrc",
    "frontend/.env",
    "frontend/.env.production",
    "config/master.key",
    "config/credentials/production.key",
    "engines/admin/config/master.key",
    "engines/admin/config/credentials/production.key",
    "config/secrets.yml",
    "config/secrets.yml.key",
    "engines/admin/config/secrets.yml",
    "config/application.yml",
    "config/local_env.yml",
    "config/settings.local.yml",
    "config/settings/production.local.yml",
    ".npmrc",
    "frontend/.npmrc",
    ".yarnrc.yml",
    ".netrc",
    "_netrc",
    "script/.netrc",
    ".git-credentials",
    "script/.git-credentials",
    ".git/config",
    "engines/admin/.git/config",
    ".pgpass",
    ".my.cnf",
    ".pypirc",
    ".gem/credentials",
    ".bundle/config",
    "engines/admin/.bundle/config",
    "certificates/server.pem",
    "server.pem",
    "certificates/server.key",
    "certificates/store.p12",
    "certificates/store.pfx",
    "certificates/apple.p8",
    "certificates/store.jks",
    "certificates/release.keystore",
    "certificates/putty.ppk",
    "id_rsa",
    "id_ed25519",
    "deploy/id_ecdsa",
    "deploy/id_dsa",
    ".ssh/id_rsa",
    ".ssh/config",
    "deploy/.ssh/deploy",
    ".gnupg/secring.gpg",
    ".aws/credentials",
    ".aws/config",
    "deploy/.aws/credentials",
    ".azure/accessTokens.json",
    ".config/gcloud/credentials.db",
    ".config/gh/hosts.yml",
    ".config/doctl/config.yaml",
    "config/application_default_credentials.json",
    "config/google-service-account.json",
    "config/client_secret_1.json",
    ".docker/config.json",
    "deploy/.docker/config.json",
    ".dockercfg",
    ".dockerconfigjson",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "infra/terraform.tfstate",
    "infra/terraform.tfstate.backup",
    "infra/production.tfvars",
    "infra/production.auto.tfvars.json",
    "infra/.terraform/terraform.tfstate",
    ".terraformrc",
    "kubeconfig",
    "kubeconfig.yaml",
    "deploy/production.kubeconfig",
    ".kube/config",
    "deploy/.kube/config",
    ".pulumi/stacks/production.json",
    "deploy/.pulumi/credentials.json",
    ".kamal/secrets",
    ".kamal/secrets.production",
    "apps/shop/.kamal/secrets",
    ".vault-token",
    ".htpasswd",
    ".s3cfg",
    ".boto",
    "odd [name] #1/config/master.key",
]

NEEDED = [
    ("config/credentials.yml.enc", SECRET),
    ("config/credentials/production.yml.enc", SECRET),
    ("config/database.yml", "production: {password: <%= ENV['DATABASE_PASSWORD'] %>}"),
    (
        "config/secrets.yml",
        "development: {secret_key_base: abc}\nproduction:\n  secret_key_base: <%= ENV['SECRET_KEY_BASE'] %>\n",
    ),
    ("config/application.yml", "LEVEL: info\nproduction: {HOST: shop.example.com}\n"),
    ("config/settings.yml", "token_seconds: 5"),
    ("config/environment.rb", "Rails.application.initialize!"),
    ("config/environments/production.rb", "Rails.application.configure"),
    ("app/models/access_token.rb", "class AccessToken; end"),
    ("app/javascript/environment.js", "export {}"),
    ("public/ca.pem", CERTIFICATE),
    ("config/certificates/rds-ca.pem", CERTIFICATE * 3),
    ("config/jwt_public.key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"),
    ("config/empty.key", ""),
    (".npmrc", "engine-strict=true\n# a comment\n//npm.example.com/:_authToken=${NPM_TOKEN}\n"),
    (".yarnrc.yml", "nodeLinker: node-modules\nnpmAuthToken: ${NPM_TOKEN}\n"),
    (".tool-versions", "ruby 3.3.4"),
    ("package.json", "{}"),
    ("lib/ssh/client.rb", "class Client; end"),
    ("infra/main.tf", 'resource "aws_s3_bucket" "shop" {}'),
    ("vendor/gems/a/lib/a.rb", "module A; end"),
]
BEHIND_OWN_IGNORE_FILE = [
    *NEEDED,
    (".env.example", SECRET),
    ("config/secrets.yml.sample", SECRET),
    ("infra/terraform.tfvars.example", SECRET),
    (".bundle/config", '---\nBUNDLE_PATH: "vendor/bundle"\nBUNDLE_BUILD__PG: "--with-pg-config=/usr/bin/pg_config"\n'),
    ("frontend/node_modules/a/test/server.key", PRIVATE_KEY),
    ("vendor/bundle/ruby/3.3.0/gems/a/spec/server.pem", PRIVATE_KEY),
]


def write(folder: Path, path: str, content: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(content)


@pytest.mark.parametrize("path", SECRET_FILES)
def test_a_file_with_secrets_does_not_get_into_a_layer(tmp_path: Path, path: str) -> None:
    write(tmp_path, path, SECRET)
    write(tmp_path, "config.ru", "run Rails.application")
    context = BuildContext.of(tmp_path, None)
    assert context.files() == ["config.ru"], "without a .dockerignore, railbed leaves it out"
    assert not context.takes(path)


@pytest.mark.parametrize("path", [path for path in SECRET_FILES if ".git/" not in path])
def test_a_file_with_secrets_that_the_own_ignore_file_leaves_in_is_named(tmp_path: Path, path: str) -> None:
    write(tmp_path, path, SECRET)
    write(tmp_path, ".dockerignore", "log/*\n")
    assert BuildContext.of(tmp_path, None).secret_files() == [path]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("config/server.pem", CERTIFICATE + PRIVATE_KEY),
        ("config/server.pem", PRIVATE_KEY.replace("EC", "ENCRYPTED")),
        (".npmrc", f"engine-strict=true\n//npm.example.com/:_authToken={SECRET}\n"),
        (".npmrc", f"_auth = {SECRET}\n"),
        (".npmrc", f"registry=https://robot:{SECRET}@npm.example.com/\n"),
        (".yarnrc.yml", f"npmRegistries:\n  //npm.example.com:\n    npmAuthToken: {SECRET}\n"),
        (".yarnrc.yml", f"npmAuthIdent: robot:{SECRET}\n"),
        (".bundle/config", f'---\nBUNDLE_PATH: "vendor"\nBUNDLE_GEMS__EXAMPLE__COM: "robot:{SECRET}"\n'),
        (".bundle/config", f'---\nBUNDLE_MIRROR__ALL: "https://robot:{SECRET}@gems.example.com"\n'),
        ("config/secrets.yml", f"production:\n  secret_key_base: {SECRET}\n"),
        ("config/secrets.yml", f"shared: {{stripe: {{api_key: {SECRET}}}}}\n"),
        ("config/application.yml", f"STRIPE_SECRET_KEY: {SECRET}\n"),
        ("config/master.key", "0" * 300_000),
    ],
)
def test_the_content_tells_where_a_name_does_not(tmp_path: Path, path: str, content: str) -> None:
    write(tmp_path, path, content)
    assert BuildContext.of(tmp_path, None).files() == []


@pytest.mark.parametrize(("path", "content"), NEEDED)
def test_what_the_application_needs_gets_in(tmp_path: Path, path: str, content: str) -> None:
    write(tmp_path, path, content)
    assert BuildContext.of(tmp_path, None).files() == [path]


@pytest.mark.parametrize(("path", "content"), BEHIND_OWN_IGNORE_FILE)
def test_what_holds_no_secret_is_not_objected_to(tmp_path: Path, path: str, content: str) -> None:
    write(tmp_path, path, content)
    write(tmp_path, ".dockerignore", "log/*\n")
    context = BuildContext.of(tmp_path, None)
    assert path in context.files() and context.secret_files() == []


def test_a_file_that_the_own_ignore_file_takes_on_purpose_is_not_objected_to(tmp_path: Path) -> None:
    for path in ("frontend/.env.production", "admin/.env.production"):
        write(tmp_path, path, "VITE_API=https://api.example.com")
    write(tmp_path, ".dockerignore", "**/.env*\n!frontend/.env.production\n!admin/*\n")
    context = BuildContext.of(tmp_path, None)
    assert {"frontend/.env.production", "admin/.env.production"} <= set(context.files())
    assert context.secret_files() == ["admin/.env.production"], "a pattern names no file on purpose"
