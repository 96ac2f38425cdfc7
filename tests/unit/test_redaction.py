"""Secrets in what is shown: in every form in which a program writes them, and where a part of them is cut off."""

import base64
import html
import json
import secrets
import shlex
import time
from urllib.parse import quote, quote_plus

import pytest

from railbed.secrets.redaction import HIDDEN, Redaction
from railbed.watching.log_text import shown_tail

AWKWARD = "p@ss w\"ö'rd/\\x%?#[1]&<k>"
FORMS = {
    "as it is": AWKWARD,
    "URL": quote(AWKWARD, safe=""),
    "URL with slashes": quote(AWKWARD),
    "URL in lower case": quote(AWKWARD, safe="").replace("%C3%B6", "%c3%b6").replace("%5B", "%5b"),
    "URL as browsers encode it": quote(AWKWARD, safe="!'()*~"),
    "form": quote_plus(AWKWARD),
    "JSON": json.dumps(AWKWARD),
    "JSON in UTF-8": json.dumps(AWKWARD, ensure_ascii=False),
    "JSON in JSON": json.dumps(json.dumps(AWKWARD)),
    "JSON in a URL": quote(json.dumps(AWKWARD)),
    "repr": repr(AWKWARD),
    "Ruby's inspect": '"' + AWKWARD.replace("\\", "\\\\").replace('"', '\\"').replace("#", "\\#") + '"',
    "Ruby's inspect of bytes": '"' + AWKWARD.replace("\\", "\\\\").replace('"', '\\"').replace("ö", "\\xC3\\xB6") + '"',
    "Ruby's dump": '"' + AWKWARD.replace("\\", "\\\\").replace('"', '\\"').replace("ö", "\\u{F6}") + '"',
    "shell": shlex.quote(AWKWARD),
    "shell with backslashes": "".join(each if each.isalnum() else f"\\{each}" for each in AWKWARD),
    "SQL": "'" + AWKWARD.replace("'", "''") + "'",
    "HTML": html.escape(AWKWARD),
    "hex": AWKWARD.encode().hex(),
    "HEX": AWKWARD.encode().hex().upper(),
    "Latin-1": AWKWARD.encode("latin-1").decode(errors="replace"),
    "ASCII": AWKWARD.encode("ascii", "replace").decode(),
    "one line in two": AWKWARD[:9] + "\n" + AWKWARD[9:],
}
READABLE = [AWKWARD[start : start + 6] for start in range(len(AWKWARD) - 6)]


def remainders(secret: str, text: str, length: int = 6) -> list[str]:
    """Runs of a secret's characters that can be read in a text."""
    runs = {secret[start : start + length] for start in range(len(secret) - length + 1)}
    return sorted({text[start : start + length] for start in range(len(text))} & runs)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    text = Redaction([AWKWARD])(f"before={FORMS[form]} after")
    assert HIDDEN in text, f"the secret can be read as {form}: {text}"
    assert text.startswith("before=") and text.endswith(" after"), f"more than the secret is hidden: {text}"
    assert not remainders(AWKWARD, html.unescape(text)), f"a part of the secret can be read as {form}: {text}"


@pytest.mark.parametrize("user", ["", "u", "ab", "app", "robot", "AWS"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
@pytest.mark.parametrize("padded", [True, False])
def test_a_secret_is_hidden_in_the_base64_of_any_longer_text(user: str, encode: object, padded: bool) -> None:
    assert callable(encode)
    encoded = encode(f"{user}:{AWKWARD * 3}>>".encode()).decode()
    text = Redaction([AWKWARD * 3])(f"Authorization: Basic {encoded if padded else encoded.replace('=', '')}")
    left = text.removeprefix("Authorization: Basic ").replace(HIDDEN, "").strip()
    assert HIDDEN in text and len(left) < 16, f"Basic authentication shows the password: {text}"


@pytest.mark.parametrize("user", ["robot", "AWS", "token"])
def test_a_password_is_hidden_in_the_credentials_of_a_registry(user: str) -> None:
    password = "hunter2-päss-word"
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    configuration = json.dumps({"auths": {"r.example.com": {"username": user, "password": password, "auth": auth}}})
    for shown in (configuration, base64.b64encode(configuration.encode()).decode()):
        text = Redaction([password])(shown)
        once = [
            base64.b64decode(part + "=" * (-len(part) % 4), validate=False) for part in text.split(HIDDEN) if part.isalnum()
        ]
        assert text.count(HIDDEN) >= 2, f"password or auth can be read: {text}"
        assert not any(b"hunter2" in part or b"aHVudGVy" in part for part in once), f"decoding shows the password: {text}"


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("postgresql://app:hunter2-pass@db/app", "hunter2-pass"),
        ("postgresql://app:hunter2%2Dpass@db/app", "hunter2-pass"),
        ("postgresql://app:hunter2-pass@db/app", "app:hunter2-pass"),
        ("postgresql:///app?host=/sock&user=app&password=hunter2-pass", "hunter2-pass"),
        ("postgresql:///app?password=hunter2%2Dpass&host=/sock", "hunter2-pass"),
        ("postgresql://app:hunter2-pass/rest-of-it@db/app", "registry part: app:hunter2-pass"),
        ("postgresql://app:one@hunter2-pass@db/app", "no host hunter2-pass"),
        ("postgresql://app:one#hunter2-pass@db/app", "hunter2-pass"),
        ("redis://hunter2-pass@cache/0", "hunter2-pass"),
        ("rediss://:hunter2-pass@cache:6379/0", "AUTH hunter2-pass"),
        ("https://hunter2-pass@sentry.example.com/1", "key hunter2-pass"),
        ("https://hooks.example.com/services/T0001/hunter2-pass", "POST /services/T0001/hunter2-pass"),
        ("host=db user=app password=hunter2-pass", "hunter2-pass"),
        ("host=db password='hunter2-pass' user=app", "hunter2-pass"),
        ('{"host": "db", "password": "hunter2-pass"}', "hunter2-pass"),
        ('{"production": {"stripe": {"api_key": "hunter2-pass"}}}', "hunter2-pass"),
        ('[{"url": "redis://:hunter2-pass@cache/0"}]', "hunter2-pass"),
        (json.dumps({"auth": base64.b64encode(b"robot:hunter2-pass").decode()}), "hunter2-pass"),
        (json.dumps({"private_key": "-----BEGIN\nhunter2-pass\n-----END"}), "hunter2-pass"),
        ("A=1\nDB_PASSWORD=hunter2-pass\n", "hunter2-pass"),
        ("hunter2-pass\n", "hunter2-pass"),
        ("  hunter2-pass  ", "<hunter2-pass>"),
        ("-----BEGIN\r\nhunter2-pass\r\n-----END", "line hunter2-pass"),
        ("-----BEGIN\nhunter2-pass\n-----END", '"-----BEGIN\\nhunter2-pass\\n-----END"'),
    ],
)
def test_the_secret_part_of_a_secret_is_hidden_alone(secret: str, shown: str) -> None:
    text = Redaction([secret])(shown)
    assert "hunter2" not in text and HIDDEN in text, f"the password within a secret can be read: {text}"


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("postgresql://app:hunter2-pass@shop-database.shop.svc:5432/app", "no route to shop-database.shop.svc:5432/app"),
        ("postgresql://app:hunter2-pass@db/app", "FATAL: database app of postgresql does not exist, role app"),
        ('{"region": "eu-central-1", "password": "hunter2-pass"}', "in eu-central-1"),
        ("https://shop.example.com/callback", "GET /callback"),
        ("hunter2-pass", "hunter1-pass hunter2 pass"),
        ("production", "product"),
    ],
)
def test_what_helps_to_find_a_fault_stays(secret: str, text: str) -> None:
    assert Redaction([secret])(text) == text


