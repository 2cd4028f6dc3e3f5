"""Decide which agreements can be listed: exclusions (never on this list) and holds (not this week).

This is decided before the score counts and does not depend on it. If several reasons apply, the first one is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from features.catalogue.arrears import PHASES
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
    "unknown_step": "stap in de incasso onbekend",
    "objection": "bezwaar tegen gebruik van gegevens",
    "possible_objection": "mogelijk bezwaar, nog niet uitgezocht",
}
"""Reasons why an agreement is not in scope, with the Dutch label. The first that applies is counted."""

EXCEPTIONAL = ("unknown_step", "possible_objection")
"""Exclusions because something is not known; a report counts them only where they occur."""

HOLDS: dict[str, str] = {
    "in_contact": "de wooncoach heeft contact",
    "waakvlam": "op de waakvlam tot de afgesproken dag",
    "not_fitting": "dit jaar niet passend gevonden",
    "cool_down": "kort geleden contact gehad",
}
"""Reasons why an agreement in scope is not listed now, with the Dutch label. The first that applies is counted."""

POSSIBLE = "possible_rights"
"""The staged table, if it exists, of the agreements to which an objection or flag that matches nobody may refer."""
OBJECTORS = "objectors"
"""The staged table, if it exists, of the agreements of every person with a standing objection, and of the household.

Every list, panel and export that is made now leaves them out, whatever day it is about.
"""
TOO_LATE = ("deurwaarder", "dagvaarding", "vonnis", "ontruiming_aangezegd")
"""Collection steps from the bailiff onwards: too late for an early visit, and another team has the case."""
ENDING_DAYS = 92
"""An agreement that ends within a quarter is left out: the tenant is leaving. A fixed term that ends later stays."""
WITH_COACH = ("benaderd", "in_contact")
WITH_COACH_DAYS = 182
"""A case without any entry for half a year may be listed again: a good coach does not always close a case."""
PILOT_LIGHT_DAYS = 91
"""Number of days that *waakvlam* keeps an address off the list if no day was agreed."""
NOT_FITTING_DAYS = 365


def scope(staged: Mapping[str, ir.Table], as_of: date | Sequence[date], cooldown_days: int) -> ir.Table:
    """Decide for every agreement known as of a date whether it can be listed.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name.
    as_of : date or sequence of dates
        Each date means its moment 00:00.
    cooldown_days : int
        An address is not listed for this many days after a coach's last contact.

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
    table = _with_possible_objections(table, known, POSSIBLE in staged)
    table = _with_objectors(table, known, OBJECTORS in staged)
    exclusion = ibis.cases(*_exclusions(table), else_=ibis.null("string"))
    hold = ibis.cases(*_holds(table, cooldown_days), else_=ibis.null("string"))
    return table.select(*KEY, "huurder_id", "eenheid_id", "adres_key", "wijk", exclusion=exclusion, hold=hold)


def _exclusions(t: ir.Table) -> list[tuple[ir.Value, str]]:
    """Return the conditions of the exclusions in order; each is true or false, never NULL."""
    ending = (t.einddatum >= t.as_of) & (t.einddatum.delta(t.as_of, unit="day") <= ENDING_DAYS)
    conditions = {
        "not_a_home": t.eenheidsoort_code.fill_null("") != "WOO",
        "not_started": t.begindatum >= t.as_of,
        "ended": t.einddatum < t.as_of,
        "notice_given": (t.opzegdatum < t.as_of).fill_null(False) | ending.fill_null(False),
        "too_late": t.too_late,
        "unknown_step": t.unknown_step,
        "objection": t.objected.fill_null(False) | t.objects_now.fill_null(False),
        "possible_objection": t.possibly_objected,
    }
    return [(conditions[code].fill_null(False), code) for code in EXCLUSIONS]


def _holds(t: ir.Table, cooldown_days: int) -> list[tuple[ir.Value, str]]:
    """Return the conditions of the holds in order, based on the coach's last row."""
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
    """Return the agreements that the latest delivered list, however old, does not show to be before the bailiff.

    ``too_late``: at the bailiff or later. ``unknown_step``: at a step that no list of codes knows, which may be either.
    """
    lists = delivered(known)
    latest = lists.filter(lists.peildatum == lists.latest).select("corporatie_id", "as_of", "peildatum")
    read = known(ARREARS)
    read = read.filter(read.incassofase.isin(TOO_LATE) | read.incassofase.notin(PHASES))
    read = read.join(latest, ["corporatie_id", "as_of", "peildatum"])
    late = read.incassofase.isin(TOO_LATE)
    return read.group_by(*KEY).aggregate(too_late=late.any(), unknown_step=(~late).any())


def _last_contact(known: Known) -> ir.Table:
    """Find a coach's last row per agreement, which holds the stand; on one day, the row with the highest id.

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
    """Return the tenants with a valid objection. It belongs to the tenant, so it stays valid when they move."""
    raised = known("bezwaren")
    stands = raised.ingetrokken_op.isnull() | (raised.ingetrokken_op >= raised.as_of)
    raised = raised.filter(raised.datum < raised.as_of, stands)
    return _tenants_of(raised, known).mutate(objected=True)


def _with_possible_objections(table: ir.Table, known: Known, recorded: bool) -> ir.Table:
    """Add ``possibly_objected``: an objection that matches nobody may be of this tenant.

    A history that was not loaded from deliveries has no such rows on record.
    """
    if not recorded:
        return table.mutate(possibly_objected=ibis.literal(False))
    possible = known(POSSIBLE)
    tenants = _tenants_of(possible.filter(possible.meaning == "objection"), known)
    tenants = tenants.mutate(possibly_objected=True)
    return table.left_join(tenants, ["corporatie_id", "huurder_id", "as_of"], rname="possible_{name}")


def _with_objectors(table: ir.Table, known: Known, recorded: bool) -> ir.Table:
    """Add ``objects_now``: the tenant, or somebody of the household, has a standing objection."""
    if not recorded:
        return table.mutate(objects_now=ibis.literal(False))
    objectors = known(OBJECTORS).select(*KEY).mutate(objects_now=True)
    return table.left_join(objectors, list(KEY), rname="objector_{name}")


def _tenants_of(rows: ir.Table, known: Known) -> ir.Table:
    """Return the tenants of the agreements in some rows: corporatie_id, huurder_id, as_of."""
    tenants = known("huurovereenkomsten").select(*KEY, "huurder_id")
    return tenants.semi_join(rows, list(KEY)).select("corporatie_id", "huurder_id", "as_of").distinct()
