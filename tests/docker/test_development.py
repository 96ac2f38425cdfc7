"""Development on one machine: the application runs from its folder, and code that is changed counts at once."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from sandbox import images, machine
from tests.cluster.rails_stack import PROJECT
from tests.cluster.waiting import eventually
from tests.docker.machine_stack import MachineStack, machine_stack

A_TEST = """
ENV["RAILS_ENV"] ||= "test"
require_relative "../config/environment"
require "rails/test_help"

class DatabaseTest < ActiveSupport::TestCase
  test "it has a database of its own" do
    Visit.delete_all
    assert_equal "app_test", ActiveRecord::Base.connection.current_database
  end
end
"""
ANOTHER_CONTROLLER = """
class StatusController < ActionController::Base
  def show
    render plain: "reloaded"
  end
end
"""


@pytest.fixture(scope="module")
def app(variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as somebody's working copy, without a Dockerfile."""
    engine: docker.DockerClient = machine.client()
    images.load_ruby(engine)
    folder = tmp_path_factory.mktemp("working-copy") / "demo"
    shutil.copytree(images.DEMO, folder, ignore=shutil.ignore_patterns("Dockerfile", ".dockerignore", "releases", "master.key"))
    lock = engine.containers.run(images.ruby_reference(), ["cat", "/rails/Gemfile.lock"], network_mode="none", remove=True)
    (folder / "Gemfile.lock").write_bytes(lock)
    (folder / ".ruby-version").write_text("3.3\n")
    (folder / "test").mkdir()
    (folder / "test/database_test.rb").write_text(A_TEST)
    for made in ("log", "tmp"):
        (folder / made).mkdir(exist_ok=True)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 1000, 1000)
    return folder


@pytest.fixture(scope="module")
def developed(app: Path, variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MachineStack]:
    with machine_stack(tmp_path_factory.mktemp("stack"), variables, "dev", "other") as stack:
        stack.app["workers"], stack.app["console"] = {}, {"enabled": True}
        del stack.settings["redis"]  # which only workers use
        stack.app["image"] = {"build": os.path.relpath(app, PROJECT)}
        stack.settings["docker"]["development"] = True
        run = stack.up()
        assert run.code == 0, run.text
        yield stack


def runs(stack: MachineStack, output: str, *words: str) -> str:
    """What a command of the outputs says; the tests have no terminal."""
    command = stack.outputs()[output].replace(" -it ", " ").split()
    done = subprocess.run([*command, *words], env=stack.variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_image_stays_in_the_engine_and_changed_code_counts_at_once(developed: MachineStack, app: Path) -> None:
    assert developed.outputs()["image"].startswith("sha256:"), "it is known by what it is, and in no registry"
    assert developed.outputs()["image_tag"].startswith("localhost/dev:")
    before = developed.of("web")
    with developed.client() as client:
        client.headers["Host"] = "localhost"
        assert "Application</h2>" in client.get("/").text
        page = app / "app/views/home/show.html.erb"
        page.write_text(page.read_text().replace("Application</h2>", "Changed while it runs</h2>"))
        eventually(lambda: "Changed while it runs</h2>" in client.get("/").text, "the page changes", seconds=20)
        (app / "app/controllers/status_controller.rb").write_text(ANOTHER_CONTROLLER)
        eventually(lambda: client.get("/status").text == "reloaded", "the code is loaded anew", seconds=20)
    assert developed.of("web") == before


def test_commands_run_in_development_and_tests_on_a_database_of_their_own(developed: MachineStack) -> None:
    with developed.client() as client:
        client.get("/", headers={"Host": "localhost"})
    ask = "puts [Rails.env, ActiveRecord::Base.connection.current_database, Visit.count].join(' ')"
    environment, database, visits = runs(developed, "exec", "bin/rails", "runner", ask).split()[-3:]
    assert (environment, database) == ("development", "app")
    assert "1 runs, 1 assertions, 0 failures, 0 errors" in runs(developed, "tests", "test/database_test.rb")
    assert runs(developed, "exec", "bin/rails", "runner", ask).split()[-1] == visits != "0", "tests emptied the database"
