"""CONTRIBUTING.md works: its steps are taken in a copy of the repository, and its checks pass there.

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
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.S | re.M))
WALKED = ("Add a command", "Add a page of the portal")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of every file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=walk.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (walk.ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(walk.ROOT / name, tmp_path / name)
    return tmp_path


def steps(section: str) -> Iterator[tuple[str, str, Path]]:
    """Yield kind, text and file of each block; a block without a file of its own belongs to the last one named."""
    file = Path()
    for above, kind, text in re.findall(r"(.*?)^```(\w+)\n(.*?)^```", SECTIONS[section], re.S | re.M):
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
    """Run a command of the page in the copy."""
    program, *words = shlex.split(line)
    assert program in ("waakvlam", "python")
    start = ["-m", "pipelines.cli.app"] if program == "waakvlam" else []
    return walk.run([*start, *words], folder, PYTHONPATH=str(folder))


@pytest.mark.slow
@pytest.mark.parametrize("section", WALKED)
def test_the_steps_of_a_section_lead_to_passing_checks(section: str, copy: Path):
    checks = []
    for kind, text, file in steps(section):
        path = copy / file
        if kind == "sh":
            checks += text.splitlines()
        elif kind == "diff":
            path.write_text(replaced(path.read_text(encoding="utf-8"), text), encoding="utf-8")
        elif path.exists():
            path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
        else:
            path.write_text(text, encoding="utf-8")
    lint = walk.run(["-m", "ruff", "check", "."], copy)
    assert lint.returncode == 0, lint.stdout
    assert checks
    for line in checks:
        done = run(line, copy)
        assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-2000:])


@pytest.mark.slow
def test_a_page_without_its_row_in_the_table_fails(copy: Path):
    """The checks that the section names do find a step that was left out."""
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
