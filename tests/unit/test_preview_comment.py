"""The comment of a pull request, and the text of a terminal: what is loud, what is folded, how long, and safe to show."""

import io
import json
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from railbed_stacks.commands.preview.git import Commit
from railbed_stacks.commands.preview.markdown import MOST_CHARACTERS, marker_of, render_markdown
from railbed_stacks.commands.preview.migrations.files import MigrationFile
from railbed_stacks.commands.preview.migrations.review import review
from railbed_stacks.commands.preview.plan import Plan, read_plan
from railbed_stacks.commands.preview.policies import PolicyResults, Violation
from railbed_stacks.commands.preview.prose import as_code, as_markdown
from railbed_stacks.commands.preview.report import Release, Report, report_of
from railbed_stacks.commands.preview.said import cleaned
from railbed_stacks.commands.preview.terminal import show
from tests.unit.recorded_previews import OF_EVERY_TARGET, TARGETS, plan_of, preview_of

REMOVES = "class A < ActiveRecord::Migration[8.1]\n def change\n  remove_column :users, :name\n end\nend"
ADDS = REMOVES.replace("remove_column :users, :name", "add_column :users, :age, :integer")
ASSURED = REMOVES.replace("remove_column :users, :name", "safety_assured { remove_column :users, :name }")
POST = "db/post_migrate/20260103000000_c.rb"
SECRET_LINE = "error: cannot reach postgres://shop:hunter2-pass@db.example.com/shop"
ESCAPED_AT = "@\u200b"


def release(*sources: tuple[str, str], **more: Any) -> Release:
    return Release(migrations=review([MigrationFile(*each) for each in sources]), not_known="", **more)


def in_terminal(report: Report, *, detailed: bool = False) -> str:
    text = io.StringIO()
    show(report, Console(file=text, width=200), detailed=detailed)
    return text.getvalue()


def with_diagnostics(name: str, *messages: tuple[str, str]) -> Plan:
    preview = preview_of("cluster", name)
    preview["diagnostics"] = [{"severity": severity, "message": message} for severity, message in messages]
    return read_plan(json.dumps(preview))


def test_a_release_reads_as_a_person_would_tell_it() -> None:
    text = render_markdown(report_of(plan_of("ecs", "release"), release()))
    assert text.splitlines()[:15] == [
        "<!-- railbed preview: railbed/test -->",
        "## Preview of `test`: 6 parts of the application will be started anew, 16 resources will change",
        "",
        "**Image:** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1f3c2ab` → "
        "`123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:2`",
        "",
        "### The application",
        "",
        "- migration runs before everything else: image",
        "- web rolls: image",
        "- workers `default` roll: image",
        "- workers `mailers` roll: image",
        "- cron task `digest` runs with it from its next time on: image",
        "- post-migration runs after everything else has rolled: image",
        "",
        "**Migrations:** none",
    ]


@pytest.mark.parametrize(
    ("target", "name", "cost"),
    [
        ("eks", "replaced", "-105.12 USD a month at list prices (540.13 → 435.01)"),
        ("doks", "replaced", "+96.00 USD a month at list prices (341.80 → 437.80)"),
        ("doks", "resized", "+0.00 USD a month at list prices, without `shop-database`: a price is not known"),
        ("ecs", "resized", "+235.91 USD a month at list prices (340.87 → 576.78)"),
        ("ecs", "release", "stays at 340.87 USD a month at list prices"),
        ("eks", "first", "+540.13 USD a month at list prices (0.00 → 540.13)"),
    ],
)
def test_the_cost_is_said_before_and_afterwards(target: str, name: str, cost: str) -> None:
    report = report_of(plan_of(target, name))
    assert f"**Cost:** {cost}\n" in render_markdown(report)
    assert f"Cost: {cost.replace('`', '')}" in in_terminal(report)


def test_a_region_without_prices_is_no_resource() -> None:
    preview = preview_of("ecs", "first")
    for step in preview["steps"]:
        if step["newState"]["type"] == "pulumi:providers:aws":
            step["newState"]["inputs"]["region"] = "eu-north-1"
    text = render_markdown(report_of(read_plan(json.dumps(preview))))
    (cost,) = (line for line in text.splitlines() if line.startswith("**Cost:**"))
    assert "region" not in cost
    assert "- no price: region eu-north-1: prices are known of " in text


@pytest.mark.parametrize("target", ["cluster", "docker"])
def test_what_has_no_price_says_nothing_of_cost(target: str) -> None:
    assert "Cost" not in render_markdown(report_of(plan_of(target, "release")))


