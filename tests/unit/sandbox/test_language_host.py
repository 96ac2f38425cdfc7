"""The sandbox's language host, whose engine may be killed at any time."""

from pathlib import Path

from pulumi.runtime.proto import language_pb2 as messages

from sandbox.language_host import PythonHost


class Context:
    """The engine's side of a call."""

    def add_callback(self, callback: object) -> bool:
        return True


def test_no_program_outlives_an_engine_that_is_killed_while_it_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import time\ntime.sleep(600)\n")
    folder = str(tmp_path)
    info = messages.ProgramInfo(root_directory=folder, program_directory=folder, entry_point=folder)
    request = messages.RunRequest(project="shop", stack="test", pwd=folder, info=info, parallel=1)
    host = PythonHost("127.0.0.1:1")
    host.end_children()
    answer = host.Run(request, Context())
    assert "SIGTERM" in answer.error, "the program goes on although nobody can end it any more"
