"""Names say what they hold, and docstrings what they mean: each pattern was once read twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = (".ci", "benchmarks", "features", "models", "pipelines", "portal")
EMPTY = {"found", "told", "said", "made", "there", "what", "came", "went", "gives", "thing", "things"}
"""Names of variables, parameters, functions and fields that do not say what they hold."""
WRITTEN = {
    "models/evaluate/backtest.py": {"found"},  # backtest.json
    "models/evaluate/calibration.py": {"found", "told"},  # backtest.json
    "pipelines/operations/doctor.py": {"found"},  # `waakvlam doctor --json`
    "pipelines/operations/manifest.py": {"made"},  # manifest.json of a backup
    "pipelines/proof/verdict.py": {"found"},  # `waakvlam shadow verdict --json`
}
"""Fields that keep such a name, because it is written into a file or an output that others read."""
HABITS = re.compile(
    r"\bso (many|much)\b|\bfrom which (it|they) (is|are) judged\b|\bwhat to tell\b|\bunder which this is new\b"
    r"|\b(something|anything) else than\b|\banother (\w+ ){1,2}than\b"
    r"|^(number|share|age|confidence|outcomes|weeks|days|bytes)\b[^.;]*\b(from|under) which\b",
    re.I,
)
"""A number that the reader must look for ("so many rows"), a limit that may be a minimum or a maximum ("the number from which"),
and a comparison as Dutch makes it ("another code than")."""


def names_of(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of each variable, parameter, function and field."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                yield part.lineno, name.strip("_")


def empty_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and name where a name says nothing; `one` says something beside `other` or `many` only."""
    for block in ast.parse(source).body:
        named = list(names_of(block))
        alone = not {"other", "others", "many"} & {name for _, name in named}
        yield from ((line, name) for line, name in named if name in EMPTY or (name == "one" and alone))


def habits(source: str) -> Iterator[str]:
    """Yield the habits in texts that stand alone: the docstrings of modules, functions, classes and constants."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for habit in HABITS.finditer(" ".join(str(node.value.value).split())):
                yield f"line {node.lineno}: {habit[0]}"


def texts(folder: str) -> dict[str, str]:
    """Read the modules of a folder of the project, by their path."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.mark.parametrize("folder", CODE)
def test_a_name_says_what_it_holds(folder: str) -> None:
    empty = {path: {name for _, name in empty_names(text)} for path, text in texts(folder).items()}
    allowed = {path: names for path, names in WRITTEN.items() if path.startswith(f"{folder}/")}
    assert {path: names for path, names in empty.items() if names} == allowed


@pytest.mark.parametrize("folder", CODE)
def test_a_docstring_says_what_it_means(folder: str) -> None:
    wrong = {path: list(habits(text)) for path, text in texts(folder).items()}
    assert {path: places for path, places in wrong.items() if places} == {}


def test_a_name_and_a_habit_are_seen() -> None:
    source = '"""Wait for\nso many rows."""\nfound = 1\ndef told(there): pass\nnumber = found\nclass A:\n    made: int'
    assert list(empty_names(source)) == [(3, "found"), (4, "told"), (4, "there"), (7, "made")]
    assert list(empty_names("for one in rows: pass\nfor one, other in pairs: pass")) == [(1, "one")]
    assert list(habits(source)) == ["line 1: so many"]
    limits = '"""Number of rows from which to doubt."""\n"""Minimum number of rows to doubt."""\n"""Has another code than it."""'
    assert list(habits(limits)) == ["line 1: Number of rows from which", "line 3: another code than"]
