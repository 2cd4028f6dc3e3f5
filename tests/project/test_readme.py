"""Run the commands of the README on a smaller corporation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OWN_DATA = README.split("## Your own data")[1].split("## Every command")[0]
SMALL = "sample --homes 200 --weeks 60 --until 2026-11-16"


def windows_commands() -> list[list[str]]:
    """List the `waakvlam` calls of the README's section for Windows."""
    return [line.split()[1:] for line in re.findall(r"^\.venv\\Scripts\\(waakvlam .*)$", README, re.M)]


def test_make_demo_is_the_verb_of_that_name():
    assert "@$(BIN)/waakvlam demo $(DEMO)\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [command[2] for command in windows_commands()] == ["init", "sample", "weekly"]


@pytest.mark.slow
def test_the_commands_of_the_readme_run(tmp_path: Path):
    home = {"WAAKVLAM_HOME": "own"}
    own = [
        f"waakvlam {text}"
        for text in re.findall(r"`waakvlam ((?:check|weekly|explain|score)\b[^`]*)`", OWN_DATA)
    ]
    assert len(own) >= 4
    for command in windows_commands():
        words = SMALL.split() if command[2] == "sample" else command[2:]
        as_of = ["--as-of", "2026-11-16"] if words[0] == "weekly" else []
        run(["--home", "own", *words, *as_of], tmp_path, home)
    listed = (tmp_path / "own" / "output" / "2026-11-16" / "shortlist.csv").read_text(encoding="utf-8-sig")
    agreement = re.search(r"OVK\d+", listed)
    assert agreement
    for text in own:
        words = text.replace("inbox/", "own/inbox/").replace("OVEREENKOMST", agreement[0]).split()[1:]
        if words[0] in ("weekly", "explain") and "--as-of" not in words:
            words += ["--as-of", "2026-11-16"]
        run(words, tmp_path, home)
    assert (tmp_path / "scores.parquet").exists()


def run(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli.app", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
