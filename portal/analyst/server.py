"""Show the analyst what is done on the server: how it stands, and the whole command with the folder of this installation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Count, Max, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.accounts.access import UserRequest, corporations_for, requires
from portal.accounts.models import AuditEntry, Corporation, Role
from portal.analyst import seldom, setting
from portal.analyst.gate import acceptable, deliveries
from portal.analyst.job import Job, line
from portal.analyst.refused import mended
from portal.exchange import purge
from portal.incidents.models import Incident, IncidentKind
from portal.incidents.uncounted import what_waits
from portal.runs.made_with import KEPT
from portal.runs.models import Run
from portal.runs.newest import newest_runs
from portal.trends.models import Evidence, EvidenceName

QUARTER = timedelta(weeks=13)
SOON = timedelta(weeks=4)
IN_PORTAL = {
    "cases": "retention.cases_months",
    "lists": "retention.lists_months",
    "runs": "retention.logs_months",
}
"""The setting of each term that counts in the portal."""
WHO = ("--by", "UW NAAM", "--reason", "WAAROM IN EEN HELE ZIN")
"""What a decision on the server asks; with blanks, so that the command is printed with the quotes that it needs."""
COMMANDS = {
    "effect": (EvidenceName.EFFECT, EvidenceName.SLOT, EvidenceName.COSTS, EvidenceName.NEEDS),
    "backtest": (EvidenceName.BACKTEST,),
    "fairness": (EvidenceName.FAIRNESS,),
}
"""The command that answers each question of the manager."""


@requires(Role.ANALYST)
@require_safe
def server(request: UserRequest) -> HttpResponse:
    """Show all work of the analyst that has no form in the portal."""
    theirs = list(corporations_for(request.user))
    lists = list(newest_runs(theirs).select_related("corporation"))
    jobs = [
        _kept(lists),
        _stop(lists, theirs),
        *_held(lists),
        _answers(theirs),
        setting.job(theirs),
        _subject(),
        *seldom.jobs(lists),
    ]
    return render(request, "analyst/server.html", {"jobs": jobs})


def accepts(file: str) -> str:
    """Write the command that loads a delivery against its gate."""
    return line("accept", file, *WHO)


def _day(day: date) -> str:
    return date_format(day, "j-n-Y")


def _kept(lists: Iterable[Run]) -> Job:
    """Say when data past their term were last removed, what the terms are, and what is past them now."""
    title, command = _("Gegevens na hun termijn verwijderen"), (line("retention"),)
    last = AuditEntry.objects.filter(action=purge.ACTION).first()
    terms: dict[str, timedelta] = {}
    if last is not None:
        done = timezone.localtime(last.at).date()
        sentence = _(
            "Laatst gedaan op %(day)s: %(rows)s rijen in het portaal verwijderd, en nagekeken dat ze weg zijn. Het logboek bewaart dit."
        )
        state = [sentence % {"day": _day(done), "rows": last.detail["rows"]}]
        terms = _terms(done, last.detail)
    else:
        state = [_("Dat is hier nog niet gedaan.")]
        newest_kept = next((run for run in lists if run.kept), None)
        terms = _terms(newest_kept.as_of, newest_kept.kept) if newest_kept else {}
    if not terms:
        state.append(
            _("De termijnen staan onder [retention] in de instellingen; de volgende lijst meldt ze hier.")
        )
        return Job(title, tuple(state), command, waits=True)
    kept = {name: str(KEPT[key]) for name, key in IN_PORTAL.items()}
    named = (f"{kept[name]} {_months(term.days)}" for name, term in terms.items())
    state.append(
        _("De termijnen zijn: %(terms)s. Ze staan onder [retention] in de instellingen.")
        % {"terms": ", ".join(named)}
    )
    today = timezone.localdate()
    days = {name: today - term for name, term in terms.items()}
    due = purge.due(today, **days)
    soon = purge.due(today + SOON, **{name: day + SOON for name, day in days.items()})
    coming = {name: soon[name] - due[name] for name in due}
    state.append(
        _("Nu over hun termijn: %(rows)s rijen in het portaal (%(split)s).")
        % {"rows": sum(due.values()), "split": _split(due, kept, purge.oldest(today, **days))}
        if any(due.values())
        else _("Nu is in het portaal niets over zijn termijn.")
    )
    state.append(
        _("Binnen vier weken komen daar %(rows)s rijen bij (%(split)s).")
        % {"rows": sum(coming.values()), "split": _split(coming, kept)}
        if any(coming.values())
        else _("Binnen vier weken komt daar niets bij.")
    )
    state.append(
        _(
            "De opdracht verwijdert ook wat in de leveringen, lijsten en back-ups op de server over zijn termijn is, en zegt daarna "
            "hoeveel dat was; vooraf is dat niet geteld."
        )
    )
    return Job(title, tuple(state), command, waits=any(due.values()) or last is None)


def _split(
    counts: Mapping[str, int], names: Mapping[str, str], oldest: Mapping[str, date] | None = None
) -> str:
    """Name each term that has rows, with their number and the day of the oldest, if it is known."""
    parts = []
    for name, number in counts.items():
        if number:
            day = (oldest or {}).get(name)
            since = _(", het oudste van %(day)s") % {"day": _day(day)} if day else ""
            parts.append(f"{names[name]} {number}{since}")
    return "; ".join(parts)


def _terms(day: date, kept: Mapping[str, str]) -> dict[str, timedelta]:
    """Return the term of each kind, from the first day that was kept on a day."""
    return {name: day - date.fromisoformat(kept[name]) for name in purge.TERMS}


def _months(days: int) -> str:
    """Write a term in months, as the settings give it."""
    number = round(days / 365.25 * 12)
    return ngettext("%(n)s maand", "%(n)s maanden", number) % {"n": number}


def _stop(lists: Iterable[Run], theirs: list[Corporation]) -> Job:
    """Say where the stop rule stands, and what was reported in the last quarter."""
    state, waits, role = [], False, ""
    for run in lists:
        sentence = (
            run.get_stop_display()
            if run.stop
            else _("Van de nieuwste lijst is niet bewaard of de stopregel aan staat.")
        )
        state.append(f"{sentence} ({run.corporation}, {_day(run.as_of)})")
        waits, role = (
            waits or run.stands_still,
            role or next(iter(run.decides), ""),
        )
    counted = dict(_reports(theirs).values_list("kind").annotate(number=Count("pk")).order_by())
    sentence = _("In de laatste dertien weken gemeld: %(harm)s keer schade en %(complaint)s keer een klacht.")
    state.append(
        sentence
        % {
            "harm": counted.get(IncidentKind.HARM, 0),
            "complaint": counted.get(IncidentKind.COMPLAINT, 0),
        }
    )
    state += [f"{waiting} ({run.corporation})" for run in lists if (waiting := what_waits(run))]
    state.append(
        _(
            "Voorbij een grens verschijnt geen nieuwe lijst; de lijst van nu blijft staan. Kan het niet wachten? Dan zet pause de lijst "
            "stil en maakt weekly haar meteen leeg: coaches lezen op Deze week dat zij stilligt, en gaan door met wie zij al helpen. "
            "Met resume gaat zij verder."
        )
    )
    pause = line("pause", *WHO)
    resume = line("resume", "--role", role or "ROL", *WHO)
    return Job(
        _("De lijst meteen stilzetten, de grenzen van de stopregel, en verdergaan"),
        tuple(state),
        (pause, line("weekly"), resume, line("limits")),
        waits=waits,
        anchor="stilzetten",
    )


def _reports(theirs: list[Corporation]) -> QuerySet[Incident]:
    since = timezone.localdate() - QUARTER
    return Incident.objects.filter(corporation__in=theirs, withdrawn_at=None, on__gt=since)


def _held(lists: Iterable[Run]) -> list[Job]:
    """Name the deliveries that the gate stopped before the newest lists."""
    title = _("Een levering toelaten die de poort tegenhield")
    refused = [row for run in lists for row in deliveries(run) if row["state"] == "refused"]
    files = [row["file"] for row in refused if acceptable(row)]
    unread = [row.get("file") or row.get("extract", "") for row in refused if not acceptable(row)]
    if not refused:
        return [
            Job(
                title,
                (_("De poort hield voor de nieuwste lijst niets tegen."),),
                (accepts("BESTAND"),),
            )
        ]
    state = []
    if files:
        stopped = _(
            "Tegengehouden: %(files)s. Controleer het bestand eerst; wat eraan mankeert, staat bij de run."
        )
        state.append(stopped % {"files": ", ".join(files)})
    if unread:
        stopped = _(
            "Niet te lezen, en dus niet toe te laten: %(files)s. Vraag de leverancier om een nieuw bestand; wat eraan mankeert, "
            "staat bij de run."
        )
        state.append(stopped % {"files": ", ".join(unread)})
    state.append(mended())
    return [Job(title, tuple(state), (*map(accepts, files), line("weekly")), waits=True)]


def _answers(theirs: list[Corporation]) -> Job:
    """Say up to which day each question of the manager was answered."""
    days = dict(
        Evidence.objects.filter(corporation__in=theirs)
        .values_list("name")
        .annotate(day=Max("until"))
        .order_by()
    )
    state, waits = [], False
    for names in COMMANDS.values():
        for name in names:
            day = days.get(name)
            waits = waits or day is None
            measured = _("gemeten tot en met %(day)s") % {"day": _day(day)} if day else _("nog niet gemeten")
            state.append(f"{name.label}: {measured}.")
    return Job(
        _("De vragen van de manager beantwoorden"),
        tuple(state),
        tuple(line(name) for name in COMMANDS),
        waits=waits,
    )


def _subject() -> Job:
    return Job(
        _("Inzage of verwijdering voor een bewoner"),
        (
            _(
                "De eerste opdracht schrijft alles wat er is: geef het nummer van de huurder of de overeenkomst, of het adres. De tweede "
                "verwijdert het, en neemt alleen het nummer van de huurder."
            ),
        ),
        (line("subject", "export", "NUMMER", "--out", "BESTAND.json"), line("subject", "erase", "NUMMER")),
    )
