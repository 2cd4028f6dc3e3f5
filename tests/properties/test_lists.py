"""Test the promises of a list for any candidates, coaches and typed values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.selection.contenders import Contenders
from models.selection.shortlist import WHY_NOT, Coach, Selection, rank, select
from pipelines.publishing.list_files import COLUMNS, page, table
from pipelines.publishing.workbook import workbook
from tests.support.lists import MONDAY, candidate, entry, records, sheets, weekly

people = st.lists(
    st.builds(
        lambda **own: own,
        huurder_id=st.sampled_from(["h1", "h2", "h3", "h4", "h5", None]),
        eenheid_id=st.sampled_from([*(f"e{n}" for n in range(40)), None]),
        adres_key=st.sampled_from([*(f"a{n}" for n in range(40)), None]),
        wijk=st.sampled_from(["Noord", "Zuid", "West", None]),
        score=st.integers(0, 6),
        hold=st.sampled_from([None, None, None, None, "in_contact", "not_fitting"]),
    ),
    max_size=60,
).map(
    lambda rows: pd.DataFrame(
        [
            candidate(str(n), **{**row, "huurder_id": row["huurder_id"] and f"h{n % 29}"})
            for n, row in enumerate(rows)
        ],
        columns=list(candidate("x")),
    )
)
coach_sets = st.lists(
    st.builds(
        Coach,
        name=st.sampled_from(["Noor", "Sam", "Kim"]),
        wijken=st.sampled_from([None, frozenset({"Noord"}), frozenset({"Noord", "Zuid"})]),
        corporaties=st.sampled_from([None, frozenset({"C1"}), frozenset({"C2"})]),
        capacity=st.integers(0, 6),
    ),
    max_size=3,
    unique_by=lambda coach: coach.name,
)


@given(
    people, coach_sets, st.lists(st.integers(1, 3), min_size=2, max_size=2), st.integers(0, 9), st.randoms()
)
def test_contenders_give_the_list_without_exploration_for_every_score(
    candidates, coaches, minima, seed, chance
):
    contenders = Contenders(candidates, coaches, as_of=MONDAY, seed=seed)
    for minimum in minima:
        score = [chance.randint(0, 3) for _ in range(len(candidates))]
        exact = [points + chance.choice([0, 0.25]) for points in score]
        rows = candidates.assign(score=score, score_exact=exact)
        compared = rows.loc[(rows["score"] >= minimum) | rows["hold"].notna()]
        listed = select(
            compared, coaches, as_of=MONDAY, exploration=0, minimum_score=minimum, seed=seed
        ).listed
        keys = listed[["corporatie_id", "overeenkomst_id"]].itertuples(index=False, name=None)
        actual = contenders.highest(rows["score"], rows["score_exact"], minimum_score=minimum)
        assert actual == list(keys)


@given(
    people,
    coach_sets,
    st.integers(0, 3),
    st.integers(1, 3),
    st.integers(0, 9),
    st.randoms(use_true_random=False),
)
def test_whatever_comes_the_promises_hold(
    rows: pd.DataFrame, coaches: list[Coach], exploration: int, minimum: int, seed: int, chance: Any
) -> None:
    def chosen_from(candidates: pd.DataFrame) -> Selection:
        return select(
            candidates, coaches, as_of=MONDAY, exploration=exploration, minimum_score=minimum, seed=seed
        )

    chosen = chosen_from(rows)
    listed, log = chosen.listed, chosen.log.set_index("overeenkomst_id")

    assert len(listed) + sum(chosen.counts.values()) == len(rows)
    assert set(WHY_NOT) <= set(chosen.counts)
    for key in ("huurder_id", "eenheid_id", "adres_key"):
        assert not listed[key].dropna().duplicated().any()
    assert listed["hold"].isna().all()
    assert (listed["score"] >= minimum).all()
    assert log["propensity"].between(0, 1).all()
    assert (log.loc[listed["overeenkomst_id"], "propensity"] > 0).all()

    for coach in coaches:
        own = listed.loc[listed["coach"] == coach.name]
        assert len(own) <= coach.capacity
        assert list(own["position"]) == list(range(1, len(own) + 1))
        assert own["corporatie_id"].isin(coach.corporaties or own["corporatie_id"]).all()
        assert own["wijk"].isin(coach.wijken or own["wijk"]).all()
        by_lot = own.loc[own["slot"] == "exploration"]
        assert len(by_lot) <= exploration
        if len(by_lot):
            assert len(own) == coach.capacity
            assert by_lot["score"].max() <= own.loc[own["slot"] == "top", "score"].min()
    # Not for each coach: who loses a tie for the last place of one is named with another, whose list is full.
    assert log["propensity"].sum() == pytest.approx(len(listed))

    order = list(range(len(rows)))
    chance.shuffle(order)
    again = chosen_from(rows.iloc[order])
    pd.testing.assert_frame_equal(again.listed, listed)
    assert (again.counts, again.draws) == (chosen.counts, chosen.draws)
    pd.testing.assert_frame_equal(again.log.set_index("overeenkomst_id").loc[log.index], log)
    ranks = rank(rows, as_of=MONDAY, seed=seed)
    assert sorted(ranks) == list(range(1, len(rows) + 1))
    assert list(rank(rows.iloc[order], as_of=MONDAY, seed=seed)) == list(ranks.iloc[order])


text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(text, text, text, st.lists(text, max_size=3), st.lists(text, max_size=2))
def test_whatever_was_typed_all_three_files_hold(
    address: str, name: str, coach: str, reasons: list[str], notices: list[str]
) -> None:
    typed = entry(address=address, name=name, coach=coach, reasons=tuple(reasons))
    published = replace(weekly(typed), notices=tuple(notices))
    (record,) = records(table(published))
    assert len(record) == len(COLUMNS)
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r")) for value in record.values())
    assert page(published).count("<article") == 1
    assert len(sheets(workbook(published))) == 2
