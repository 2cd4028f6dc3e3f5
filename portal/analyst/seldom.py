"""Tell the analyst how to do what is seldom asked, and what cannot be done."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.analyst.job import Job, line
from portal.runs.models import Run

BY = ("--by", "UW NAAM")


def jobs(lists: Sequence[Run]) -> list[Job]:
    """Return how to go back to an earlier model, leave out a source, and what becomes of one case at the end of its term."""
    return [_earlier_model(lists), _without_source(), _one_case()]


def _earlier_model(lists: Sequence[Run]) -> Job:
    state = [
        _("Nu: %(model)s (%(corporation)s, lijst van %(day)s).")
        % {"model": run.model, "corporation": run.corporation, "day": date_format(run.as_of, "j-n-Y")}
        for run in lists
    ]
    state.append(
        _(
            "Elke kaart van eerder staat nog in artefacts/scorecards: geef haar naam zonder .json, of expert voor de kaart die bij het "
            "programma hoort. De lijst van maandag gebruikt haar; weekly maakt ook de lijst van deze week opnieuw."
        )
    )
    commands = (line("promote", "expert", *BY), line("promote", "VERSIE", *BY), line("weekly"))
    return Job(_("Terug naar een eerder model"), tuple(state), commands, anchor="eerder-model")


def _without_source() -> Job:
    state = _(
        "Een schakelaar per bron is er niet. Met retract haalt u één bestand eruit, alsof het nooit kwam; van een bron die steeds alles "
        "levert, telt dan weer het bestand ervoor. Wilt u van een bron niets nieuws, zet haar bestanden dan niet in de inbox, en haal haar "
        "weg onder [[sources]] in de instellingen als Waakvlam ze zelf ophaalt."
    )
    return Job(
        _("Eén bron buiten de lijst laten"),
        (state,),
        (line("retract", "BESTAND"), line("weekly")),
        anchor="bron",
    )


def _one_case() -> Job:
    state = _(
        "Dat kan niet: een termijn geldt voor alle adressen. Zolang er een volgende stap gepland staat, blijft in het portaal wat coaches "
        "vastlegden, maar de rest verdwijnt op zijn termijn. Moet u langer bewaren, bijvoorbeeld voor een rechtszaak, schrijf dan vóór die "
        "tijd alles op wat er is, en bewaar dat bestand zelf, veilig."
    )
    return Job(
        _("Eén dossier langer bewaren dan de termijn"),
        (state,),
        (line("subject", "export", "NUMMER", "--out", "BESTAND.json"),),
        anchor="langer",
    )
