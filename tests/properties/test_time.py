"""Test on generated histories that neither the future nor other agreements change a value, and that points add up."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.compile import features
from models.card.scorecard import EXPERT
from models.card.scorecard import load as load_card
from tests.support.cases import cases
from tests.support.history import ALL, KNOWN_ON, ask, connection, fetch, filled, load, staged

pytestmark = [pytest.mark.long, pytest.mark.dear]
T = date(2024, 3, 4)
"""The Monday after a leap day."""
FEW = settings(max_examples=cases(5, 60))

PAST = st.integers(1, 800).map(lambda days: T - timedelta(days=days))
FUTURE = st.integers(0, 60).map(lambda days: T + timedelta(days=days))
EVENT = {
    name: KNOWN_ON[name]
    for name in (
        "overlastmeldingen",
        "reparatieverzoeken",
        "boekingen",
        "signaleringen",
        "contactmomenten",
        "meldingen_medewerkers",
    )
}
CODES = {
    "overlastmeldingen": {
        "zaaktypedetailsoort_code": ["GEL", "RUZ", "VUI", "STA", "AGR", "LOKAAL", None],
        "zaaktypesoort_code": ["SOC", "OMG", "WOO", None],
        "status_code": ["AFG", "INB", "GEA", None],
        "melder_id": ["m1", "m2", None],
    },
    "reparatieverzoeken": {
        "defectsoort_code": ["SCH", "VS1", "LEK", None],
        "defectoorzaak_code": ["BEW", "OUD", None],
        "onderhoudsoort_code": ["REP", "INS", "MUT", None],
        "status_code": ["AFG", "GEA", None],
    },
    "boekingen": {"detailsoort_code": ["STO", "PRO", None]},
    "signaleringen": {"detailsoort_code": ["BEZ", "DEU", None]},
    "contactmomenten": {"kanaal_code": ["TEL", None]},
    "meldingen_medewerkers": {"zorg": ["post_hoopt_op", "geldzorgen"], "bron": ["vakman", None]},
}
IDS = {
    "overlastmeldingen": "zaak_id",
    "reparatieverzoeken": "verzoek_id",
    "boekingen": "boeking_id",
    "signaleringen": "signalering_id",
    "contactmomenten": "contactmoment_id",
    "meldingen_medewerkers": "melding_id",
}


@st.composite
def event(draw, table: str, on=PAST, known=PAST, agreements=("A", "B")):
    """One row of a source of events, possibly known late and possibly replaced since."""
    row = {column: draw(st.sampled_from(values)) for column, values in CODES[table].items()}
    day, known_from = draw(on), draw(known)
    row |= {EVENT[table]: day.isoformat(), "known_from": max(day, known_from) if on is PAST else known_from}
    row |= {
        "overeenkomst_id": draw(st.sampled_from(agreements)),
        IDS[table]: f"{draw(st.integers(0, 10**9))}",
    }
    row["known_until"] = draw(
        st.one_of(st.none(), st.integers(0, 400).map(lambda n: row["known_from"] + timedelta(n)))
    )
    if table == "reparatieverzoeken":
        visits = draw(st.lists(st.one_of(PAST, FUTURE), max_size=4))
        row["niet_thuis_datums"] = " ".join(str(visit) for visit in visits) or None
    return filled(table, row)


@st.composite
def position(draw, peildatum: date, agreement: str):
    """One row of a list of arrears."""
    due = draw(
        st.one_of(st.none(), st.integers(0, 200).map(lambda days: (peildatum - timedelta(days)).isoformat()))
    )
    row = {
        "peildatum": peildatum.isoformat(),
        "overeenkomst_id": agreement,
        "saldo": draw(st.sampled_from([-50.0, 0.0, 24.99, 25.0, 400.0, 1300.0])),
        "oudste_vervaldatum": due,
        "incassofase": draw(st.sampled_from(["geen", "aanmaning", "deurwaarder", None])),
        "regeling_status_code": draw(st.sampled_from(["ACT", "ANN", "VER", None])),
        "laatste_betaaldatum": draw(st.one_of(st.none(), PAST, FUTURE)),
    }
    return filled("huurachterstanden", row)


@st.composite
def history(draw):
    """Two agreements of one corporation with events, and lists of arrears that have gaps."""
    tables = {table: draw(st.lists(event(table), max_size=6)) for table in EVENT}
    mondays = [T - timedelta(weeks=week) for week in range(60)]
    lists = draw(st.lists(st.sampled_from(mondays), unique=True, max_size=12))
    tables["peildata"] = [filled("peildata", {"peildatum": day.isoformat()}) for day in lists]
    pairs = [(day, agreement) for day in lists for agreement in "AB" if draw(st.booleans())]
    tables["huurachterstanden"] = [draw(position(day, agreement)) for day, agreement in pairs]
    rent = st.sampled_from([500.0, 0.0, None])
    tables["huurovereenkomsten"] = [
        filled(
            "huurovereenkomsten",
            {"overeenkomst_id": name, "begindatum": "2019-05-01", "brutohuur": draw(rent)},
        )
        for name in "AB"
    ]
    return tables


@st.composite
def future(draw):
    """Rows that nobody could know before T, or that are about T or later; planted values stand out (999)."""
    planted: dict[str, list] = {}
    for table in EVENT:
        known_late = st.lists(event(table, known=FUTURE), max_size=3)
        still_to_happen = st.lists(event(table, on=FUTURE), max_size=3)
        planted[table] = draw(known_late) + draw(still_to_happen)
    late = {"known_from": draw(FUTURE)}
    old, new = T - timedelta(weeks=1), T + timedelta(weeks=1)
    lists = [{"peildatum": old.isoformat()} | late, {"peildatum": new.isoformat(), "known_from": draw(PAST)}]
    planted["peildata"] = [filled("peildata", row) for row in lists]
    planted["huurachterstanden"] = [
        filled("huurachterstanden", row | {"overeenkomst_id": "A", "saldo": 999.0, "incassofase": "vonnis"})
        for row in lists
    ]
    new_home = {"overeenkomst_id": "Z", "begindatum": "2019-05-01", "brutohuur": 999.0} | late
    planted["huurovereenkomsten"] = [filled("huurovereenkomsten", new_home)]
    return planted


def _together(one, other):
    return {name: [*one.get(name, ()), *other.get(name, ())] for name in staged()}


@FEW
@given(history(), future())
def test_rows_not_known_or_not_happened_yet_change_nothing(past, planted):
    load(past)
    before = ask(T)
    load(_together(past, planted))
    assert ask(T) == before


@FEW
@given(history(), FUTURE)
def test_what_was_replaced_later_still_counts_for_then(past, moment):
    load(past)
    before = ask(T)
    still = {
        name: [row | {"known_until": row.get("known_until") or moment} for row in rows]
        for name, rows in past.items()
    }
    load(still)
    assert ask(T) == before


@FEW
@given(history())
def test_another_agreement_changes_nothing(past):
    """Shared are the lists delivered, and how far back the corporation's repairs and complaints go."""
    load(past)
    before = next(row for row in ask(T) if row["overeenkomst_id"] == "A")
    load({name: [row for row in rows if row.get("overeenkomst_id") != "B"] for name, rows in past.items()})
    (after,) = ask(T)
    shared = {"silent_days": None, "complaints_rise_90d": None}
    assert after | shared == before | shared


