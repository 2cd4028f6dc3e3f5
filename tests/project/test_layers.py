"""Test that imports go down, room by room and without a circle, and that sensitive imports have one place."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "features": {"features"},
    "models": {"features", "models"},
    "portal": {"models", "portal"},
    "pipelines": {"features", "models", "portal", "pipelines"},
}
FLOORS = {
    "pipelines": [
        {"installation"},
        {"reading", "warehouse", "sample"},
        {"parsing", "scoring", "sources"},
        {"gate", "drafting"},
        {"delivery"},
        {"shortlist"},
        {"publishing", "exchange", "proof"},
        {"learning", "evidence", "operations"},
        {"week"},
        {"cli"},
    ],
    "models": [{"selection"}, {"card"}, {"words", "evaluate"}, {"learning", "effect"}],
}
"""From the ground up. A room imports rooms of lower floors only: never a room beside it."""
GROUND = {"as_json", "errors", "scorecards", "__init__"}
"""Modules that stand outside the rooms of `models`: importable from every floor."""
Graph = Mapping[str, set[str]]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def names(path: Path) -> frozenset[str]:
    """Return every module and `module.name` that a file imports, inside functions too."""
    actual: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            actual.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path} imports relatively"
            actual.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(actual)


def room(module: str) -> tuple[str, str]:
    package, _, rest = module.partition(".")
    return package, rest.split(".")[0]


def upward(package: str, floors: list[set[str]], graph: Graph) -> list[str]:
    """List the imports between rooms of a package that do not go down."""
    floor = {name: height for height, own in enumerate(floors) for name in own}
    wrong = []
    for module, used in graph.items():
        here = room(module)[1]
        for other in used:
            present = room(other)[1]
            if room(other)[0] != package or not present or present == here or {here, present} & GROUND:
                continue
            if here not in floor or present not in floor or floor[present] >= floor[here]:
                wrong.append(f"{module} imports {other}")
    return sorted(wrong)


def circle(graph: Graph) -> list[str]:
    """Find modules that import each other in a circle; empty if there is none."""
    done: set[str] = set()

    def walk(module: str, path: list[str]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return []
        for other in sorted(graph.get(module, ())):
            if actual := walk(other, [*path, module]):
                return actual
        done.add(module)
        return []

    for module in sorted(graph):
        if actual := walk(module, []):
            return actual
    return []


def graph(package: str) -> Graph:
    """What each module of a package imports of it; a name of a module counts as that module."""
    own = {name_of(path) for path in modules(package)}
    return {
        name_of(path): {n for n in names(path) if n in own and n != package and n != name_of(path)}
        - {name_of(path).rpartition(".")[0]}
        for path in modules(package)
    }


@pytest.mark.parametrize("package", list(PACKAGES))
def test_packages_import_only_packages_below(package: str):
    for path in modules(package):
        ours = {name.split(".")[0] for name in names(path)} & set(PACKAGES)
        assert ours <= PACKAGES[package], f"{path} imports {ours - PACKAGES[package]}"


@pytest.mark.parametrize("package", list(FLOORS))
def test_rooms_import_only_rooms_below(package: str):
    assert not upward(package, FLOORS[package], graph(package))


@pytest.mark.parametrize("package", list(FLOORS))
def test_every_room_is_on_a_floor_and_describes_its_content(package: str):
    rooms = {p.name for p in (ROOT / package).iterdir() if p.is_dir() and p.name != "__pycache__"} - GROUND
    assert rooms == set().union(*FLOORS[package])
    for name in rooms:
        text = ast.get_docstring(
            ast.parse((ROOT / package / name / "__init__.py").read_text(encoding="utf-8"))
        )
        assert text and ("May import" in text or "Imports no other room" in text), f"{package}/{name}"


@pytest.mark.parametrize("package", list(PACKAGES))
def test_no_modules_import_each_other_in_a_ring(package: str):
    assert not circle(graph(package))


def test_an_import_upwards_beside_and_in_a_ring_is_found():
    floors = [{"low"}, {"left", "right"}]
    wrong = {"p.low.a": {"p.left.b"}, "p.left.b": {"p.right.c"}, "p.right.c": {"p.low.a"}}
    assert upward("p", floors, wrong) == ["p.left.b imports p.right.c", "p.low.a imports p.left.b"]
    assert circle(wrong) == ["p.left.b", "p.right.c", "p.low.a", "p.left.b"]
    assert not circle({"p.a": {"p.b", "p.c"}, "p.b": {"p.c"}, "p.c": set()})


def test_the_portal_takes_only_words_results_charts_and_icons_from_the_models():
    used = {name for path in modules("portal") for name in names(path) if name.startswith("models.")}
    assert used
    assert all(re.match(r"models\.words(\.(charts|dutch|icons|results|small)\b.*)?$", name) for name in used)


def users(predicate: str) -> set[str]:
    """Which of our files import something whose dotted name begins so."""
    return {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in modules(package)
        if any(name == predicate or name.startswith(predicate + ".") for name in names(path))
    }


def test_only_the_exchange_touches_the_portal():
    ours = {name for name in users("portal") if not name.startswith("portal/")}
    assert {name for name in ours if not name.startswith("pipelines/exchange/")} <= {
        "pipelines/cli/portal.py"
    }


def test_the_portal_never_opens_the_warehouse():
    assert not {name for name in users("duckdb") | users("ibis") if name.startswith("portal/")}


def test_only_the_publish_step_reads_identities():
    # The home of a worry or a row is looked up by its address; a signal to the municipality needs one by law.
    assert users("pipelines.warehouse.vault") == {
        "pipelines/parsing/address.py", "pipelines/shortlist/entries.py",
        "pipelines/exchange/collect.py", "pipelines/publishing/early_signal.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("great_expectations", {"pipelines/gate/expectations.py"}),
        ("prefect", {"pipelines/week/flows.py", "pipelines/week/turns.py"}),
        ("pyspark", {"pipelines/scoring/spark.py"}),
    ],
)
def test_a_large_library_is_imported_in_one_place(library: str, places: set[str]):
    assert users(library) == places


@pytest.mark.parametrize(("folders", "most"), [(tuple(PACKAGES), 300), (("tests",), 340)])
def test_files_stay_readable(folders: tuple[str, ...], most: int):
    long = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in modules(folder)
        if "migrations" not in path.parts  # generated
        and len(path.read_text(encoding="utf-8").splitlines()) > most
    }
    assert not long
