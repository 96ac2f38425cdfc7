"""How large the environment and the command of a process may be: Linux starts none with more."""

from collections.abc import Mapping, Sequence

import pulumi

LONGEST_STRING = 131071
"""Bytes of one variable with its name, or of one word of a command: Linux' MAX_ARG_STRLEN without the zero behind it."""

LARGEST_OBJECT = 2**20
"""Bytes that a ConfigMap or a Secret of Kubernetes holds."""

LARGEST_PROCESS = 2**21
"""Bytes of variables and command together: a quarter of the stack that Linux gives a process."""

OF_RAILBED = 4096
"""Bytes set aside for the variables that railbed adds."""

REMEDY = "keep the content in the image, in object storage or in a database, and only its path or address in a variable"


def check_variables(variables: Mapping[str, pulumi.Input[str]]) -> Mapping[str, pulumi.Input[str]]:
    """`variables`, if those that are known may be the environment of a process.

    Raises `ValueError` with the names of those that may not, without their values.
    """
    problems = [problem for name, value in variables.items() if isinstance(value, str) and (problem := _problem(name, value))]
    if problems:
        raise ValueError("; ".join(problems))
    check_together(variables, LARGEST_OBJECT - OF_RAILBED, "Kubernetes keeps in a ConfigMap or a Secret")
    return variables


def check_together(variables: Mapping[str, pulumi.Input[str]], most: int, holder: str) -> None:
    """Raise `ValueError` if the known variables together have more bytes than `most`, as `holder` takes."""
    known = {name: value for name, value in variables.items() if isinstance(value, str)}
    total = sum(_size(name, value) for name, value in known.items())
    if total > most:
        raise ValueError(
            f"all variables have {total} bytes, more than the {most} that {holder} (the largest: {largest(known)}): {REMEDY}"
        )


def largest(variables: Mapping[str, str]) -> str:
    """The three largest variables by name, with their bytes, to be told."""
    sizes = {name: _size(name, value) for name, value in variables.items()}
    names = sorted(sizes, key=lambda name: (-sizes[name], name))[:3]
    return ", ".join(f"{name} {sizes[name]}" for name in names)


def limited(name: str, value: pulumi.Input[str]) -> pulumi.Input[str]:
    """`value`, which is checked as soon as it is known.

    Raises `pulumi.RunError` then.
    """

    def check(known: str) -> str:
        if problem := _problem(name, known):
            raise pulumi.RunError(problem)
        return known

    return value if isinstance(value, str) else pulumi.Output.all(value).apply(lambda values: check(str(values[0])))


def check_command(words: Sequence[str]) -> Sequence[str]:
    """`words`, if they may be the command of a process.

    Raises `ValueError`.
    """
    if words and not words[0].strip():
        raise ValueError("the first word is empty: name the program to run")
    if len(words) == 1 and len(words[0].split()) > 1:
        parts = ", ".join(words[0].split()[:4])
        raise ValueError(f"it is one word with spaces, which no program is named: write one item a word, as in [{parts}]")
    for position, word in enumerate(words):
        if (size := len(word.encode())) > LONGEST_STRING:
            raise ValueError(
                f"word {position + 1} has {size} bytes, more than the {LONGEST_STRING} that Linux takes: "
                "put it in a file of the image"
            )
        if "\0" in word:
            raise ValueError(f"word {position + 1} holds a NUL character, which no command can have: remove it")
    if (total := sum(len(word.encode()) + 1 for word in words)) > LARGEST_OBJECT:
        raise ValueError(
            f"it has {total} bytes, more than the {LARGEST_OBJECT} that Kubernetes allows: put it in a file of the image"
        )
    return words


def _problem(name: str, value: str) -> str | None:
    if (size := _size(name, value)) > LONGEST_STRING:
        return f"{name} has {size} bytes with its name, more than the {LONGEST_STRING} that Linux takes in one: {REMEDY}"
    return f"{name} holds a NUL character, which no variable can have: remove it" if "\0" in value else None


def _size(name: str, value: str) -> int:
    return len(name.encode()) + 1 + len(value.encode())
