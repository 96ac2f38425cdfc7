"""What a user sees of a Python program, with the engine that this machine has."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import engine
from sandbox.environment import pulumi_environment
from sandbox.paths import REPOSITORY
from sandbox.progress import StepFailed
from tests.engine.processes import children, family, wait_for_the_end_of

RUNTIME = f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\n"
SLOW = """
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Slow(ResourceProvider):
    def create(self, props):
        import time
        time.sleep(4)
        return CreateResult("slow", {})

class Thing(Resource):
    def __init__(self, name):
        super().__init__(Slow(), name, {})

Thing("thing")
"""


class Program:
    """A Pulumi project with a state of its own."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.directory = directory
        (directory / "Pulumi.yaml").write_text("name: program\n" + RUNTIME)
        self.state = directory / "state"
        (self.state / "backend").mkdir(parents=True)
        self.environment = environment | {
            "RAILBED_SANDBOX_STATE": str(self.state),
            "PULUMI_BACKEND_URL": f"file://{self.state}/backend?metadata=skip",
            "PULUMI_HOME": f"{self.state}/pulumi",
            "PYTHONPATH": str(REPOSITORY),
        }
        self.run("stack", "init", "test")

    def write(self, text: str, name: str = "__main__.py") -> None:
        """Make this the program, or one of its modules."""
        (self.directory / name).write_text(text)

    def start(self, *arguments: str, through_sandbox: bool = False) -> "subprocess.Popen[str]":
        """Begin a pulumi command; the environment is that of the sandbox anyway."""
        sandbox = [sys.executable, "-P", "-m", "sandbox", "run"] if through_sandbox else []
        return subprocess.Popen(
            [*sandbox, "pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.directory, env=self.environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *arguments: str, status: int = 0, through_sandbox: bool = False) -> str:
        """Run a pulumi command to its end and return what it said."""
        with self.start(*arguments, through_sandbox=through_sandbox) as running:
            said, _ = running.communicate(timeout=120)
        assert running.returncode == status, said
        return said

    def up(self, status: int = 0) -> str:
        """Deploy."""
        return self.run("up", "--yes", "--skip-preview", status=status)

    def outputs(self) -> dict[str, object]:
        """The stack's outputs."""
        outputs: dict[str, object] = json.loads(self.run("stack", "output", "--json"))
        return outputs


@pytest.fixture(scope="module")
def sandbox_environment() -> Iterator[dict[str, str]]:
    try:
        engine.pulumi()
    except StepFailed as failure:
        pytest.skip(f"not run: {failure.what}")
    with pulumi_environment() as variables:
        yield variables


@pytest.fixture
def program(tmp_path: Path, sandbox_environment: dict[str, str]) -> Program:
    return Program(tmp_path, sandbox_environment)


def test_a_program_gets_its_settings_and_a_second_up_changes_nothing(program: Program) -> None:
    program.write("""
import pulumi
config = pulumi.Config()
class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Group", name)
        self.register_outputs({})
pulumi.log.info("logged", Group("group"))
print("printed")
pulumi.export("all", [pulumi.get_stack(), pulumi.get_project(), pulumi.get_organization(), config.get_int("size")])
pulumi.export("password", config.get_secret("password"))
pulumi.export("root", pulumi.runtime.get_root_directory())
""")
    program.run("config", "set", "size", "7")
    program.run("config", "set", "--secret", "password", "in-clear-text")
    said = program.up()
    assert "logged" in said
    assert "printed" in said
    assert "in-clear-text" not in said
    outputs = program.outputs()
    assert outputs["all"] == ["test", "program", "organization", 7]
    assert outputs["root"] == str(program.directory)
    assert outputs["password"] == "[secret]"
    assert "2 unchanged" in program.run("preview", "--expect-no-changes")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import pulumi; raise pulumi.RunError('a plain sentence')", "error: a plain sentence\n"),
        ("import sys; sys.exit(3)", "error: an unhandled error occurred: program exited with non-zero exit code: 3\n"),
        ("import os; os.kill(os.getpid(), 9)", "program was ended by SIGKILL\n"),
        ("import pulumi; pulumi.Output.from_input(1).apply(lambda _: 1 / 0)", "ZeroDivisionError: division by zero\n"),
        ("def broken(:", "SyntaxError: invalid syntax\n"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'\n"),
    ],
)
def test_every_way_to_fail_is_told_and_fails_the_command(program: Program, text: str, told: str) -> None:
    program.write(text)
    assert told in program.run("preview", status=1)


def test_a_traceback_shows_the_users_frames_only(program: Program) -> None:
    program.write("from library import deep\n\ndeep()\n")
    program.write("def deep():\n    raise ValueError('first line\\nsecond line')\n", "library.py")
    said = program.run("preview", status=1)
    traceback = said[said.index("Traceback") :]
    assert re.findall(r'File "([^"]+)"', traceback)[:2] == [
        f"{program.directory}/__main__.py",
        f"{program.directory}/library.py",
    ]
    assert "ValueError: first line\n    second line" in traceback
    assert "unhandled error occurred" not in said, "the error was told twice"


def test_a_project_without_a_program_or_virtualenv_is_told_so(program: Program) -> None:
    assert f"There is no program in {program.directory}: it has no file __main__.py." in program.run("preview", status=1)
    (program.directory / "Pulumi.yaml").write_text("name: program\n" + RUNTIME.replace(sys.prefix, "venv"))
    assert f"names {program.directory}/venv, which is not a virtual environment" in program.run("preview", status=1)


def test_modules_of_the_program_win_over_the_hosts(program: Program) -> None:
    program.write("import engine, queue_of_mine, pulumi\npulumi.export('engine', engine.NAME)")
    program.write("NAME = 'mine'", "engine.py")
    program.write("", "queue_of_mine.py")
    program.write("raise RuntimeError('a program file must not hide a module of the host')", "grpc_host.py")
    program.write("raise RuntimeError('a program file must not hide the standard library from the host')", "tomllib.py")
    program.up()
    assert program.outputs() == {"engine": "mine"}


def test_hooks_run_in_the_program(program: Program) -> None:
    program.write("""
import pulumi, pulumi_random
hook = pulumi.ResourceHook("after", lambda args: pulumi.log.info(f"hook of {args.name}"))
hooks = pulumi.ResourceHookBinding(after_create=[hook])
pulumi_random.RandomString("word", length=5, opts=pulumi.ResourceOptions(hooks=hooks))
""")
    assert "hook of word" in program.up()
    assert "hook of word" not in program.up()


def test_a_component_plugin_in_a_folder_is_run(program: Program) -> None:
    plugin = program.directory / "plugin"
    plugin.mkdir()
    (plugin / "PulumiPlugin.yaml").write_text(RUNTIME)
    (plugin / "__main__.py").write_text("""
from typing import TypedDict
import pulumi
from pulumi.provider.experimental import component_provider_host

class DoubleArgs(TypedDict):
    size: pulumi.Input[int]

class Double(pulumi.ComponentResource):
    size: pulumi.Output[int]

    def __init__(self, name: str, args: DoubleArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("double:index:Double", name, {}, opts)
        self.size = pulumi.Output.from_input(args["size"]).apply(lambda size: size * 2)
        self.register_outputs({})

component_provider_host(components=[Double], name="double", version="1.0.0")
""")
    schema = json.loads(program.run("package", "get-schema", "./plugin"))
    assert schema["resources"]["double:index:Double"]["requiredInputs"] == ["size"]
    with (program.directory / "Pulumi.yaml").open("a") as file:
        file.write("plugins: {providers: [{name: double, path: ./plugin}]}\n")
    program.write("""
import pulumi
class Double(pulumi.ComponentResource):
    size: pulumi.Output[int]
    def __init__(self, name, size):
        super().__init__("double:index:Double", name, {"size": size}, None, remote=True)
pulumi.export("size", Double("double", 21).size)
""")
    program.up()
    assert program.outputs() == {"size": 42}


def test_an_interrupted_up_finishes_what_it_began_and_the_next_goes_on(program: Program) -> None:
    program.write(SLOW)
    with _creating(program) as running:
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "created" in said, "the resource in flight was not waited for"
    assert "2 unchanged" in program.up()


def test_a_killed_pulumi_leaves_no_process_and_no_lock(program: Program) -> None:
    program.write(SLOW)
    with _creating(program) as running:
        engine_process = children(running.pid, "pulumi")[0]
        started = family(engine_process)
        os.kill(engine_process, signal.SIGKILL)
        running.communicate(timeout=60)
    assert running.returncode == 128 + signal.SIGKILL
    wait_for_the_end_of(started)
    assert "thing created" in program.run("up", "--yes", "--skip-preview", through_sandbox=True)


def test_a_killed_sandbox_leaves_no_stand_in(program: Program) -> None:
    program.write(SLOW)
    with _creating(program) as running:
        started = family(running.pid)
        running.kill()
        running.communicate(timeout=60)  # pulumi, now nobody's child, ends by itself
    wait_for_the_end_of(started)
    program.up()


def _creating(program: Program) -> "subprocess.Popen[str]":
    running = program.start("up", "--yes", "--skip-preview", through_sandbox=True)
    assert running.stdout
    said = ""
    while "Resource thing creating" not in said:
        line = running.stdout.readline()
        assert line, f"the resource was never created: {said}"
        said += line
    return running
