"""Imports point down: features <- models <- pipelines; and only the publish step reads identities."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "features": {"features"},
    "models": {"features", "models"},
    "portal": {"models", "portal"},
    "pipelines": {"features", "models", "portal", "pipelines"},
}
TO_THE_PORTAL = {
    "to_portal.py", "from_portal.py", "portal_reach.py", "portal_kept.py", "portal_figures.py", "recheck.py", "portal.py",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {
        node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", list(MAY_IMPORT))
def test_imports_point_down(package: str):
    for path in modules(package):
        ours = {name.split(".")[0] for name in imports(path)} & set(MAY_IMPORT)
        assert ours <= MAY_IMPORT[package], f"{path} imports {ours - MAY_IMPORT[package]}"


def test_the_portal_takes_only_words_and_charts_from_the_models():
    used = re.findall(
        r"^\s*(?:from models import (.+)|(?:from|import) models\.(\w+))",
        "\n".join(path.read_text(encoding="utf-8") for path in modules("portal")),
        re.M,
    )
    assert used and {name for pair in used for name in pair if name} <= {"charts", "dutch"}


def test_only_the_exchange_touches_the_portal():
    users = {
        path.name for path in modules("pipelines") if any(n.split(".")[0] == "portal" for n in imports(path))
    }
    assert users <= TO_THE_PORTAL


def test_the_portal_never_opens_the_warehouse():
    users = {path.name for path in modules("portal") if imports(path) & {"duckdb", "ibis"}}
    assert not users


def test_only_the_publish_step_reads_identities():
    readers = {
        path.name
        for package in MAY_IMPORT
        for path in modules(package)
        if "pipelines.warehouse.vault" in imports(path)
    }
    # A worry tells an address, of which the home is sought; a signal to the municipality needs one by law.
    assert readers == {"listing.py", "from_portal.py", "early_signal.py"}


def test_only_one_module_touches_great_expectations():
    users = {
        path.name
        for package in MAY_IMPORT
        for path in modules(package)
        if any(n.startswith("great_expectations") for n in imports(path))
    }
    assert users == {"quality.py"}


def test_only_the_flow_imports_prefect():
    users = {
        path.name
        for package in MAY_IMPORT
        for path in modules(package)
        if any(n.split(".")[0] == "prefect" for n in imports(path))
    }
    assert users == {"flows.py"}


def test_only_one_module_touches_spark():
    users = {
        path.name
        for package in MAY_IMPORT
        for path in modules(package)
        if any("pyspark" in n.split(".") for n in imports(path))
    }
    assert users == {"spark.py"}


def test_files_stay_readable():
    long = {
        str(p.relative_to(ROOT)): n
        for d in (*MAY_IMPORT, "tests")
        for p in modules(d)
        if "migrations" not in p.parts  # generated
        and (n := len(p.read_text(encoding="utf-8").splitlines())) > 340
    }
    assert not long
