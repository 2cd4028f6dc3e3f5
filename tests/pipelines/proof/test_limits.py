"""Simulate the rule that stops the list: rarely without harm, and within a quarter with it, at a region's size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.stops import HARMS, LIMITS, World, false_stops, found_in_time, listed
from models.evaluate.sequential import above
from pipelines.installation.settings import Settings, Stop
from pipelines.proof import limits
from tests.support.cases import cases


@pytest.mark.long
def test_nothing_wrong_seldom_stops_the_list_in_two_years() -> None:
    assert false_stops(cases(4, 400), seed=4) < 0.05


def test_at_the_limit_itself_the_list_seldom_stops() -> None:
    rng = np.random.default_rng(2)
    trials = np.full((400, 104), 20).cumsum(axis=1)
    hits = rng.binomial(20, 0.02, (400, 104)).cumsum(axis=1)
    assert (above(0.02, hits, trials).max(axis=1) >= 20).mean() < 0.05


@pytest.mark.long
@pytest.mark.parametrize("name", list(HARMS))
def test_a_real_harm_stops_the_list_within_a_quarter(name: str) -> None:
    assert found_in_time(name, cases(3, 100), seed=3) >= 0.85


def test_a_limit_is_a_setting() -> None:
    rows = listed(replace(World(), refused=0.65), 9, np.random.default_rng(1))
    strict = {rule.name: rule for rule in limits.check(rows, {}, LIMITS)}
    wide = {rule.name: rule for rule in limits.check(rows, {}, Stop(refusals=0.8))}
    assert strict["refusals"].breached
    assert not wide["refusals"].breached
    assert "the limit is 50%" in strict["refusals"].sentence
    assert Settings(corporatie_id="demo", naam="Voorbeeld").stop.decides == ["bestuurder", "directeur"]
