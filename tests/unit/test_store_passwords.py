"""Passwords of data stores: any characters arrive as they are, or are refused in a sentence that does not show them."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pulumi
import pytest

from railbed import InvalidArguments
from tests.unit.recording import Recorded, record
from tests.unit.samples import STORES, make

AWKWARD = [
    'p@ss/w:rd?#[1]%41&"<>',
    "it's \\ \\x41 \\n $HOME $(id) `id`",
    "pässwörd-日本語",
    " spaces around ",
    "tab\tdelete\x7fbell\a",
    "-n",
    "{{braces}}",
]
WITH_LINES = ["first\nsecond", "read from a file\n", "windows\r\n"]


def redis_configuration(password: str) -> str:
    deployed = record(lambda: make("Redis", password=pulumi.Output.secret(password)))
    text: str = deployed.the("Secret").inputs["stringData"]["redis.conf"]
    return text


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="not run: there is no redis-server on PATH")
@pytest.mark.parametrize("password", [*AWKWARD, *WITH_LINES])
def test_redis_takes_the_password_that_its_clients_send(password: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    required = next(line for line in redis_configuration(password).splitlines() if line.startswith("requirepass"))
    (tmp_path / "redis.conf").write_text(f'port {port}\nbind 127.0.0.1\nsave ""\n{required}\n')
    server = subprocess.Popen(["redis-server", f"{tmp_path}/redis.conf"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            command = ["redis-cli", "-p", port, "ping"]
            done = subprocess.run(
                command, env=os.environ | {"REDISCLI_AUTH": password}, capture_output=True, text=True, check=False
            )
            if "refused" not in done.stderr + done.stdout:
                break
            time.sleep(0.1)
    finally:
        server.terminate()
        server.wait()
    assert done.stdout == "PONG\n", f"WRONGPASS: the store never becomes ready, {done.stdout}{done.stderr}"


@pytest.mark.parametrize("password", [*AWKWARD, *WITH_LINES])
def test_the_configuration_of_redis_is_ascii_on_one_line_each(password: str) -> None:
    text = redis_configuration(password)
    assert text.isascii() and len(text.splitlines()) == 8, f"a part of the password would be a setting:\n{text}"


@pytest.mark.parametrize(("store", "password"), [(store, password) for store in STORES for password in AWKWARD])
def test_the_url_holds_the_password(store: str, password: str) -> None:
    url = record(lambda: make(store, password=password)).result["url"]
    assert unquote(urlsplit(url).password or "") == password
    assert url.isascii()


HIDDEN = "hunter2"
REFUSED: list[tuple[str, str, str]] = [
    *(("Postgresql", f"{HIDDEN}{end}", "holds a line break or a null character") for end in ("\n", "\r\n", "\r", "\nx", "\0")),
    ("Redis", f"{HIDDEN}\0", "holds a null character"),
    ("Postgresql", "", "is empty: PostgreSQL would let nobody in"),
    ("Redis", "", "is empty: Redis would let everybody in"),
    ("Postgresql", "md5" + "0123456789abcdef" * 2, "has the form of a hash"),
]


@pytest.mark.parametrize(("store", "password", "sentence"), REFUSED)
def test_a_password_that_a_store_cannot_have_is_refused_before_anything_is_made(
    store: str, password: str, sentence: str
) -> None:
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(store, password=password), registered=registered)
    assert f"password: found a value (not shown, it may be secret); {sentence}" in str(raised.value)
    assert HIDDEN not in str(raised.value) and "md5" not in str(raised.value)
    assert registered == []


@pytest.mark.parametrize(("store", "password", "sentence"), REFUSED)
def test_a_password_that_is_known_later_is_refused_then(store: str, password: str, sentence: str) -> None:
    def program() -> Any:
        return make(store, password=pulumi.Output.secret(password))

    with pytest.raises(Exception, match="The password of shop ") as raised:
        record(program)
    assert sentence in str(raised.value) and HIDDEN not in str(raised.value)


REFUSED_BY_AWS: list[tuple[str, dict[str, Any], str, str]] = [
    *(
        ("ElastiCache", {}, token, "has to be 16 to 128 letters, digits and ! & # $ ^ < > -")
        for token in (
            "é" * 20,
            "²" * 20,
            "a" * 15,
            "a" * 129,
            "a" * 16 + "@",
            "a" * 16 + "/",
            "a" * 16 + " ",
            "a" * 16 + "\n",
            "",
        )
    ),
    *(
        ("RdsDatabase", {}, password, "holds a character that RDS refuses: use ASCII without spaces")
        for password in (
            f"{HIDDEN}@x",
            f"{HIDDEN}/x",
            f'{HIDDEN}"x',
            f"{HIDDEN} x",
            f"{HIDDEN}-ö",
            f"{HIDDEN}x\n",
            f"{HIDDEN}\tx",
        )
    ),
    ("RdsDatabase", {}, HIDDEN, "is too short: RDS wants 8 characters"),
    ("RdsDatabase", {"engine": "mysql"}, HIDDEN * 6, "is too long: mysql on RDS allows 41"),
    ("RdsDatabase", {}, HIDDEN * 19, "is too long: postgresql on RDS allows 128"),
    ("RdsDatabase", {}, "md5" + "0123456789abcdef" * 2, "has the form of a hash"),
]


@pytest.mark.parametrize(("store", "arguments", "password", "sentence"), REFUSED_BY_AWS)
def test_a_password_that_aws_refuses(store: str, arguments: dict[str, Any], password: str, sentence: str) -> None:
    name = {"ElastiCache": "auth_token", "RdsDatabase": "password"}[store]
    registered: list[Recorded] = []
    with pytest.raises(InvalidArguments) as raised:
        record(lambda: make(store, **arguments, **{name: password}), registered=registered)
    assert sentence in str(raised.value) and HIDDEN not in str(raised.value)
    assert registered == []
    with pytest.raises(Exception, match="The password of shop ") as raised_later:
        record(lambda: make(store, **arguments, **{name: pulumi.Output.secret(password)}))
    assert sentence in str(raised_later.value) and HIDDEN not in str(raised_later.value)


@pytest.mark.parametrize(
    ("store", "arguments", "password"),
    [
        ("ElastiCache", {}, "aZ09!&#$^<>-aZ09"),
        ("ElastiCache", {}, "a" * 128),
        ("RdsDatabase", {}, "!#$%&'()*+,-.:;<=>?[\\]^_`{|}~aZ09"),
        ("RdsDatabase", {}, "a" * 128),
        ("RdsDatabase", {"engine": "mysql"}, "a" * 41),
    ],
)
def test_any_password_that_aws_takes_is_taken_and_in_the_url(store: str, arguments: dict[str, Any], password: str) -> None:
    name = {"ElastiCache": "auth_token", "RdsDatabase": "password"}[store]
    url = record(lambda: make(store, **arguments, **{name: password})).result["url"]
    assert unquote(urlsplit(url).password or "") == password
