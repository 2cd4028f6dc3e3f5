"""Run the commands of the README on a smaller corporation."""

from __future__ import annotations

import csv
import re
import runpy
from pathlib import Path

import pytest

from tests.support import walk
from tests.support.portal_home import Portal

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMES_OUT = README.split("## What comes out")[1].split("## Without make")[0]
OWN_DATA = README.split("## Your own data")[1].split("## Every command")[0]


def windows_commands() -> list[list[str]]:
    """List the `waakvlam` calls of the README's section for Windows."""
    return [line.split()[1:] for line in re.findall(r"^\.venv\\Scripts\\(waakvlam .*)$", README, re.M)]


def test_make_demo_is_the_verb_of_that_name():
    assert "@$(BIN)/waakvlam demo $(DEMO)\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [command[2] for command in windows_commands()] == ["init", "sample", "weekly"]


def test_make_clean_removes_every_folder_of_a_demo():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    made, removed = text.split("\nclean:\n")
    folders = set(re.findall(r"\$\(DEMO\)[\w-]*", made))
    assert len(folders) > 1
    assert folders <= set(removed.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which somebody made the list of the README, in the workspace `own`."""
    commands = re.findall(r"`waakvlam ([^`]+)`", COMES_OUT)
    assert commands == list(runpy.run_path(str(ROOT / ".ci" / "pictures"))["LIST"])
    folder = tmp_path_factory.mktemp("readme")
    for command in commands:
        run(["--home", "own", *command.split()], folder)
    return folder


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "own/output/2026-11-16/shortlist.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.mark.slow
def test_the_table_of_the_readme_is_the_list_that_its_commands_make(folder: Path):
    expected = []
    for row in rows_of(folder)[:2]:
        expected.append(f"**{row['volgorde']}. {row['adres']}, {row['postcode_plaats']}**")
        expected += [row[reason] for reason in ("reden_1", "reden_2", "reden_3") if row[reason]]
        expected += [f"*{row['nieuw']}*"] if row["nieuw"] else []
    table = COMES_OUT.split("|---|---|\n")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([^|]+) \|", table, re.M) == expected, (
        "mend the table, and take the picture again: make pictures"
    )


@pytest.mark.slow
def test_the_commands_of_the_readme_run(folder: Path):
    """Those of the section for Windows are the ones that made the list; the others follow them."""
    own = [
        f"waakvlam {text}"
        for text in re.findall(r"`waakvlam ((?:check|weekly|explain|score)\b[^`]*)`", OWN_DATA)
    ]
    assert len(own) >= 4
    agreement = re.search(r"OVK\d+", " ".join(rows_of(folder)[0].values()))
    assert agreement
    for text in own:
        words = text.replace("inbox/", "own/inbox/").replace("OVEREENKOMST", agreement[0]).split()[1:]
        if words[0] in ("weekly", "explain") and "--as-of" not in words:
            words += ["--as-of", "2026-11-16"]
        run(words, folder)
    assert (folder / "scores.parquet").exists()


def run(words: list[str], folder: Path) -> None:
    """Run a command in a process of its own, which has imported everything already."""
    environment = walk.environment(WAAKVLAM_HOME="own")
    done = Portal().ask("typed", folder, words=words, environment=environment)
    assert done["code"] == 0, (words, done["out"][-2000:], done["err"][-2000:])
