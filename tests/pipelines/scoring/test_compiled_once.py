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


MANY = [*DAYS, date(2025, 1, 6), date(2025, 1, 13), date(2025, 12, 29)]


def same(kept, own) -> bool:
    """Return whether two queries have the same SQL but for where its lines end."""
    texts = ["".join(ibis.to_sql(query).split()) for query in (kept, own)]
    return kept is not own and texts[0] == texts[1]


@pytest.mark.parametrize("days", [DAYS, MANY], ids=len)
def test_dates_that_are_put_in_later_give_the_same_query(days):
    extracts = frozenset(contracts())
    assert features is not score.features and scope is not score.scope
    assert same(score.features(staged(), days, extracts), features(staged(), days, extracts))
    assert same(score.scope(staged(), days, 182), scope(staged(), days, 182))
    assert same(score.scope(staged(), days[0], 182), scope(staged(), days[0], 182))
    own, kept = escalations(staged(), days[0]), panel.escalations(staged(), days[0])
    assert same(kept, own)
    ours, theirs = (make(own, days, horizon_weeks=26) for make in (outcome, panel.outcome))
    assert ours is not theirs and same(theirs, ours)
