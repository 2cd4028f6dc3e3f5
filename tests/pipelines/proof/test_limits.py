"""Simulate the rule that stops the list: rarely without harm, and within a quarter with it, at a region's size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from benchmarks.stops import (
    FIRST,
    HARMS,
    LIMITS,
    QUARTERS,
    World,
    chance_of_one_look,
    false_stops,
    found_in_time,
    met,
    stopped,
)
from models.evaluate.noticed import changes, evidence_after
from models.evaluate.sequential import above, above_lately, above_since_change, chance_above, evidence
from pipelines.installation.settings import Settings, Stop
from pipelines.proof import limits
from tests.support.cases import cases

pytestmark = pytest.mark.dear


@pytest.mark.long
def test_nothing_wrong_seldom_stops_the_list_in_two_years() -> None:
    assert false_stops(cases(4, 400), seed=4) < 0.05


def test_at_the_limit_itself_the_list_seldom_stops() -> None:
    rng = np.random.default_rng(2)
    stops = 0
    for _ in range(400):
        hits = rng.binomial(20, 0.02, 104)
        trials = np.full(104, 20)
        path = evidence(
            above(0.02, hits.cumsum(), trials.cumsum()),
            above_since_change(0.02, hits, trials, limits.QUARTER),
            above_lately(0.02, hits, trials, limits.QUARTER),
            limits.QUARTER,
            evidence_after(
                changes(hits, trials),
                104,
                lambda start, end, hits=hits: float(
                    chance_above(0.02, hits[start:end].sum(), 20 * (end - start))
                ),
            ),
        )
        stops += path.max() >= 20
    assert 0 < stops < 20


def test_with_as_many_needs_as_by_lot_the_list_seldom_stops() -> None:
    """Households are counted as soon as the coach spoke to them, so each look sees a part of the newest lists."""
    rng = np.random.default_rng(8)
    stops = 0
    for _ in range(150):
        number = 104 * 25
        as_of = pd.Series(
            pd.Timestamp("2026-01-05") + pd.to_timedelta(np.repeat(np.arange(104) * 7, 25), unit="D")
        )
        spoken = as_of + pd.to_timedelta(rng.integers(0, 28, number), unit="D")
        top, need = pd.Series(rng.random(number) < 0.8), pd.Series(rng.random(number) < 0.4)
        what = limits._compared(pd.DataFrame({"as_of": as_of}), top, need, spoken)
        stops += limits._below("needs", "", what, 1.0, 20).breached
    assert 0 < stops < 0.05 * 150


@pytest.mark.long
@pytest.mark.parametrize("name", list(HARMS))
@pytest.mark.parametrize("good_weeks", [0, 26])
def test_a_real_harm_stops_the_list_within_a_quarter(name: str, good_weeks: int) -> None:
    assert found_in_time(name, HARMS[name][0], cases(5, 100), 3, good_weeks).rule >= 0.8


def test_reports_are_held_against_the_visits_of_the_same_weeks() -> None:
    """Soon after the start most visits are not four weeks old. Complaints within the limit must not stop the list then."""
    for weeks in (2, 4, 6):
        assert "complaints" not in stopped(met(World(complaints=0.045), weeks, np.random.default_rng(weeks)))


def test_one_test_finds_what_is_far_from_the_limit_only() -> None:
    clear, milder = (met(world, limits.QUARTER, np.random.default_rng(1)) for world in HARMS["visited"])
    error = limits.SHARES["visited"] * LIMITS.false_stops
    assert chance_of_one_look("visited", clear, FIRST) <= error / QUARTERS
    assert chance_of_one_look("visited", milder, FIRST) > error


@pytest.mark.long
@pytest.mark.parametrize("name", ["harm", "needs"])
def test_a_milder_harm_after_half_a_good_year_is_found_in_more_than_half_of_the_regions(name: str) -> None:
    found = found_in_time(name, HARMS[name][1], cases(20, 100), 3, 26)
    assert 0.5 < found.rule < found.knowing


def test_a_limit_is_a_setting() -> None:
    what = met(replace(World(), refused=0.65), 13, np.random.default_rng(1))
    strict = {rule.name: rule for rule in limits.check(what, LIMITS)}
    wide = {rule.name: rule for rule in limits.check(what, Stop(refusals=0.8))}
    assert strict["refusals"].breached
    assert not wide["refusals"].breached
    assert "the limit is 50%" in strict["refusals"].sentence
    assert Settings(corporatie_id="demo", naam="Voorbeeld").stop.decides == ["bestuurder", "directeur"]


TABLES = """
CREATE SCHEMA run; CREATE SCHEMA staged;
CREATE TABLE run.decided (corporatie_id TEXT, overeenkomst_id TEXT, as_of DATE, outcome TEXT);
CREATE TABLE staged.objectors (corporatie_id TEXT, overeenkomst_id TEXT);
CREATE TABLE staged.huurovereenkomsten (corporatie_id TEXT, overeenkomst_id TEXT, wijk TEXT, known_from DATE);
CREATE TABLE staged.contacten (corporatie_id TEXT, overeenkomst_id TEXT, contact_id TEXT, datum DATE, soort TEXT,
    bereikt BOOLEAN, resultaat TEXT, stand TEXT, known_from DATE, known_until DATE);
