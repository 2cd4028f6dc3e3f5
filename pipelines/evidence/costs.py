"""Compute the costs and benefits of a coach from amounts in the settings, each with a source and a range.

This is arithmetic on the effect report, not another estimate; no figure is shown without its range. Without an interval
for the effect the benefit is unknown, and only the break-even is reported: the number of evictions a year that a coach
must prevent to recover the costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from statsmodels.stats.proportion import proportion_confint

from models.effect.estimate import Estimate
from models.words.dutch import euro
from pipelines.evidence.quarter import SMALL, STEP
from pipelines.installation.evidence_settings import Amount, Costs

LEAST_SEEN = 50
"""Minimum number of followed addresses just below the cut before we report what one more slot would yield."""


@dataclass(frozen=True)
class Range:
    """A range of values, both ends inclusive."""

    low: float
    high: float

    def __str__(self) -> str:
        return f"{floor(self.low)} tot {ceil(self.high)}"


@dataclass(frozen=True)
class Balance:
    """Costs and benefits of a year.

    Parameters
    ----------
    coach : Range
        Cost of the coach, euro a year.
    eviction : Range
        Cost of an eviction to the corporation, euro.
    break_even : Range
        Evictions a year that must be prevented to recover the cost of the coach.
    averted : Range or None
        Evictions prevented a year, from the interval of the effect; None if unknown.
    net : Range or None
        Benefit minus cost, euro a year; None if unknown.
    lost : float
        Homes lost a year among visited households, according to the log.
    """

    coach: Range
    eviction: Range
    break_even: Range
    averted: Range | None
    net: Range | None
    lost: float

    @property
    def mainly_social(self) -> bool:
        """True if the coach cannot pay for itself: too few homes are lost to break even, or even the best case is a net loss."""
        return self.lost < self.break_even.low or (self.net is not None and self.net.high < 0)


def balance(costs: Costs, effect: Estimate | None, visited: float, lost_share: float) -> Balance | None:
    """Compare the cost of visits with the costs that they prevent for the corporation.

    Parameters
    ----------
    costs : Costs
        The settings.
    effect : Estimate or None
        Effect on the share of tenancies kept after 52 weeks; None if not estimated.
    visited : float
        Households a year that are due for a visit.
    lost_share : float
        Share of these households that lose the home within a year without a visit, 0 to 1.

    Returns
    -------
    Balance or None
        None if an amount is missing from the settings.
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
    break_even = Range(coach.low / eviction.high, coach.high / eviction.low)
    return Balance(coach, eviction, break_even, averted, net, visited * lost_share)


def sentences(costs: Costs, result: Balance | None) -> list[str]:
    """Describe the balance in Dutch sentences: the answer first, the sources last."""
    if result is None:
        absent = [
            name
            for name, amount in (("de coach", costs.coach), ("een ontruiming", costs.eviction))
            if amount is None
        ]
        return [
            f"Over geld valt niets te zeggen: de kosten van {' en '.join(absent)} zijn nog niet ingevuld. De analist kan dat doen."
        ]
    few, many = ceil(result.break_even.low), ceil(result.break_even.high)
    lines = [
        f"Een coach kost {_money(result.coach)} per jaar. In geld is dat terugverdiend bij {few} tot {many} voorkomen ontruimingen "
        f"per jaar, want een ontruiming kost de corporatie {_money(result.eviction)}.",
    ]
    if result.averted is None or result.net is None:
        lines.append(
            "Hoeveel ontruimingen zijn voorkomen is niet bekend, dus ook niet wat het per jaar oplevert."
        )
    else:
        lines.append(
            f"Voorkomen ontruimingen per jaar: {result.averted}. Opbrengst min kosten per jaar: {_money(result.net)}. "
            "Een bereik dat onder nul begint, betekent dat het ook geld kan kosten."
        )
    if result.mainly_social:
        lines.append(
            f"Onder de adressen die aan de beurt zijn, gaat naar verwachting hoogstens {ceil(result.lost)} keer per jaar een huis "
            "verloren. Dat is te weinig om de coach in geld terug te verdienen: wie dit werk doet, doet het vooral voor de bewoners."
        )
    if costs.society is not None:
        lines.append(
            f"Voor de samenleving wordt {_money(_range(costs.society))} per ontruiming genoemd. "
            "Dat geld komt niet bij de corporatie terecht en telt hierboven niet mee."
        )
    amounts = {"coach": costs.coach, "ontruiming": costs.eviction, "samenleving": costs.society}
    sources = (f"{name}: {amount.source}" for name, amount in amounts.items() if amount)
    return [
        *lines,
        f"Bronnen van de bedragen: {'; '.join(sources)}.",
        "Bedragen en aantal coaches staan in de instellingen, onder [costs]. De analist past ze daar aan en rekent opnieuw.",
    ]


@dataclass(frozen=True)
class Team:
    """How many coaches did the work of a year.

    Parameters
    ----------
    planned : int
        Number of coaches in the settings.
    seen : int or None
        Number of people who logged contacts in the portal in the last 52 weeks; None without a portal.
    """

    planned: int
    seen: int | None = None


