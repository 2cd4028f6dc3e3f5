"""Who can be on the list: exclusions (not for this list at all) and holds (not this week).

Decided apart from the score and before it counts for anything; the first reason that applies is the one that
is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from features.catalogue.positions import SOURCE as ARREARS
from features.catalogue.positions import delivered
from features.contact import is_contact
from features.known import KEY, Known, as_of_dates, reader

EXCLUSIONS: dict[str, str] = {
    "not_a_home": "geen woning",
    "not_started": "huur nog niet begonnen",
    "ended": "huur beëindigd",
    "notice_given": "huur opgezegd of loopt af",
    "too_late": "al bij deurwaarder of rechter",
    "objection": "bezwaar tegen gebruik van gegevens",
}
"""Why an agreement is not in scope, in the order in which the first one counts, with the Dutch label."""

HOLDS: dict[str, str] = {
    "in_contact": "de wooncoach heeft contact",
    "waakvlam": "op de waakvlam tot de afgesproken dag",
    "not_fitting": "dit jaar niet passend gevonden",
    "cool_down": "kort geleden contact gehad",
}
"""Why an agreement in scope is not listed now; the first one counts; with the Dutch label."""

TOO_LATE = ("deurwaarder", "dagvaarding", "vonnis", "ontruiming_aangezegd")
"""From the bailiff on it is too late for *early*, and another team has the case."""
ENDING_DAYS = 92
"""An end within a quarter is somebody who leaves; a fixed term that ends in years is not."""
WITH_COACH = ("benaderd", "in_contact")
WITH_COACH_DAYS = 182
"""A case that nobody touched or closed for half a year may come back: a good coach is no administrator."""
PILOT_LIGHT_DAYS = 91
"""How long *waakvlam* holds without an agreed day."""
NOT_FITTING_DAYS = 365


def scope(staged: Mapping[str, ir.Table], as_of: date | Sequence[date], cooldown_days: int) -> ir.Table:
    """Tell of every agreement known as of a date whether it can be listed.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name.
    as_of : date or sequence of dates
        The moment 00:00 of each date.
    cooldown_days : int
        An address rests this many days after the last contact of a coach.

    Returns
    -------
    ibis table
        corporatie_id, overeenkomst_id, as_of, huurder_id, eenheid_id, adres_key, wijk, ``exclusion`` (a key
        of ``EXCLUSIONS``; NULL: in scope) and ``hold`` (a key of ``HOLDS``; NULL: may be listed).
    """
    known = reader(staged, as_of_dates(as_of))
    table = known("huurovereenkomsten")
    for name, part in (("late", _too_late(known)), ("last", _last_contact(known))):
        table = table.left_join(part, list(KEY), rname=f"{name}_{{name}}")
    objected = _objections(known)
    table = table.left_join(objected, ["corporatie_id", "huurder_id", "as_of"], rname="objection_{name}")
    exclusion = ibis.cases(*_exclusions(table), else_=ibis.null("string"))
    hold = ibis.cases(*_holds(table, cooldown_days), else_=ibis.null("string"))
    return table.select(*KEY, "huurder_id", "eenheid_id", "adres_key", "wijk", exclusion=exclusion, hold=hold)


def _exclusions(t: ir.Table) -> list[tuple[ir.Value, str]]:
    """Conditions of the exclusions, in order; each is true or false, never NULL."""
    ending = (t.einddatum >= t.as_of) & (t.einddatum.delta(t.as_of, unit="day") <= ENDING_DAYS)
    conditions = {
        "not_a_home": t.eenheidsoort_code.fill_null("") != "WOO",
        "not_started": t.begindatum >= t.as_of,
        "ended": t.einddatum < t.as_of,
        "notice_given": (t.opzegdatum < t.as_of).fill_null(False) | ending.fill_null(False),
        "too_late": t.too_late,
        "objection": t.objected,
    }
    return [(conditions[code].fill_null(False), code) for code in EXCLUSIONS]


def _holds(t: ir.Table, cooldown_days: int) -> list[tuple[ir.Value, str]]:
    """Conditions of the holds, in order, from the last contact of the coach."""
    age = t.as_of.delta(t.last_on, unit="day")
    agreed = (t.last_follow_up >= t.as_of).fill_null(False)
    until = agreed | (t.last_follow_up.isnull() & (age <= PILOT_LIGHT_DAYS))
    conditions = {
        "in_contact": t.last_stand.isin(WITH_COACH) & ((age <= WITH_COACH_DAYS) | agreed),
        "waakvlam": (t.last_stand == "waakvlam") & until,
        "not_fitting": (t.last_stand == "niet_passend") & (age <= NOT_FITTING_DAYS),
        "cool_down": t.as_of.delta(t.last_spoken_on, unit="day") < cooldown_days,
    }
    return [(conditions[code].fill_null(False), code) for code in HOLDS]


def _too_late(known: Known) -> ir.Table:
    """Agreements at the bailiff or further on the latest list that was delivered, however old that is."""
    lists = delivered(known)
    latest = lists.filter(lists.peildatum == lists.latest).select("corporatie_id", "as_of", "peildatum")
    read = known(ARREARS)
    read = read.filter(read.incassofase.isin(TOO_LATE))
    read = read.join(latest, ["corporatie_id", "as_of", "peildatum"])
    return read.select(*KEY).distinct().mutate(too_late=True)


def _last_contact(known: Known) -> ir.Table:
    """Find the last row of a coach per agreement, which holds the stand; of two on one day, that with the highest id.

    ``last_spoken_on`` is the date of the last contact: an address does not rest because of an administrative row.
    """
    spoken = known("contacten")
    spoken = spoken.filter(spoken.datum < spoken.as_of)
    newest = ibis.window(
        group_by=[spoken[name] for name in KEY], order_by=[spoken.datum.desc(), spoken.contact_id.desc()]
    )
    contact = ibis.ifelse(is_contact(spoken), spoken.datum, ibis.null("date"))
    every = ibis.window(group_by=[spoken[name] for name in KEY])
    spoken = spoken.mutate(place=ibis.row_number().over(newest), spoken_on=contact.max().over(every))
    return spoken.filter(spoken.place == 0).select(
        *KEY,
        last_on=spoken.datum,
        last_spoken_on=spoken.spoken_on,
        last_stand=spoken.stand,
        last_follow_up=spoken.opvolgdatum,
    )


def _objections(known: Known) -> ir.Table:
    """Tenants with an objection that stands. It is theirs, not their home's: it goes along when they move."""
    raised = known("bezwaren")
    stands = raised.ingetrokken_op.isnull() | (raised.ingetrokken_op >= raised.as_of)
    raised = raised.filter(raised.datum < raised.as_of, stands)
    tenants = known("huurovereenkomsten").select(*KEY, "huurder_id")
    theirs = tenants.semi_join(raised, list(KEY))
    return theirs.select("corporatie_id", "huurder_id", "as_of").distinct().mutate(objected=True)
