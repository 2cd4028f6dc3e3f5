"""Costs and benefits: amounts are settings with a source and a range, and no figure is shown without its range.

It is arithmetic on what the effect report found, not another estimate. Where the effect has no interval, neither has the
benefit, and only the break-even is told: how many evictions a year a coach must prevent to pay for the work in money.
"""

from __future__ import annotations

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

from models.effect.estimate import Estimate
from models.words.dutch import euro
from pipelines.installation.settings import Amount, Costs

LEAST_SEEN = 50
"""Addresses just below the cut whose 26 weeks have passed, below which the yield of one more slot is not told."""


@dataclass(frozen=True)
class Range:
    """The lowest and the highest it can be."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{_plain(self.low)} tot {_plain(self.high)}"


@dataclass(frozen=True)
class Balance:
    """Costs and benefits of a year.

    Parameters
    ----------
    coach : Range
        What the coach costs, euro a year.
    eviction : Range
        What an eviction costs the corporation, euro.
    break_even : Range
        Evictions a year that must be prevented before the coach pays in money.
    averted : Range or None
        Evictions prevented a year, from the interval of the effect; None: not known.
    net : Range or None
        Benefit less cost, euro a year.
    lost : float
        Homes lost a year among who is visited, as the log has it.
    """

    coach: Range
    eviction: Range
    break_even: Range
    averted: Range | None
    net: Range | None
    lost: float

    @property
    def mainly_social(self) -> bool:
        """Even if every one of these homes were kept, the money would not come back, or the best case is a loss."""
        return self.lost < self.break_even.low or (self.net is not None and self.net.high < 0)


def balance(costs: Costs, effect: Estimate | None, visited: float, lost_share: float) -> Balance | None:
    """Weigh what visits cost against what they spare the corporation.

    Parameters
    ----------
    costs : Costs
        The settings.
    effect : Estimate or None
        On the share of tenancies kept after 52 weeks; None: not estimated.
    visited : float
        Households a year whose turn it is.
    lost_share : float
        Share of these that loses the home within a year, without a visit.

    Returns
    -------
    Balance or None
        None where an amount is missing.
    """
    if costs.eviction is None or costs.coach is None:
        return None
    coach, eviction = _range(costs.coach), _range(costs.eviction)
    averted = net = None
    if effect is not None:
        averted = Range(effect.low * visited, effect.high * visited)
        corners = [
            number * price
            for number in (averted.low, averted.high)
            for price in (eviction.low, eviction.high)
        ]
        net = Range(min(corners) - coach.high, max(corners) - coach.low)
    even = Range(coach.low / eviction.high, coach.high / eviction.low)
    return Balance(coach, eviction, even, averted, net, visited * lost_share)


def told(costs: Costs, made: Balance | None) -> list[str]:
    """Put the balance into Dutch sentences."""
    if made is None:
        absent = [
            name
            for name, amount in (("de coach", costs.coach), ("een ontruiming", costs.eviction))
            if amount is None
        ]
        return [
            f"Over geld valt niets te zeggen: de kosten van {' en '.join(absent)} zijn niet ingevuld (instelling [costs])."
        ]
    lines = [
        f"Een coach kost {_money(made.coach)} per jaar ({_source(costs.coach)}); een ontruiming kost de corporatie "
        f"{_money(made.eviction)} ({_source(costs.eviction)}).",
        f"In geld is de coach terugverdiend bij {made.break_even} voorkomen ontruimingen per jaar.",
    ]
    if made.averted is None or made.net is None:
        lines.append(
            "Hoeveel ontruimingen zijn voorkomen is niet bekend, dus ook niet wat het per jaar oplevert."
        )
    else:
        lines.append(
            f"Voorkomen ontruimingen per jaar: {made.averted}. Opbrengst min kosten per jaar: {_money(made.net)}. "
            "Een bereik dat onder nul begint, betekent dat het ook geld kan kosten."
        )
    if made.mainly_social:
        lines.append(
            f"Onder de adressen die aan de beurt zijn, gaat naar verwachting {_plain(made.lost)} keer per jaar een huis verloren. "
            "Dat is te weinig om de coach in geld terug te verdienen: wie dit werk doet, doet het vooral voor de bewoners."
        )
    if costs.society is not None:
        lines.append(
            f"Voor de samenleving wordt {_money(_range(costs.society))} per ontruiming genoemd ({_source(costs.society)}). "
            "Dat geld komt niet bij de corporatie terecht en telt hierboven niet mee."
        )
    return lines


def one_more_slot(escalated: int, seen: int) -> list[str]:
    """Tell the yield of one more place a week: what happened to addresses just below the cut, with its interval.

    Parameters
    ----------
    escalated, seen : int
        Addresses within three places below the cut, never on a list, whose 26 weeks have passed; and of these who escalated.
    """
    if seen < LEAST_SEEN:
        return [
            f"Wat een plaats meer per week zou opleveren, is nog niet te zeggen ({seen} adressen gevolgd, nodig zijn er {LEAST_SEEN})."
        ]
    low, high = proportion_confint(escalated, seen, method="wilson")
    return [
        f"Van {seen} adressen vlak onder de grens escaleerde {100 * low:.0f} tot {100 * high:.0f} op de 100 binnen 26 weken. "
        f"Een plaats meer per week bereikt per jaar 52 van zulke adressen: {52 * low:.0f} tot {52 * high:.0f} waar het anders misgaat. "
        "Hoeveel daarvan een bezoek voorkomt, staat bij het effect."
    ]


def _range(amount: Amount) -> Range:
    return Range(*amount.range)


def _money(span: Range) -> str:
    return f"{euro(span.low)} tot {euro(span.high)}"


def _source(amount: Amount | None) -> str:
    return f"bron: {amount.source}" if amount else ""


def _plain(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
