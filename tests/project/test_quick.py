"""Test that `make quick` leaves no module unread of which it runs a test, and runs a test of every room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.left_out import QUICK, left_out, quick_tests

TESTS = Path(__file__).resolve().parents[1]
ALL_SLOW = {"faults", "spark"}
"""Folders in which each test is slow: it kills processes, or starts Spark."""


def marks(module: Path) -> set[str]:
    """Return the names of the marks that a module gives to all of its tests."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [
            "pytestmark"
        ]:
            return {one.attr for one in ast.walk(node.value) if isinstance(one, ast.Attribute)}
    return set()


def test_every_room_has_a_test_that_runs():
    runs: dict[str, list[str]] = {}
    for module in TESTS.rglob("test_*.py"):
        runs.setdefault(module.parent.relative_to(TESTS).as_posix(), []).extend(quick_tests(module))
    assert {room for room, tests in runs.items() if not tests} == ALL_SLOW


def test_a_module_is_unread_only_if_a_mark_keeps_all_of_its_tests_out():
    for module in TESTS.rglob("test_*.py"):
        assert left_out(module) == bool(marks(module) & {"slow", "dear"}), module


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pytestmark = pytest.mark.slow\n", True),
        ("pytestmark = [pytest.mark.django_db, pytest.mark.dear]\n", True),
        ("pytestmark = [\n    pytest.mark.skipif(True, reason='x'),\n    pytest.mark.dear,\n]\n", True),
        ("pytestmark = pytest.mark.django_db\n\n\n@pytest.mark.slow\ndef test_a(): ...\n", False),
        ("pytestmark = [\n    pytest.mark.django_db,\n]\n\n\n@pytest.mark.dear\ndef test_a(): ...\n", False),
        ("@pytest.mark.dear\ndef test_a(): ...\n", False),
    ],
)
def test_marks_of_single_tests_leave_the_module_read(tmp_path, text, expected):
    (tmp_path / "test_a.py").write_text(text, encoding="utf-8")
    assert left_out(tmp_path / "test_a.py") is expected


def test_a_marked_test_and_a_marked_module_do_not_run(tmp_path):
    module = tmp_path / "test_a.py"
    text = "@pytest.mark.slow\ndef test_a(): ...\n\n\n@pytest.mark.parametrize('x', [1])\ndef test_b(): ...\n"
    module.write_text(text, encoding="utf-8")
    assert quick_tests(module) == ["test_b"]
    module.write_text("pytestmark = pytest.mark.dear\n" + text, encoding="utf-8")
    assert quick_tests(module) == []


def test_the_expression_is_that_of_make_quick():
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    assert re.search(r'^quick:.*\n\t.* -m "(.*)"$', makefile, re.MULTILINE)[1] == QUICK