def test_migrations_say_what_is_unsafe_where_and_what_to_do_instead() -> None:
    found = release(("db/migrate/20260101000000_a.rb", REMOVES), ("db/migrate/20260102000000_b.rb", ADDS), (POST, ASSURED))
    report = report_of(plan_of("cluster", "release"), found)
    text = render_markdown(report)
    assert "3 migrations pending (1 unsafe)" in text
    assert (
        "- `20260101000000_a.rb`\n  - **breaks the running code:** removes the column users.name (line 3): Active Record keeps "
        "the columns that it read at its start, and goes on using them. Instead: first release code that does not use it and "
        "names it in `ignored_columns`, and remove it in the release after that\n"
    ) in text
    assert "- `20260102000000_b.rb`: nothing unsafe found\n" in text
    assert "- `20260103000000_c.rb`, after the rollout\n  - **declared safe:** removes the column users.name" in text
    shown = in_terminal(report)
    assert "breaks the running code: removes the column users.name (line 3)" in shown
    assert "20260102000000_b.rb: nothing unsafe found" in shown


def test_migrations_that_changed_or_are_unknown_are_named() -> None:
    found = release(changed_migrations=["1_a.rb"], unknown_migrations=["2_b.rb"])
    for text in (
        render_markdown(report_of(plan_of("cluster", "release"), found)).replace("`", ""),
        in_terminal(report_of(plan_of("cluster", "release"), found)),
    ):
        assert "1_a.rb was changed: where it has run, it does not run again" in text
        assert "2_b.rb has run and is not in this release: its changes stay" in text


def test_nobody_reads_that_there_are_no_migrations_where_none_were_looked_for() -> None:
    text = render_markdown(report_of(plan_of("cluster", "release")))
    assert "**Migrations:** not looked for: no repository of the application was given" in text
    assert "**Migrations:** none" not in text
    assert "Migrations" not in render_markdown(report_of(plan_of("cluster", "env")))


def test_what_is_lost_stands_above_everything_else() -> None:
    report = report_of(plan_of("cluster", "no_redis"))
    text = render_markdown(report)
    assert text.index("> [!CAUTION]\n> **This deletes or replaces what holds data") < text.index("### The application")
    assert "> - Redis `shop-redis` is deleted; its volume stays\n" in text
    assert "This deletes or replaces what holds data" in in_terminal(report)


def test_policies_that_refuse_are_loud_and_those_that_warn_are_not() -> None:
    plan = plan_of("cluster", "release")
    refused = Violation("data-stores-are-kept", "shop-database", "it is not protected", is_mandatory=True)
    warned = Violation("images-are-pinned", "web", "the image is latest", is_mandatory=False)
    both = report_of(plan, policies=PolicyResults([refused, warned], ["railbed"]))
    text = render_markdown(both)
    assert "> [!CAUTION]\n> **Policies refuse this:**" in text
    assert "> - `data-stores-are-kept`, `shop-database`: it is not protected" in text
    assert "> - `images-are-pinned` (warning), `web`: the image is latest" in text
    assert both.is_refused
    warning = report_of(plan, policies=PolicyResults([warned], ["railbed"]))
    assert "> [!WARNING]\n> **Policies warn:**" in render_markdown(warning)
    assert not warning.is_refused
    content = report_of(plan, policies=PolicyResults([], ["railbed"]))
    assert "**Policies:** no objections from `railbed`" in render_markdown(content)
    assert "Policies: no objections" in in_terminal(content)
    assert "olicies" not in render_markdown(report_of(plan)), "nobody was asked"


def test_a_preview_that_failed_says_why_and_no_more_than_is_fit_to_show() -> None:
    report = report_of(with_diagnostics("nothing", ("error", SECRET_LINE), ("warning", "warning: be careful")))
    text = render_markdown(report)
    assert "## Preview of `test`: The preview failed: nothing can be deployed" in text
    assert "> error: cannot reach postgres://shop:\\[secret\\]" in text
    assert "hunter2" not in text + in_terminal(report)
    assert "> [!WARNING]\n> be careful" in text
    assert report.is_refused


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain", "plain"),
        ("<{%fg 1%}>red<{%reset%}>", "red"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("redis://:hunter2-pass@cache/0", "redis://:[secret]@cache/0"),
        ("token ghp_0123456789abcdefghij", "[secret] (this line holds a secret)"),
        ("password: hunter2-pass", "[secret] (this line holds a secret)"),
        ("first\r\nsecond\x00", "first\nsecond"),
    ],
)
def test_what_others_said_is_made_fit_to_show(line: str, expected: str) -> None:
    assert cleaned(line) == expected


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", OF_EVERY_TARGET)
def test_no_value_of_a_variable_or_script_is_shown(target: str, name: str) -> None:
    report = report_of(plan_of(target, name))
    text = render_markdown(report) + in_terminal(report, detailed=True)
    for value in ("good day", "hello", "bin/rails", "RAILS_LOG_TO_STDOUT", "[secret]"):
        assert value not in text


