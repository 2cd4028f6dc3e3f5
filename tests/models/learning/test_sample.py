"""Test learning from a part of the rows: which stay, what they stand for, and that the card is the same."""

from __future__ import annotations

import numpy as np
import pytest

from models.learning import families
from models.learning import rows as train_rows
from tests.models.learning.test_learning import CARD, panel


def test_thinning_keeps_the_households_that_escalate():
    rows = panel()
    thin = train_rows.thinned(rows, len(rows) // 2)
    assert thin["escalated"].sum() == rows["escalated"].sum()
    assert thin["stands_for"].sum() == pytest.approx(len(rows), rel=0.05)
    assert train_rows.thinned(rows, len(rows)) is rows
    escalates = train_rows.thinned(rows, 10).groupby("household")["escalated"].transform("max") == 1
    assert (~escalates).sum() == pytest.approx(escalates.sum(), rel=0.2), (
        "more escalate than `most`: as many others stay"
    )


def test_a_sample_of_the_rows_without_points_teaches_the_same_card():
    rows = panel(households=1500, dates=10)
    quiet = (rows[["arrears_months", "complaints_90d", "worries_90d", "escalated"]] == 0).all(axis=1)
    drawn = ~quiet | (np.random.default_rng(1).random(len(rows)) < 0.2)
    share = quiet.groupby(rows["as_of"]).transform("sum") / (quiet & drawn).groupby(rows["as_of"]).transform(
        "sum"
    )
    few = rows.assign(stands_for=share.where(quiet, 1.0)).loc[drawn]
    assert len(few) < 0.9 * len(rows)
    whole, sampled = (families.learn(CARD, train_rows.usable(each, CARD)) for each in (rows, few))
    for one, other in zip(whole.card.terms, sampled.card.terms, strict=True):
        assert np.abs(np.subtract(one.named_points, other.named_points)).max() <= 1, one.signal
