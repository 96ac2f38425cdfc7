"""What is taken for a secret in clear text, and what is not."""

import time

import pytest

from railbed.secrets.clear_text import secret_in_clear_text, secrets_in_words

PASSWORD = "hunter2-pass"

NAMES = [
    "RAILS_MASTER_KEY",
    "SECRET_KEY_BASE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "STRIPE_SECRET_KEY",
    "STRIPE_SECRET_KEY_LIVE",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_API_KEY",
    "PGPASSWORD",
    "DBPASSWORD",
    "MYSQL_PWD",
    "MYSQL_ROOT_PASSWORD",
    "REDISCLI_AUTH",
    "HTTP_BASIC_AUTH",
    "DB_PASS",
    "SMTP_PASSWORD",
    "PASSWORD_2",
    "PASSWORD_OLD",
    "API_KEY",
    "APIKEY",
    "GITHUB_TOKEN",
    "SENTRY_AUTH_TOKEN",
    "DEVISE_PEPPER",
    "OTP_SECRET",
    "LOCKBOX_MASTER_KEY",
    "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
    "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
    "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
    "VAPID_PRIVATE_KEY",
    "NEW_RELIC_LICENSE_KEY",
    "GOOGLE_CREDENTIALS",
    "GPG_PASSPHRASE",
    "BUNDLE_GEMS__EXAMPLE__COM",
    "db_password",
    "dbPassword",
    "redis.password",
    "redis-password",
    "Token",
]

PRIVATE_KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE"
VALUES = [
    f"redis://:{PASSWORD}@cache/0",
    f"postgresql://shop:{PASSWORD}@db/shop",
    f"amqps://shop:{PASSWORD}@mq:5671",
    f"https://robot:{PASSWORD}@git.example.com/shop.git",
    f"redis://one/0,redis://:{PASSWORD}@two/0",
    f"postgresql:///shop?host=db&password={PASSWORD}",
    f"host=db user=shop password={PASSWORD}",
    f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={PASSWORD};",
    f'{{"user": "shop", "password": "{PASSWORD}"}}',
    PRIVATE_KEY,
    f"KEY={PRIVATE_KEY}",
    '{"type": "service_account", "key": "-----BEGIN PRIVATE KEY-----\\nMIIE"}',
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "AKIA" + "A1B2C3D4" * 2,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 9,
    "glpat-" + "a1B2" * 5,
    "xoxb-" + "1234567890-abc",
    "sk_live_" + "a1B2" * 6,
    "rk_test_" + "a1B2" * 6,
    "whsec_" + "a1B2" * 8,
    "dop_v1_" + "0a" * 32,
    "SG." + "a1B2" * 5 + "." + "c3D4" * 8,
    "sk-proj-" + "a1B2" * 8,
    "npm_" + "a1B2" * 9,
    "https://hooks.slack.com/services/" + "T0001/B0001/abcdef",
    "Bearer " + "a1B2" * 8,
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJzaG9wIn0." + "c2lnbmF0dXJl",
]

