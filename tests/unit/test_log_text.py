"""What a migration logged, as it stands in the output of `pulumi up`."""

import pytest

from railbed.watching.log_text import HIDDEN, Redaction, readable, tail


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (b"\x1b[32mmigrated\x1b[0m\n", "migrated\n"),
        (b"\x1b[1;31;40mred\x1b[m \x1b[38;2;1;2;3mtrue\x1b[K", "red true"),
        (b"\x1b]0;title of your window\x07done", "done"),
        (b"\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b[2J\x1b[Hcleared", "cleared"),
        (b"\x1bcreset", "\ufffdcreset"),
        (b"one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        (b"tab\tstays\n", "tab\tstays\n"),
        ("Grüße → 日本\n".encode(), "Grüße → 日本\n"),
        (b"broken \xff\xfe bytes", "broken \ufffd\ufffd bytes"),
        (b"bell\x07 null\x00 delete\x7f", "bell\ufffd null\ufffd delete\ufffd"),
        (b"", ""),
    ],
)
def test_a_log_does_nothing_to_the_terminal(output: bytes, text: str) -> None:
    assert readable(output) == text


def test_whatever_bytes_come_no_control_character_is_left() -> None:
    every = bytes(range(256)) * 3 + b"\x1b[" + bytes(range(256)) + b"\x1b]" + bytes(range(255, -1, -1))
    left = [character for character in readable(every) if not character.isprintable() and character not in "\n\t"]
    assert [character for character in left if character < "\xa0"] == [], "escape sequences would reach the terminal"


def test_a_very_long_line_is_cut() -> None:
    text = tail(readable(b"x" * 10_000_000 + b"\nlast"), 10)
    assert text == "x" * 500 + "...\nlast"


@pytest.mark.parametrize("hostile", [b"\x1b[" + b"0;" * 500_000, b"\x1b]" + b"a" * 1_000_000, b"\x1b[0" * 300_000])
def test_escape_sequences_without_an_end_do_not_hold_up(hostile: bytes) -> None:
    # Minutes for an expression that tries every way to match.
    assert "\x1b" not in readable(hostile)


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("1\n2\n3\n", 2, "2\n3"),
        ("1\n2\n\n\n", 2, "1\n2"),
        ("only  \n", 5, "only"),
        ("", 5, ""),
    ],
)
def test_the_end_of_a_log_is_shown(text: str, lines: int, expected: str) -> None:
    assert tail(text, lines) == expected


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("hunter2-pass", "password is hunter2-pass."),
        ("postgresql://app:hunter2-pass@db/app", "could not connect to postgresql://app:hunter2-pass@db/app"),
        ("postgresql://app:hunter2-pass@db/app", "authentication failed with hunter2-pass"),
        ("redis://:p%40ss-hunter2-pass@cache/0", "AUTH p@ss-hunter2-pass"),
        ("-----BEGIN KEY-----\nhunter2-pass-line\n-----END KEY-----", "key line hunter2-pass-line"),
    ],
)
def test_secrets_are_hidden_also_in_parts(secret: str, text: str) -> None:
    shown = Redaction([secret])(text)
    assert "hunter2-pass" not in shown
    assert HIDDEN in shown


def test_the_longest_secret_is_hidden_first() -> None:
    assert Redaction(["hunter2", "hunter2-and-more"])("hunter2-and-more hunter2") == f"{HIDDEN} {HIDDEN}"


@pytest.mark.parametrize("secret", ["", "on", "12345", "http://[broken"])
def test_ordinary_words_stay(secret: str) -> None:
    assert Redaction([secret])("on port 12345") == "on port 12345"


def test_secrets_can_be_added_once_they_are_known() -> None:
    redaction = Redaction()
    redaction.add(["hunter2-pass"])
    assert redaction("hunter2-pass") == HIDDEN
