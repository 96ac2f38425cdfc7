"""The pipelines of the documentation: they give the command options that it has, and write one comment anew."""

import json
import os
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import typer
import yaml
from typer.testing import CliRunner

from railbed_stacks.commands.preview.command import preview
from tests.engine.local_server import local_server

FOLDER = Path(__file__).parents[2] / "docs/pipelines"
MARK = "<!-- railbed preview: shop/production -->"
US, OTHERS = 7, 8


def commands() -> list[str]:
    github = yaml.safe_load((FOLDER / "github-preview.yml").read_text())["jobs"]["preview"]["steps"]
    gitlab = yaml.safe_load((FOLDER / "gitlab-preview.yml").read_text())["preview"]["script"]
    return [next(step["run"] for step in github if step.get("name") == "Preview"), *gitlab]


def test_both_give_the_command_the_same_options_and_it_has_them() -> None:
    first, second = commands()
    assert first.split() == second.split()
    app = typer.Typer()
    app.command()(preview)
    known = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).stdout
    given = re.findall(r"--[a-z-]+", first)
    assert given
    assert [option for option in given if option not in known] == []


class Notes(BaseHTTPRequestHandler):
    """The notes of a merge request, in the form of GitLab's API.

    https://docs.gitlab.com/api/notes/#merge-requests
    """

    notes: list[dict[str, Any]] = []

    def do_GET(self) -> None:
        self.answer({"id": US} if self.path.endswith("/user") else self.notes)

    def do_POST(self) -> None:
        self.notes.append({"id": len(self.notes) + 1, "author": {"id": US}, "body": self.body()})
        self.answer(self.notes[-1])

    def do_PUT(self) -> None:
        note = self.notes[int(self.path.rsplit("/", 1)[-1]) - 1]
        note["body"] = self.body()
        self.answer(note)

    def body(self) -> str:
        return parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["body"][0]

    def answer(self, content: Any) -> None:
        text = json.dumps(content).encode()
        self.send_response(200 if self.headers["PRIVATE-TOKEN"] == "token" else 401)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.mark.skipif(not (shutil.which("jq") and shutil.which("curl")), reason="there is no jq or curl")
def test_gitlabs_note_is_written_once_and_then_anew(tmp_path: Path) -> None:
    script = yaml.safe_load((FOLDER / "gitlab-preview.yml").read_text())["preview"]["after_script"][-1]
    Notes.notes = [{"id": 1, "author": {"id": OTHERS}, "body": f"{MARK}\nof somebody else"}]
    with local_server(Notes) as address:
        variables = {"CI_API_V4_URL": address, "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "2", "PREVIEW_TOKEN": "token"}
        for text in ("first & 100%", "second\n- line + line"):
            (tmp_path / "preview.md").write_text(f"{MARK}\n{text}\n")
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=tmp_path,
                env=os.environ | variables | {"no_proxy": "*"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            assert Notes.notes[1:] == [{"id": 2, "author": {"id": US}, "body": f"{MARK}\n{text}\n"}]
    assert Notes.notes[0]["body"].endswith("of somebody else")
