"""Runs one Pulumi program, in the interpreter of the project: nothing but the SDK can be imported here.

Its only argument is a JSON object with the fields of the engine's request (language_host.py writes it).
"""

import asyncio
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

_ALREADY_REPORTED = 32  # the host's sign that the user has read the error


def _configure(request: dict[str, Any]) -> None:
    import pulumi.runtime

    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**request["settings"]))


def _execute(program: Path, parallel: int) -> int:
    import pulumi

    # Futures that nobody awaited are how a failed deployment ends: complaints about them would bury the cause.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)

    def run() -> None:
        runpy.run_path(str(program), run_name="__main__")

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with ThreadPoolExecutor(max(parallel, 1) * 4) as executor:
        loop.set_default_executor(executor)
        try:
            loop.run_until_complete(pulumi.runtime.run_in_stack(run))
        except pulumi.RunError as error:
            pulumi.log.error(str(error))
            return _ALREADY_REPORTED
        except Exception as error:
            shown = _from(program, error.__traceback__) or error.__traceback__
            text = "".join(traceback.format_exception(type(error), error, shown))
            pulumi.log.error(f"Program failed with an unhandled exception:\n{text}")
            return _ALREADY_REPORTED
        finally:
            loop.close()
    return 0


def _from(program: Path, frames: TracebackType | None) -> TracebackType | None:
    """Drop the frames above the user's program: they are this module's and the SDK's."""
    folder = program if program.is_dir() else program.parent
    while frames and folder not in Path(frames.tb_frame.f_code.co_filename).parents:
        frames = frames.tb_next
    return frames


def main() -> int:
    """Run the program of the request in sys.argv[1]; its exit status is the result."""
    request = json.loads(sys.argv[1])
    program = Path(request["program"]).absolute()
    sys.argv = [str(program), *request["arguments"]]
    sys.path.pop(0)  # this file's folder: its modules must not hide the program's
    try:
        _configure(request)
    except ImportError:
        traceback.print_exc()
        print(
            f"The Pulumi SDK cannot be imported by {sys.executable}. Run `pulumi install`, "
            "or `pip install -r requirements.txt` in the project's virtual environment.",
            file=sys.stderr,
        )
        return 1
    if program.is_dir() and not (program / "__main__.py").exists():
        import pulumi

        pulumi.log.error(f"There is no program in {program}: it has no file __main__.py.")
        return _ALREADY_REPORTED
    return _execute(program, request["settings"]["parallel"])


if __name__ == "__main__":
    sys.exit(main())
