"""Test that sentences never raise or have a gap, whichever facts are missing."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import BY_FAMILY, BY_NAME
from models.words.reasons import news, reasons, safety, since

MONDAY = date(2026, 11, 16)


TERMS = [name for name, signal in BY_NAME.items() if signal.reason]
missing = st.sampled_from(
    [None, math.nan, math.inf, pd.NA, pd.NaT, np.datetime64("NaT"), "None", "nan", [], "", -1]
)
numbers = st.one_of(missing, st.integers(-3, 800), st.floats(-5, 5000))
days = st.one_of(missing, st.dates(date(2024, 1, 1), MONDAY), st.just(pd.Timestamp("2026-02-28")))
lists = st.one_of(missing, st.lists(days, max_size=4))
codes = st.one_of(missing, st.sampled_from(["sommatie", "SCH", "iets"]))
code_lists = st.one_of(
    missing, st.lists(st.sampled_from(["SCH", "huismeester", "geldzorgen", None]), max_size=4)
)
COLUMNS = {
    **dict.fromkeys(TERMS, numbers),
    **{f"points_{term}": st.one_of(missing, st.integers(-4, 6)) for term in TERMS},
    **dict.fromkeys(("fact_last_payment_euro",), numbers),
    "as_of": st.just(MONDAY),
    "fact_collection_phase": codes,
    "fact_same_defect_kind": codes,
    **dict.fromkeys(("fact_neglect_kinds", "fact_worries", "fact_worry_sources"), code_lists),
    "fact_not_home_on": lists,
    **dict.fromkeys(
        (
            "fact_arrears_peildatum",
            "fact_arrears_since",
            "fact_oldest_due_on",
            "fact_plan_broken_on",
            "fact_last_payment_on",
            "fact_last_storno_on",
            "fact_last_complaint_on",
            "fact_last_neglect_on",
            "fact_last_damage_on",
            "fact_last_sign_on",
            "fact_last_worry_on",
            "fact_first_signal_on",
        ),
        days,
    ),
    **dict.fromkeys(("fact_arrears_active", "fact_nuisance_active", "fact_safety_pair"), st.booleans()),
}
rows = st.fixed_dictionaries({}, optional=COLUMNS)


@given(
    rows,
    st.one_of(st.none(), rows),
    st.booleans(),
    st.sampled_from([None, date(2026, 11, 9), date(2025, 12, 1)]),
)
def test_whatever_is_missing_no_sentence_has_a_hole(
    now: dict[str, Any], before: dict[str, Any] | None, listed: bool, last: date | None
) -> None:
    why, new = reasons(now), news(now, before, last, listed=listed)
    assert len(why) <= 3
    assert new or last is None
    for text in [*why, *new, safety(now) or "Geen."]:
        assert text.endswith(".") and not text.endswith("..")
        assert text[0].isupper() or text[0].isdigit()
        assert not {"none", "nan", "nat", "<na>", "inf", "[]", "()"} & set(
            text.lower().replace(".", " ").split()
        )
        assert not any(hole in text for hole in ("  ", " ,", " ;", " .", "()", ";.", "nul ", "-€", "{", "_"))
    assert since(now) is None or isinstance(since(now), date)
    families = [names for names in BY_FAMILY.values() if sum(_points(now, name) for name in names) > 0]
    assert len(why) == min(3, len(families))


def _points(now: dict[str, Any], term: str) -> int:
    value = now.get(f"points_{term}")
    return value if isinstance(value, int) else 0
