"""Names and docstrings of the rooms that judge deliveries say what they mean; each pattern here once had to be read twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("gate", "parsing", "drafting")
EMPTY = {"found", "told", "said", "made", "there"}
"""Names of variables that do not say what they hold."""
HABITS = re.compile(r"\bso (many|much)\b|\bfrom which (it|they) (is|are) judged\b|\bwhat to tell\b", re.I)
"""A number or a limit that the reader must look for: "so many rows", "the number from which it is judged"."""


def empty_names(source: str) -> Iterator[str]:
    """Yield the variables, parameters and functions with a name that says nothing."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                if name.strip("_") in EMPTY:
                    yield f"line {node.lineno}: {name}"


def habits(source: str) -> Iterator[str]:
    """Yield the habits in texts that stand alone: the docstrings of modules, functions, classes and constants."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for habit in HABITS.finditer(" ".join(str(node.value.value).split())):
                yield f"line {node.lineno}: {habit[0]}"


@pytest.mark.parametrize("room", ROOMS)
def test_the_room_says_what_it_means(room: str) -> None:
    modules = sorted((ROOT / "pipelines" / room).glob("*.py"))
    assert modules
    texts = {path.name: path.read_text(encoding="utf-8") for path in modules}
    wrong = {name: [*empty_names(text), *habits(text)] for name, text in texts.items()}
    assert {name: places for name, places in wrong.items() if places} == {}


def test_a_name_and_a_habit_are_seen() -> None:
    source = '"""Wait for\nso many rows."""\nfound = 1\ndef told(there): pass\nnumber = found'
    assert sorted(empty_names(source)) == ["line 3: found", "line 4: there", "line 4: told"]
    assert list(habits(source)) == ["line 1: so many"]
