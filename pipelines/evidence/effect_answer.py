"""Answer the manager's question whether the visits help: what is shown, the margins, and what is still needed to say more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from models.effect.estimate import CannotSay, Estimate
from models.effect.power import REPORTED, Horizon
from models.effect.words import BY_NAME, change, sentence
from pipelines.evidence.effect import Effect, estimates
from pipelines.evidence.effect_file import filled
from pipelines.exchange.answers import SentAnswer

MAIN = "escalated_26"
FEW = 10
"""Numbers of addresses below this are not shown exactly."""
PATIENCE = 2 * 52
"""Weeks after which a pilot is called too small to show an effect."""
MOST = 2
"""Most further outcomes that are named with their margin, of those that differ beyond chance and of those that do not."""
NOT_KNOWN = f"Of de bezoeken helpen tegen {BY_NAME[MAIN].nl}, is met deze gegevens niet te zeggen."
_MANY = f"Helemaal zeker is het niet: er is naar {len(BY_NAME)} dingen gekeken, en dan lijkt toeval eerder een effect."
_UNKNOWN = "Of ook minder huishoudens bij de deurwaarder komen, is nog niet te zeggen."


def answer(effect: Effect, why_not: Sequence[str]) -> SentAnswer:
    """Return the answer: the conclusion, the main outcome or what it still needs, the margins of others, and how long it takes.

    Parameters
    ----------
    effect : Effect
        The estimates of this installation.
    why_not : sequence of str
        What is wrong with the trial, for an installation without any estimate by lot.
    """
    known = estimates(effect.by_lot)
    others = [estimate for name, estimate in known.items() if name != MAIN]
    shown = [estimate for estimate in others if estimate.shown]
    not_shown = [estimate for estimate in others if not estimate.shown]
    first = [known[MAIN]] if MAIN in known else []
    margins = [
        with_capital(sentence(estimate, BY_NAME[estimate.outcome]).nl)
        for estimate in (*first, *shown[:MOST], *not_shown[:MOST])
    ]
    needed = [] if first else _needed(effect) or ([] if known else why_not)
    lines = [headline(known, pace(effect)), *needed, *margins, *_how_long(effect)]
    return SentAnswer("effect", lines, bool(first or shown))


def headline(known: Mapping[str, Estimate], pace: str) -> str:
    """Say in plain words whether the visits help: what is shown beyond chance, how sure that is, and what is not known yet.

    Only the main outcome was named beforehand; any other that differs may do so by chance, and the text says so. While the
    main outcome is not shown, `pace` follows: without it, "not yet" reads as "soon".
    """
    changed = [estimate for estimate in known.values() if estimate.shown]
    if not changed:
        return f"Dat weten wij nog niet: wat er verschilt, kan toeval zijn. {pace}".strip()
    main = known.get(MAIN)
    estimate = main if main is not None and main.shown else changed[0]
    better = (estimate.value < 0) != (estimate.outcome == "kept_52")
    if estimate is main:
        return f"{'Ja' if better else 'Nee'}: {_plain(estimate)}. Dat kan haast geen toeval zijn."
    return f"{'Het lijkt erop' if better else 'Het lijkt van niet'}: {_plain(estimate)}. {_MANY} {_UNKNOWN} {pace}".strip()


def with_capital(text: str) -> str:
    """Return a sentence that begins with a capital."""
    return text[:1].upper() + text[1:]


def _plain(estimate: Estimate) -> str:
    outcome = BY_NAME[estimate.outcome]
    return f"{outcome.nl} gemiddeld {change(estimate.value, outcome.unit, 'nl')} dan bij adressen die moesten wachten"


def _needed(effect: Effect) -> list[str]:
    """Say how many events or households the main outcome still needs; nothing without estimates by lot."""
    for finding in effect.by_lot:
        if isinstance(finding, CannotSay) and finding.outcome == MAIN:
            figures = tuple((name, _not_small(name, number)) for name, number in finding.figures)
            return [f"{NOT_KNOWN} {filled(replace(finding, figures=figures)).nl}"]
    return []


def _not_small(name: str, number: object) -> object:
    """Return a figure of a refusal; of fewer than ten addresses only that they are fewer."""
    small = name != "least" and isinstance(number, int) and 0 < number < FEW
    return f"minder dan {FEW}" if small else number


def pace(effect: Effect) -> str:
    """Say in one sentence how long an effect takes to show, or that this pilot is too small for it; empty without lots or a pace."""
    row = _reported(effect)
    if row is None or effect.trial is None:
        return ""
    if row.weeks <= PATIENCE:
        return f"Bij het tempo van nu duurt het in totaal ongeveer {_long(row)} tot een effect te zien is."
    return f"Deze pilot is te klein om het te zien: bij het tempo van nu duurt dat ongeveer {_long(row)}."


def _reported(effect: Effect) -> Horizon | None:
    """Return the row for the largest effect that was ever reported; None if nobody enters."""
    return next((row for row in effect.horizon if row.cut == REPORTED and row.weeks), None)


def _long(row: Horizon) -> str:
    return f"{row.weeks / 52:.0f} jaar" if row.weeks > PATIENCE else f"{row.weeks} weken"


def _how_long(effect: Effect) -> list[str]:
    """Say how long it takes until the effect of a good visit would show, at the pace of the lots so far."""
    row = _reported(effect)
    if row is None:
        return []
    households = f"{round(row.households, -2) or 100:,}".replace(",", ".")
    return [
        f"Stel dat een bereikt bezoek {100 * row.cut:.0f} van de 100 escalaties kan voorkomen; meer is nergens gemeld. "
        f"Om dat te zien, zijn ongeveer {households} huishoudens nodig: bij het tempo van nu ongeveer {_long(row)}. "
        "Met meer corporaties samen gaat het sneller."
    ]