@pytest.mark.parametrize("url", ["redis://:{}@cache/0", "postgresql://app:{}@db/app", "https://robot:{}@git.example.com"])
def test_the_password_of_a_url_is_hidden_although_nobody_named_it(url: str) -> None:
    assert Redaction()(f"cannot reach {url.format('hunter2')}.") == f"cannot reach {url.format(HIDDEN)}."


@pytest.mark.parametrize("secret", ["hunter2-" * 400, secrets.token_hex(1500), "hunter2 hünter3 " * 200])
@pytest.mark.parametrize("size", [16 * 1024, 32 * 1024, 32 * 1024 - 1, 10_000, 3_001])
def test_no_cut_leaves_a_part_of_a_long_secret(secret: str, size: int) -> None:
    for log in (secret * 40, f"{secret}\n" * 40, f"token={secret} failed " * 40):
        shown = shown_tail(log.encode()[-size:], Redaction([secret]), 100)
        assert not remainders(secret, shown), f"what the byte limit left of a secret can be read: {shown[:200]}"


@pytest.mark.parametrize(
    ("encode", "left"),
    [
        *((str, left) for left in range(6, 17)),
        *((quote, left) for left in range(11, 26)),
        *((json.dumps, left) for left in range(11, 26)),
        *((lambda text: base64.b64encode(text.encode()).decode(), left) for left in range(8, 26)),
    ],
)
def test_what_a_cut_leaves_of_a_secret_is_hidden(encode: object, left: int) -> None:
    assert callable(encode)
    secret = "hünter2-päss-wörd"
    whole = encode(secret).strip('"')
    redaction = Redaction([secret])
    begun = redaction.of_cut(f"connecting with {whole[:left]}")
    assert begun == f"connecting with {HIDDEN}", f"the log ended within the secret: {begun}"
    rest = redaction.of_cut(f"{whole[-left:]} was refused")
    assert rest.replace("]=", "]") == f"{HIDDEN} was refused", f"the log began within the secret: {rest}"


def test_what_a_message_shows_of_a_long_secret_is_hidden() -> None:
    secret = secrets.token_urlsafe(64)
    text = Redaction([secret])(f"invalid value {secret[11:50]}... (truncated)")
    assert text == f"invalid value {HIDDEN}... (truncated)", "another program cut the secret, and 39 characters can be read"


def test_secrets_that_overlap_are_hidden_both() -> None:
    assert Redaction(["first-and-second", "second-and-third"])("x first-and-second-and-third y") == f"x {HIDDEN} y"


def test_a_file_of_a_megabyte_is_hidden_too() -> None:
    begin = time.process_time()
    secret = "\n".join(secrets.token_urlsafe(48) for _ in range(16_000))
    redaction = Redaction([secret])
    for text in (secret[500_000:500_200], base64.b64encode(secret.encode()).decode()[700_000:700_200]):
        assert redaction(f"before {text} after") == f"before {HIDDEN} after"
    assert time.process_time() - begin < 20, "the program would hang before it deploys"


def test_many_secrets_in_a_long_log_take_no_time() -> None:
    known = [secrets.token_hex(16) for _ in range(40)] + [secrets.token_urlsafe(2000) for _ in range(10)]
    lines = [f'{{"line": {number}, "value": "{secrets.token_hex(30)}%20\\n"}}' for number in range(1200)]
    text = "\n".join(lines + known[:10])
    redaction, begin = Redaction(known), time.process_time()
    shown = redaction.of_cut(text)
    assert time.process_time() - begin < 5, "the user waits for the log longer than for the failure"
    assert not any(secret in shown for secret in known) and shown.startswith(lines[0])
