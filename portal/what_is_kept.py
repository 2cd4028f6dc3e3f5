"""Answer the manager which data are used, on what ground, and how long they are kept, with the terms of this installation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.accounts.access import corporations_for
from portal.accounts.models import User
from portal.runs.made_with import settings_of, terms


def what_is_kept(user: User) -> tuple[str, str, str]:
    """Return question, answer and page for *Hulp* of a manager."""
    lines = [
        _(
            "Gebruikt worden huurachterstanden, meldingen van overlast, reparaties en zorgen die iemand doorgaf, met wat de coach "
            "vastlegt. Afkomst, geslacht, leeftijd, gezondheid, inkomen en wijk zijn nooit een signaal."
        ),
        _(
            "De grond is het gerechtvaardigd belang van corporatie en huurder om een huisuitzetting te voorkomen (AVG artikel 6 lid 1 "
            "onder f). De functionaris gegevensbescherming toetst dat; een huurder kan bezwaar maken."
        ),
    ]
    kept = terms(settings_of(corporations_for(user)))
    lines.append(
        _(
            "Zo lang blijft het bewaard: %(terms)s. Het logboek van wie wat zag blijft vijf jaar, en een bezwaar tot het is ingetrokken."
        )
        % {"terms": ", ".join(f"{kind} {long}" for kind, long in kept)}
        if kept
        else _(
            "Hoe lang het bewaard blijft, staat onder [retention] in de instellingen; de volgende lijst meldt het hier."
        )
    )
    lines.append(
        _("Alles staat in de DPIA en de privacyverklaring, die de analist maakt met waakvlam account.")
    )
    question = _("Welke gegevens gebruikt Waakvlam, op welke grond, en hoe lang blijven ze bewaard?")
    return question, " ".join(lines), "manager:trends"
