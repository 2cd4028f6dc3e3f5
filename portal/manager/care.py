"""Say how tenants fare, what partners answered, and how many worries came in."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.casework.codes import PickedUp
from portal.manager import first_contact
from portal.manager.answer import Answer
from portal.trends import handed_over, suppress
from portal.trends.concerns import SLOW_ANSWER, days_waited
from portal.trends.reach import Reach
from portal.trends.tables import Table, about, write


def answer(tables: dict[str, Table], reach: Reach) -> Answer:
    """Say how tenants fare, what partners answered and what was reported, from the totals of the tables."""
    question = _("Hoe gaat het met bewoners, en wat antwoorden partners?")
    lines = []
    growth = tables["groei"]
    if growth.rows:
        better, same, worse = (suppress.add(growth.column(key)) for key in ("better", "same", "worse"))
        few = all(count.hidden or count.value == 0 for count in (better, same, worse))
        sentence = (
            _("Groei in %(period)s: te weinig gesprekken daarover om iets te zeggen.")
            if few
            else _(
                "Groei in %(period)s: op %(better)s leefgebieden ging het beter, op %(same)s gelijk en op %(worse)s slechter."
            )
        )
        counts = {"better": better, "same": same, "worse": worse}
        texts = {name: _few(count) for name, count in counts.items()}
        lines.append(sentence % (texts | {"period": _years(reach)}))
    if totals := _totals(tables["overdrachten"], reach):
        lines.append(
            _(
                "Partners pakten in %(period)s %(ja)s overdrachten op en %(nee)s niet; op %(onbekend)s kwam nog geen antwoord."
            )
            % totals
        )
    lines += _overdue(tables["partners"])
    if totals := _totals(tables["zorgen"], reach):
        lines.append(_("In %(period)s werden %(reported)s zorgen doorgegeven.") % totals)
    urgent, slow = _urgent(reach)
    lines = [*urgent, *lines] if slow else [*lines, *urgent]
    if not lines:
        return Answer(question, (_("Daarover is nog niets vastgelegd."),), "open")
    also = ("zorgen", _("Naar de zorgen"))
    return Answer(question, tuple(lines), "act" if slow else "known", "groei", also=also)


def _urgent(reach: Reach) -> tuple[list[str], bool]:
    """Say how long the urgent worries of the last year waited, and whether that is too long: then it is said first."""
    waited = days_waited(reach)
    if waited is None:
        return [], False
    taken, days = waited
    year = (
        _("het jaar tot en met %(day)s") % {"day": date_format(reach.last, "j F Y")}
        if reach.past
        else _("het laatste jaar")
    )
    if days <= SLOW_ANSWER:
        sentence = _("De helft van de dringende zorgen van %(year)s was binnen %(days)s dagen beantwoord.")
        return [sentence % {"days": days, "year": year}], False
    sentence = _(
        "Dringende zorgen wachten te lang: bij de helft van %(year)s duurde het %(days)s dagen of langer tot wie meldde antwoord had."
    )
    picked = (
        ngettext(
            "De helft was binnen %(n)s dag opgepakt.", "De helft was binnen %(n)s dagen opgepakt.", taken
        )
        if taken
        else _("De helft was dezelfde dag opgepakt.")
    )
    return [f"{sentence % {'days': days, 'year': year}} {picked % {'n': taken}}"], True


def _overdue(partners: Table) -> list[str]:
    """Count for each partner what waits over two weeks for an answer, the longest first, and say who has the addresses."""
    steps = handed_over.steps()
    counts = partners.column(PickedUp.UNANSWERED)
    late = sorted(
        (-steps.index(row[-1]), str(row[0]), about(count))
        for row, count in zip(partners.rows, counts, strict=True)
        if row[-1] in steps[1:]
    )
    if not late:
        return []
    named = (
        _("%(partner)s %(number)s (de oudste: %(step)s)")
        % {"partner": partner, "number": number, "step": steps[-place]}
        for place, partner, number in late
    )
    sentence = _(
        "Nu te lang zonder antwoord: %(partners)s. Welke adressen dat zijn, ziet alleen de coach: In zorg, Overdrachten, „nog geen "
        "antwoord”. Die vraagt het na. Staat het daar niet bij, dan maakte de bewoner bezwaar en kan niemand het navragen."
    )
    return [sentence % {"partners": "; ".join(named)}]


def _few(count: suppress.Shown) -> str:
    """Write a sum, of which a small hidden one has no limits that say anything."""
    return _("een klein aantal") if count.hidden else about(count)


def _years(reach: Reach) -> str:
    """Return the whole years over which growth is counted."""
    first, last = reach.first.year, reach.last.year
    return (
        str(first) if first == last else _("%(first)s tot en met %(last)s") % {"first": first, "last": last}
    )


def _totals(table: Table, reach: Reach) -> dict[str, str]:
    """Return the texts of the row of the chosen quarter, or else of the newest year, with its ``period``; empty if there is none."""
    span = reach.span
    row = table.of(span)
    if row is None:
        return {}
    cells = zip(table.columns, row, strict=True)
    texts = {
        column.key: about(cell) if column.kind == "count" else write(cell, column.kind)
        for column, cell in cells
    }
    return texts | {"period": first_contact.named(span, reach)}
