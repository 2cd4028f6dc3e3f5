"""Compare both cards with what anyone could sort by: a card that loses to such a rule has no purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluate import bootstrap, rankings
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.bootstrap import Interval
from models.evaluate.ground import Ground
from models.evaluate.rankings import PAST

REPLICATES = 500


@dataclass(frozen=True)
class Rule:
    """The comparison of both cards with a simple ranking, on any escalation.

    Parameters
    ----------
    name, label : str
        The ranking.
    first : int
        Length of the list: the capacity, or four times as many.
    precision : float
        Share of the places whose address escalated.
    learned_less, kept_less : sequence of float
        Precision of the card minus that of the rule: [estimate, low, high].
    beats_learned, beats_kept : bool
        Whether the whole interval lies below zero, which means that sorting by this rule finds more.
    """

    name: str
    label: str
    first: int
    precision: float
    learned_less: Sequence[float | None]
    kept_less: Sequence[float | None]
    beats_learned: bool
    beats_kept: bool


class Precisions:
    """The precision of several rankings at some lengths of the list, on the same rows and the same replicates."""

    def __init__(self, on: Ground, place_of: Mapping[str, np.ndarray], lengths: Sequence[int]) -> None:
        self._drawn = bootstrap.resample(on, dict(place_of), list(lengths), replicates=REPLICATES)
        self.at = {
            k: {name: pooled(at_capacity(on, place, k))["precision"] for name, place in place_of.items()}
            for k in lengths
        }

    def difference(self, name: str, other: str, k: int) -> Interval:
        """Return the precision of one ranking minus that of another among the first `k`."""
        at = self.at[k]
        return bootstrap.interval(at[name] - at[other], bootstrap.difference(self._drawn, name, other, k))


def compared(
    panel: pd.DataFrame,
    on: Ground,
    of_cards: Mapping[str, np.ndarray],
    lengths: Sequence[int],
    horizon_weeks: int,
) -> list[Rule]:
    """Compare both cards with every simple ranking, and with the one that past lists would have chosen.

    Parameters
    ----------
    panel : pandas.DataFrame
        The rows of all dates, with `models.evaluate.rankings.READ`.
    on : Ground
        The rows that both cards ranked.
    of_cards : mapping of str to ndarray
        The places of ``learned`` and ``kept`` on the rows of `on`.
    lengths : sequence of int
        Lengths of the list.
    horizon_weeks : int
        Weeks between a date that judges and the date that is ranked.
    """
    simple = rankings.simple(panel)
    if not simple:
        return []
    place_of = {r.name: places(on, on.of(r.scores)) for r in simple}
    chosen = {
        k: rankings.past_choice(panel, simple, capacity=k, horizon_weeks=horizon_weeks) for k in lengths
    }
    place_of |= {f"{PAST} {k}": places(on, on.of(r.scores)) for k, r in chosen.items()}
    precisions = Precisions(on, place_of | dict(of_cards), lengths)
    return [
        _rule(precisions, k, ranking.name, ranking.label, place)
        for k in lengths
        for ranking, place in (*((r, r.name) for r in simple), (chosen[k], f"{PAST} {k}"))
    ]


def _rule(precisions: Precisions, k: int, name: str, label: str, place: str) -> Rule:
    learned_less = precisions.difference("learned", place, k)
    kept_less = precisions.difference("kept", place, k)
    return Rule(
        name=name,
        label=label,
        first=k,
        precision=round(precisions.at[k][place], 4),
        learned_less=learned_less.rounded(),
        kept_less=kept_less.rounded(),
        beats_learned=learned_less.high < 0,
        beats_kept=kept_less.high < 0,
    )


def best(rules: Sequence[Rule]) -> Rule:
    """Return the rule that finds most on the shortest list; among equal rules a fixed one goes before `PAST`."""
    return max(rules, key=lambda rule: (-rule.first, rule.precision, rule.name != PAST))
