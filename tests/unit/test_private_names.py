"""A function that only its own module calls begins with an underscore: what does not is for others."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHIPPED = ("components/railbed", "stacks/railbed_stacks", "policies", "sandbox")
OTHERS = ("tests", "bench", "examples", "components/generate_args.py", "__main__.py")


def files_of(*places: str) -> list[Path]:
    found = [ROOT / place for place in places]
    files = [file for place in found for file in ([place] if place.suffix else sorted(place.rglob("*.py")))]
    return [file for file in files if ".venv" not in file.parts]


def public_functions(file: Path) -> set[str]:
    functions = (node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if not function.name.startswith("_")}


def test_a_function_of_one_module_alone_is_private() -> None:
    words = {file: set(re.findall(r"\w+", file.read_text())) for file in files_of(*SHIPPED, *OTHERS)}
    lonely = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in files_of(*SHIPPED)
        for name in sorted(public_functions(file))
        if not any(name in used for other, used in words.items() if other != file)
    ]
    assert lonely == [], "only their own modules use them: put an underscore before their names"
