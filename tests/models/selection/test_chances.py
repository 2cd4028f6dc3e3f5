"""Test that the stated probability of being chosen equals the share of seeds that choose the address."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.selection.shortlist import Coach, Selection, WaitingList, select
from tests.support.cases import cases
from tests.support.lists import MONDAY, candidate

NOOR, SAM = Coach("Noor", capacity=4), Coach("Sam", capacity=4)
NORTH = Coach("Kim", wijken=frozenset({"Noord"}), capacity=2)
TRIAL = WaitingList("proef", first=3, last=12)


def tied(n: int = 24) -> pd.DataFrame:
    """Candidates in a few groups of equals, two wijken, some households of two equal agreements."""
    rows = [
        candidate(f"{number:02}", score=30 - number // 7, wijk="Noord" if number % 3 else "Zuid")
        for number in range(n)
    ]
    return pd.DataFrame(
        [*rows, *(candidate(f"twin{k}", score=29, adres_key=rows[k]["adres_key"]) for k in (8, 9))]
    )


def chosen(seed: int, coaches: list[Coach], people: pd.DataFrame, **other: Any) -> Selection:
    return select(people, coaches, as_of=MONDAY, minimum_score=1, seed=seed, **{"exploration": 1, **other})


def simulate(seeds: int, *arguments: Any, **other: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return listed (0 or 1) and the stated chance, seeds by candidates."""
    logs = [chosen(seed, *arguments, **other).log for seed in range(seeds)]
    listed = np.array([log["outcome"].isin(["top", "exploration"]) for log in logs], dtype=float)
    return listed, np.array([log["propensity"] for log in logs])


WAYS = (
    pytest.param([NOOR], {"exploration": 2}, id="two lots below"),
    pytest.param([NOOR, SAM], {}, id="shared"),
    pytest.param([SAM, NORTH], {"exploration": 0}, id="wijk last, no lots below"),
    pytest.param([NORTH, SAM], {"trial": TRIAL}, id="trial, wijk first"),
    pytest.param([NOOR], {}, id="one"),
    pytest.param([NOOR], {"exploration": 0}, id="no lots below"),
    pytest.param([NORTH, SAM], {}, id="wijk first"),
    pytest.param([NOOR], {"trial": TRIAL}, id="trial"),
)
"""The first four have one coach and two, lots below the cut and none, a wijk, and a trial."""


@pytest.mark.parametrize(("coaches", "other"), WAYS[: cases(4, 8)])
@pytest.mark.slow
@pytest.mark.long
def test_over_many_seeds_the_stated_chance_is_what_happens(
    coaches: list[Coach], other: dict[str, Any]
) -> None:
    seeds = cases(80, 300)
    listed, stated = simulate(seeds, coaches, tied(), **other)
    off = listed - stated
    error = off.std(axis=0, ddof=1) / np.sqrt(seeds)
    sure = error == 0
    assert (off.mean(axis=0)[sure] == 0).all()
    assert np.abs(off.mean(axis=0)[~sure] / error[~sure]).max() < 4
    assert (~sure).sum() >= 5
    # Given what is stated, too: among all who were told p, the share p was chosen.
    for low, high in ((0.01, 0.2), (0.2, 0.5), (0.5, 0.99)):
        report = (stated > low) & (stated <= high)
        if report.sum() > 2 * seeds:
            assert listed[report].mean() == pytest.approx(stated[report].mean(), abs=1 / seeds**0.5)


def test_with_one_coach_the_chance_does_not_depend_on_the_seed() -> None:
    _, stated = simulate(12, [NOOR], tied())
    # Of two equal agreements in a household, the first by name represents both, whatever the seed.
    assert np.allclose(stated, stated[0])
    assert stated[0].sum() == pytest.approx(4)


@pytest.mark.slow
@pytest.mark.long
def test_a_household_of_two_equal_agreements_has_one_lot() -> None:
    """With the lower of two lots it would precede its equals more often."""
    rows = [candidate("a", adres_key="x"), candidate("b", adres_key="x"), candidate("c")]
    seeds = cases(75, 400)
    listed, stated = simulate(seeds, [Coach("Noor", capacity=1)], pd.DataFrame(rows))
    assert list(stated[0]) == [0.5, 0, 0.5]
    assert listed[:, 0].mean() == pytest.approx(0.5, abs=1.6 / seeds**0.5)


def many(n: int = 60) -> pd.DataFrame:
    return pd.DataFrame([candidate(f"{k:03}", score=100 - k, huurder_id=f"h{k}") for k in range(n)])


