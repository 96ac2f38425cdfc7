"""The comment of a pull request."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from railbed_stacks.commands.preview.prose import as_code, as_markdown
from railbed_stacks.commands.preview.report import Report

MOST_CHARACTERS = 65_536
"""Of a comment on GitHub; GitLab takes a million.

https://github.com/orgs/community/discussions/27190, https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics
"""
_LENGTHS = (1_000, 200, 50, 10, 3)
"""How many lines a list may have, tried one after the other."""
_CUT = "\n\nThis is not all of it: the comment would be longer than GitHub takes. `railbed preview` shows the whole.\n"


@dataclass(frozen=True)
class _Rows:
    """The first lines of a list."""

    shown: list[object]
    left: int


def marker_of(report: Report) -> str:
    """The comment of HTML by which a pipeline finds what it wrote before, to write it anew."""
    return f"<!-- railbed preview: {as_code(report.plan.project).strip('`')}/{as_code(report.plan.stack).strip('`')} -->"


def render_markdown(report: Report, most: int = MOST_CHARACTERS) -> str:
    """The comment, shortened until it fits."""
    text = ""
    for length in _LENGTHS:
        text = _template().render(report=report, marker=marker_of(report), length=length).strip() + "\n"
        # UTF-8, as the limit is one of bytes on some servers.
        if len(text.encode()) <= most:
            return text
    # Lists of three lines that are still too long have very long lines: the end goes, and what it leaves open is closed.
    kept = text.encode()[: most - len(_CUT.encode()) - 100].decode(errors="ignore").rpartition("\n")[0]
    return kept + "\n</details>" * (kept.count("<details>") - kept.count("</details>")) + _CUT


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("railbed_stacks.commands.preview", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - Markdown: `as_markdown` escapes
    )
    environment.filters |= {"prose": as_markdown, "code": as_code, "first": _first, "usd": _usd}
    return environment.get_template("comment.md.j2")


def _first(lines: list[object], length: int) -> _Rows:
    return _Rows(lines[:length], max(0, len(lines) - length))


def _usd(amount: float) -> str:
    return f"{amount:+.2f}"
