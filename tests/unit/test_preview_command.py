"""The command: what it reads, what git tells of a release, what it refuses, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from railbed_stacks.commands.preview.command import preview
from tests.unit.recorded_previews import preview_of

FIRST, SECOND = "20260101000000_add_age.rb", "20260102000000_remove_name.rb"
APP = typer.Typer()
APP.command()(preview)


def migration(statement: str) -> str:
    return f"class A < ActiveRecord::Migration[8.1]\n  def change\n    {statement}\n  end\nend\n"


class Application:
    """A git repository of an application."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = {f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment = os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull}
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()

    def commit(self, subject: str, files: dict[str, str | None]) -> str:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if content is None else path.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def application(tmp_path: Path) -> Application:
    folder = tmp_path / "shop"
    folder.mkdir()
    return Application(folder)


def run(*arguments: str, text: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(APP, arguments, input=text, env={"COLUMNS": "250"})
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def released(old: str, new: str, tmp_path: Path) -> str:
    """A file with the preview of a release of these commits."""
    text = json.dumps(preview_of("cluster", "release"))
    file = tmp_path / "preview.json"
    file.write_text(
        text.replace("registry.example.com/shop:1", f"shop:{old}").replace("registry.example.com/shop:2", f"shop:{new}")
    )
    return str(file)


def written(preview: dict[str, Any], tmp_path: Path) -> str:
    file = tmp_path / "preview.json"
    file.write_text(json.dumps(preview))
    return str(file)


def test_commits_and_migrations_come_from_the_tags_of_the_images(application: Application, tmp_path: Path) -> None:
    old = application.commit("Begin", {f"db/migrate/{FIRST}": migration("add_column :users, :age, :integer")})
    application.commit("Forget names", {f"db/migrate/{SECOND}": migration("remove_column :users, :name")})
    new = application.commit("Say hello", {"app/hello.rb": "puts 1"})
    file = released(old[:7], new, tmp_path)
    code, shown, _ = run(file, "--repository", str(application.folder))
    assert code == 0
    assert "1 migration pending (1 unsafe)" in shown
    assert f"  {SECOND}\n    breaks" in shown
    assert "breaks the running code: removes the column users.name (line 3)" in shown
    assert FIRST not in shown, "it has run"
    assert "Forget names" in shown
    assert "Say hello" in shown
    assert "Begin" not in shown


def test_commits_can_be_given(application: Application, tmp_path: Path) -> None:
    old = application.commit("Begin", {})
    application.git("tag", "v2")
    new = application.commit("Add it", {f"db/post_migrate/{FIRST}": migration("add_index :users, :age")})
    file = released("latest", "next", tmp_path)
    code, shown, _ = run(
        file, "--repository", str(application.folder), "--from", "v2", "--to", new[:10], "--format", "markdown"
    )
    assert code == 0
    assert f"- `{FIRST}`, after the rollout\n  - **blocks a table:** adds an index to users.age (line 3)" in shown
    assert old != new


@pytest.mark.parametrize("folder", ["db/migrate", "db/post_migrate", "db/queue_migrate", "engines/pay/db/migrate"])
def test_migrations_of_every_database_are_found(folder: str, application: Application, tmp_path: Path) -> None:
    old = application.commit("Begin", {})
    new = application.commit("Add it", {f"{folder}/{FIRST}": migration("drop_table :users")})
    assert "drops users with all rows" in run(released(old, new, tmp_path), "--repository", str(application.folder))[1]


def test_of_several_applications_in_a_repository_one_is_looked_at(application: Application, tmp_path: Path) -> None:
    old = application.commit("Begin", {"shop/a": "", "blog/a": ""})
    files: dict[str, str | None] = {f"shop/db/migrate/{FIRST}": migration("drop_table :orders")}
    new = application.commit("Add it", files | {f"blog/db/migrate/{SECOND}": migration("drop_table :posts")})
    application.commit("Change the blog", {"blog/a": "b"})
    shown = run(released(old, new, tmp_path), "--repository", str(application.folder / "shop"))[1]
    assert "drops orders" in shown
    assert "posts" not in shown


def test_a_migration_that_was_changed_or_moved_or_is_gone_is_named(application: Application, tmp_path: Path) -> None:
    one, two, three = (f"2026010{number}000000_a.rb" for number in (1, 2, 3))
    text = migration("drop_table :users")
    old = application.commit("Begin", {f"db/migrate/{name}": text for name in (one, two, three)})
    files = {f"db/migrate/{one}": text.replace("users", "people"), f"db/migrate/{two}": None}
    new = application.commit("Rewrite", files | {f"db/migrate/{three}": None, f"db/post_migrate/{three}": text})
    shown = run(released(old, new, tmp_path), "--repository", str(application.folder))[1]
    assert f"{one} was changed: where it has run, it does not run again" in shown
    assert f"{two} has run and is not in this release: its changes stay" in shown
    assert three not in shown, "its version has run, wherever it lies"


def test_the_same_commit_brings_nothing(application: Application, tmp_path: Path) -> None:
    commit = application.commit("Begin", {f"db/migrate/{FIRST}": migration("drop_table :users")})
    file = released(commit, commit[:12], tmp_path)
    assert "**Migrations:** none" in run(file, "--repository", str(application.folder), "--format", "markdown")[1]


def test_tags_that_name_no_commit_are_said(application: Application, tmp_path: Path) -> None:
    application.commit("Begin", {})
    code, shown, _ = run(released("1", "2", tmp_path), "--repository", str(application.folder))
    assert code == 0
    why = f"the tag '1' of the image names no commit of {application.folder}. Set --from to the commit"
    assert f"not known: {why}" in " ".join(shown.split())


def test_a_first_deployment_has_nothing_to_compare_with(application: Application, tmp_path: Path) -> None:
    application.commit("Begin", {})
    file = written(preview_of("cluster", "first"), tmp_path)
    assert run(file, "--repository", str(application.folder))[0] == 0


def test_a_folder_of_migrations_is_judged(tmp_path: Path) -> None:
    (tmp_path / FIRST).write_text(migration("change_column_null :users, :age, false"))
    (tmp_path / "notes.rb").write_text("drop_table :users")
    code, shown, _ = run(written(preview_of("cluster", "release"), tmp_path), "--migrations", str(tmp_path))
    assert code == 0
    assert "makes users.age NOT NULL" in shown
    assert "notes" not in shown


def test_standard_input_is_read() -> None:
    code, shown, _ = run("-", "--format", "markdown", text=f"warning: hello\n{json.dumps(preview_of('ecs', 'nothing'))}\n")
    assert (code, shown.splitlines()[1]) == (0, "## Preview of `test`: Nothing changes")


@pytest.mark.parametrize("name", ["release", "new_workers"])
def test_a_preview_without_what_stays_is_refused(name: str) -> None:
    preview = preview_of("ecs", name)
    stack, *steps = preview["steps"]
    preview["steps"] = [stack, *(step for step in steps if step["op"] != "same")]
    code, _, error = run("-", text=json.dumps(preview))
    assert (code, error) == (
        2,
        "railbed preview: the input leaves out what stays as it is: give it what `pulumi preview --json --show-sames` prints\n",
    )


def test_lines_of_other_programs_around_a_preview_are_left_out() -> None:
    text = f"{{not JSON}}\nLogging in {{}}\n{json.dumps(preview_of('ecs', 'nothing'))}\n{{}}\n"
    code, shown, _ = run("-", text=text)
    assert code == 0
    assert "Nothing changes" in shown


@pytest.mark.parametrize(
    ("name", "statement", "code"),
    [
        ("no_redis", "add_column :users, :age, :integer", 1),
        ("release", "remove_column :users, :age", 1),
        ("release", "safety_assured { remove_column :users, :age }", 0),
        ("release", "add_column :users, :age, :integer", 0),
    ],
)
def test_a_check_can_be_strict(name: str, statement: str, code: int, tmp_path: Path) -> None:
    (tmp_path / FIRST).write_text(migration(statement))
    arguments = (written(preview_of("cluster", name), tmp_path), "--migrations", str(tmp_path))
    assert run(*arguments)[0] == 0
    assert run(*arguments, "--strict")[0] == code


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    file = written(preview_of("cluster", "release"), tmp_path)
    comment, plain = tmp_path / "comment.md", tmp_path / "comment.txt"
    assert run(file, "--format", "markdown", "--output", str(comment)) == (0, "", "")
    assert comment.read_text().startswith("<!-- railbed preview: railbed/test -->\n")
    assert run(file, "--output", str(plain)) == (0, "", "")
    assert "web rolls: image" in plain.read_text()


def event(level: str) -> dict[str, Any]:
    violated = {"policyName": "data-stores-are-kept", "policyPackName": "railbed", "enforcementLevel": level}
    urn = "urn:pulumi:test::shop::aws:rds/instance:Instance::shop-database"
    return {"policyEvent": violated | {"resourceUrn": urn, "message": "<{%bold%}>it is not\nprotected<{%reset%}>"}}


@pytest.mark.parametrize(
    ("level", "code", "word"), [("mandatory", 1, "Policies refuse this"), ("advisory", 0, "Policies warn")]
)
def test_policies_come_out_of_the_engines_events(level: str, code: int, word: str, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    summary = {"policyAnalyzeSummaryEvent": {"policyPackName": "railbed", "passed": ["images-are-pinned"]}}
    events.write_text("\n".join(map(json.dumps, [{"preludeEvent": {}}, event(level), event(level), summary])))
    found, shown, _ = run(written(preview_of("cluster", "release"), tmp_path), "--events", str(events))
    assert found == code
    assert word in shown
    assert shown.count("data-stores-are-kept, shop-database: it is not protected") == 1


def test_policies_that_object_to_nothing_say_so(tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps({"policyAnalyzeSummaryEvent": {"policyPackName": "railbed", "passed": ["a"]}}))
    arguments = ("--events", str(events), "--format", "markdown")
    assert (
        "**Policies:** no objections from `railbed`" in run(written(preview_of("cluster", "release"), tmp_path), *arguments)[1]
    )


def test_a_preview_that_failed_ends_with_1(tmp_path: Path) -> None:
    preview = preview_of("cluster", "nothing") | {"diagnostics": [{"severity": "error", "message": "error: app.name is wrong"}]}
    code, shown, _ = run(written(preview, tmp_path))
    assert code == 1
    assert "app.name is wrong" in shown


@pytest.mark.parametrize(
    ("arguments", "text", "expected"),
    [
        (["-"], "", "the input is no JSON: give it what `pulumi preview --json --show-sames` prints"),
        (["-"], "no JSON", "the input is no JSON"),
        (["-"], "{}", "the input has no steps"),
        (["-"], '{"steps"', "the input is no JSON"),
        (["nowhere.json"], "", "nowhere.json: No such file or directory"),
        (["-", "--events", "nowhere.json"], "{}", "nowhere.json: No such file or directory"),
        (["-", "--stack", "prod"], "{}", "--stack and --policy-pack are for running pulumi"),
        (["-", "--policy-pack", "policies"], "{}", "--stack and --policy-pack are for running pulumi"),
        (["--events", "events.json"], "", "--events is for a preview out of a file"),
        (["-", "--from", "main"], '{"steps": []}', "--from and --to need --repository"),
        (["-", "--to", "main"], '{"steps": []}', "--from and --to need --repository"),
        (["-", "--migrations", "db", "--repository", "."], '{"steps": []}', "--migrations takes the place of --repository"),
        (["-", "--migrations", "nowhere"], '{"steps": []}', "nowhere has no migrations: give a folder with files such as"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(arguments: list[str], text: str, expected: str) -> None:
    code, shown, error = run(*arguments, text=text)
    assert (code, shown) == (2, "")
    assert error.startswith("railbed preview: ")
    assert expected in error


def test_events_that_are_none_are_refused(tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text("no JSON")
    code, _, error = run(written(preview_of("cluster", "release"), tmp_path), "--events", str(events))
    assert (code, error) == (2, "railbed preview: the file of events is not what `pulumi preview --event-log` writes\n")


@pytest.mark.parametrize(("option", "value"), [("--from", "nowhere"), ("--to", "nowhere"), ("--from", "--output=x")])
def test_a_commit_that_is_not_there_is_refused(option: str, value: str, application: Application, tmp_path: Path) -> None:
    commit = application.commit("Begin", {})
    both = {"--from": commit, "--to": commit} | {option: value}
    given = [f"{name}={name_of}" for name, name_of in both.items()]
    code, _, error = run(released("1", "2", tmp_path), "--repository", str(application.folder), *given)
    assert code == 2
    assert (
        f"{option}: {application.folder} has no commit {value!r}: fetch it (`git fetch --unshallow`), or give another" in error
    )


def test_without_pulumi_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    code, _, error = run()
    assert code == 2
    assert error == "railbed preview: there is no pulumi on PATH: install it, or pipe `pulumi preview --json --show-sames` in\n"


def test_what_pulumi_says_instead_of_a_preview_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text("#!/bin/sh\necho 'error: no stack named prod, see https://me:hunter2-pass@example.com' >&2\nexit 255\n")
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, error = run("--stack", "prod")
    assert code == 2
    assert "pulumi preview failed: error: no stack named prod" in error
    assert "hunter2" not in error


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "railbed_stacks.commands.preview", written(preview_of("docker", "release"), tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "web rolls: image" in done.stdout
