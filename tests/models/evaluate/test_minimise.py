"""Test what a list loses without a signal or an extract, on panels in which the answer is known."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from models.card.scorecard import Scorecard
from models.evaluate.ground import Ground, ground
from models.evaluate.minimise import LEAST_DATES, losses, propose, without_extract, without_signals
from tests.support.panels import thrown


def card(*signals: str) -> Scorecard:
    """Return a card on which every signal gives more points for more."""
    why = "Invented for a test of what a signal is worth."
    line = [{"at": 0, "points": 0}, {"at": 1, "points": 10}, {"at": 3, "points": 20}]
    terms = [{"signal": name, "why": why, "line": line, "doubling": 5} for name in signals]
    return Scorecard.model_validate_json(json.dumps({"name": "test", "version": "1", "terms": terms}))


@pytest.fixture(scope="module")
def on() -> Ground:
    """Return rows in which arrears predict the outcome well, and stornos not at all."""
    rows = thrown(households=500, dates=8, strength=1.5)
    rng = np.random.default_rng(4)
    rows["stornos_365d"] = rng.poisson(0.3, len(rows))
    return ground(rows.assign(escalation=np.where(rows["escalated"] == 1, "bailiff", None)))


CARD = card("arrears_months", "stornos_365d")


def test_a_signal_that_helps_is_needed_and_noise_is_not(on: Ground) -> None:
    signals, _ = losses(on, CARD, 20, [], replicates=300)
    arrears, stornos = signals
    assert (arrears.name, arrears.needed) == ("arrears_months", True)
    assert (stornos.name, stornos.needed) == ("stornos_365d", False)
    assert 0 < arrears.no_longer_found[0] <= 1
    assert set(arrears.kinds) == {"bailiff"}
    actual = arrears.precision[0] + arrears.difference[0]
    assert stornos.precision[0] + stornos.difference[0] == pytest.approx(actual, abs=2e-4), (
        "one whole list for both"
    )


def test_no_longer_found_by_hand(on: Ground) -> None:
    """Without its only signal a list finds what a lot finds."""
    (loss,), _ = losses(on, card("arrears_months"), 20, [], replicates=50)
    by_lot = np.mean([on.y[on.date == number].mean() for number in range(len(on.dates))])
    assert loss.precision[0] == pytest.approx(by_lot, abs=1e-3)
    assert loss.difference[0] > 0.1
    assert without_signals(card("arrears_months"), ["arrears_months"]) is None


def test_an_extract_takes_its_signals_with_it(on: Ground) -> None:
    _, (extract,) = losses(on, CARD, 20, ["huurachterstanden"], replicates=100)
    assert (extract.name, extract.signals, extract.needed) == ("huurachterstanden", ("arrears_months",), True)


def test_stacked_signals_lose_what_an_extract_added() -> None:
    rows = pd.DataFrame(
        {
            "complaints_365d": [3, 0],
            "damage_365d": [1, 1],
            "fact_nuisance_active": [True, False],
            "active_families": [3, 1],
            "families_growth": [2, 0],
            "events_365d": [4, 1],
        }
    )
    smaller = without_extract(rows, "overlastmeldingen")
    assert smaller["complaints_365d"].isna().all()
    assert smaller["active_families"].tolist() == [2, 1]
    assert smaller["families_growth"].tolist() == [2, 0]
    assert smaller["events_365d"].tolist() == [1, 1]
    assert rows["active_families"].tolist() == [3, 1], "the panel itself stays as it was"


def test_the_smallest_set_leaves_noise_out_and_is_judged_on_later_dates(on: Ground) -> None:
    proposal = propose(on, CARD, 20)
    assert (proposal.keep, proposal.drop) == (("arrears_months",), ("stornos_365d",))
    assert (proposal.chosen_on, proposal.judged_on) == (4, 4)
    assert proposal.holds and proposal.kept[0] > 0.97


def test_with_few_dates_no_proposal_is_made(on: Ground) -> None:
    assert propose(on.where(on.date < LEAST_DATES - 1), CARD, 20) is None
