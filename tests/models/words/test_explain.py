"""Test explanations of a score: exact sums, what would take an address off the list, and what changed."""

from __future__ import annotations

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import BY_NAME
from models.card.lined import lined
from models.card.scorecard import EXPERT, Scorecard, load
from models.card.term import Band, Knot, Term
from models.words.explain import changed, contributions, off_the_list, total

WHY = "Made for a test of explanations."


def term(signal: str, *bands: tuple[float | None, int], missing: int = 0) -> Term:
    return Term(
        signal=signal, why=WHY, bands=tuple(Band(below=b, points=p) for b, p in bands), missing=missing
    )


CARD = Scorecard(
    name="try",
    version="1",
    terms=(
        term("arrears_months", (1, 0), (2, 6), (3, 11), (None, 17)),
        term("plan_running", (1, 0), (None, -5)),
        term("complaints_90d", (1, 0), (None, 7), missing=2),
    ),
)
ROW = {"arrears_months": 2.5, "plan_running": 0, "complaints_90d": 1}


def ways(row, cut):
    return [
        [(c.signal, c.wanted, c.points, c.otherwise) for c in way] for way in off_the_list(CARD, row, cut)
    ]


def test_contributions_add_up_and_name_their_band():
    report = contributions(CARD, ROW)
    assert [(c.signal, c.points, c.band) for c in report] == [
        ("arrears_months", 11, "2 or more and below 3"),
        ("complaints_90d", 7, "1 or more"),
        ("plan_running", 0, "below 1"),
    ]
    assert total(CARD, ROW) == 18


def test_missing_has_its_own_points():
    actual = {c.signal: (c.points, c.band) for c in contributions(CARD, ROW | {"complaints_90d": None})}
    assert actual["complaints_90d"] == (2, "missing")


def test_each_signal_that_suffices_alone_is_listed_with_its_smallest_change():
    assert ways(ROW, 15) == [
        [("arrears_months", "below 2", 11, 6)],
        [("plan_running", "1 or more", 0, -5)],
        [("complaints_90d", "below 1", 7, 0)],
    ]
    assert ways(ROW, 12) == [
        [("complaints_90d", "below 1", 7, 0)],
        [("arrears_months", "below 1", 11, 0)],
    ]


def test_where_no_single_signal_is_enough_the_strongest_together_are():
    assert ways(ROW, 5) == [[("arrears_months", "below 1", 11, 0), ("complaints_90d", "below 1", 7, 0)]]


def test_who_is_below_the_cut_is_off_already_and_a_cut_out_of_reach_has_no_way():
    assert ways(ROW, 19) == []
    assert ways(ROW, -100) == []


def test_a_missing_value_is_not_offered_as_a_change():
    assert ways({"arrears_months": None, "plan_running": None, "complaints_90d": None}, 1) == []


def test_what_changed_adds_up_to_the_change_of_the_score():
    before = ROW | {"arrears_months": 0.5, "plan_running": 1}
    assert changed(CARD, ROW, before) == [("arrears_months", 0, 11), ("plan_running", -5, 0)]
    assert changed(CARD, ROW, ROW) == []


signals = st.fixed_dictionaries(
    {t.signal: st.one_of(st.none(), st.integers(-1, 400), st.floats(0, 12)) for t in load(EXPERT).terms}
)


@given(now=signals, before=signals, cut=st.integers(1, 120))
def test_on_the_expert_card_every_sum_is_exact_and_every_way_works(now, before, cut):
    card = load(EXPERT)
    moves = changed(card, now, before)
    assert sum(b - a for _, a, b in moves) == total(card, now) - total(card, before)
    for way in off_the_list(card, now, cut):
        assert total(card, now) + sum(c.otherwise - c.points for c in way) < cut <= total(card, now)


def test_a_way_is_one_that_can_happen_and_reads_as_a_sentence():
    """On a line that falls far out no larger debt is offered, and every bound is a number that a person reads."""
    euro = Term(
        signal="arrears_euro", why=WHY, doubling=-9, people_until=500,
        line=(Knot(at=250, points=0), Knot(at=500, points=10), Knot(at=1000, points=20), Knot(at=14066.6, points=8)),
    )  # fmt: skip
    card = Scorecard(name="try", version="1", terms=(euro,))
    ((move,),) = off_the_list(card, {"arrears_euro": 3788.0}, 13)
    assert move.text == "arrears_euro were below 594 (now 3,788: 14 points, then at most 12)"
    ways = off_the_list(CARD, {"arrears_months": 0.5, "plan_running": 0, "complaints_90d": 1}, 5)
    assert [(move.signal, move.wanted) for (move,) in ways] == [
        ("plan_running", "1 or more"),
        ("complaints_90d", "below 1"),
    ]


def learned(steps: list[int]) -> Scorecard:
    """The lined expert card, with knots from the data and a tail that may fall."""
    terms = []
    for term, step in zip(lined(load(EXPERT)).terms, cycle(steps), strict=False):
        if term.line and term.people_until is None:
            last = term.line[-1]
            beyond = [
                Knot(at=round(last.at * 2 ** (n / 2) + 0.137, 3), points=last.points + n * step)
                for n in (1, 2, 5)
            ]
            term = term.model_copy(
                update={"line": (*term.line, *beyond), "doubling": step, "people_until": last.at}
            )
        terms.append(term)
    return load(EXPERT).model_copy(update={"terms": tuple(terms)})


real = st.fixed_dictionaries(
    {
        t.signal: st.one_of(
            st.none(),
            st.integers(0, 2000) if BY_NAME[t.signal].dtype == "int64" else st.floats(0, 20_000),
        )
        for t in lined(load(EXPERT)).terms
    }
)


@given(
    now=real,
    cut=st.integers(1, 120),
    steps=st.lists(st.integers(-12, 8), min_size=3, max_size=7),
    share=st.floats(0, 0.999),
)
def test_on_learned_cards_every_way_can_happen_and_works_for_every_value_that_it_names(
    now, cut, steps, share
):
    card = learned(steps)
    for way in off_the_list(card, now, cut):
        then = dict(now)
        for move in way:
            number = float(move.wanted.removeprefix("below ").removesuffix(" or more").replace(",", ""))
            kind = BY_NAME[move.signal].direction
            assert move.wanted.startswith("below") == (kind > 0)
            assert number <= move.value if kind > 0 else number > move.value
            some = number * share if kind > 0 else number * (1 + share)
            then[move.signal] = int(some) if BY_NAME[move.signal].dtype == "int64" else some
        assert total(card, then) < cut <= total(card, now)


@pytest.mark.parametrize("row", [ROW, ROW | {"complaints_90d": None}])
def test_points_are_those_of_the_engine(row):
    import ibis

    columns = {name: [value] for name, value in row.items()}
    kinds = dict.fromkeys(row, "float64")
    keys = {"corporatie_id": ["C"], "overeenkomst_id": ["A"], "as_of": ["x"]}
    table = ibis.memtable(keys | columns, schema=dict.fromkeys(keys, "string") | kinds)
    scored = ibis.duckdb.connect().to_pyarrow(CARD.points(table)).to_pylist()[0]
    assert {c.signal: c.points for c in contributions(CARD, row)} == {
        t.signal: scored[f"points_{t.signal}"] for t in CARD.terms
    }
