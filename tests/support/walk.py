"""Walk through a page of the docs: its fenced blocks in order, each a file to write, a command to run or its output.

How a page is written decides what happens, so a reader and the test do the same:

- ``sh``: each line that starts with ``waakvlam`` is run; a comment ``# exit code N`` says how it ends, else it ends well;
- ``text``: each line stands in what the commands before it said, blanks aside;
- ``python``: is run;
- any other block is a file: written after "Save as `path`", added after "add to `path`"; after "change" its lines take
  the place of those that give the same key in the file that is named.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.support.portal_home import Portal

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)


class Block(NamedTuple):
    """A fenced block and the paragraph above it."""

    kind: str
    text: str
    above: str


class Command(NamedTuple):
    """The words after ``waakvlam``, and the exit code that the page gives."""

    words: list[str]
    code: int


def blocks(page: Path) -> Iterator[Block]:
    """Read the fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        yield Block(found[1], found[2], text[: found.start()].rstrip().rsplit("\n\n", 1)[-1])


def commands(text: str) -> list[Command]:
    """Read the lines that start the program."""
    result = []
    for line in re.findall(r"^waakvlam (.*)$", text, re.M):
        code = re.search(r"# exit code (\d)", line)
        result.append(Command(shlex.split(line, comments=True), int(code[1]) if code else 0))
    return result


def environment(**own: str) -> dict[str, str]:
    """Give the environment of a reader: nothing that is set on this machine, what the reader set."""
    ours = ("WAAKVLAM_", "PREFECT_", "PORTAL_", "DJANGO_", "DATABASE_", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **own}


def run(words: list[str], folder: Path, **own: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these words in a folder."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(**own),
        capture_output=True,
        text=True,
        timeout=900,
    )


def walk(
    portal: Portal, page: Path, folder: Path, change: Callable[[list[str]], list[str]] = list, **own: str
) -> int:
    """Do what a page says in a folder, and return the number of commands.

    Parameters
    ----------
    portal : Portal
        The process that runs the commands; starting one for each command would take seconds.
    page : Path
        The page.
    folder : Path
        Where the reader stands.
    change : callable
        Gives the words that are run in place of those of a command; none: it is left out.
    own : str
        Variables that the reader has set.
    """
    said, number = "", 0
    for block in blocks(page):
        if block.kind == "sh":
            said = ""
            for command in commands(block.text):
                words = change(command.words)
                if not words:
                    continue
                done = portal.ask("typed", folder, words=words, environment=environment(**own))
                assert done["code"] == command.code, (words, done["out"][-2000:], done["err"][-2000:])
                said, number = said + done["out"] + done["err"], number + 1
        elif block.kind == "text":
            present = {_plain(line) for line in said.splitlines()}
            for line in block.text.splitlines():
                assert not line.strip() or any(_plain(line) in one for one in present), line
        elif block.kind == "python":
            done = run(["-c", block.text], folder, **own)
            assert done.returncode == 0, (block.text, done.stderr[-2000:])
        else:
            _write(block, folder)
    return number


def _write(block: Block, folder: Path) -> None:
    names = [folder / name for name in re.findall(r"`([^`\s]+/[^`\s]+\.\w+)`", block.above)]
    if "Save as" in block.above:
        names[-1].parent.mkdir(parents=True, exist_ok=True)
        names[-1].write_text(block.text, encoding="utf-8")
        os.utime(names[-1], (1_700_000_000, 1_700_000_000))  # a delivery written just now is waited for
    elif "add to" in block.above.lower():
        names[-1].write_text(names[-1].read_text(encoding="utf-8") + "\n" + block.text, encoding="utf-8")
    else:
        assert re.search("change", block.above, re.I) and names, (
            f"nobody knows what to do with {block.text!r}"
        )
        _replace(names[-1], block.text)


def _replace(file: Path, lines: str) -> None:
    """Put lines in the place of the one that gives the key of the first of them; each later one follows or replaces."""
    text = file.read_text(encoding="utf-8")
    before = ""
    for line in lines.splitlines():
        key = line.split(" = ")[0]
        if re.search(rf"^{key} = ", text, re.M):
            text = re.sub(rf"^{key} = .*$", lambda _, line=line: line, text, count=1, flags=re.M)
        else:
            text = text.replace(before, f"{before}\n{line}", 1)
        before = line
    file.write_text(text, encoding="utf-8")


def _plain(line: str) -> str:
    return " ".join(line.split())
