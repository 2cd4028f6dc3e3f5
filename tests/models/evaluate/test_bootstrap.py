"""Test intervals by household against exact sums, lists redrawn one by one, and known spreads."""

from __future__ import annotations

import numpy as np
import pytest

from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.comparison import compare, order, verdict
from models.evaluate.ground import ground
from models.evaluate.rankings import Ranking
from tests.support.panels import panel, thrown

pytestmark = pytest.mark.dear


def plainly(on, place, k, weights):
    """Draw the lists of one replicate address by address."""
    hits = 0.0
    for date in range(len(on.dates)):
        here = on.date == date
        room = float(k)
        for number in np.unique(place[here]):
            group = here & (place == number)
            size = weights[on.household[group]].sum()
            if size and room > 0:
                taken = min(room, size)
                hits += taken * (weights[on.household[group]] * on.y[group]).sum() / size
                room -= taken
    return hits


def test_every_replicate_is_a_list_drawn_again():
    result = thrown(households=60, dates=3)
    on = ground(result)
    rankings = [
        Ranking("rounded", "rounded", result["arrears_months"].round()),
        Ranking("lot", "lot", result["mature"] * 0.0),
    ]
    place_of = order(on, rankings)
    drawn = bootstrap.resample(on, place_of, [2, 5], replicates=7, seed=4)
    weights = np.random.default_rng(4).poisson(1.0, (int(on.household.max()) + 1, 7))
    for name, place in place_of.items():
        for k in (2, 5):
            expected = [plainly(on, place, k, weights[:, n]) for n in range(7)]
            assert drawn.hits[name, k] == pytest.approx(expected, rel=1e-4)
    assert drawn.positives == pytest.approx(weights.T @ np.bincount(on.household, weights=on.y))


def test_the_difference_of_a_ranking_with_itself_is_zero():
    output = thrown(households=100, dates=4)
    twice = [Ranking("one", "one", output["arrears_months"]), Ranking("two", "two", output["arrears_months"])]
    result = compare(ground(output), twice, 5, replicates=100)
    (other,) = [row for row in result.rankings if row.name != result.best_simple]
    assert other.against_best_simple is not None
    assert other.against_best_simple.difference == [0, 0, 0]
    assert other.against_best_simple.ratio == [1, 1, 1]
    assert verdict(result, other.name).startswith("No: it is not shown")
    assert "the interval includes zero" in verdict(result, other.name)


def test_months_of_one_household_count_as_one():
    """Sixteen months of the same story say no more than one: the interval is as wide, not four times narrower."""
    rng = np.random.default_rng(3)
    y = (rng.random(200) < 0.3).astype(float)
    once = bootstrap.ratio_of_sums(np.arange(200), y, np.ones(200))
    often = bootstrap.ratio_of_sums(np.repeat(np.arange(200), 16), np.repeat(y, 16), np.ones(3200))
    assert (often.estimate, often.low, often.high) == pytest.approx((once.estimate, once.low, once.high))
    spread = np.sqrt(0.3 * 0.7 / 200)
    assert once.high - once.low == pytest.approx(2 * 1.96 * spread, rel=0.25)


def test_an_interval_covers_the_truth_about_nineteen_times_in_twenty():
    truth = pooled_truth()
    inside = 0
    for seed in range(40):
        output = thrown(households=300, dates=4, seed=100 + seed)
        on = ground(output)
        ranking = [Ranking("arrears", "arrears", output["arrears_months"])]
        result = compare(on, ranking, 30, replicates=200, seed=seed)
        _, low, high = result.rankings[0].at["30"].lift
        inside += low <= truth <= high
    assert inside >= 33


def pooled_truth() -> float:
    """Lift in a panel so large that chance is gone; ten times the households, ten times the list."""
    result = thrown(households=30_000, dates=4, seed=99)
    on = ground(result)
    return pooled(at_capacity(on, places(on, on.of(result["arrears_months"])), 3000))["lift"]


def test_a_better_and_a_worse_ranking_are_called_so():
    output = thrown(households=600, dates=6, strength=1.5)
    knowing = Ranking("card", "the card", output["escalated"] + output["arrears_months"] / 100, "card")
    guessing = Ranking("bad", "the bad card", -output["arrears_months"], "card")
    simple = Ranking("simple", "most months", output["arrears_months"])
    result = compare(ground(output), [knowing, guessing, simple], 8, replicates=200)
    assert verdict(result, "card").startswith("Yes: the card beats the best simple ranking")
    assert verdict(result, "bad").startswith("No: the bad card does worse than the best simple ranking")
    assert verdict(result, "simple").startswith("There is no simple ranking to compare most months with")


def test_nothing_to_divide_by_gives_no_number_and_no_yes():
    output = panel([{"s": n, "overeenkomst_id": f"A{n}"} for n in range(5)])
    rankings = [Ranking("card", "card", output["s"], "card"), Ranking("simple", "simple", -output["s"])]
    result = compare(ground(output), rankings, 2, replicates=20)
    assert result.rankings[0].at["2"].lift == [None, None, None]
    against = result.rankings[0].against_best_simple
    assert against is not None and against.ratio == [None, None, None]
    assert verdict(result, "card").startswith("No: it is not shown")
