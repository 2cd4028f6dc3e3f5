"""Test that no figure is shown of fewer homes than the limit."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import duckdb
import pandas as pd
import pytest

from pipelines.exchange.figures import week_figures
from pipelines.warehouse.wijken import OTHER, grouped, shown_as


def test_small_wijken_are_shown_together():
    homes = {"Oost": 100, "Noord": 60, "Zuid": 99, "": 3}
    assert shown_as(homes, 100) == {"Oost": "Oost", "Noord": OTHER, "Zuid": OTHER, "": OTHER}


def test_one_small_wijk_takes_the_smallest_large_one_with_it():
    assert shown_as({"Oost": 300, "West": 150, "Noord": 1}, 100) == {
        "Oost": "Oost",
        "West": OTHER,
        "Noord": OTHER,
    }


def test_a_corporation_below_the_limit_is_not_shown():
    assert shown_as({"Oost": 60, "Noord": 39}, 100) == {"Oost": None, "Noord": None}
    assert shown_as({}, 100) == {}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_shown_has_enough_homes(seed: int):
    chance = Random(seed)
    homes = {f"W{n}": chance.choice((1, 3, 40, 99, 100, 250)) for n in range(chance.randrange(1, 9))}
    shown = shown_as(homes, 100)
    totals = Counter({name: 0 for name in shown.values() if name})
    for wijk, name in shown.items():
        if name:
            totals[name] += homes[wijk]
    assert all(total >= 100 for total in totals.values())
    assert set(shown) == set(homes)


def test_rows_are_grouped_by_the_homes_that_they_are_about():
    rows = pd.DataFrame({"wijk": ["A"] * 4 + ["B"] * 4 + [None], "household": [1, 2, 3, 4, 5, 5, 5, 5, 6]})
    assert grouped(rows, ["household"], 5).tolist() == [OTHER] * 8 + [None]
    assert grouped(rows, ["household"], 1).tolist()[:8] == ["A"] * 4 + ["B"] * 4


def test_the_portal_gets_no_figures_of_a_small_wijk():
    """Three wijken of 120, 60 and 50 homes, and a corporation of ten."""
    monday = date(2026, 11, 23)
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA run")
        con.execute(
            "CREATE TABLE run.decided (corporatie_id VARCHAR, overeenkomst_id VARCHAR, as_of DATE, outcome VARCHAR)"
        )
        con.execute(
            "CREATE TEMP TABLE scored AS SELECT ?::DATE AS as_of, CASE WHEN n < 230 THEN 'C0' ELSE 'C1' END AS corporatie_id, "
            "'O' || n AS overeenkomst_id, 'E' || n AS eenheid_id, NULL::VARCHAR AS exclusion, "
            "CASE WHEN n < 120 THEN 'Oost' WHEN n < 180 THEN 'Noord' WHEN n < 230 THEN NULL ELSE 'Klein' END AS wijk, "
            "5 AS points_arrears_euro FROM range(240) t(n)",
            [monday],
        )
        figures = week_figures(con, monday, 100)
    assert {(f.corporatie_id, f.wijk, f.agreements) for f in figures} == {
        ("C0", "Oost", 120),
        ("C0", OTHER, 110),
    }
    assert {f.signalled for f in figures if f.family == "any"} == {110, 120}