def test_a_waiting_household_is_in_the_band_and_is_skipped() -> None:
    log = chosen(3, [Coach("Noor", capacity=8)], many(), trial=TRIAL).log
    arm = log["arm"]
    assert arm.iloc[2:12].isin(["now", "wait"]).all()
    assert arm.drop(index=range(2, 12)).isna().all()
    assert set(arm.dropna()) == {"now", "wait"}
    assert (log.loc[arm == "wait", "outcome"] == "waiting").all()
    assert (log.loc[arm == "wait", "propensity"] == 0).all()
    going = log.loc[arm != "wait"]
    assert list(going["outcome"].iloc[:7]) == ["top"] * 7
    assert list(going["place"]) == list(range(1, len(going) + 1))
    assert (log["outcome"].iloc[:2] == "top").all()


def test_who_rises_above_the_band_is_visited_whatever_the_lot() -> None:
    people = many()
    waits = chosen(3, [NOOR], people, trial=TRIAL).log.set_index("overeenkomst_id")["arm"]
    urgent = waits.index[waits == "wait"][0]
    people.loc[people["overeenkomst_id"] == urgent, "score"] = 500
    log = chosen(3, [NOOR], people, trial=TRIAL).log.set_index("overeenkomst_id")
    assert log.loc[urgent, "outcome"] == "top"
    assert log.loc[urgent, "arm"] is None


def test_the_lot_of_a_trial_stays_from_week_to_week_and_is_shared_by_one_tenant() -> None:
    everyone = WaitingList("proef", first=1, last=60)
    rules: dict[str, Any] = {"exploration": 1, "minimum_score": 1, "seed": 1}
    weeks = [
        select(many(), [NOOR], as_of=day, trial=everyone, **rules).log["arm"]
        for day in (MONDAY, MONDAY.replace(day=23))
    ]
    assert set(weeks[0]) == {"now", "wait"}
    pd.testing.assert_series_equal(*weeks)
    moved = many().assign(overeenkomst_id=[f"new{k}" for k in range(60)])
    assert list(select(moved, [NOOR], as_of=MONDAY, trial=everyone, **rules).log["arm"]) == list(weeks[0])
    second = WaitingList("tweede proef", first=1, last=60)
    assert list(select(many(), [NOOR], as_of=MONDAY, trial=second, **rules).log["arm"]) != list(weeks[0])


@pytest.mark.parametrize(("first", "last", "share"), [(0, 5, 0.5), (6, 5, 0.5), (1, 5, 0.0), (1, 5, 1.0)])
def test_a_trial_that_cannot_be_is_refused(first: int, last: int, share: float) -> None:
    with pytest.raises(ValueError, match="waiting list"):
        WaitingList("x", first=first, last=last, share=share)


@pytest.mark.slow
@pytest.mark.long
def test_week_after_week_the_lot_divides_alike_whoever_enters_the_band() -> None:
    """Visited households leave and others move up; entering the band must not depend on a household's own lot."""
    entered: list[tuple[str, float]] = []
    seeds = cases(8, 40)
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        need, seen, gone = rng.normal(20, 6, 60), set(), np.zeros(60)
        for week in range(8):
            need += rng.normal(0, 2, 60)
            people = pd.DataFrame(
                [
                    candidate(f"{k}", score=max(1, round(float(need[k]))), huurder_id=f"{seed}-{k}")
                    for k in range(60)
                    if gone[k] <= week
                ]
            )
            day = date.fromordinal(MONDAY.toordinal() + 7 * week)
            log = select(
                people, [NOOR], as_of=day, exploration=1, minimum_score=1, seed=seed, trial=TRIAL
            ).log
            for row, score in zip(log.itertuples(), people["score"], strict=True):
                name = str(row.overeenkomst_id)
                if row.arm is not None and name not in seen:
                    entered.append((str(row.arm), float(score)))
                    seen.add(name)
                if row.outcome in ("top", "exploration"):
                    gone[int(name)] = week + 6
    frame = pd.DataFrame(entered, columns=["arm", "score"])
    assert len(frame) > 20 * seeds
    share = (frame["arm"] == "now").mean()
    assert share == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(frame)))
    now, wait = (frame.loc[frame["arm"] == arm, "score"] for arm in ("now", "wait"))
    error = np.sqrt(now.var() / len(now) + wait.var() / len(wait))
    assert abs(now.mean() - wait.mean()) < 4 * error
