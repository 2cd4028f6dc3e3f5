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
SMALL = "sample --homes 200 --weeks 60 --until 2026-11-16"


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


@pytest.mark.slow
def test_the_table_of_the_readme_is_the_list_that_its_commands_make(tmp_path: Path):
    commands = re.findall(r"`waakvlam ([^`]+)`", COMES_OUT)
    assert commands == list(runpy.run_path(str(ROOT / ".ci" / "pictures"))["LIST"])
    for command in commands:
        run(["--home", "own", *command.split()], tmp_path)
    with (tmp_path / "own/output/2026-11-16/shortlist.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file, delimiter=";"))
    expected = []
    for row in listed[:2]:
        expected.append(f"**{row['volgorde']}. {row['adres']}, {row['postcode_plaats']}**")
        expected += [row[reason] for reason in ("reden_1", "reden_2", "reden_3") if row[reason]]
        expected += [f"*{row['nieuw']}*"] if row["nieuw"] else []
    table = COMES_OUT.split("|---|---|\n")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([^|]+) \|", table, re.M) == expected, (
        "mend the table, and take the picture again: make pictures"
    )


@pytest.mark.slow
def test_the_commands_of_the_readme_run(tmp_path: Path):
    own = [
        f"waakvlam {text}"
        for text in re.findall(r"`waakvlam ((?:check|weekly|explain|score)\b[^`]*)`", OWN_DATA)
    ]
    assert len(own) >= 4
    for command in windows_commands():
        words = SMALL.split() if command[2] == "sample" else command[2:]
        as_of = ["--as-of", "2026-11-16"] if words[0] == "weekly" else []
        run(["--home", "own", *words, *as_of], tmp_path)
    listed = (tmp_path / "own" / "output" / "2026-11-16" / "shortlist.csv").read_text(encoding="utf-8-sig")
    agreement = re.search(r"OVK\d+", listed)
    assert agreement
    for text in own:
        words = text.replace("inbox/", "own/inbox/").replace("OVEREENKOMST", agreement[0]).split()[1:]
        if words[0] in ("weekly", "explain") and "--as-of" not in words:
            words += ["--as-of", "2026-11-16"]
        run(words, tmp_path)
    assert (tmp_path / "scores.parquet").exists()


def run(words: list[str], folder: Path) -> None:
    """Run a command in a process of its own, which has imported everything already."""
    environment = walk.environment(WAAKVLAM_HOME="own")
    done = Portal().ask("typed", folder, words=words, environment=environment)
    assert done["code"] == 0, (words, done["out"][-2000:], done["err"][-2000:])
