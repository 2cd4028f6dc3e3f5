"""All rankings in one table, with intervals, and a verdict in words that says no where it is no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.bootstrap import Resampled, interval
from models.evaluate.ground import Ground
from models.evaluate.rankings import Ranking

CEILING = "boosting"
MULTIPLES = (1, 2, 4)


def order(on: Ground, rankings: Sequence[Ranking]) -> dict[str, np.ndarray]:
    """Give every ranking its places on these rows."""
    return {r.name: places(on, on.of(r.scores), break_ties=r.break_ties) for r in rankings}


def compare(
    on: Ground,
    rankings: Sequence[Ranking],
    capacity: int,
    *,
    replicates: int = bootstrap.REPLICATES,
    seed: int = 1,
) -> dict[str, Any]:
    """Compare rankings at the capacity, twice and four times that.

    Parameters
    ----------
    on : Ground
        The rows; every ranking is judged on the same.
    rankings : sequence of Ranking
        With unique names.
    capacity : int
        Addresses per as-of date.
    replicates, seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``dates``, ``rows``, ``households``, ``positives``, ``base_rate``, ``capacities``, ``best_simple`` (a name or
        None) and ``rankings``: per ranking its name, label, kind, per capacity precision, recall and lift as
        [estimate, low, high] with the worst and best order of ties, and, against the best simple ranking and the
        ceiling, ratio and difference of the precision at the capacity. Plain values, ready for JSON.
    """
    capacities = [capacity * m for m in MULTIPLES]
    place_of = order(on, rankings)
    drawn = bootstrap.resample(on, place_of, capacities, replicates=replicates, seed=seed)
    figures = {
        (name, k): pooled(at_capacity(on, place, k)) for name, place in place_of.items() for k in capacities
    }
    at_k = {r.name: figures[r.name, capacity]["precision"] for r in rankings}
    simple = [r.name for r in rankings if r.kind == "simple"]
    best = max(simple, key=lambda name: at_k[name]) if simple else None
    rows = []
    for r in rankings:
        row: dict[str, Any] = {"name": r.name, "label": r.label, "kind": r.kind}
        row["at"] = {str(k): _at(drawn, r.name, k, figures[r.name, k]) for k in capacities}
        for key, other in (("best_simple", best), ("ceiling", CEILING)):
            if other in at_k and other != r.name:
                row[f"against_{key}"] = _against(drawn, r.name, str(other), capacity, at_k)
        rows.append(row)
    return {
        "dates": [day.isoformat() for day in on.dates],
        "rows": len(on),
        "households": int(on.household.max()) + 1,
        "positives": int(on.y.sum()),
        "base_rate": round(float(on.y.mean()), 6),
        "capacities": capacities,
        "best_simple": best,
        "rankings": rows,
    }


def _at(drawn: Resampled, name: str, k: int, figures: dict[str, float]) -> dict[str, Any]:
    replicates = {
        "precision": bootstrap.precision(drawn, name, k),
        "recall": bootstrap.recall(drawn, name, k),
        "lift": bootstrap.lift(drawn, name, k),
    }
    told: dict[str, Any] = {m: interval(figures[m], values).rounded() for m, values in replicates.items()}
    ties = (figures["precision_worst"], figures["precision_best"])
    return told | {"precision_of_ties": [round(v, 4) for v in ties]}


def _against(drawn: Resampled, name: str, other: str, k: int, at_k: dict[str, float]) -> dict[str, Any]:
    times = at_k[name] / at_k[other] if at_k[other] else float("nan")
    ratio = interval(times, bootstrap.ratio(drawn, name, other, k))
    more = interval(at_k[name] - at_k[other], bootstrap.difference(drawn, name, other, k))
    return {"ranking": other, "ratio": ratio.rounded(), "difference": more.rounded()}


def by_name(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the rankings of a comparison by name."""
    return {row["name"]: row for row in result["rankings"]}


def beats(row: dict[str, Any]) -> bool:
    """Tell whether a ranking beats the best simple one: the whole interval of the difference is above zero."""
    low = row.get("against_best_simple", {"difference": [None, None]})["difference"][1]
    return low is not None and low > 0


def verdict(result: dict[str, Any], name: str) -> str:
    """Say in words whether a ranking beats the best simple one."""
    rows, k = by_name(result), result["capacities"][0]
    row = rows[name]
    if "against_best_simple" not in row:
        return f"There is no simple ranking to compare {row['label']} with."
    against = row["against_best_simple"]
    best = rows[against["ranking"]]
    own, other = (r["at"][str(k)]["precision"] for r in (row, best))
    said = (
        f"{_share(own[0])} of the first {k} escalated, against {_share(other[0])} by {best['label']}: a difference of "
        f"{_points(against['difference'])}"
    )
    if against["ratio"][0] is not None:
        said += f", {_times(against['ratio'])}"
    if beats(row):
        return f"Yes: {row['label']} beats the best simple ranking. {said}."
    if against["difference"][2] is not None and against["difference"][2] < 0:
        return f"No: {row['label']} does worse than the best simple ranking. {said}."
    return f"No: it is not shown that {row['label']} beats the best simple ranking. {said}: the interval includes zero."


def _share(value: float) -> str:
    return f"{100 * value:.1f}%"


def _points(values: list[float | None]) -> str:
    estimate, low, high = (f"{100 * v:+.1f}" if v is not None else "?" for v in values)
    return f"{estimate} percentage points (95% interval {low} to {high})"


def _times(values: list[float | None]) -> str:
    estimate, low, high = (f"{v:.2f}" if v is not None else "∞" for v in values)
    return f"{estimate} times as many ({low} to {high})"
