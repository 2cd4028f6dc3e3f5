"""Say how many objections there are, whether they were dealt with in time, and what they do to the list."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.manager import first_contact
from portal.manager.answer import Answer
from portal.runs.models import Assignment, Meaning, Run, UnmatchedRow
from portal.trends import suppress
from portal.trends.reach import Reach
from portal.trends.tables import Table, about

TERM = timedelta(days=30)
"""Within a month a tenant hears what was done (GDPR, article 12)."""


def answer(tables: dict[str, Table], reach: Reach) -> Answer:
    """Count objections of the period, those without a tenant that still wait, and who stays off the newest list.

    What asks for attention is said first.
    """
    question = _("Hoeveel bezwaren zijn er, en zijn ze op tijd verwerkt?")
    rows = _without_tenant(reach)
    days = _delivered(reach, rows)
    answered, tied = _answered(reach, rows)
    waiting = [row for row in rows if row.open and row.answerable and row.key not in answered]
    late = [row for row in waiting if row.file in days and reach.newest - days[row.file] > TERM]
    lines = [_objections_made(tables["zorgen"], reach)]
    lines.append(
        _(
            "Een bezwaar in het portaal werkt dezelfde dag, dus binnen de termijn van een maand (AVG, artikel 12)."
        )
    )
    still_open = _waiting(len(waiting), len(late))
    if number := sum(row.open and row.key in tied for row in rows):
        still_open = [f"{still_open[0]} {_tenants_known(number)}", *still_open[1:]]
    lines = [*still_open, *lines] if waiting else [*lines, *still_open]
    in_time = sum(
        row.key in answered and row.file in days and answered[row.key] - days[row.file] <= TERM
        for row in rows
    )
    if any(row.key in answered for row in rows):
        sentence = _("Van de bezwaren zonder huurder zocht de analist er %(count)s binnen een maand uit.")
        lines.append(sentence % {"count": about(suppress.cell(in_time))})
    if any(row.open and not row.answerable for row in rows):
        lines.append(
            _("Niet elk aangeleverd bezwaar werkt al: van een deel was de huurder niet meteen bekend.")
        )
    lines += _off_the_list(reach)
    brief = (lines[0], lines[1]) if waiting else (lines[0], lines[2])
    return Answer(question, tuple(lines), "act" if waiting else "known", "zorgen", brief)


def _objections_made(table: Table, reach: Reach) -> str:
    """Say how many objections were made and withdrawn in the period."""
    row = table.of(reach.span)
    cells = dict(zip([column.key for column in table.columns], row or (), strict=False))
    sentence = _(
        "In %(period)s kwamen er in het portaal %(made)s bezwaren binnen; %(withdrawn)s zijn weer ingetrokken."
    )
    return sentence % {
        "period": first_contact.named(reach.span, reach),
        "made": about(cells.get("objections", suppress.ZERO)),
        "withdrawn": about(cells.get("withdrawn", suppress.ZERO)),
    }


def _waiting(number: int, late: int) -> list[str]:
    """Say how many delivered objections still wait for their tenant, and how many of those for over a month."""
    if not number:
        return [_("Nu open: geen.")]
    sentence = _(
        "Nu open: %(count)s. Ze kwamen in een bestand en de huurder is niet gevonden. Die werken nog niet: de analist zoekt de huurder op."
    )
    over = (
        _("Daarvan wachten er %(count)s langer dan een maand.") % {"count": about(suppress.cell(late))}
        if late
        else _("Geen daarvan wacht langer dan een maand.")
    )
    return [f"{sentence % {'count': about(suppress.cell(number))}} {over}"]


def _tenants_known(number: int) -> str:
    """Say that objections were tied to a tenant since the newest list, which did not know that."""
    sentence = _("Van %(count)s vond de analist de huurder: die werken vanaf de volgende lijst.")
    return sentence % {"count": about(suppress.cell(number))}


def _off_the_list(reach: Reach) -> list[str]:
    """Say how many agreements an objection kept off the newest list, as a cell of that list."""
    run = Run.objects.filter(corporation=reach.corporation).only("counts", "as_of").first()
    excluded = run.counts.get("excluded", {}) if run else {}
    number = sum(int(excluded.get(code, 0)) for code in ("objection", "possible_objection"))
    if run is None or not number:
        return []
    sentence = _(
        "Door een bezwaar bleven %(count)s overeenkomsten buiten de lijst van %(day)s. Zolang niet bekend is wie een bezwaar maakte, "
        "blijft ieder die bedoeld kan zijn erbuiten."
    )
    return [sentence % {"count": about(suppress.cell(number)), "day": date_format(run.as_of, "j F")}]


def _without_tenant(reach: Reach) -> list[UnmatchedRow]:
    return list(UnmatchedRow.objects.filter(corporation=reach.corporation, meaning=Meaning.OBJECTION))


def _answered(reach: Reach, rows: list[UnmatchedRow]) -> tuple[dict[str, date], set[str]]:
    """Return the day of the first answer to each row that has one, and the rows whose newest answer is an agreement."""
    keys = [row.key for row in rows]
    assignments = Assignment.objects.filter(corporation=reach.corporation, key__in=keys) if keys else ()
    first, newest = dict[str, date](), dict[str, str]()
    for answer in assignments:  # in the order of time
        first.setdefault(answer.key, answer.on)
        newest[answer.key] = answer.overeenkomst_id
    return first, {key for key, agreement in newest.items() if agreement}


def _delivered(reach: Reach, rows: list[UnmatchedRow]) -> dict[str, date]:
    """Return the day of each file in which such a row came, from the runs that loaded it."""
    files = {row.file for row in rows}
    if not files:
        return {}
    runs = Run.objects.filter(corporation=reach.corporation).only("deliveries", "corporation")
    return {
        row["file"]: date.fromisoformat(row["peildatum"])
        for run in runs
        for row in run.deliveries
        if row.get("file") in files
    }
