"""Test that one module replaces files and one module quotes SQL."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.dear

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "pipelines" / "installation" / "files.py"
SQL = ROOT / "pipelines" / "installation" / "sql.py"
MODULES = sorted((ROOT / "pipelines").rglob("*.py"))
RENAMING = {
    "rename",
    "renames",
    "move",
    "fsync",
    "link",
    "symlink",
    "mkstemp",
    "mkdtemp",
    "NamedTemporaryFile",
}


def renaming(source: str) -> Iterator[str]:
    """List the calls that put a file in place: `os.replace`, `path.write_text(text)`, `os.fsync` and the like."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        # A replace on text has two arguments, one on a date has keywords; only one on a path has a single argument.
        of_path = node.func.attr == "replace" and len(node.args) == 1 and not node.keywords
        of_system = owner in ("os", "shutil", "tempfile") and node.func.attr in {"replace", *RENAMING}
        of_content = node.func.attr in ("write_text", "write_bytes") and owner != "files"
        if of_path or of_system or of_content:
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", [path for path in MODULES if path != FILES], ids=lambda path: path.name)
def test_only_the_module_for_files_puts_files_in_place(path: Path):
    assert list(renaming(path.read_text(encoding="utf-8"))) == [], "use pipelines.installation.files"


def test_every_way_of_putting_a_file_in_place_is_seen():
    ways = [
        "path.replace(other)",
        "os.replace(a, b)",
        "os.fsync(3)",
        "shutil.move(a, b)",
        "tempfile.mkstemp()",
        "path.write_text(text)",
        "(folder / name).write_bytes(content)",
    ]
    assert all(list(renaming(way)) for way in ways)
    assert not list(renaming("write_text(path, text); files.write_bytes(path, content)"))
    assert not list(renaming("text.replace('a', 'b'); day.replace(day=1); frame.rename(columns={})"))
    assert list(renaming(FILES.read_text(encoding="utf-8"))), "the module itself does it"


def quoting(source: str) -> Iterator[str]:
    """List the places that quote SQL by hand: they double a quote, or put a value into `DATE '...'`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr) and "DATE '{" in ast.unparse(node).replace("\\'", "'"):
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and [a.value for a in node.args if isinstance(a, ast.Constant)] in (
            ["'", "''"],
            ['"', '""'],
        ):
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", [path for path in MODULES if path != SQL], ids=lambda path: path.name)
def test_only_the_module_for_sql_quotes(path: Path):
    assert list(quoting(path.read_text(encoding="utf-8"))) == [], "use pipelines.installation.sql"


def test_the_module_for_sql_quotes_both_ways():
    assert len(list(quoting(SQL.read_text(encoding="utf-8")))) == 2


def test_a_day_that_is_quoted_by_hand_is_seen():
    assert list(quoting("f\"day = DATE '{day}'\""))
    assert not list(quoting("f\"day = {day_literal(day)} AND day > DATE '1901-01-01'\""))


LONGEST_QUERY = 6
"""Number of lines of a query in a module; a longer one has a file of its own."""


def queries(source: str) -> Iterator[tuple[int, int]]:
    """Yield the line and the length of each text with a query."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first, _, _ = node.value.strip().partition("\n")
            if re.match(r"(SELECT|WITH|FROM|CREATE|INSERT|UPDATE|DELETE|MERGE|COPY)\b", first.strip()):
                yield node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_long_query_has_its_own_file(path: Path):
    long = [line for line, lines in queries(path.read_text(encoding="utf-8")) if lines > LONGEST_QUERY]
    assert long == [], "put it into an .sql file beside the module, and use read_sql"


def test_the_length_of_a_query_is_seen():
    assert list(queries('x = """\n    WITH a AS (\n    SELECT 1)\n    FROM a"""')) == [(1, 4)]
    assert not list(queries('x = """Select a row."""'))


def test_every_sql_file_is_read_and_packaged():
    files = sorted((ROOT / "pipelines").rglob("*.sql"))
    read = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    families = tuple(re.findall(r'read_sql\(__package__, f"(\w+_)\{', read))
    unread = [
        file.name for file in files if f'"{file.stem}"' not in read and not file.stem.startswith(families)
    ]
    assert files and unread == []
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = patterns["tool"]["setuptools"]["package-data"]["pipelines"]
    assert {file for pattern in packaged for file in (ROOT / "pipelines").glob(pattern)} >= set(files)


def test_the_list_of_test_helpers_names_each_of_them():
    support = ROOT / "tests" / "support"
    said = ast.get_docstring(ast.parse((support / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = {word.strip() for line in re.findall(r"^    ([^:]+) : ", said, re.M) for word in line.split(",")}
    named |= set(re.findall(r"`(\w+)`", said))
    names = {path.stem if path.suffix == ".py" else path.name for path in support.iterdir()}
    assert names - {"__init__", "__pycache__"} - named == set()


def test_a_name_that_once_meant_several_things_is_defined_once():
    """Each of these was defined in several modules, with several meanings."""
    names = ("FAMILIES", "KEY", "REGISTER", "POSITIONS", "Entry", "Change", "Coach")
    defined = {name: [] for name in names}
    for folder in ("pipelines", "features", "models", "portal"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                targets = node.targets if isinstance(node, ast.Assign) else []
                found = [target.id for target in targets if isinstance(target, ast.Name)]
                found += [node.name] if isinstance(node, ast.ClassDef) else []
                for name in defined.keys() & set(found):
                    defined[name].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in defined.items() if len(places) != 1} == {}
