"""Say the details of an entry of the log in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Choices
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Role
from portal.casework.codes import Answer, Domain, Kind, Partner, Phase, PickedUp, State, Worries
from portal.runs.models import Meaning, Reason


class Detail(NamedTuple):
    """How one detail is said: its name, and its codes if it holds one."""

    title: str | Promise
    codes: type[Choices] | None = None


DETAILS = {
    "action": Detail(_("wat")),
    "active": Detail(_("kan inloggen")),
    "answer": Detail(_("antwoord"), Answer),
    "areas": Detail(_("werkgebied")),
    "corporation": Detail(_("corporatie")),
    "domain": Detail(_("leefgebied"), Domain),
    "first": Detail(_("van")),
    "found": Detail(_("gevonden")),
    "given": Detail(_("rol"), Role),
    "kind": Detail(_("soort"), Kind),
    "meaning": Detail(_("soort rij"), Meaning),
    "overeenkomst_id": Detail(_("overeenkomst")),
    "owner": Detail(_("in zorg bij")),
    "partner": Detail(_("partner"), Partner),
    "phase": Detail(_("moment"), Phase),
    "picked_up": Detail(_("opgepakt"), PickedUp),
    "reason": Detail(_("reden"), Reason),
    "rows": Detail(_("rijen")),
    "cases": Detail(_("dossiers van voor")),
    "lists": Detail(_("lijsten van voor")),
    "runs": Detail(_("runs van voor")),
    "second_factor": Detail(_("tweede factor verplicht")),
    "state": Detail(_("stand"), State),
    "subject": Detail(_("gebruiker")),
    "table": Detail(_("tabel")),
    "to": Detail(_("aan")),
    "token": Detail(_("sleutel")),
    "tot": Detail(_("tot")),
    "until": Detail(_("tot en met")),
    "urgent": Detail(_("kan niet wachten")),
    "username": Detail(_("gebruiker")),
    "van": Detail(_("van")),
    "worry": Detail(_("zorg"), Worries),
}
"""Every detail that the page shows."""
UNSAID = frozenset({"page", "query", "reference", "row"})
"""Details that only serve to find a row or a page of the program; the CSV has them."""


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return the details as one text: codes in words, dates written out, an unknown detail as it is."""
    return ", ".join(
        f"{DETAILS[name].title if name in DETAILS else name}: {_value(name, value)}"
        for name, value in detail.items()
        if name not in UNSAID and value not in ("", None)
    )


def _value(name: str, value: Any) -> str:
    """Return one value as people write it."""
    codes = DETAILS[name].codes if name in DETAILS else None
    if codes is not None and value in codes.values:
        return str(codes(value).label)
    if isinstance(value, bool):
        return str(_("ja") if value else _("nee"))
    if isinstance(value, list):
        return "; ".join(map(str, value)) or str(_("geen"))
    try:
        return date_format(date.fromisoformat(value), "j F Y")
    except (TypeError, ValueError):
        return str(value)
