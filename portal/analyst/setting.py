"""Tell the analyst where the settings are, what they are now, and what makes a change work."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.models import Corporation
from portal.analyst.job import Job, line
from portal.runs.made_with import settings_of


def job(corporations: list[Corporation]) -> Job:
    """Say where the settings are, what they are now, what makes a change work, and what is kept of a change."""
    title = _("Instellingen wijzigen: hoeveel adressen per week, en hoe lang gegevens blijven")
    state: tuple[str, ...] = (
        _("De instellingen staan op de server in %(file)s. U wijzigt ze daar met een tekstbewerker.")
        % {"file": settings.HOME / "settings.toml"},
        _(
            "De eerste opdracht controleert het bestand, de tweede maakt de lijst van deze week opnieuw. Zonder de tweede geldt een "
            "wijziging vanaf de lijst van maandag."
        ),
        _(
            "Waakvlam bewaart niet wie een instelling wijzigde en waarom. Elke lijst bewaart wel met welke instellingen zij is gemaakt: "
            "daaruit komt „Veranderd”. Wilt u ook weten wie het deed, zet het bestand dan in versiebeheer (zonder sleutels)."
        ),
    )
    shown = tuple((each, _command_of(each.key)) for each in settings_of(corporations))
    if not shown:
        state = (*state, _("Welke waarden nu gelden, meldt de volgende lijst hier."))
    return Job(title, state, (line("doctor"), line("weekly")), anchor="instellingen", settings=shown)


def _command_of(key: str) -> str:
    """Return the command after which a change of a setting works."""
    if key == "shortlist.lead_weeks":
        return "waakvlam train"
    return "waakvlam retention" if key.startswith("retention.") else "waakvlam weekly"
