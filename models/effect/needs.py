"""Compare how often the coach finds a need at addresses listed by rank and by lot. This checks the list, not the visits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from models.effect.words import Reason

LEAST_LISTED = 30
"""Minimum number of addresses per group; with fewer, the interval includes nearly every value."""
TOP, LOT = "top", "exploration"
MEANING = (
    Reason(
        "Bevestigd: binnen 13 weken na de lijst kwam de coach in contact of zette het adres op de waakvlam. Wie niet is bereikt, "
        "telt als niet bevestigd, in beide groepen.",
        "Confirmed: within 13 weeks of the list the case became in_contact or waakvlam. An address where nobody was reached counts "
        "as not confirmed, in both groups.",
    ),
    Reason(
        "Dit zegt of de punten de coach naar de goede deuren sturen. Het zegt niet of een bezoek helpt, en niets over adressen met "
        "te weinig punten: die doen niet mee aan de loting.",
        "This shows whether the points send the coach to the right doors. It does not show whether a visit helps, and says nothing "
        "about addresses with too few points, because they do not take part in the lot.",
    ),
    Reason(
        "De coach weet niet welk adres door loting kwam, maar leest bij zo'n adres wel minder redenen. Een deel van het verschil kan "
        "daarvan komen.",
        "The coach does not know which address was listed by lot, but reads fewer reasons there. Part of a difference may come from "
        "that.",
    ),
)


@dataclass(frozen=True)
class Group:
    """Counts of the addresses listed in one way: all, those with a known finding, and those with a confirmed need."""

    by: str
    listed: int
    known: int
    confirmed: int

    @property
    def share(self) -> tuple[float, float, float]:
        """Share of the listed addresses with a confirmed need, and its 95% interval (Wilson)."""
        return _share(self.confirmed, self.listed)

    @property
    def share_of_known(self) -> tuple[float, float, float]:
        """Share of the addresses with a known finding that had a confirmed need, and its 95% interval (Wilson)."""
        return _share(self.confirmed, self.known)


def _share(part: int, whole: int) -> tuple[float, float, float]:
    low, high = proportion_confint(part, whole, method="wilson")
    return part / whole, float(low), float(high)


def difference(top: Group, lot: Group) -> tuple[float, float, float]:
    """Return by how much the share of confirmed needs by rank exceeds that by lot, and its 95% interval (Newcombe)."""
    low, high = confint_proportions_2indep(
        top.confirmed, top.listed, lot.confirmed, lot.listed, method="newcomb"
    )
    return top.share[0] - lot.share[0], float(low), float(high)


def groups(outcome: ArrayLike, need: ArrayLike) -> tuple[Group, Group]:
    """Count the addresses listed by rank and those listed by lot.

    Parameters
    ----------
    outcome : array_like of str
        `TOP` or `LOT`, per listed agreement.
    need : array_like of float
        1 if a need was confirmed, 0 if not, missing if nothing is known.
    """
    by, confirmed = np.asarray(outcome, dtype=object), np.asarray(need, dtype=np.float64)
    top, lot = (
        Group(
            name,
            int((by == name).sum()),
            int((~np.isnan(confirmed[by == name])).sum()),
            int(np.nansum(confirmed[by == name])),
        )
        for name in (TOP, LOT)
    )
    return top, lot


def compared(top: Group, lot: Group) -> tuple[Reason, bool]:
    """Describe the difference, or the reason why there is none to report; also return whether it is reported."""
    if not lot.listed:
        return Reason(
            "Er kwam geen adres door loting op de lijst (instelling [shortlist] exploration is 0, of de tijd is nog niet om): er is "
            "niets om de volgorde mee te vergelijken.",
            "No address was listed by lot (setting [shortlist] exploration is 0, or its time has not passed): there is nothing to "
            "compare the ranking with.",
        ), False
    if not top.known + lot.known:
        return Reason(
            "Van geen enkel adres is vastgelegd wat de coach vond: of er een behoefte was, is niet bekend.",
            "For no address was it logged what the coach found, so it is not known whether there was a need.",
        ), False
    if min(top.listed, lot.listed) < LEAST_LISTED:
        return Reason(
            f"Te weinig adressen om te vergelijken: nodig zijn er {LEAST_LISTED} op volgorde en {LEAST_LISTED} door loting. "
            "Met één loting per week duurt dat ruim een half jaar.",
            f"Too few addresses to compare: {LEAST_LISTED} by rank and {LEAST_LISTED} by lot are needed.",
        ), False
    value, low, high = difference(top, lot)
    nl = f"Verschil: {_of_hundred(value, 'nl')} (95%-interval: {_of_hundred(low, 'nl')} tot {_of_hundred(high, 'nl')})."
    en = f"Difference: {_of_hundred(value, 'en')} (95% interval, Newcombe: {_of_hundred(low, 'en')} to {_of_hundred(high, 'en')})."
    if low > 0:
        return Reason(
            f"Op volgorde vond de coach vaker een behoefte. {nl}", f"The coach found more needs by rank. {en}"
        ), True
    if high < 0:
        return Reason(
            f"Door loting vond de coach vaker een behoefte dan op volgorde: de punten wijzen verkeerd. {nl}",
            f"The coach found more needs by lot than by rank: the points point the wrong way. {en}",
        ), True
    return Reason(f"Een verschil is niet aangetoond. {nl}", f"No difference is shown. {en}"), True


def _of_hundred(value: float, language: str) -> str:
    more = {"nl": ("minder", "meer"), "en": ("less", "more")}[language][int(value > 0)]
    number = f"{100 * abs(value):.0f}"
    return f"{number} op de 100 {more}" if language == "nl" else f"{number} in 100 {more}"
