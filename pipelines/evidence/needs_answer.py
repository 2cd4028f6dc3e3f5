"""Tell the manager in Dutch at how many addresses help was needed, and whether the order of the list finds more than a lot."""

from __future__ import annotations

from models.effect import needs
from models.effect.needs import Group
from pipelines.exchange.answers import SentAnswer

FEW = 10
"""Neither the addresses with a need nor those without may be fewer, because a share would then tell of a few households."""
MEANING = (
    "Hulp nodig: binnen 13 weken na de lijst kwam de coach in contact, of hield een vinger aan de pols. Of een bezoek helpt, zegt dit "
    "niet.",
    "De coach weet niet welk adres door loting kwam, maar leest daar minder redenen. Een deel van het verschil kan daarvan komen.",
)


def answer(top: Group, lot: Group) -> SentAnswer:
    """Answer at how many of the addresses listed by rank help was needed, with the margin, or say why that is not known.

    Parameters
    ----------
    top, lot : Group
        What the coach found at the addresses listed by rank and by lot.
    """
    known = top.known >= needs.LEAST_LISTED and min(top.confirmed, top.known - top.confirmed) >= FEW
    return SentAnswer("needs", [_share(top) if known else _too_few(), _compared(top, lot), *MEANING], known)


def _share(top: Group) -> str:
    needed_help, all_of_them = _of_hundred(top.share_of_known), _of_hundred(top.share)
    return (
        f"Van elke 100 adressen waarvan bekend is wat de coach vond, hadden er {needed_help} hulp nodig. "
        f"Wie niet is bereikt erbij: {all_of_them} van elke 100 adressen op de lijst."
    )


def _of_hundred(share: tuple[float, float, float]) -> str:
    value, low, high = (f"{100 * each:.0f}" for each in share)
    return f"{value} ({low} tot {high})"


def _too_few() -> str:
    return (
        "Hoeveel adressen hulp nodig hadden, is nog niet te zeggen: van te weinig adressen is bekend wat de coach vond "
        f"(nodig zijn er {needs.LEAST_LISTED}, met en zonder hulpvraag minstens {FEW})."
    )


def _compared(top: Group, lot: Group) -> str:
    """Say whether the coach finds more needs by rank than by lot, or why that is not known."""
    why_not = "Of de volgorde van de lijst beter is dan een loting, is nog niet te zeggen"
    if not lot.listed:
        return f"{why_not}: er kwam nog geen adres door loting op de lijst."
    if not top.known + lot.known:
        return f"{why_not}: van geen adres is vastgelegd wat de coach vond."
    if min(top.listed, lot.listed) < needs.LEAST_LISTED:
        return f"{why_not}: nodig zijn er {needs.LEAST_LISTED} adressen op volgorde en evenveel door loting."
    value, low, high = needs.difference(top, lot)
    if low > 0:
        return (
            "Op volgorde van punten vond de coach vaker hulp nodig dan door loting: bij "
            f"{_span(value, low, high)} van de 100 adressen meer."
        )
    if high < 0:
        return (
            f"Door loting vond de coach vaker hulp nodig dan op volgorde: bij {_span(-value, -high, -low)} van de 100 adressen meer. "
            "De punten wijzen verkeerd."
        )
    return (
        "Dat de volgorde van de lijst beter is dan een loting, is niet aangetoond: het verschil kan van "
        f"{-100 * low:z.0f} van de 100 adressen minder tot {100 * high:z.0f} meer zijn."
    )


def _span(value: float, low: float, high: float) -> str:
    return f"{100 * value:z.0f} ({100 * low:z.0f} tot {100 * high:z.0f})"
