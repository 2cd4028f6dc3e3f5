"""The recipes of CONTRIBUTING.md work: their steps are taken in a copy of the repository, and their checks pass there.

A ``diff`` block replaces lines of the file named above it, any other block is a file or an addition to one, and an
``sh`` block is run.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from pipelines.installation.contract_model import Column
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


def indented(page: Path, heading: str) -> list[str]:
    """Return the indented lines below a heading, or below words in bold, up to the next of its kind."""
    _, _, text = page.read_text(encoding="utf-8").partition(f"{heading}\n" if heading[0] == "#" else heading)
    text = re.split(r"^(?:#+ |\*\*)", text, maxsplit=1, flags=re.M)[0]
    return [line.split("  #")[0].strip() for line in re.findall(r"^    (.+)$", text, re.M)]


POINTS = indented(PAGE, "**Give it points.**")
LOADED = indented(RECIPES["Add an extract"], "### See it loaded and rejected")
DAY = "2026-11-16"
"""The day of the file that the recipe of an extract delivers."""


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


def tried(line: str, followed: Path, home: Path) -> str:
    """Run a line of a recipe in the copy with a workspace of the test, and on the day of its file; return what it says."""
    line = line.replace("/tmp/try", str(home))
    line += f" --until {DAY}" * (" sample " in line) + f" --as-of {DAY}" * line.endswith(" weekly")
    if line.startswith("waakvlam"):
        done = run(line, followed)
    else:
        done = subprocess.run(shlex.split(line), cwd=followed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (line, done.stdout[-3000:], done.stderr[-2000:])
    return done.stdout


def delivery(home: Path, file: str) -> dict[str, Any]:
    """Return what the report of the run says of a file."""
    report = json.loads((home / "output" / DAY / "run_report.json").read_text(encoding="utf-8"))
    (found,) = [entry for entry in report["deliveries"] if entry["file"] == file]
    return found


@pytest.mark.slow
def test_a_signal_gets_points_and_an_extract_is_loaded_and_rejected(followed: Path, tmp_path: Path):
    home = tmp_path / "try"
    said = ""
    for line in POINTS:
        if line.startswith('{"signal"'):
            term = json.loads(" ".join(POINTS[POINTS.index(line) : POINTS.index(line) + 2]))
            card = home / "artefacts" / "scorecards" / "trial.json"
            content = json.loads(card.read_text(encoding="utf-8"))
            card.write_text(json.dumps({**content, "terms": [*content["terms"], term]}), encoding="utf-8")
            chosen = home / "settings.toml"
            settings, places = re.subn(
                "^scorecard = .*$", 'scorecard = "trial"', chosen.read_text(encoding="utf-8"), flags=re.M
            )
            assert places == 1
            chosen.write_text(settings, encoding="utf-8")
        elif not line.startswith('"bands"'):
            said = tried(line, followed, home)
    assert term["signal"] in said, "explain shows value and points of the new signal"

    assert LOADED[:2] == POINTS[:2], "both recipes begin with the same workspace"
    for line in LOADED[2:]:
        said = tried(line, followed, home)
    first = home / "inbox" / f"schuldhulp_signalen_{DAY}.csv"
    loaded = delivery(home, first.name)
    assert (loaded["state"], loaded["rows_staged"]) == ("loaded", 2)
    wrong = ["S3;;2026-11-10;regeling", "S4;OVK0000001;2026-11-10;onzin", "S5;OVK9999999;2026-11-10;uitval"]
    text = first.read_text(encoding="utf-8")
    second = first.with_stem(f"{first.stem}_v2")
    second.write_text(text + "\n".join([*wrong, text.splitlines()[1]]) + "\n", encoding="utf-8")
    checked = tried(f"waakvlam --home /tmp/try check {second}", followed, home)
    assert "missing overeenkomst_id" in checked
    assert "unknown code soort" in checked
    tried(LOADED[-1], followed, home)
    rejected = delivery(home, second.name)
    assert (rejected["rows_quarantined"], rejected["rows_duplicate"]) == (3, 1)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_lines_that_a_recipe_replaces_are_in_its_file(recipe: str):
    changed: dict[Path, str] = {}
    for kind, text, file in steps(recipe):
        if kind == "diff":
            before = changed.get(file) or (walk.ROOT / file).read_text(encoding="utf-8")
            changed[file] = replaced(before, text)
            assert changed[file] != before


def test_the_places_of_a_new_extract_exist():
    """Each file of the table is there, and has the names that the table says."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition("**If the extract is new.**")
    rows = re.findall(r"^\| `([\w/<>.]+)` \| (.*) \|$", table.split("**Give it points.**")[0], re.M)
    assert len(rows) >= 6
    for name, what in rows:
        words = {word for word in re.findall(r"`(@?\w+)", what) if f"`{word}.py" not in what}
        texts = [
            path.read_text(encoding="utf-8") for path in walk.ROOT.glob(name.replace("<source>", "[a-z]*"))
        ]
        assert any(all(word in text for word in words) for text in texts), (name, words)


def test_a_command_of_the_portal_that_a_recipe_names_is_its_own():
    """Django's own `compilemessages` would also compile every catalogue of the environment, below the same folder."""
    named = set(re.findall(r"`python -m portal (\w+)", PAGE.read_text(encoding="utf-8")))
    own = {path.stem for path in (walk.ROOT / "portal").glob("*/management/commands/*.py")}
    assert named == {"messages"}
    assert named <= own


def test_the_types_of_a_column_are_those_of_the_contract():
    row = re.findall(
        r"each column with its type \((.*?)\)", RECIPES["Add an extract"].read_text(encoding="utf-8")
    )
    types = get_args(get_type_hints(Column)["type"])
    assert [re.findall(r"`(\w+)`", text) for text in row] == [list(types)]


def test_the_set_up_is_what_make_does():
    section = re.findall(r"^## Set up\n(.*?)^## ", PAGE.read_text(encoding="utf-8"), re.S | re.M)[0]
    makefile = (walk.ROOT / "Makefile").read_text(encoding="utf-8")
    assert "make quick" in section
    assert "requirements-dev.lock" in section
    assert "requirements-dev.lock" in makefile
    assert "\nquick: $(DEV)\n" in makefile, "make quick makes the environment first"
    assert (walk.ROOT / ".pre-commit-config.yaml").is_file()


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
