"""A result is built once: no dataclass changes after it was made, so what one module passes to another stays as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {"pipelines/reading/delimited.py Tally"}
"""Counts that grow while a file is read, inside one module."""


def changeable(source: str) -> Iterator[str]:
    """Yield the names of the dataclasses that are not frozen."""
    for node in ast.walk(ast.parse(source)):
        for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            written = ast.unparse(decorator)
            if written.startswith(("dataclass", "dataclasses.dataclass")) and "frozen=True" not in written:
                yield node.name


@pytest.mark.parametrize("package", ["features", "models", "pipelines"])
def test_every_dataclass_is_frozen(package: str) -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in changeable(path.read_text(encoding="utf-8"))
    }
    assert found == {name for name in COUNTS if name.startswith(package)}


def test_a_dataclass_that_can_change_is_seen() -> None:
    kinds = ["@dataclass", "@dataclass(order=True)", "@dataclasses.dataclass", "@dataclass(frozen=True)"]
    seen = [list(changeable(f"{kind}\nclass A:\n    x: int")) for kind in kinds]
    assert seen == [["A"], ["A"], ["A"], []]