def per_helped(costs: Costs, team: Team, helped: int, visits: int = 0) -> list[str]:
    """Describe in Dutch what a helped address costs: the cost of all coaches by the addresses that were helped in a year.

    The number is rounded to five, and the range holds whatever number it may stand for; below ten nothing is computed. If
    other people worked than the settings say, there is no price until the settings name the full-time coaches: one coach
    over the work of two would halve it.

    Parameters
    ----------
    costs : Costs
        The settings.
    team : Team
        The coaches of the settings, and those that worked.
    helped : int
        Addresses that got advice, help or a referral in the last 52 weeks.
    visits : int
        Visits to homes in the same weeks; their price is the cost of all work by the visits, so it holds calls and hours at a desk too.
    """
    if costs.coach is None:
        return []
    if helped <= SMALL:
        return [
            f"Wat een geholpen adres kost, is nog niet te zeggen: in het laatste jaar zijn het er minder dan {SMALL + 1}."
        ]
    about, slack = STEP * round(helped / STEP), STEP // 2
    counted = f"In het laatste jaar werden ongeveer {about} adressen geholpen"
    meaning = "Geholpen is: advies, vervolghulp of een verwijzing. Elk adres telt één keer, ook als het eerder op de lijst kwam."
    if costs.coaches is None and team.seen not in (None, team.planned):
        stand, work = ("staat" if team.planned == 1 else "staan"), ("werkte" if team.seen == 1 else "werkten")
        return [
            f"{counted}. Wat één adres kost, is nog niet te zeggen: in de instellingen {stand} {_people(team.planned)}, en in het "
            f"portaal {work} er in het laatste jaar {team.seen}. De analist vult in hoeveel voltijds coaches dat samen waren.",
            meaning,
        ]
    number = costs.coaches or team.planned
    coach_cost = _range(costs.coach)
    each = Range(
        number * coach_cost.low / (about + slack), number * coach_cost.high / max(about - slack, SMALL + 1)
    )
    return [
        f"{counted}. Eén adres kost {_rough(each)}, gerekend met {_people(number, 'voltijds ')}.{_others(number, team)}",
        meaning,
        *_per_visit(Range(number * coach_cost.low, number * coach_cost.high), visits),
    ]


def _others(number: float, team: Team) -> str:
    """Say how many people worked in the portal, if they are not as many as the price counts; some may work part of the week."""
    if team.seen in (None, number):
        return ""
    return f" Zoveel mensen werkten er in dat jaar in het portaal: {team.seen}."


def _per_visit(work: Range, visits: int) -> list[str]:
    """Say what a visit costs, with all work around it; nothing below ten visits."""
    if visits <= SMALL:
        return []
    about, slack = STEP * round(visits / STEP), STEP // 2
    each = Range(work.low / (about + slack), work.high / max(about - slack, SMALL + 1))
    return [
        f"Er waren in die tijd ongeveer {about} huisbezoeken. Eén huisbezoek kost {_rough(each)}: al het andere werk van de coaches "
        "zit daarin."
    ]


def _people(number: float, kind: str = "") -> str:
    return f"{f'{number:g}'.replace('.', ',')} {kind}coach{'' if number <= 1 else 'es'}"


def one_more_slot(escalated: int, seen: int) -> list[str]:
    """Describe in Dutch what one more place a week would yield, from what happened just below the cut.

    Parameters
    ----------
    escalated, seen : int
        Number of addresses that escalated, out of the number that was followed for 26 weeks. All ranked within three
        places below the cut and were never listed.
    """
    if seen < LEAST_SEEN:
        return [
            f"Wat een plaats meer per week zou opleveren, is nog niet te zeggen ({seen} adressen gevolgd, nodig zijn er {LEAST_SEEN}). "
            "Waakvlam volgt adressen vlak onder de grens vanzelf; een adres telt mee na 26 weken. Lijsten waarvoor geloot is, "
            "tellen hier niet mee."
        ]
    low, high = proportion_confint(escalated, seen, method="wilson")
    return [
        f"Van {seen} adressen vlak onder de grens escaleerde {100 * low:.0f} tot {100 * high:.0f} op de 100 binnen 26 weken. "
        f"Een plaats meer per week bereikt per jaar 52 van zulke adressen: {52 * low:.0f} tot {52 * high:.0f} waar het anders misgaat. "
        "Hoeveel daarvan een bezoek voorkomt, staat bij het effect."
    ]


def _range(amount: Amount) -> Range:
    return Range(*amount.range)


def _rough(span: Range) -> str:
    """Write a range of prices with two digits, rounded outwards: what it comes from is rounded, so more digits would be made up."""
    ends = zip((span.low, span.high), (floor, ceil), strict=True)
    steps = ((end, turn, 10 ** max(0, floor(log10(max(end, 1))) - 1)) for end, turn in ends)
    return _money(Range(*(step * turn(end / step) for end, turn, step in steps)))


def _money(span: Range) -> str:
    return f"{euro(span.low)} tot {euro(span.high)}"