HARMLESS = [
    ("RAILS_MAX_THREADS", "5"),
    ("RAILS_LOG_LEVEL", "info"),
    ("GREETING", "Hello: you@example.com"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_" + "a1B2" * 6),
    ("STRIPE_PUBLIC_KEY", "anything"),
    ("VAPID_PUBLIC_KEY", "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA"),
    ("JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nMIIB"),
    ("RECAPTCHA_SITE_KEY", "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ"),
    ("GOOGLE_MAPS_API_KEY", "AIzaSyA"),
    ("ALGOLIA_SEARCH_API_KEY", "0a1b2c"),
    ("SUPABASE_ANON_KEY", "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJzaG9wIn0." + "c2lnbmF0dXJl"),
    ("OAUTH_TOKEN_URL", "https://login.example.com/token"),
    ("TOKEN_TTL", "3600"),
    ("OPENAI_MAX_TOKENS", "4096"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("PASSWORD_RESET_URL", "https://shop.example.com/reset?token=of-the-user"),
    ("DATABASE_PASSWORD_FILE", "/run/secrets/database"),
    ("DATABASE_PASSWORD", "/run/secrets/database"),
    ("GOOGLE_APPLICATION_CREDENTIALS", "/rails/config/google.json"),
    ("DATABASE_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"),
    ("DATABASE_SECRET", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop"),
    ("AWS_ACCESS_KEY_ID_HEADER", "X-Key"),
    ("SECRET_KEY_BASE_DUMMY", "1"),
    ("REQUIRE_TOKEN", "true"),
    ("ALLOW_PASSWORD", "off"),
    ("DB_PASSWORD", ""),
    ("DB_PASSWORD", "$(DATABASE_PASSWORD)"),
    ("DB_PASSWORD", "${DATABASE_PASSWORD}"),
    ("DB_PASSWORD", '<%= ENV["DATABASE_PASSWORD"] %>'),
    ("REDIS_URL", "redis://:$(REDIS_PASSWORD)@cache/0"),
    ("REDIS_URL", "redis://cache.example.com:6379/0"),
    ("DATABASE_URL", "postgresql:///shop?host=/var/run/postgresql"),
    ("SENTRY_DSN", "https://0a1b2c3d@o1.ingest.sentry.io/2"),
    ("ASSET_HOST", "https://cdn.example.com:8443/a@b"),
    ("CACHE_KEY", "v2"),
    ("PARTITION_KEY", "shop"),
    ("COMPASS", "north"),
    ("PWD", "/rails"),
    ("SMTP_AUTHENTICATION", "plain"),
    ("SMTP_AUTH", "plain"),
    ("BUNDLE_BUILD__NOKOGIRI", "--use-system-libraries"),
    ("BUNDLE_WITHOUT", "development:test"),
    ("TASK_KEYBOARD", "risk-averse-and-very-long-words-here"),
    ("SSH_PUBLIC_KEY", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"),
    ("IMAGE", "registry.example.com:5000/shop@sha256:" + "0a" * 32),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_value_with_the_name_of_a_secret_is_one(name: str) -> None:
    assert secret_in_clear_text(name, PASSWORD) == "has the name of a secret"


@pytest.mark.parametrize("value", VALUES)
def test_a_value_with_the_form_of_a_secret_is_one(value: str) -> None:
    found = secret_in_clear_text("SETTING", value)
    assert found is not None and found.startswith("holds a")
    assert PASSWORD not in found


@pytest.mark.parametrize(("name", "value"), HARMLESS)
def test_what_is_no_secret_may_be_read(name: str, value: str) -> None:
    assert secret_in_clear_text(name, value) is None


@pytest.mark.parametrize("part", ["a", "a1+.-", "_password", "eyJaaaaaaaaaaaa.", "a://a", "--x ", "-----BEGIN A "])
def test_a_large_value_is_judged_in_no_time(part: str) -> None:
    begin = time.process_time()
    secret_in_clear_text("CERTIFICATE", part * (131_000 // len(part)))
    assert time.process_time() - begin < 2, "the preview would hang"


@pytest.mark.parametrize(
    ("words", "position"),
    [
        (["bin/import", "--password", PASSWORD], 2),
        (["bin/import", f"--password={PASSWORD}"], 1),
        (["bin/import", "--api-key", PASSWORD], 2),
        (["env", f"DB_PASSWORD={PASSWORD}", "bin/import"], 1),
        (["bin/import", f"postgresql://shop:{PASSWORD}@db/shop"], 1),
        (["sh", "-c", f"export SHOP_PASSWORD={PASSWORD}; exec bin/import"], 2),
        (["curl", "-H", "Authorization: Bearer " + "a1B2" * 8, "https://example.com"], 2),
    ],
)
def test_a_secret_in_a_command_is_found(words: list[str], position: int) -> None:
    assert [found for found, _ in secrets_in_words(words)] == [position]


@pytest.mark.parametrize(
    "words",
    [
        ["bin/rails", "db:prepare"],
        ["bin/rails", "passwords:expire"],
        ["bin/import", "--password-file", "/run/secrets/password"],
        ["bin/import", "--password", "$(DB_PASSWORD)"],
        ["sh", "-c", 'exec bin/import --password="$DB_PASSWORD"'],
        ["sh", "-c", 'PASSWORD=$(cat /run/secrets/password) exec bin/import "--token=$TOKEN"'],
        ["bin/import", "--password", "--verbose"],
        ["bundle", "exec", "sidekiq", "-q", "password_resets"],
        ["rake", "tokens:expire[30]"],
    ],
)
def test_a_command_without_a_secret_is_taken(words: list[str]) -> None:
    assert list(secrets_in_words(words)) == []
