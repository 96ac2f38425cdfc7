"""The container that waits for the database: the Ruby that it runs, with a real Ruby where there is one."""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from railbed.description.commands import WAIT_FOR_DATABASE

RUBY = shutil.which("ruby")
pytestmark = pytest.mark.skipif(RUBY is None, reason="not run: there is no ruby on PATH")
ENCODE = "percent-encode everything in user name, password and parameters"


def run(url: str | None, seconds: str = "0", **more: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "RAILBED_DATABASE_SECONDS": seconds, **more}
    return subprocess.run(
        [RUBY or "", "-e", WAIT_FOR_DATABASE],
        env=variables if url is None else variables | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def listening(family: socket.AddressFamily, address: object) -> Iterator[int]:
    with socket.socket(family) as server:
        server.bind(address)  # type: ignore[arg-type]
        server.listen()
        yield server.getsockname()[1] if family != socket.AF_UNIX else 0


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:hunter2@127.0.0.1:{port}/app",
        "postgres://127.0.0.1:{port}/app",
        "postgis://localhost:{port}/app",
        "mysql2://app:p%40%23%C3%A9@127.0.0.1:{port}/app",
        "trilogy://127.0.0.1:{port}/app",
        "postgresql:///app?host=127.0.0.1&port={port}",
        "postgresql://elsewhere.invalid:1/app?host=127.0.0.1&port={port}",
        "postgresql://elsewhere.invalid/app?hostaddr=127.0.0.1&port={port}",
        "postgresql:///app?host=127.0.0.1,127.0.0.1&port=1,{port}",
        "postgresql-proxy://127.0.0.1:{port}/app",
    ],
)
def test_a_database_that_answers_is_not_waited_for(url: str) -> None:
    with listening(socket.AF_INET, ("127.0.0.1", 0)) as port:
        done = run(url.format(port=port))
    assert done.returncode == 0, f"a migration never starts: {done.stderr}"


@pytest.mark.parametrize("url", ["postgresql://app:pw@[::1]:{port}/app", "postgresql:///app?host=::1&port={port}"])
def test_ipv6(url: str) -> None:
    try:
        with listening(socket.AF_INET6, ("::1", 0)) as port:
            done = run(url.format(port=port))
    except OSError:
        pytest.skip("not run: there is no IPv6 on this machine")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///app?host={folder}",
        "postgresql:///app?host={encoded}&port=5432",
        "postgresql://app:pw@{encoded}/app",
        "mysql2://localhost/app?socket={folder}/.s.PGSQL.5432",
        "trilogy:///app?socket={encoded}%2F.s.PGSQL.5432",
    ],
)
def test_sockets(url: str, tmp_path: Path) -> None:
    with listening(socket.AF_UNIX, f"{tmp_path}/.s.PGSQL.5432"):
        done = run(url.format(folder=tmp_path, encoded=str(tmp_path).replace("/", "%2F").replace("_", "%5F")))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("url", ["sqlite3:storage/production.sqlite3", "sqlite3:///data/production.sqlite3"])
def test_a_file_is_not_waited_for(url: str) -> None:
    assert run(url).returncode == 0


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://app:hunter2-pass@127.0.0.1:1/app", "127.0.0.1:1"),
        ("postgresql://app:hunter2-pass@[::1]:1/app", "[::1]:1"),
        ("postgresql://app:hunter2-pass@localhost.invalid/app", "localhost.invalid:5432"),
        ("mysql2://app:hunter2-pass@localhost.invalid/app", "localhost.invalid:3306"),
        ("mysql://app:hunter2-pass@localhost.invalid/app", "localhost.invalid:3306"),
        ("trilogy://app:hunter2-pass@localhost.invalid/app", "localhost.invalid:3306"),
        ("postgresql:///app?host=/nowhere&password=hunter2-pass", "the socket in /nowhere"),
        ("postgresql:///app?host=/" + "long/" * 60, "the socket in /long/"),
    ],
)
def test_a_database_that_does_not_answer_is_named(url: str, place: str) -> None:
    done = run(url, "1")
    assert done.returncode == 1
    assert done.stdout.startswith(f"Waiting for the database at {place}")
    assert done.stderr.startswith(f"The database at {place}") and "did not accept connections in time: " in done.stderr
    assert len(done.stderr.splitlines()) == 1, f"the user reads a traceback of Ruby: {done.stderr}"
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        *(
            (f"postgresql://app:hunter2{character}pass@db/app", ENCODE)
            for character in ('"', "[", "]", "%", "@", "/", "?", "#", " ", "ö", "<", "\\", "\n")
        ),
        ("postgresql://app:1#hunter2@db/app", ENCODE),
        ("postgresql://app:1/hunter2@db/app", ENCODE),
        ("postgresql://app:hunter2@db_1/app", ENCODE),
        ("postgresql://db:hunter2/app", ENCODE),
        ("postgresql://db/app?port=hunter2", ENCODE),
        ("", "DATABASE_URL is empty."),
        (None, "DATABASE_URL is empty."),
        ("hunter2.example.com", "DATABASE_URL has no scheme, such as postgresql://."),
        ("hunter2.example.com:5432", "DATABASE_URL has no scheme, such as postgresql://."),
        ("redis://:hunter2@db", "use postgresql, mysql2, trilogy or sqlite3."),
        ("postgresql:///hunter2", "DATABASE_URL names no host."),
    ],
)
def test_an_address_that_cannot_be_read_is_one_sentence_without_it(url: str | None, sentence: str) -> None:
    done = run(url, "30")
    assert done.returncode == 1, "it waits for a database that nobody can reach"
    assert sentence in done.stderr and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, f"the user reads a traceback of Ruby: {done.stderr}"
    assert "hunter2" not in done.stderr, "the address, with its password, is in the pod's log"


@pytest.mark.parametrize("seconds", ["abc", "", "1.5", "0x10", "-"])
def test_a_wrong_time_is_one_sentence(seconds: str) -> None:
    done = run("postgresql://127.0.0.1:1/app", seconds)
    assert (done.returncode, done.stderr) == (1, "RAILBED_DATABASE_SECONDS should be a number of seconds.\n")


def test_it_waits_until_the_database_is_there() -> None:
    with listening(socket.AF_INET, ("127.0.0.1", 0)) as port:
        pass
    ended: list[subprocess.CompletedProcess[str]] = []
    waiting = threading.Thread(target=lambda: ended.append(run(f"postgresql://127.0.0.1:{port}/app", "30")))
    waiting.start()
    time.sleep(2)
    with listening(socket.AF_INET, ("127.0.0.1", port)):
        waiting.join(40)
    (done,) = ended
    assert done.returncode == 0, done.stderr
    assert f"Waiting for the database at 127.0.0.1:{port}: " in done.stdout, "a long wait would look like a hanging one"
