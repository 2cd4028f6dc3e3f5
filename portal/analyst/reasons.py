"""Put into words why a delivered row cannot count. The pipeline writes the reasons as English codes."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COLUMN = {
    "missing": gettext_lazy("%(column)s is niet ingevuld"),
    "bad date": gettext_lazy("%(column)s is geen datum"),
    "perhaps no date in": gettext_lazy("%(column)s is misschien geen datum"),
    "date too late": gettext_lazy("%(column)s ligt te ver in de toekomst"),
    "bad amount": gettext_lazy("%(column)s is geen bedrag"),
    "amount out of range": gettext_lazy("%(column)s is onwaarschijnlijk hoog of laag"),
    "bad yes/no": gettext_lazy("%(column)s is geen ja of nee"),
    "unknown code": gettext_lazy("%(column)s heeft een onbekende code"),
    "not a text in": gettext_lazy("%(column)s is geen tekst"),
    "total row in": gettext_lazy("totaalregel in %(column)s"),
    "forbidden content": gettext_lazy("%(column)s bevat wat hier niet mag staan"),
    "too long": gettext_lazy("%(column)s is te lang"),
    "hidden value": gettext_lazy("%(column)s leek op een persoonsgegeven en is verborgen"),
    "foreign": gettext_lazy("%(column)s noemt een andere corporatie"),
}
"""Reasons that end in the name of the column."""
WHOLE = {
    "same key, other content": gettext_lazy("zelfde sleutel, andere inhoud"),
    "another row of the same key cannot count": gettext_lazy(
        "een andere regel met deze sleutel telt niet mee"
    ),
    "no home at the address": gettext_lazy("geen woning op dit adres"),
    "wrong number of fields": gettext_lazy("verkeerd aantal velden"),
    "unknown code": gettext_lazy("onbekende code"),
    "matches nobody in the register": gettext_lazy("hoort bij niemand in het huurdersregister"),
}
"""Reasons about the whole row."""


SEPARATOR = re.compile(", (?!other content|header has)")
"""Separates the reasons of one row; a comma within a reason does not."""


def in_words(reasons: str) -> str:
    """Return the reasons of a row in the reader's language; unknown ones stay as the pipeline wrote them."""
    return ", ".join(_one(reason) for reason in SEPARATOR.split(reasons))


def _one(reason: str) -> str:
    if (whole := WHOLE.get(reason.partition(":")[0])) is not None:
        return str(whole)
    for code, words in COLUMN.items():
        if reason.startswith(f"{code} "):
            return words % {"column": reason.removeprefix(f"{code} ").replace(" or ", _(" of "))}
    return reason
