"""Put into words why a delivered row cannot count. The pipeline writes the reasons as English codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Reason:
    """A reason in words, and what to ask whoever delivers the file."""

    words: Any
    ask: Any


COLUMN = {
    "missing": Reason(gettext_lazy("%(column)s is niet ingevuld"), gettext_lazy("Vul %(column)s in.")),
    "bad date": Reason(
        gettext_lazy("%(column)s is geen datum"),
        gettext_lazy("Lever %(column)s als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026."),
    ),
    "perhaps no date in": Reason(
        gettext_lazy("%(column)s is misschien geen datum"),
        gettext_lazy("Lever %(column)s als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026."),
    ),
    "date too late": Reason(
        gettext_lazy("%(column)s ligt te ver in de toekomst"), gettext_lazy("Kijk %(column)s na.")
    ),
    "bad amount": Reason(
        gettext_lazy("%(column)s is geen bedrag"), gettext_lazy("Lever %(column)s als getal, zoals 1240,00.")
    ),
    "amount out of range": Reason(
        gettext_lazy("%(column)s is onwaarschijnlijk hoog of laag"),
        gettext_lazy("Kijk het bedrag in %(column)s na."),
    ),
    "bad yes/no": Reason(
        gettext_lazy("%(column)s is geen ja of nee"), gettext_lazy("Lever %(column)s als ja of nee.")
    ),
    "unknown code": Reason(
        gettext_lazy("%(column)s heeft een onbekende code"),
        gettext_lazy("Wat betekent de code in %(column)s? Zet haar in de vertaaltabel."),
    ),
    "not a text in": Reason(
        gettext_lazy("%(column)s is geen tekst"), gettext_lazy("Lever %(column)s als gewone tekst.")
    ),
    "total row in": Reason(
        gettext_lazy("totaalregel in %(column)s"), gettext_lazy("Lever het bestand zonder totaalregel.")
    ),
    "forbidden content": Reason(
        gettext_lazy("%(column)s bevat wat hier niet mag staan"),
        gettext_lazy("Laat uit %(column)s weg wat Waakvlam niet mag lezen."),
    ),
    "too long": Reason(gettext_lazy("%(column)s is te lang"), gettext_lazy("Kort %(column)s in.")),
    "hidden value": Reason(
        gettext_lazy("%(column)s leek op een persoonsgegeven en is verborgen"),
        gettext_lazy("Zet in %(column)s alleen een code."),
    ),
    "foreign": Reason(
        gettext_lazy("%(column)s noemt een andere corporatie"),
        gettext_lazy("Lever alleen rijen van deze corporatie."),
    ),
}
"""Reasons that end in the name of the column."""
WHOLE = {
    "same key, other content": Reason(
        gettext_lazy("zelfde sleutel, andere inhoud"),
        gettext_lazy("Lever elke sleutel één keer, of laat de vertaaltabel de rijen samenvoegen."),
    ),
    "another row of the same key cannot count": Reason(
        gettext_lazy("een andere regel met deze sleutel telt niet mee"),
        gettext_lazy("Herstel de andere regel met deze sleutel."),
    ),
    "no home at the address": Reason(
        gettext_lazy("geen woning op dit adres"),
        gettext_lazy("Kijk het adres na, of lever het eenheidnummer mee."),
    ),
    "wrong number of fields": Reason(
        gettext_lazy("verkeerd aantal velden"),
        gettext_lazy("Zet tekst met een scheidingsteken erin tussen aanhalingstekens."),
    ),
    "unknown code": Reason(
        gettext_lazy("onbekende code"), gettext_lazy("Wat betekent de code? Zet haar in de vertaaltabel.")
    ),
    "matches nobody in the register": Reason(
        gettext_lazy("hoort bij niemand in het huurdersregister"),
        gettext_lazy("Kies de overeenkomst bij Zonder huurder, of lever de rij verbeterd opnieuw."),
    ),
}
"""Reasons about the whole row."""


SEPARATOR = re.compile(", (?!other content|header has)")
"""Separates the reasons of one row; a comma within a reason does not."""


def in_words(reasons: str) -> str:
    """Return the reasons of a row in the reader's language; unknown ones stay as the pipeline wrote them."""
    return ", ".join(_words_and_ask(reason)[0] for reason in SEPARATOR.split(reasons))


def to_ask(reasons: str) -> str:
    """Return what to ask whoever delivers the file, for each reason; empty for unknown ones."""
    return " ".join(
        filter(None, dict.fromkeys(_words_and_ask(reason)[1] for reason in SEPARATOR.split(reasons)))
    )


def set_apart(reasons: str, column: str) -> bool:
    """Return whether rows were quarantined for an unknown code in a column."""
    return f"unknown code {column}" in SEPARATOR.split(reasons)


def _words_and_ask(reason: str) -> tuple[str, str]:
    if (whole := WHOLE.get(reason.partition(":")[0])) is not None:
        return str(whole.words), str(whole.ask)
    for code, known in COLUMN.items():
        if reason.startswith(f"{code} "):
            column = {"column": reason.removeprefix(f"{code} ").replace(" or ", _(" of "))}
            return known.words % column, known.ask % column
    return reason, ""
