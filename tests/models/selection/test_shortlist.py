"""Test the weekly list: which addresses get a place, why others do not, and which are drawn by lot."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd
import pytest

from models.selection.shortlist import Coach, Selection, rank, select
from tests.support.lists import MONDAY, candidate

EVERYWHERE = Coach("Noor", capacity=8)


def choose(rows: list[dict[str, Any]], *coaches: Coach, **other: Any) -> Selection:
    given_settings: dict[str, Any] = {
        "as_of": MONDAY,
        "exploration": 0,
        "minimum_score": 1,
        "seed": 7,
        **other,
    }
    return select(pd.DataFrame(rows), coaches or (EVERYWHERE,), **given_settings)


def agreements(selection: Selection) -> list[str]:
    return list(selection.listed["overeenkomst_id"])


def many(n: int) -> list[dict[str, Any]]:
    return [candidate(f"{number:03}", score=1000 - number) for number in range(n)]


def test_the_highest_scores_get_the_places_in_order() -> None:
    chosen = choose(
        [candidate("low", 3), candidate("high", 9), candidate("mid", 5)], Coach("Noor", capacity=2)
    )
    assert agreements(chosen) == ["high", "mid"]
    assert list(chosen.listed["position"]) == [1, 2]
    assert set(chosen.listed["slot"]) == {"top"}
    assert chosen.counts["beyond_capacity"] == 1


def test_equal_scores_go_by_the_score_before_rounding_first() -> None:
    rows = [
        candidate("less", score_exact=9.6),
        candidate("more", score_exact=10.4),
        candidate("even"),
    ]
    assert agreements(choose(rows)) == ["more", "even", "less"]


def test_equal_candidates_go_by_the_written_lot() -> None:
    def by_hand(agreement: str) -> str:
        return sha256(f"7|2026-11-16|C1|{agreement}".encode()).hexdigest()

    names = ["a", "b", "c", "d", "e"]
    assert agreements(choose([candidate(name) for name in names])) == sorted(names, key=by_hand)


def test_neither_the_amount_nor_the_duration_decides_between_equal_scores() -> None:
    names = ["a", "b", "c", "d", "e"]
    owing = [candidate(name, arrears_euro=100.0 * n, oldest_open_days=30 * n) for n, name in enumerate(names)]
    assert agreements(choose(owing)) == agreements(choose([candidate(name) for name in names]))


def test_a_lot_at_the_cut_is_logged_with_its_probability() -> None:
    chosen = choose([candidate("sure", 20), *(candidate(name) for name in "abc")], Coach("Noor", capacity=2))
    (draw,) = chosen.draws
    assert (draw.coach, draw.kind, draw.seed, draw.pool) == ("Noor", "tie", "7|2026-11-16", 3)
    assert draw.probability == pytest.approx(1 / 3)
    assert draw.drawn == (("C1", agreements(chosen)[1]),)
    chance = chosen.log.set_index("overeenkomst_id")["propensity"]
    assert chance["sure"] == 1
    assert [chance[name] for name in "abc"] == pytest.approx([1 / 3] * 3)


def test_a_lot_that_only_orders_the_listed_is_not_logged() -> None:
    assert choose([candidate("a"), candidate("b"), candidate("c", 2)], Coach("Noor", capacity=2)).draws == ()


@pytest.mark.parametrize("shared", ["huurder_id", "eenheid_id", "adres_key"])
def test_one_entry_per_household_and_address(shared: str) -> None:
    rows = [candidate("a", 5, **{shared: "x"}), candidate("b", 9, **{shared: "x"}), candidate("c", 2)]
    chosen = choose(rows)
    assert agreements(chosen) == ["b", "c"]
    assert chosen.counts["same_household"] == 1


def test_a_household_reaches_through_others() -> None:
    rows = [
        candidate("a", 5, huurder_id="x"),
        candidate("b", 6, huurder_id="x", eenheid_id="y"),
        candidate("c", 7, eenheid_id="y", adres_key="z"),
        candidate("d", 8, adres_key="z"),
    ]
    assert agreements(choose(rows)) == ["d"]


def test_what_is_unknown_joins_nobody() -> None:
    rows = [candidate("a", adres_key=None), candidate("b", adres_key=None)]
    assert len(choose(rows).listed) == 2


def test_numbers_of_two_corporations_are_not_the_same_tenant() -> None:
    rows = [candidate("a", huurder_id="1"), candidate("b", huurder_id="1", corporatie_id="C2")]
    assert len(choose(rows).listed) == 2


def test_a_hold_keeps_the_whole_household_off_the_list() -> None:
    rows = [candidate("a", 5, huurder_id="x", hold="in_contact"), candidate("b", 9, huurder_id="x")]
    chosen = choose(rows)
    assert chosen.listed.empty
    assert chosen.counts["in_contact"] == 1
    assert chosen.counts["same_household"] == 1


def test_nobody_is_listed_without_a_reason() -> None:
    chosen = choose([candidate("a", 0), candidate("b", 2), candidate("c", 3)], minimum_score=3)
    assert agreements(chosen) == ["c"]
    assert chosen.counts["below_minimum"] == 2


def test_a_wijk_without_a_coach_is_counted() -> None:
    rows = [candidate("a"), candidate("b", wijk="Zuid"), candidate("c", wijk=None)]
    chosen = choose(rows, Coach("Noor", wijken=frozenset({"Noord"})))
    assert agreements(chosen) == ["a"]
    assert chosen.counts["no_coach"] == 2


def test_a_coach_of_one_corporation_gets_no_address_of_another() -> None:
    rows = [candidate("a"), candidate("b", corporatie_id="C2")]
    assert agreements(choose(rows, Coach("Noor", corporaties=frozenset({"C2"})))) == ["b"]


def test_the_coach_of_the_wijk_comes_before_the_coach_of_every_wijk() -> None:
    everywhere, here = Coach("Alle", capacity=9), Coach("Wijk", wijken=frozenset({"Noord"}), capacity=2)
    chosen = choose(many(5), everywhere, here)
    assert list(chosen.listed.loc[chosen.listed["coach"] == "Wijk", "overeenkomst_id"]) == ["000", "001"]
    assert list(chosen.listed.loc[chosen.listed["coach"] == "Alle", "overeenkomst_id"]) == [
        "002",
        "003",
        "004",
    ]


def test_two_coaches_of_one_wijk_together_take_the_highest() -> None:
    chosen = choose(many(20), Coach("Een", capacity=4), Coach("Twee", capacity=4))
    assert sorted(agreements(chosen)) == [f"{number:03}" for number in range(8)]
    assert Counter(chosen.listed["coach"]) == {"Een": 4, "Twee": 4}


def test_an_address_keeps_its_coach_next_week() -> None:
    coaches = Coach("Een", capacity=20), Coach("Twee", capacity=20)
    this_week, next_week = (choose(many(20), *coaches, as_of=day) for day in (MONDAY, date(2026, 11, 23)))
    assert this_week.listed["coach"].nunique() == 2
    pd.testing.assert_series_equal(this_week.log["coach"], next_week.log["coach"])


def test_exploration_is_drawn_below_the_cut_and_logged() -> None:
    chosen = choose(many(200), Coach("Noor", capacity=8), exploration=1)
    drawn = chosen.listed.loc[chosen.listed["slot"] == "exploration", "overeenkomst_id"].item()
    assert sorted(set(agreements(chosen)) - {drawn}) == [f"{number:03}" for number in range(7)]
    assert 7 <= int(drawn) < 80
    (draw,) = chosen.draws
    assert (draw.kind, draw.pool, draw.drawn) == ("exploration", 73, (("C1", drawn),))
    text = f"{draw.seed}|C1|"
    by_hand = min(
        (f"{number:03}" for number in range(7, 80)), key=lambda a: sha256((text + a).encode()).hexdigest()
    )
    assert drawn == by_hand
    chance = chosen.log.set_index("overeenkomst_id")["propensity"]
    assert chance["006"] == 1
    assert chance["007"] == chance["079"] == pytest.approx(1 / 73)
    assert chance["080"] == 0
    assert chance.sum() == pytest.approx(8)


def test_exploration_is_spread_over_the_pool_and_over_the_places() -> None:
    weeks = [date.fromordinal(MONDAY.toordinal() + 7 * week) for week in range(40)]
    chosen = [choose(many(100), Coach("Noor", capacity=8), exploration=1, as_of=day).listed for day in weeks]
    drawn = [listed.loc[listed["slot"] == "exploration"].iloc[0] for listed in chosen]
    assert len({row["overeenkomst_id"] for row in drawn}) > 20
    assert {row["position"] for row in drawn} == set(range(2, 9))


@pytest.mark.parametrize("n", [0, 1, 8])
def test_with_no_more_households_than_places_nothing_is_drawn(n: int) -> None:
    chosen = select(
        pd.DataFrame(many(n), columns=list(candidate("x"))),
        [EVERYWHERE],
        as_of=MONDAY,
        exploration=1,
        minimum_score=1,
        seed=1,
    )
    assert agreements(chosen) == [f"{number:03}" for number in range(n)]
    assert chosen.draws == ()
    assert list(chosen.listed.columns[:3]) == ["coach", "position", "slot"]


def test_at_least_one_place_goes_by_rank() -> None:
    chosen = choose(many(9), Coach("Noor", capacity=1), exploration=1)
    assert agreements(chosen) == ["000"]


def test_a_coach_on_leave_gets_no_address() -> None:
    chosen = choose(many(3), Coach("Noor", capacity=0), exploration=1)
    assert chosen.listed.empty
    assert chosen.counts["beyond_capacity"] == 3


def test_the_index_of_the_input_does_not_matter() -> None:
    people = pd.DataFrame(many(5), index=[4, 4, 2, 2, 0])
    chosen = select(people, [EVERYWHERE], as_of=MONDAY, exploration=0, minimum_score=1, seed=7)
    assert agreements(chosen) == ["000", "001", "002", "003", "004"]


def test_rank_orders_all_and_has_no_equals() -> None:
    people = pd.DataFrame([candidate("a", 1), candidate("b", 9), candidate("c", 4)], index=[7, 8, 9])
    assert rank(people, as_of=MONDAY, seed=7).to_dict() == {7: 3, 8: 1, 9: 2}


@pytest.mark.parametrize(
    ("rows", "coaches", "other", "message"),
    [
        ([candidate("a"), candidate("a")], [EVERYWHERE], {}, "occurs twice"),
        ([candidate("a", score=None)], [EVERYWHERE], {}, "no score"),  # type: ignore[arg-type]
        ([candidate("a")], [EVERYWHERE, EVERYWHERE], {}, "same name"),
        ([candidate("a")], [EVERYWHERE], {"minimum_score": 0}, "at least 1"),
        ([candidate("a")], [EVERYWHERE], {"exploration": -1}, "negative"),
        ([candidate("a")], [Coach("Noor", capacity=-1)], {}, "negative"),
        ([{"score": 1}], [EVERYWHERE], {}, "candidates lack corporatie_id"),
    ],
)
def test_nonsense_is_refused(
    rows: list[dict[str, Any]], coaches: list[Coach], other: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        choose(rows, *coaches, **other)
