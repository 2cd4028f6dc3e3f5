"""Run the tutorial and the Monday from beginning to end, and parse every other command in the docs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from pipelines.cli.app import app
from tests.support import walk
from tests.support.portal_home import Portal

DOCS = walk.ROOT / "docs"
PAGES = sorted(
    page
    for folder in (walk.ROOT, DOCS, walk.ROOT / "examples", walk.ROOT / "data" / "contracts")
    for page in folder.glob("*.md")
)
ADDED = ("size", "hello-corporation")
"""Commands that CONTRIBUTING.md adds; test_contributing.py runs the first one."""
STANDS_FOR = {"DAY": "2026-11-16", "MONDAY": "2026-11-16"}
"""Words in capitals that need a particular value."""


SHELL = re.compile(r" (?:#|>>? |\| )")
"""Where a command ends and a comment, a redirection or a pipe of the shell begins."""


def told(page: Path) -> list[tuple[str, bool]]:
    """Every command of a page, and whether it is in a block, to be typed as it is."""
    text = page.read_text(encoding="utf-8")
    fenced = [block.text for block in walk.blocks(page) if block.kind != "text"]
    lines = [line for part in fenced for line in part.splitlines()] + re.findall(r"^    (.*)$", text, re.M)
    typed = re.compile(r"(?:^|[ \\/])waakvlam +((?:--home \S+ +)?[a-z].*)$")
    blocks = [match[1] for line in lines if (match := typed.search(SHELL.split(line)[0].strip()))]
    spans = re.findall(r"`waakvlam ([a-z-][^`]+)`", text.replace("\n", " "))
    return [(line, True) for line in blocks] + [(span, False) for span in spans]


COMMANDS = [
    (str(page.relative_to(walk.ROOT)), *one) for page in PAGES for one in told(page) if one[0] not in ADDED
]


@cache
def deaf() -> Any:
    """Return the real command line, with commands that do nothing."""
    group: Any = typer.main.get_group(app)  # commands of its own: other tests share theirs
    open_ = [group]
    while open_:
        command = open_.pop()
        command.callback = None
        open_ += getattr(command, "commands", {}).values()
    return group


def read(line: str, *, whole: bool) -> None:
    """Let the command line parse a command; raises the error that it would show the user."""
    words = [STANDS_FOR.get(word, word) for word in shlex.split(line, comments=True)]
    try:
        deaf().main(words, prog_name="waakvlam", standalone_mode=False)
    except Exception as error:  # typer keeps its own copy of click: the kinds have no public name
        named = type(error).__name__ in ("MissingParameter", "NoArgsIsHelpError")
        if not (named and not whole) and "does not exist" not in str(error):  # a file of the reader
            raise


@pytest.mark.parametrize("page", sorted({page for page, *_ in COMMANDS}))
def test_every_command_of_the_docs_can_be_typed(page: str):
    for _, line, whole in filter(lambda command: command[0] == page, COMMANDS):
        read(line, whole=whole)


def test_the_pages_tell_commands_and_a_wrong_one_would_be_found():
    assert len({page for page, *_ in COMMANDS}) >= 12
    assert sum(whole for *_, whole in COMMANDS) >= 30
    for wrong in ("wekly", "weekly --as-if 2026-11-16", "effect --with", "train --as-of soon", "promote a b"):
        with pytest.raises(Exception, match=r"No such|requires|not match|unexpected"):
            read(wrong, whole=True)


def serve(words: list[str], folder: Path) -> None:
    """Start the portal, read what it says when it is there, and stop it."""
    served = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli.app", *words, "--port", "0"],
        cwd=folder, env=walk.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    late = threading.Timer(300, served.kill)
    late.start()
    try:
        assert served.stdout
        said = []
        for line in served.stdout:
            said.append(line)
            if "http://127.0.0.1:" in line:
                return
        raise AssertionError("".join(said))
    finally:
        late.cancel()
        served.terminate()
        served.wait(60)


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal()


def show_a_quarter(home: Path) -> None:
    """Let the portal of a new home show 13 past weeks: to count two years takes longer than all else on the page."""
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    assert "weeks = 104" in text
    settings.write_text(text.replace("weeks = 104", "weeks = 13"), encoding="utf-8")


@pytest.mark.slow
def test_the_tutorial_from_beginning_to_end(portal: Portal, tmp_path: Path):
    """The output on the page is the real output, on the sample that the page makes."""
    served = []

    def typed(words: list[str]) -> list[str]:
        if "portal" in words:
            serve(words, tmp_path)
            served.append(words)
            return []
        if "sample" in words:
            show_a_quarter(tmp_path / "demo")
        return words

    assert walk.walk(portal, DOCS / "tutorial.md", tmp_path, typed) >= 16
    assert len(served) == 1


@pytest.mark.slow
def test_the_monday_from_beginning_to_end(portal: Portal, tmp_path: Path):
    home = tmp_path / "home"
    for words in (
        ["init", "--portal"],
        ["sample", "--homes", "120", "--weeks", "80", "--deliveries", "3"],
        ["weekly"],
    ):
        done = portal.ask(
            "typed", tmp_path, words=["--home", str(home), *words], environment=walk.environment()
        )
        assert done["code"] == 0, done["err"]
        if "init" in words:
            show_a_quarter(home)
    week = max(path.name for path in (home / "output").iterdir() if path.name[:2] == "20")
    listed = re.search(r"OVK\d+", (home / "output" / week / "shortlist.csv").read_text(encoding="utf-8-sig"))
    assert listed
    stands_for = {
        "OVEREENKOMST": listed[0],
        "FILE": str(next((home / "inbox").glob(f"huurachterstanden_{week}*"))),
        "FOLDER": str(tmp_path / "backups"),
        "MONDAY": week,
    }

    def typed(words: list[str]) -> list[str]:
        return [stands_for.get(word, word) for word in words]

    assert walk.walk(portal, DOCS / "monday.md", tmp_path, typed, WAAKVLAM_HOME=str(home)) >= 8
