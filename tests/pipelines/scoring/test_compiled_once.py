"""The SQL that tests keep for all dates (`tests.support.quicker`) is the SQL that Ibis compiles for a date."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from features.compile import features
from models.learning.label import escalations, outcome
from models.selection.scope import scope
from pipelines.installation.contracts import contracts
from pipelines.scoring import panel, score
from tests.support.history import staged

pytestmark = pytest.mark.dear

DAYS = [date(2026, 11, 23), date(2024, 2, 29)]


def test_dates_that_are_put_in_later_give_the_same_query():
    extracts = frozenset(contracts())
    assert features is not score.features and scope is not score.scope
    assert ibis.to_sql(score.features(staged(), DAYS, extracts)) == ibis.to_sql(
        features(staged(), DAYS, extracts)
    )
    assert ibis.to_sql(score.scope(staged(), DAYS[0], 182)) == ibis.to_sql(scope(staged(), DAYS[0], 182))
    own, kept = escalations(staged(), DAYS[0]), panel.escalations(staged(), DAYS[0])
    assert own is not kept and ibis.to_sql(kept) == ibis.to_sql(own)
    ours, theirs = (make(own, DAYS, horizon_weeks=26) for make in (outcome, panel.outcome))
    assert ours is not theirs and ibis.to_sql(theirs) == ibis.to_sql(ours)
