"""Walk a shadow period of three corporations from the command line: registered, sealed unseen, judged and pooled."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from pipelines.sample.write import write_corporation
from tests.support.deliveries import Said, waakvlam
from tests.support.demo import peildatum
from tests.support.seals import AMSTERDAM
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

STARTS, WEEKS, HORIZON = date(2026, 5, 4), 2, 26
LAST = STARTS + timedelta(weeks=WEEKS - 1)
DUE = LAST + timedelta(weeks=HORIZON)
RIVALS = ("largest_amount", "most_events_365d")
OUTCOMES = ("signaleringen", "huurachterstanden")
"""Extracts in which an escalation shows."""
PLAN = f"""
name = "shadow-2026"
starts = {STARTS}
weeks = {WEEKS}
horizon_weeks = {HORIZON}
rivals = {list(RIVALS)}
question = "Does the list find more than anyone could by sorting?"
success = "The interval is above 1 against both rankings."
failure = "The interval is below 1 against one ranking."
"""


@dataclass
class Clock:
    """The clock of every corporation."""

    day: date = STARTS

    def now(self) -> datetime:
        return datetime.combine(self.day, time(8), AMSTERDAM)


@dataclass
class Corporation:
    """One corporation with a workspace of its own, and deliveries that arrive one Monday after the other."""

    place: Workspace
    later: Path
    clock: Clock

    def on(self, day: date, *words: object) -> Said:
        """Run a command on the morning of a day, once the deliveries until then have arrived."""
        self.clock.day = day
        for path in [path for path in self.later.iterdir() if peildatum(path) <= day]:
            arrived = shutil.move(path, self.place.inbox / path.name)
            os.utime(arrived, (1_700_000_000, 1_700_000_000))  # a file written just now is waited for
        with no_gate():
            return waakvlam(self.place, *words)

    @property
    def shared(self) -> Path:
        return self.place.output / "shadow" / "verdict.json"


def founded(folder: Path, name: str, seed: int, clock: Clock) -> Corporation:
    """Set up a corporation of 1,200 homes whose coach has 25 places a week."""
    place, later = Workspace(folder / name), folder / f"later {name}"
    assert waakvlam(place, "init", "--corporatie-id", name, "--naam", name.title()).code == 0
    (place.home / "settings.toml").write_text(
        f'corporatie_id = "{name}"\nnaam = "{name.title()}"\n[[coaches]]\nname = "Noor"\ncapacity = 25\n',
        encoding="utf-8",
    )
    write_corporation(later, homes=1200, weeks=90, seed=seed, until=DUE, deliveries=WEEKS + HORIZON)
    for path in later.iterdir():
        weeks = (peildatum(path) - LAST).days // 7
        if 0 < weeks < HORIZON and (weeks % 2 or not path.name.startswith(OUTCOMES)):
            path.unlink()  # all deliveries between the period and its verdict take minutes to load
    return Corporation(Workspace(folder / name), later, clock)


@pytest.fixture(scope="module")
def corporations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Corporation]]:
    """Register the same plan three times, and run the weeks of the period."""
    folder, clock = tmp_path_factory.mktemp("shadow"), Clock()
    plan = folder / "plan.toml"
    plan.write_text(PLAN.replace("'", '"'), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calendar, "now", clock.now)
        all_three = {
            name: founded(folder, name, seed, clock)
            for seed, name in enumerate(("haven", "noord", "zuid"), 5)
        }
        for name, one in all_three.items():
            said = one.on(STARTS - timedelta(days=3), "shadow", "start", plan, "--by", "A. Analist")
            assert said.code == 0, said.err
            assert f"The verdict is due on {DUE}" in said.out
            for week in range(WEEKS):
                said = one.on(STARTS + timedelta(weeks=week), "weekly")
                assert said.code == 0, said.err
                assert "Niemand ziet de lijst" in said.out
                assert "\nNoor 1." not in said.out, "nobody sees an address"
            early = one.on(LAST, "shadow", "verdict")
            assert (early.code, "Nothing was opened" in early.err) == (1, True), name
            assert one.on(DUE, "weekly").code == 0
        yield all_three


def test_every_corporation_gets_a_verdict_though_it_made_no_list_in_the_weeks_after_the_period(
    corporations: dict[str, Corporation],
) -> None:
    for name, one in corporations.items():
        seals = one.on(DUE, "seals", "verify")
        skipped = LAST + timedelta(weeks=1)
        assert (seals.code, f"{name}: the week of {skipped} has no seal" in seals.out) == (1, True), seals.out
        said = one.on(DUE, "shadow", "verdict", "--json")
        assert said.code == 0, said.err
        verdict = json.loads(said.out)
        assert verdict["answer"] in ("yes", "no", "not yet")
        assert verdict["openable"] == verdict["places"] > 0


def test_the_verdicts_are_pooled_without_a_person(corporations: dict[str, Corporation]) -> None:
    own, *others = corporations.values()
    for one in corporations.values():
        assert one.on(DUE, "shadow", "verdict").code == 0
    said = own.on(DUE, "shadow", "verdict", *(word for one in others for word in ("--with", one.shared)))
    assert said.code == 0, said.err
    assert "With 2 other corporations: " in said.out
    assert "Against most_events_365d, 3 corporations: odds ratio" in said.out
    assert "Against largest_amount, 1 corporation: odds ratio" in said.out, "nobody escalated at the others"
    for one in corporations.values():
        text = one.shared.read_text(encoding="utf-8")
        shared = json.loads(text)
        assert set(shared) == {"period", "registration", "horizon_weeks", "rivals"}
        assert "most_events_365d" in shared["rivals"] and set(shared["rivals"]) <= set(RIVALS)
        for pair in shared["rivals"].values():
            for group in pair.values():
                count, of = group["escalated"], group["households"]
                assert isinstance(count, list) or count in (0, of) or 10 <= count <= of - 10
    again = own.on(DUE, "shadow", "verdict", "--with", others[0].shared, "--with", others[0].shared)
    assert (again.code, "each corporation counts once" in again.err) == (2, True)
