"""A result is built once: no dataclass changes after it was made, so what one module passes to another stays as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNTS = {"pipelines/reading/delimited.py Tally", "portal/invented.py Casework"}
"""Counts that grow while a file is read, and casework that is invented week by week, each inside one module."""
GROWS = {"pipelines/gate/doubt.py Examined.shown"}
"""Fields that grow inside one module: rows of earlier deliveries, looked up when needed."""
CHANGEABLE = {"list": "Sequence or tuple", "dict": "Mapping", "set": "frozenset"}
"""Collections that anyone who gets a result could change, and what to write instead; mypy then refuses the change."""


def changeable(source: str) -> Iterator[str]:
    """Yield the names of the dataclasses that are not frozen."""
    for node in ast.walk(ast.parse(source)):
        for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            written = ast.unparse(decorator)
            if written.startswith(("dataclass", "dataclasses.dataclass")) and "frozen=True" not in written:
                yield node.name


def dataclasses_of(source: str) -> Iterator[ast.ClassDef]:
    """Yield the frozen dataclasses."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(
            "frozen=True" in ast.unparse(d) for d in node.decorator_list
        ):
            yield node


def changeable_fields(source: str) -> Iterator[str]:
    """Yield the fields of frozen dataclasses that hold a collection that can change."""
    for kind in dataclasses_of(source):
        for field in kind.body:
            if isinstance(field, ast.AnnAssign) and names_in(field.annotation) & CHANGEABLE.keys():
                yield f"{kind.name}.{ast.unparse(field.target)}"


def names_in(annotation: ast.expr) -> set[str]:
    """Return every name in an annotation."""
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("package", ["features", "models", "pipelines", "portal"])
def test_what_a_result_holds_cannot_change(package: str) -> None:
    seen = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in changeable_fields(path.read_text(encoding="utf-8"))
    }
    assert seen == {name for name in GROWS if name.startswith(package)}, CHANGEABLE


@pytest.mark.parametrize("package", ["features", "models", "pipelines", "portal"])
def test_every_dataclass_is_frozen(package: str) -> None:
    changing = {
        f"{path.relative_to(ROOT).as_posix()} {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in changeable(path.read_text(encoding="utf-8"))
    }
    assert changing == {name for name in COUNTS if name.startswith(package)}


def test_a_dataclass_that_can_change_is_seen() -> None:
    kinds = ["@dataclass", "@dataclass(order=True)", "@dataclasses.dataclass", "@dataclass(frozen=True)"]
    seen = [list(changeable(f"{kind}\nclass A:\n    x: int")) for kind in kinds]
    assert seen == [["A"], ["A"], ["A"], []]


def test_a_field_that_can_change_is_seen() -> None:
    source = "@dataclass(frozen=True)\nclass A:\n    x: Mapping[str, list[int]]\n    y: tuple[int, ...]\n    z: dict[str, int]"
    assert list(changeable_fields(source)) == ["A.x", "A.z"]