INSERT INTO run.decided SELECT 'c', * FROM (VALUES ('early', DATE '2026-01-05', 'top'), ('early', DATE '2026-03-02', 'top'),
    ('late', DATE '2026-03-02', 'exploration'), ('objects', DATE '2026-01-05', 'top'), ('before', DATE '2025-12-01', 'top'));
INSERT INTO staged.objectors VALUES ('c', 'objects');
INSERT INTO staged.contacten SELECT 'c', *, NULL FROM (VALUES
    ('early', '1', DATE '2026-01-10', NULL, false, NULL, NULL, DATE '2026-01-12'),
    ('early', '2', DATE '2026-01-20', NULL, true, $declined, 'niet_passend', DATE '2026-01-26'),
    ('late', '3', DATE '2026-03-03', NULL, true, NULL, 'in_contact', DATE '2026-03-09'),
    ('late', '4', DATE '2026-03-10', NULL, true, NULL, NULL, DATE '2026-03-23'),
    ('objects', '5', DATE '2026-01-10', NULL, true, NULL, NULL, DATE '2026-01-12'),
    ('before', '6', DATE '2026-02-10', NULL, true, NULL, NULL, DATE '2026-02-16'),
    ('never listed', '7', DATE '2026-02-10', NULL, true, NULL, NULL, DATE '2026-02-16'),
    ('early', '8', DATE '2026-01-06', 'Administratief', true, NULL, NULL, DATE '2026-01-12'));
"""


def test_visits_count_from_their_day_and_groups_once_the_time_for_a_visit_has_passed() -> None:
    con = duckdb.connect()
    con.execute(TABLES.replace("$declined", f"'{limits.DECLINED}'"))
    what = limits.met(con, date(2026, 1, 1), date(2026, 3, 16), {})
    rows = what.listed.set_index("overeenkomst_id")
    assert list(rows.index) == ["early", "late"]
    assert rows["matured"].tolist() == [True, False]
    assert rows["spoken_on"].dt.date.tolist() == [date(2026, 1, 20), date(2026, 3, 3)]
    assert rows["refused"].tolist() == [True, False]
    assert rows["need"].tolist() == [0, 1]
    assert list(what.visits) == [date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 3)]
    found = {rule.name: rule.counted for rule in limits.check(what, LIMITS)}
    assert found["refusals"] == "1 of 2 (1 of 2 in the last quarter), the limit is 50%"
    assert found["harm"] == "0 of 3 (0 of 3 in the last quarter), the limit is 2%"
    assert found["needs"] == "0 of 1, by lot 1 of 1", "needs count once the coach spoke to the household"


def test_each_look_counts_the_lists_of_a_quarter_as_far_as_they_were_known_then() -> None:
    what = met(World(), 30, np.random.default_rng(3)).listed
    rows = what.loc[what["spoken_on"].notna() & what["need"].notna()].iloc[::7]
    own, hit = rows["outcome"] == "top", rows["need"] == 1
    compared = limits._compared(rows, own, hit, rows["spoken_on"])
    for look in (0, 5, 12, 13, 25):
        now = rows["as_of"].min() + timedelta(weeks=look + 1)
        known = rows["spoken_on"] < now
        lately = known & (rows["as_of"] >= now - timedelta(weeks=limits.QUARTER))
        added = known & (rows["spoken_on"] >= now - timedelta(weeks=1))
        for which, block in ((added, compared.added[look]), (lately, compared.lately[look])):
            expected = (
                (which & own).sum(),
                (which & own & hit).sum(),
                (which & ~own).sum(),
                (which & ~own & hit).sum(),
            )
            assert (block.trials, block.successes, block.other_trials, block.other_successes) == expected
