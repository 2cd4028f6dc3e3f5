"""A run that is killed while it reads the portal back or publishes to it: the next one ends as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines import sample
from pipelines.weekly import last_monday
from pipelines.workspace import Workspace, init
from tests.deliveries import tables
from tests.portal_home import Portal, held

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL"),
]
STEPS = ("read back the portal", "publish to the portal")
WORKSPACES, KILLS = 5, 6
TODAY = date.today()
MONDAY = last_monday(TODAY)
WEEK = {"as_of": (MONDAY + timedelta(days=7)).isoformat(), "today": TODAY.isoformat()}


class Undisturbed(NamedTuple):
    """The workspace before the second week, what the second week left, and how long its two steps took."""

    before: Path
    portal: dict[str, list[tuple[Any, ...]]]
    stores: dict[str, list[tuple[Any, ...]]]
    inbox: dict[str, bytes]
    seconds: dict[str, float]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "7" * 64)
        made = Portal()
        yield made
        made.close()


@pytest.fixture(scope="module")
def undisturbed(portal: Portal, tmp_path_factory) -> Undisturbed:
    """A first week in the portal, a coach who worked on it, and a second week that nobody disturbed."""
    before = tmp_path_factory.mktemp("before") / "home"
    init(before, portal=True)
    settings = before / "settings.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("weeks = 104", "weeks = 4"), encoding="utf-8"
    )
    sample.write(before / "inbox", homes=120, weeks=40, seed=1, until=MONDAY, deliveries=1)
    portal.ask("weekly", before, as_of=MONDAY.isoformat(), today=TODAY.isoformat())
    portal.ask("work", before, back=0)
    # A gap in the trends, so that the second week has something to fill.
    portal.ask("forget", before, as_of=(MONDAY - timedelta(days=14)).isoformat())
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(before, home)
    seconds = portal.ask("weekly", home, **WEEK)["seconds"]
    return Undisturbed(before, held(home), tables(Workspace(home)), delivered(home), seconds)


def delivered(home: Path) -> dict[str, bytes]:
    """Read what lies in the inbox; nothing unfinished may be left there."""
    return {path.name: path.read_bytes() for path in (home / "inbox" / "portal").iterdir()}


def test_the_second_week_did_something(undisturbed: Undisturbed):
    names = {f"{extract}_{TODAY}.csv" for extract in ("contacten", "bezwaren", "meldingen_medewerkers")}
    assert set(undisturbed.inbox) == names
    assert len(undisturbed.portal["runs_run"]) == 2
    assert len({row[1] for row in undisturbed.portal["trends_weekfigure"]}) == 5


@pytest.mark.parametrize("turn", range(WORKSPACES))
def test_killed_again_and_again(turn: int, undisturbed: Undisturbed, portal: Portal, tmp_path: Path):
    """Thirty kills in all: each of five workspaces is killed six times over, in both steps, before it may finish."""
    home = tmp_path / "home"
    shutil.copytree(undisturbed.before, home)
    draw = random.Random(turn)
    for number in range(KILLS):
        step = STEPS[(turn + number) % 2]
        after = draw.random() * undisturbed.seconds[step]
        assert portal.ask("weekly", home, **WEEK, die_in=step, after=after) == {"killed": True}
    assert portal.ask("weekly", home, **WEEK)["fell_short"] == []
    assert delivered(home) == undisturbed.inbox
    assert held(home) == undisturbed.portal
    assert tables(Workspace(home)) == undisturbed.stores
