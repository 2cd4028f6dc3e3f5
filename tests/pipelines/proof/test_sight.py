"""Test what the limits say that they can see: against the rule itself, at two sizes, and with too few lists."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.stops import FIRST, World, chance_of_one_look, met
from models.evaluate.sequential import FIRST as PART
from models.evaluate.sight import OFTEN, mildest, seen_above, seen_below
from pipelines.installation.settings import Settings
from pipelines.proof import limits, sight
from tests.support.cases import cases
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace, waakvlam

pytestmark = pytest.mark.dear

SETTINGS = Settings(corporatie_id="demo", naam="Voorbeeld")


def test_the_chance_to_see_a_share_by_hand() -> None:
    # Of 4 households all must show it: the chance of 4 of 4 at the limit is 1/16, and of 3 or more 5/16.
    assert seen_above(0.5, 0.9, 4, 0.07) == pytest.approx(0.9**4)
    assert seen_above(0.5, 0.9, 4, 0.05) == 0.0
    assert seen_below(0.67, 0.3, (4, 400), 0.8, 0.001) == 0.0


def test_the_mildest_harm_is_between_the_limit_and_the_worst() -> None:
    found = mildest(lambda share: seen_above(0.02, share, 1700, 0.003), 0.02, 1.0)
    assert found is not None and 0.02 < found < 0.04
    assert seen_above(0.02, found, 1700, 0.003) >= OFTEN
    assert seen_above(0.02, found - 0.004, 1700, 0.003) < OFTEN
    assert mildest(lambda share: seen_above(0.02, share, 2, 0.0001), 0.02, 1.0) is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "harm", "size"),
    [("harm", World(harm=0.035), 0.035), ("needs", World(need=0.2, need_by_lot=0.4), 0.5)],
)
def test_what_a_limit_says_is_what_its_first_quarter_finds(name: str, harm: World, size: float) -> None:
    """The chance that is said is that of the test itself, in regions that are drawn."""
    what = met(harm, 13, np.random.default_rng(2))
    error = PART * limits.SHARES[name] * SETTINGS.stop.false_stops
    households = {one.name: one.households for one in sight.of_quarter(what, SETTINGS)}[name]
    if name == "harm":
        said = seen_above(SETTINGS.stop.harm, size, households, error)
    else:
        by_lot = int(what.listed["spoken_on"].notna().sum()) - households
        said = seen_below(SETTINGS.stop.needs_ratio, size, (households, by_lot), 0.4, error)
    rng, tries = np.random.default_rng(3), cases(20, 150)
    found = np.mean([chance_of_one_look(name, met(harm, 13, rng), FIRST) <= error for _ in range(tries)])
    assert found == pytest.approx(said, abs=0.1 + 2 * np.sqrt(0.25 / tries))


def test_a_larger_installation_sees_more() -> None:
    what = met(World(), 13, np.random.default_rng(1))
    region = {one.name: one for one in sight.of_quarter(what, SETTINGS)}
    small = {one.name: one for one in sight.of_quarter(what, SETTINGS, scale=0.05)}
    assert set(region) == set(small) == set(limits.SHARES)
    assert all(small[name].chance <= region[name].chance for name in region)
    assert region["harm"].chance > 0.9 > 0.5 > small["harm"].chance
    assert small["visited"].mildest is None or small["visited"].mildest < region["visited"].mildest
    spoken = what.listed["spoken_on"].notna()
    assert region["refusals"].households == spoken.sum()


def test_the_command_says_what_it_cannot_see(tmp_path) -> None:
    place = make_workspace(tmp_path / "home")
    deliver_all(place, "2026-11-15", corporation(12))
    load_well(place)
    said = waakvlam(place, "limits")
    assert said.code == 0, said.err
    assert "Too few lists yet" in said.out and "Do not rely on harm" in said.out
    figures = json.loads(waakvlam(place, "limits", "--json").out)
    assert (figures["weeks"], figures["until"]) == (0, None)
    assert [one["name"] for one in figures["limits"]] == ["refusals", "harm", "complaints"]
    assert figures["limits"][0]["households"] == 13 * place.settings.capacity
