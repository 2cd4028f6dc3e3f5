"""Compare rankings on the same rows, with intervals, and describe in words whether one beats the simple ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from models.as_json import OPTIONAL
from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.bootstrap import Resampled, Rounded, interval
from models.evaluate.ground import Ground
from models.evaluate.rankings import PAST, Ranking

RIVAL = "boosting"
MULTIPLES = (1, 2, 4)


@dataclass(frozen=True)
class Against:
    """The precision of one ranking divided by that of another, and minus that of another; each [estimate, low, high]."""

    ranking: str
    ratio: Rounded
    difference: Rounded


@dataclass(frozen=True)
class AtCapacity:
    """Figures of one ranking at one length of the list, each [estimate, low, high].

    Parameters
    ----------
    precision, recall : sequence of float
        Share of the listed rows that escalated; share of the escalations that were listed.
    lift : sequence of float
        Precision divided by that of a list drawn by lot.
    precision_of_ties : sequence of float
        Precision with the worst and with the best order of equal rows.
    against_best_simple : Against, optional
        Comparison with the simple ranking that is best at this length; None for that ranking itself.
    against_past : Against, optional
        Comparison with the simple ranking that past lists would have chosen; None if it was not compared.
    """

    precision: Rounded
    recall: Rounded
    lift: Rounded
    precision_of_ties: Sequence[float]
    against_best_simple: Against | None = field(default=None, metadata=OPTIONAL)
    against_past: Against | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class Ranked:
    """One ranking in a comparison.

    Parameters
    ----------
    name, label, kind : str
        As in `models.evaluate.rankings.Ranking`.
    at : mapping of str to AtCapacity
        Figures by length of the list.
    against_best_simple, against_rival : Against, optional
        At the capacity; None for the ranking itself, and if the other was not compared.
    """

    name: str
    label: str
    kind: str
    at: Mapping[str, AtCapacity]
    against_best_simple: Against | None = field(default=None, metadata=OPTIONAL)
    against_rival: Against | None = field(default=None, metadata=OPTIONAL)

    @property
    def beats_best_simple(self) -> bool:
        """Whether the whole interval of the difference is above zero."""
        low = self.against_best_simple.difference[1] if self.against_best_simple else None
        return low is not None and low > 0


@dataclass(frozen=True)
class Comparison:
    """Rankings compared on the same rows.

    Parameters
    ----------
    dates : tuple of date
        The as-of dates.
    rows, households, positives : int
        Size of the comparison; positives are rows that escalated.
    base_rate : float
        Share of the rows that escalated.
    capacities : tuple of int
        Lengths of the list; the first is the capacity.
    best_simple : str or None
        Name of the simple ranking with the highest precision.
    rankings : tuple of Ranked
        The figures of each ranking.
    """

    dates: tuple[date, ...]
    rows: int
    households: int
    positives: int
    base_rate: float
    capacities: tuple[int, ...]
    best_simple: str | None
    rankings: tuple[Ranked, ...]

    def by_name(self) -> dict[str, Ranked]:
        """Return the rankings by name."""
        return {row.name: row for row in self.rankings}


def order(on: Ground, rankings: Sequence[Ranking]) -> dict[str, np.ndarray]:
    """Return the places of the rows in each ranking."""
    return {r.name: places(on, on.of(r.scores)) for r in rankings}


def compare(
    on: Ground,
    rankings: Sequence[Ranking],
    capacity: int,
    *,
    replicates: int = bootstrap.REPLICATES,
    seed: int = 1,
) -> Comparison:
    """Compare rankings at the capacity, twice and four times that.

    Parameters
    ----------
    on : Ground
        The rows on which every ranking is compared.
    rankings : sequence of Ranking
        The rankings, with unique names.
    capacity : int
        Addresses per as-of date.
    replicates, seed : int
        Of the bootstrap.
    """
    capacities = [capacity * m for m in MULTIPLES]
    place_of = order(on, rankings)
    drawn = bootstrap.resample(on, place_of, capacities, replicates=replicates, seed=seed)
    figures = {
        (name, k): pooled(at_capacity(on, place, k)) for name, place in place_of.items() for k in capacities
    }
    at = {k: {r.name: figures[r.name, k]["precision"] for r in rankings} for k in capacities}
    simple = [r.name for r in rankings if r.kind == "simple"]
    best = {k: max(simple, key=at[k].__getitem__) if simple else None for k in capacities}

    def at_length(name: str, k: int) -> AtCapacity:
        return replace(
            _at(drawn, name, k, figures[name, k]),
            against_best_simple=_against(drawn, name, best[k], k, at[k]),
            against_past=_against(drawn, name, PAST, k, at[k]),
        )

    return Comparison(
        dates=on.dates,
        rows=len(on),
        households=int(on.household.max()) + 1,
        positives=int(on.y.sum()),
        base_rate=round(float(on.y.mean()), 6),
        capacities=tuple(capacities),
        best_simple=best[capacity],
        rankings=tuple(
            Ranked(
                r.name,
                r.label,
                r.kind,
                at={str(k): at_length(r.name, k) for k in capacities},
                against_best_simple=_against(drawn, r.name, best[capacity], capacity, at[capacity]),
                against_rival=_against(drawn, r.name, RIVAL, capacity, at[capacity]),
            )
            for r in rankings
        ),
    )


def _at(drawn: Resampled, name: str, k: int, figures: Mapping[str, float]) -> AtCapacity:
    return AtCapacity(
        precision=interval(figures["precision"], bootstrap.precision(drawn, name, k)).rounded(),
        recall=interval(figures["recall"], bootstrap.recall(drawn, name, k)).rounded(),
        lift=interval(figures["lift"], bootstrap.lift(drawn, name, k)).rounded(),
        precision_of_ties=[round(figures[f"precision_{order}"], 4) for order in ("worst", "best")],
    )


def _against(
    drawn: Resampled, name: str, other: str | None, k: int, at_k: Mapping[str, float]
) -> Against | None:
    """Compare a ranking with another; None if that is the same or was not compared."""
    if other is None or other not in at_k or other == name:
        return None
    times = at_k[name] / at_k[other] if at_k[other] else float("nan")
    ratio = interval(times, bootstrap.ratio(drawn, name, other, k))
    more = interval(at_k[name] - at_k[other], bootstrap.difference(drawn, name, other, k))
    return Against(other, ratio.rounded(), more.rounded())


def verdict(result: Comparison, name: str) -> str:
    """Describe in words whether a ranking beats the best simple one."""
    rows, k = result.by_name(), result.capacities[0]
    row = rows[name]
    against = row.against_best_simple
    if against is None:
        return f"There is no simple ranking to compare {row.label} with."
    best = rows[against.ranking]
    own, other = row.at[str(k)].precision, best.at[str(k)].precision
    evidence = (
        f"{_share(own[0])} of the first {k} escalated, against {_share(other[0])} by {best.label}: a difference of "
        f"{_points(against.difference)}"
    )
    if against.ratio[0] is not None:
        evidence += f", {_times(against.ratio)}"
    if row.beats_best_simple:
        return f"Yes: {row.label} beats the best simple ranking. {evidence}."
    if against.difference[2] is not None and against.difference[2] < 0:
        return f"No: {row.label} does worse than the best simple ranking. {evidence}."
    return f"No: it is not shown that {row.label} beats the best simple ranking. {evidence}: the interval includes zero."


def _share(value: float | None) -> str:
    return "?" if value is None else f"{100 * value:.1f}%"


def _points(values: Rounded) -> str:
    estimate, low, high = (f"{100 * v:+.1f}" if v is not None else "?" for v in values)
    return f"{estimate} percentage points (95% interval {low} to {high})"


def _times(values: Rounded) -> str:
    estimate, low, high = (f"{v:.2f}" if v is not None else "∞" for v in values)
    return f"{estimate} times as many ({low} to {high})"
