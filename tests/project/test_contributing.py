"""The recipes of CONTRIBUTING.md work: their steps are taken in a copy of the repository, and their checks pass there.

A ``diff`` block replaces lines of the file named above it, any other block is a file or an addition to one, and an
``sh`` block is run.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import walk

PAGE = walk.ROOT / "CONTRIBUTING.md"
RECIPES = {
    "Add a command": PAGE,
    "Add a page of the portal": PAGE,
    "Add a signal": PAGE,
    "Add an extract": walk.ROOT / "data" / "contracts" / "README.md",
}
"""The page on which each recipe is, by its title."""


def copied(folder: Path) -> Path:
    """Copy every file that git knows to a folder, with what Python compiled of it: that holds as long as the file does."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=walk.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (walk.ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(walk.ROOT / name, folder / name)
    for path in {(folder / name).parent for name in listed.stdout.split("\0") if name.endswith(".py")}:
        compiled = walk.ROOT / path.relative_to(folder) / "__pycache__"
        if compiled.is_dir():
            shutil.copytree(compiled, path / "__pycache__")
    return folder


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which the files of all recipes were written: none of them is in the way of another."""
    copy = copied(tmp_path_factory.mktemp("followed"))
    for recipe in RECIPES:
        for kind, text, file in steps(recipe):
            if kind != "sh":
                write(copy / file, kind, text)
    return copy


def write(path: Path, kind: str, text: str) -> None:
    """Take one step: replace lines of a file, add to it, or create it."""
    if kind == "diff":
        path.write_text(replaced(path.read_text(encoding="utf-8"), text), encoding="utf-8")
    elif path.exists():
        path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def steps(recipe: str) -> Iterator[tuple[str, str, Path]]:
    """Yield kind, text and file of each block; a block without a file of its own belongs to the last one named."""
    page = RECIPES[recipe].read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.S | re.M))
    file = Path()
    for above, kind, text in re.findall(r"(.*?)^```(\w+)\n(.*?)^```", sections[recipe], re.S | re.M):
        for name in re.findall(r"`([\w/]+\.\w+|[A-Z]+\.md)`", above):
            file = Path(name)
        yield (
            kind,
            text,
            file if "Save as" not in above else Path(re.findall(r"Save as `([^`]+)`", above)[-1]),
        )


def replaced(text: str, diff: str) -> str:
    """Apply a diff without line numbers: its old lines must be in the text."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    if "-" in {line[0] for line in lines}:  # part of a line
        old, new = old.rstrip("\n"), new.rstrip("\n")
    assert old in text, diff
    return text.replace(old, new, 1)


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the page in the copy; ``> file`` at its end writes the output to that file."""
    command, _, target = line.partition(" > ")
    program, *words = shlex.split(command)
    assert program in ("waakvlam", "python")
    start = ["-m", "pipelines.cli.app"] if program == "waakvlam" else []
    done = walk.run([*start, *words], folder, PYTHONPATH=str(folder))
    if target:
        (folder / target).write_text(done.stdout, encoding="utf-8")
    return done


@pytest.mark.slow
def test_the_files_of_the_recipes_pass_the_linter(followed: Path):
    lint = walk.run(["-m", "ruff", "check", "."], followed)
    assert lint.returncode == 0, lint.stdout


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_checks_of_a_recipe_pass(recipe: str, followed: Path):
    checks = [line for kind, text, _ in steps(recipe) if kind == "sh" for line in text.splitlines()]
    assert checks
    for line in checks:
        done = run(line, followed)
        assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-2000:])


@pytest.mark.slow
def test_a_page_without_its_row_in_the_table_fails(tmp_path: Path):
    """The checks that the section names do find a step that was left out."""
    copy = copied(tmp_path)
    for kind, text, file in steps("Add a page of the portal"):
        if kind == "diff" and file.name == "urls.py":
            line = text.splitlines()[1][1:].replace("views.corporations", "views.runs")
            path = copy / file
            path.write_text(
                replaced(path.read_text(encoding="utf-8"), text.replace(text.splitlines()[1][1:], line))
            )
    done = run("python -m pytest tests/portal/test_access.py -k has_a_row", copy)
    assert done.returncode == 1, done.stdout


def test_the_targets_and_folders_that_the_page_names_exist():
    text = PAGE.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (walk.ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:`|    )make ([a-z]+)", text))
    assert {"lint", "quick", "test"} <= named <= targets
    for folder in re.findall(r"`((?:tests|pipelines|features|portal)/[\w/]+)`", text):
        assert (walk.ROOT / folder).is_dir(), folder
