"""A week that is killed at any moment, from reading the portal back to the history of runs: the next run ends as if nothing
had happened.

`WAAKVLAM_LONG=1 pytest tests/pipelines/week/test_portal_killed.py -s` kills 200 times and prints in which stages.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.exchange.collect import EXTRACTS
from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from tests.support.cases import cases
from tests.support.deliveries import tables
from tests.support.portal_home import Portal, first_week, held, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL"),
]
KILLS = cases(9, 200)
"""Nine hit every stage once."""
AT_ONE = cases(9, 8)
"""Kills of one workspace before its week may finish."""
TODAY = calendar.today()
MONDAY = calendar.this_monday()
NEXT = MONDAY + timedelta(days=7)
WEEK = {"as_of": str(NEXT), "today": str(TODAY)}


class Undisturbed(NamedTuple):
    """The workspace before the second week, what the second week left, and how long each of its stages took."""

    before: Path
    left: dict[str, Any]
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with running("7" * 64) as result:
        yield result


@pytest.fixture(scope="module")
def undisturbed(portal: Portal, tmp_path_factory) -> Undisturbed:
    """A first week in the portal, a coach who worked on it, and a second week that nobody disturbed."""
    folder = tmp_path_factory.mktemp("before")
    before, more = folder / "home", folder / "more"
    first_week(portal, before, homes=120, trends=4, more=more)
    portal.ask("work", before, back=0)
    # A gap in the trends, so that the second week has something to fill.
    portal.ask("forget", before, as_of=str(MONDAY - timedelta(days=14)))
    for path in more.iterdir():
        shutil.copy2(path, before / "inbox" / path.name)
        os.utime(before / "inbox" / path.name, (1_700_000_000, 1_700_000_000))
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(before, home)
    answer = portal.ask("weekly", home, **WEEK)
    assert answer["fell_short"] == []
    return Undisturbed(before, left(home), answer["seconds"])


def left(home: Path) -> dict[str, Any]:
    """Read everything that a week leaves: both stores, the portal, the list, and what the portal delivered."""
    folders = {"list": home / "output" / str(NEXT), "delivered": home / "inbox" / "portal"}
    files = {name: {p.name: p.read_bytes() for p in folder.iterdir()} for name, folder in folders.items()}
    for name in (
        "run_report.json",
        "quality.html",
        "shortlist.xlsx",
    ):  # they depend on what this run loaded, or on the time
        files["list"][name] = b""
    place = Workspace(home)
    stores = {path.name for path in place.stores.rglob("*")}
    return files | {
        "files": stores,
        "warehouse": tables(place),
        "vault": tables(place, "vault"),
        "portal": held(home),
    }


def test_the_second_week_did_something(undisturbed: Undisturbed):
    # No row waits for an answer, so the portal gives none back.
    given = {f"{extract}_{TODAY}.csv" for extract in EXTRACTS if extract != "toewijzingen"}
    assert set(undisturbed.left["delivered"]) == given
    assert len(undisturbed.left["portal"]["runs_run"]) == 2
    assert len({row[1] for row in undisturbed.left["portal"]["trends_weekfigure"]}) == 5
    loaded = [row for row in undisturbed.left["warehouse"]["run.deliveries"] if NEXT in row]
    assert len(loaded) > 4


@pytest.mark.long
def test_killed_again_and_again(undisturbed: Undisturbed, portal: Portal, tmp_path: Path):
    """Each workspace is killed several times over before it may finish; every stage gets its share of the kills."""
    draw = random.Random(1)
    stages = [name for name in undisturbed.seconds for _ in range(-(-KILLS // len(undisturbed.seconds)))]
    draw.shuffle(stages)
    hit: Counter[str] = Counter()
    for begin in range(0, KILLS, AT_ONE):
        home = tmp_path / "home"
        shutil.copytree(undisturbed.before, home)
        for stage in stages[begin : begin + AT_ONE]:
            after = draw.random() * undisturbed.seconds[stage]
            hit[portal.ask("weekly", home, **WEEK, die_in=stage, after=after)["killed"]] += 1
        assert portal.ask("weekly", home, **WEEK)["fell_short"] == []
        now = left(home)
        for name, expected in undisturbed.left.items():
            assert now[name] == expected, name
        shutil.rmtree(home)
        print(f"{hit.total()} kills: {dict(hit.most_common())}", flush=True)
    assert hit.total() == len(stages[:KILLS])
