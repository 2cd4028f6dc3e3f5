"""Find what `make quick` leaves out from the marks that stand in a test module, without importing it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

QUICK = "not slow and not dear"
"""The expression of marks with which `make quick` calls pytest."""
_ON_ALL = re.compile(r"^pytestmark = (?:\[\n(?: .*\n)+|.*)", re.MULTILINE)
_LEFT_OUT = re.compile(r"\bmark\.(?:slow|dear)\b")


def left_out(module: Path) -> bool:
    """Return whether a module marks all of its tests as slow or dear."""
    marks = _ON_ALL.search(module.read_text(encoding="utf-8"))
    return bool(marks and _LEFT_OUT.search(marks[0]))


def quick_tests(module: Path) -> list[str]:
    """Return the names of the tests of a module that `make quick` runs."""
    if left_out(module):
        return []
    return [
        node.name
        for node in ast.parse(module.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any(_LEFT_OUT.search(ast.unparse(mark)) for mark in node.decorator_list)
    ]