def test_values_that_pulumi_does_not_blind_are_not_shown_either() -> None:
    preview = preview_of("cluster", "env")
    for step in preview["steps"]:
        for state in (step.get("oldState"), step.get("newState")):
            if state and state["type"].endswith((":ConfigMap", ":Secret")):
                state["inputs"] |= {"data": {"GREETING": f"hunter2-{state is step.get('oldState')}"}}
    text = render_markdown(report_of(read_plan(json.dumps(preview))))
    assert "GREETING" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("web `a_b` rolls", "web `a_b` rolls"),
        ("a_b *c* [d](e) <img src=x> #1 | ~~f~~", "a\\_b \\*c\\* \\[d\\](e) \\<img src=x\\> \\#1 \\| \\~\\~f\\~\\~"),
        ("by @octocat & co", f"by {ESCAPED_AT}octocat &amp; co"),
        ("one ` tick", "one  tick"),
        ("two\nlines", "two lines"),
    ],
)
def test_sentences_mean_nothing_but_themselves(sentence: str, expected: str) -> None:
    assert as_markdown(sentence) == expected


@pytest.mark.parametrize(("text", "expected"), [("a`b", "`a'b`"), ("a\nb", "`a b`"), ("", "")])
def test_names_stay_in_their_backticks(text: str, expected: str) -> None:
    assert as_code(text) == expected


HOSTILE = "</details> <script>x</script> `![a](b) @octocat **bold** -->"


def test_what_others_wrote_cannot_change_the_page() -> None:
    found = release(
        (f"db/migrate/1_{HOSTILE}.rb", REMOVES.replace(":name", f":'{HOSTILE}'")),
        commits=[Commit("abc1234", HOSTILE)],
        changed_migrations=[HOSTILE],
    )
    violation = Violation(HOSTILE, HOSTILE, HOSTILE, is_mandatory=True)
    report = report_of(with_diagnostics("release", ("warning", HOSTILE)), found, PolicyResults([violation], [HOSTILE]))
    html = MarkdownIt("commonmark", {"html": True}).render(render_markdown(report))
    assert "<script" not in html
    assert "<img" not in html
    assert "<strong>bold" not in html
    assert html.count("<details>") == html.count("</details>") == 2
    code = [piece.partition("</code>")[0] for piece in html.split("<code>")[1:]]
    outside = html
    for each in code:
        outside = outside.replace(f"<code>{each}</code>", "")
    assert "@octocat" not in outside, "somebody would be notified"


def test_a_comment_begins_with_the_mark_by_which_it_is_found_again() -> None:
    reports = [report_of(plan_of("cluster", name)) for name in ("release", "nothing")]
    marks = {render_markdown(report).splitlines()[0] for report in reports}
    assert marks == {marker_of(reports[0])} == {"<!-- railbed preview: railbed/test -->"}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", OF_EVERY_TARGET)
def test_every_comment_is_markdown_whose_details_are_closed(target: str, name: str) -> None:
    text = render_markdown(report_of(plan_of(target, name)))
    assert len(text.encode()) < MOST_CHARACTERS
    html = MarkdownIt("commonmark", {"html": True}).render(text)
    assert html.count("<details>") == html.count("</details>")
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize(
    ("commits", "subject", "expected"),
    [
        (5, "Fix it", "- `5` Fix it"),
        (900, "Fix it " * 10, "and 700 more"),
        (3, "ä" * 70_000, "This is not all of it: the comment would be longer than GitHub takes."),
    ],
)
def test_a_long_comment_is_cut_to_what_github_takes(commits: int, subject: str, expected: str) -> None:
    found = release(commits=[Commit(str(number), subject) for number in range(1, commits + 1)])
    text = render_markdown(report_of(plan_of("ecs", "first"), found))
    assert len(text.encode()) <= MOST_CHARACTERS
    assert expected in text
    assert text.startswith("<!-- railbed preview: railbed/test -->\n## Preview of `test`")
    assert text.count("<details>") == text.count("</details>")


def test_the_terminal_shows_resources_only_when_asked() -> None:
    report = report_of(plan_of("eks", "replaced"))
    assert "aws:eks/nodeGroup:NodeGroup" not in in_terminal(report)
    assert "replace aws:eks/nodeGroup:NodeGroup shop-default" in in_terminal(report, detailed=True)
    assert "Known only while it is deployed" in in_terminal(report, detailed=True)


def test_commits_are_folded_and_named() -> None:
    found = release(commits=[Commit("abc1234", "Add a thing"), Commit("abc1235", "Mend it")])
    report = report_of(plan_of("cluster", "release"), found)
    folded = "<details><summary>2 commits</summary>\n\n- `abc1234` Add a thing\n- `abc1235` Mend it\n\n</details>"
    assert folded in render_markdown(report)
    assert "abc1234 Add a thing" in in_terminal(report)
