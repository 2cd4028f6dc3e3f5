"""Measure the loss of a list without a signal or an extract, and propose the smallest set of signals that keeps its worth.

GDPR art. 5(1)(c) asks for no more data than the purpose needs. To measure a signal, the same card ranks the same rows
without its points. The proposal is chosen on earlier dates and judged on later ones, because the best of many sets looks
better on the dates on which it was picked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from features.catalogue import BY_NAME
from features.catalogue.stacking import EVENTS
from models.card.on_panel import TermPoints, in_order
from models.card.scorecard import Scorecard
from models.evaluate import bootstrap
from models.evaluate.at_capacity import at_capacity, chance, places, pooled
from models.evaluate.bootstrap import Rounded, interval, ratio_of_sums
from models.evaluate.ground import Ground

KEEP = 0.97
"""Share of the precision that the smallest set must keep."""
LEAST_DATES = 4
"""Minimum number of as-of dates for a proposal: half to choose on, half to judge on."""
FULL = "full"


@dataclass(frozen=True)
class Loss:
    """The loss of a list without one signal or extract.

    Parameters
    ----------
    name : str
        The signal or the extract.
    signals : tuple of str
        The signals that lose their points.
    precision : sequence of float
        Precision at capacity without it, [estimate, low, high].
    difference : sequence of float
        Precision with it minus precision without it (paired), [estimate, low, high]. Above 0 it helps.
    no_longer_found : sequence of float, optional
        Share of the escalations on the whole list that the smaller list misses; None if the whole list has no escalation.
    kinds : mapping of str to float
        Number of escalations that the list found and no longer finds, by kind.
    needed : bool
        Whether the whole interval of the difference is above 0.
    """

    name: str
    signals: tuple[str, ...]
    precision: Rounded
    difference: Rounded
    no_longer_found: Rounded | None
    kinds: Mapping[str, float]
    needed: bool


@dataclass(frozen=True)
class Proposal:
    """The smallest set of signals that keeps the worth of the list.

    Parameters
    ----------
    keep, drop : tuple of str
        Signals of the card; `drop` in the order in which they were left out.
    chosen_on, judged_on : int
        Number of as-of dates.
    kept : sequence of float
        Precision on the later dates, divided by that of the whole card there: [estimate, low, high].
    holds : bool
        Whether the estimate on the later dates is at least `KEEP` as well.
    shown : bool
        Whether the low end of the interval is at least `KEEP` too.
    """

    keep: tuple[str, ...]
    drop: tuple[str, ...]
    chosen_on: int
    judged_on: int
    kept: Rounded
    holds: bool
    shown: bool


def without_signals(card: Scorecard, names: Sequence[str]) -> Scorecard | None:
    """Return the card without the terms of some signals; None if no term is left."""
    terms = tuple(term for term in card.terms if term.signal not in names)
    return card.model_copy(update={"terms": terms}) if terms else None


def signals_of(card: Scorecard, extract: str) -> tuple[str, ...]:
    """Return the signals of a card that are computed from one extract alone."""
    return tuple(term.signal for term in card.terms if BY_NAME[term.signal].source == extract)


def without_extract(rows: pd.DataFrame, extract: str) -> pd.DataFrame:
    """Return the panel as if an extract had never been delivered.

    Its own signals become unknown. Signals of several extracts lose what it added: the family that it alone makes active, and
    its events. Growth is bounded by the families that are left, because the panel does not hold the past of each family.
    """
    own = [name for name, signal in BY_NAME.items() if signal.source == extract and name in rows]
    changed = rows.assign(**dict.fromkeys(own, np.nan))
    families = {BY_NAME[name].family for name in own}
    flags = [f"fact_{family}_active" for family in families if f"fact_{family}_active" in rows]
    lost = rows[flags].fillna(False).astype(float).sum(axis=1) if flags else 0.0
    if "active_families" in rows:
        changed["active_families"] = (rows["active_families"].astype(float) - lost).clip(lower=0)
        if "families_growth" in rows:
            most = changed["active_families"].where(changed["active_families"] >= 2, 0.0)
            changed["families_growth"] = np.minimum(rows["families_growth"].astype(float), most)
    gone = [name for name in EVENTS if name in own]
    if gone and "events_365d" in rows:
        changed["events_365d"] = rows["events_365d"].astype(float) - rows[gone].astype(float).fillna(0).sum(
            axis=1
        )
    return changed


def losses(
    on: Ground, card: Scorecard, k: int, extracts: Sequence[str], *, replicates: int = bootstrap.REPLICATES
) -> tuple[tuple[Loss, ...], tuple[Loss, ...]]:
    """Compare the list without each signal and each extract with the whole list, on the same rows.

    Parameters
    ----------
    on : Ground
        The rows of the backtest.
    card : Scorecard
        The card in use.
    k : int
        Addresses per as-of date.
    extracts : sequence of str
        The extracts to leave out, one at a time.

    Returns
    -------
    signals, extracts : tuple of Loss
        The largest loss first.
    """
    points = TermPoints(card, on.rows)
    orders: dict[str, np.ndarray] = {FULL: places(on, points.in_order())}
    parts: dict[str, tuple[str, ...]] = {}
    for term in card.terms:
        parts[term.signal] = (term.signal,)
        orders[term.signal] = places(on, points.in_order({term.signal}))
    for extract in extracts:
        name = f"extract {extract}"
        parts[name] = signals_of(card, extract)
        orders[name] = _place(on, card, without_extract(on.rows, extract))
    drawn = bootstrap.resample(on, orders, [k], replicates=replicates)
    listed = {name: chance(on, place, k) for name, place in orders.items()}
    measured = [_loss(on, drawn, name, signals, k, listed) for name, signals in parts.items()]
    measured.sort(key=lambda loss: -(loss.difference[0] or 0.0))
    signals = tuple(loss for loss in measured if not loss.name.startswith("extract "))
    others = [loss for loss in measured if loss.name.startswith("extract ")]
    return signals, tuple(replace(loss, name=loss.name.removeprefix("extract ")) for loss in others)


def _loss(
    on: Ground,
    drawn: bootstrap.Resampled,
    name: str,
    signals: tuple[str, ...],
    k: int,
    listed: Mapping[str, np.ndarray],
) -> Loss:
    """Compare the list without some signals with the whole list; `listed` holds each row's chance of a place."""
    whole, smaller = listed[FULL], listed[name]
    precision = float((smaller * on.y).sum() / smaller.sum())
    more = float((whole * on.y).sum() / whole.sum()) - precision
    difference = interval(more, bootstrap.difference(drawn, FULL, name, k)).rounded()
    lost = whole * on.y * (1 - smaller)
    escalated = whole * on.y
    kinds = on.rows["escalation"].astype(object).where(on.rows["escalation"].notna(), "").to_numpy()
    by_kind = {str(kind): round(float(lost[kinds == kind].sum()), 1) for kind in sorted(set(kinds[lost > 0]))}
    return Loss(
        name,
        signals,
        precision=interval(precision, bootstrap.precision(drawn, name, k)).rounded(),
        difference=difference,
        no_longer_found=ratio_of_sums(on.household, lost, escalated).rounded() if escalated.sum() else None,
        kinds=by_kind,
        needed=difference[1] is not None and difference[1] > 0,
    )