@FEW
@given(history())
def test_the_order_of_rows_changes_nothing(past):
    load(past)
    before = ask(T)
    load({name: rows[::-1] for name, rows in past.items()})
    assert ask(T) == before


@FEW
@given(history())
def test_several_dates_in_one_query_equal_the_dates_one_by_one(past):
    dates = (T - timedelta(weeks=26), T - timedelta(days=4), T)
    load(past)
    apart = [row for day in dates for row in ask(day)]
    assert ask(dates) == sorted(apart, key=lambda row: (row["overeenkomst_id"], row["as_of"]))


@cache
def _scored() -> str:
    table = features(staged(), T, ALL)
    scores = load_card(EXPERT).points(table)
    return connection().compile(scores.order_by("overeenkomst_id"))


def _points(term, value) -> int:
    if value is None:
        return term.missing
    return next(band.points for band in term.bands if band.below is None or value < band.below)


@FEW
@given(history())
def test_points_are_those_of_the_card_and_add_up(past):
    load(past)
    card = load_card(EXPERT)
    for scored, row in zip(fetch(_scored()), ask(T), strict=True):
        expected = {f"points_{term.signal}": _points(term, row[term.signal]) for term in card.terms}
        assert {name: scored[name] for name in expected} == expected
        assert scored["score"] == sum(expected.values())
