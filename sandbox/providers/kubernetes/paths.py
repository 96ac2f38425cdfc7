"""Property paths as `ignoreChanges` writes them."""

import re

Path = tuple[str | int, ...]
STEP = re.compile(r"""\[(?:"((?:[^"\\]|\\.)*)"|(\d+)|(\*))\]|([^.\[]+)""")


def parse(text: str) -> Path:
    """`spec.containers[0].env` or `metadata.annotations["a.b"]` as steps; `*` stands for any step."""
    steps: list[str | int] = []
    for quoted, index, star, key in STEP.findall(text):
        steps.append(int(index) if index else star or key or quoted.replace('\\"', '"'))
    return tuple(steps)


def contains(outer: Path, inner: Path) -> bool:
    """Whether a path is another one or lies inside it."""
    return len(inner) >= len(outer) and all(step in ("*", other) for step, other in zip(outer, inner, strict=False))