def propose(on: Ground, card: Scorecard, k: int, *, keep: float = KEEP) -> Proposal | None:
    """Leave out signals one by one, each time the one that costs least, as long as the list keeps its precision.

    Returns
    -------
    Proposal or None
        None with fewer than `LEAST_DATES` dates, or if the whole card finds nothing on the earlier dates.
    """
    half = len(on.dates) // 2
    if len(on.dates) < LEAST_DATES:
        return None
    early, late = on.where(on.date < half), on.where(on.date >= half)
    goal = keep * _precision(early, card, k)
    if not goal > 0:
        return None
    dropped = _droppable(early, card, k, goal)
    smaller = without_signals(card, dropped)
    orders = {FULL: _place(late, card, late.rows), "kept": _place(late, smaller, late.rows)}
    drawn = bootstrap.resample(late, orders, [k])
    at = {name: pooled(at_capacity(late, place, k))["precision"] for name, place in orders.items()}
    ratio = at["kept"] / at[FULL] if at[FULL] else float("nan")
    kept = interval(ratio, bootstrap.ratio(drawn, "kept", FULL, k)).rounded()
    return Proposal(
        tuple(term.signal for term in card.terms if term.signal not in dropped),
        tuple(dropped),
        half,
        len(on.dates) - half,
        kept,
        holds=kept[0] is not None and kept[0] >= keep,
        shown=kept[1] is not None and kept[1] >= keep,
    )


def _droppable(on: Ground, card: Scorecard, k: int, goal: float) -> list[str]:
    """Return the signals to drop, the cheapest first, as long as the precision is at least `goal`."""
    dropped: list[str] = []
    points = TermPoints(card, on.rows)
    while True:
        left = [term.signal for term in card.terms if term.signal not in dropped]
        tried = [
            (_precision_of(on, points.in_order({*dropped, name}), k), name) for name in left if len(left) > 1
        ]
        # Among signals that cost the same, the last one on the card is dropped first.
        best = max(reversed(tried), key=lambda candidate: candidate[0], default=None)
        if best is None or best[0] < goal:
            return dropped
        dropped.append(best[1])


def _precision(on: Ground, card: Scorecard, k: int) -> float:
    return _precision_of(on, in_order(card, on.rows), k)


def _precision_of(on: Ground, scores: np.ndarray, k: int) -> float:
    """Return the precision of the list that these scores make."""
    return pooled(at_capacity(on, places(on, scores), k))["precision"]


def _place(on: Ground, card: Scorecard | None, rows: pd.DataFrame) -> np.ndarray:
    """Return the places of the rows by a card; without any term all rows are equal."""
    scores = in_order(card, rows) if card is not None else np.zeros(len(rows))
    return places(on, np.asarray(scores))
