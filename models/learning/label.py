"""Define the outcome: the first step towards losing the home after an as-of date. Only this module looks past that date.

Escalations are, in order: bailiff, summons, verdict, eviction announced, and then eviction carried out or the home
abandoned (noorderzon). Eviction alone is too rare to learn from (about 6 in 10,000 homes a year). The coach's list
comes before all of these: a tenant whose file is at the bailiff is out of scope (``models.selection.scope``), so the
first escalation in the window of a tenant in scope is a new one.

Escalations are read from these rows, as known on the last day of the data (``until``), including late and corrected
rows:

- ``huurachterstanden.incassofase``: a step to deurwaarder, dagvaarding, vonnis or ontruiming_aangezegd that the
  previous delivered list did not show, on the day before the peildatum (a list shows the end of that day).
- An announced eviction counts unless it was called off: a later delivered list shows a lower step or none while the
  agreement still runs, and the agreement did not end by eviction or flight. The earlier steps (bailiff, summons,
  verdict) did happen and count separately.
- ``signaleringen``: a flag SIGNALERINGDETAILSOORT DEU (bailiff) that begins.
- ``huurovereenkomsten``: EINDEDETAILREDEN ONT (eviction) or NOO (left without notice), on the einddatum. The end reason
  ONT (ontbinding) alone is not an eviction, because death and bankruptcy have it too.

Each escalation has a family, because each family of signals learns from its own escalations. Steps of the collection
process and bailiff flags are *payment*. The extracts have no reason for an eviction, so its family depends on the file:
*payment* if collection had reached the bailiff; otherwise *nuisance* if there was a complaint in the year before;
otherwise *payment* with arrears of € 25 or more; otherwise none, but it still counts as an escalation. Flight is
*payment* if it leaves arrears, and otherwise has no family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from features.catalogue.arrears import PHASES
from features.catalogue.nuisance import NO_NUISANCE
from features.catalogue.positions import FRESH_DAYS, MATTERS_EURO
from features.known import AGREEMENT, Known, as_of_dates, reader
from models.learning.horizon import HORIZON_WEEKS
from models.selection.scope import TOO_LATE

KINDS = ("bailiff", "summons", "verdict", "eviction_announced", "abandoned", "evicted")
"""Kinds of escalation, from lightest to heaviest; on one day only the heaviest counts."""
ESCALATION_FAMILIES = ("payment", "nuisance")
BAILIFF = PHASES.index(TOO_LATE[0])
ANNOUNCED = PHASES.index(TOO_LATE[-1])
COMPLAINED_WITHIN_DAYS = 365
"""An eviction belongs to nuisance if a complaint was made at most this many days before it."""
_ENDS = {"ONT": "evicted", "NOO": "abandoned"}


def escalations(staged: Mapping[str, ir.Table], until: date) -> ir.Table:
    """List every escalation that was known on the last day of the data.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name.
    until : date
        00:00 of this day; rows that became known later are ignored.

    Returns
    -------
    ibis table
        corporatie_id, overeenkomst_id, ``happened_on`` (DATE), ``kind`` (one of ``KINDS``) and ``family`` (one of
        ``ESCALATION_FAMILIES`` or NULL).
    """
    known = reader(staged, until)
    steps = _steps(known)
    ends = _ends(known)
    return ibis.union(_collection(steps, ends), _flags(known), _endings(ends, steps, known), distinct=True)


def outcome(
    events: ir.Table, as_of: date | Sequence[date], *, horizon_weeks: int = HORIZON_WEEKS
) -> ir.Table:
    """Return, for each as-of date, the agreements that escalate within the horizon.

    Parameters
    ----------
    events : ibis table
        The result of `escalations`.
    as_of : date or sequence of dates
        Moments 00:00.
    horizon_weeks : int
        Length of the window, which begins on the as-of date and excludes as-of + horizon.

    Returns
    -------
    ibis table
        One row per agreement that escalates: corporatie_id, overeenkomst_id, as_of, ``escalated_payment`` and
        ``escalated_nuisance`` (1 if any escalation of that family is in the window, else 0), ``escalated_on`` and
        ``escalation`` (day and kind of the first).
    """
    dates = as_of_dates(as_of)
    single = isinstance(dates, date)
    rows = events.mutate(as_of=ibis.date(dates.isoformat())) if single else events.cross_join(dates)
    rows = rows.mutate(days=rows.happened_on.delta(rows.as_of, unit="day"))
    rows = rows.filter(rows.days >= 0, rows.days < 7 * horizon_weeks)
    # Append the rank of the kind as a digit to the day, so that the heaviest kind of one day wins.
    order = ibis.cases(*[(rows.kind == kind, n) for n, kind in enumerate(KINDS)])
    rows = rows.mutate(place=10 * rows.days + len(KINDS) - order)
    return rows.group_by("corporatie_id", "overeenkomst_id", "as_of").aggregate(
        **{
            f"escalated_{f}": (rows.family == f).fill_null(False).cast("int8").max()
            for f in ESCALATION_FAMILIES
        },
        escalated_on=rows.happened_on.min(),
        escalation=rows.kind.argmin(rows.place),
    )


def _steps(known: Known) -> ir.Table:
    """Return positions with their step in the collection process; ``run`` numbers unbroken series of delivered lists."""
    lists = known("peildata").select("corporatie_id", "peildatum").distinct()
    in_order = ibis.window(group_by=lists.corporatie_id, order_by=lists.peildatum)
    lists = lists.mutate(
        number=ibis.row_number().over(in_order), next_list=lists.peildatum.lead().over(in_order)
    )
    read = known("huurachterstanden").join(lists, ["corporatie_id", "peildatum"])
    own = ibis.window(group_by=[read.corporatie_id, read.overeenkomst_id], order_by=read.peildatum)
    read = read.mutate(run=read.number - ibis.row_number().over(own))
    step = ibis.cases(*[(read.incassofase == name, n) for n, name in enumerate(PHASES)], else_=None)
    return read.select(
        *AGREEMENT, "peildatum", "number", "next_list", "run", "saldo", step=step.cast("int64")
    )


def _ends(known: Known) -> ir.Table:
    """Return agreements with their end."""
    rented = known("huurovereenkomsten")
    return rented.select(*AGREEMENT, ends_on=rented.einddatum, why=rented.eindedetailreden_code)


def _collection(steps: ir.Table, ends: ir.Table) -> ir.Table:
    """Return steps to the bailiff or beyond that the previous list did not show and that were not called off."""
    last_list = ibis.window(group_by=[steps.corporatie_id, steps.overeenkomst_id, steps.run])
    steps = steps.mutate(
        run_ends=steps.peildatum.max().over(last_list),
        then_list=steps.next_list.argmax(steps.peildatum).over(last_list),
    )
    shown = steps.filter(steps.step.notnull())  # ignore lists that name no step
    same = [shown.corporatie_id, shown.overeenkomst_id, shown.run]
    in_order = ibis.window(group_by=same, order_by=shown.peildatum)
    later = ibis.window(group_by=same, order_by=shown.peildatum, preceding=0, following=None)
    lower = ibis.ifelse(shown.step < ANNOUNCED, shown.peildatum, ibis.null("date"))
    shown = shown.mutate(
        before=shown.step.lag().over(in_order).fill_null(-1), back_on=lower.min().over(later)
    ).left_join(ends, AGREEMENT, rname="end_{name}")
    # The first list may show steps that began long before it.
    shown = shown.filter(shown.step >= BAILIFF, shown.step > shown.before, shown.number > 0)
    # The agreement left the lists while it still ran; nothing is known yet about the last list.
    dropped = shown.then_list.notnull() & (shown.ends_on.isnull() | (shown.ends_on >= shown.then_list))
    ended_so = shown.why.isin(list(_ENDS)) & (shown.ends_on >= shown.peildatum)
    called_off = (shown.back_on.notnull() | dropped) & ~ended_so.fill_null(False)
    shown = shown.filter(~((shown.step == ANNOUNCED) & called_off))
    kind = ibis.cases(*[(shown.step == BAILIFF + n, k) for n, k in enumerate(KINDS[:4])])
    return shown.select(
        *AGREEMENT,
        # Cast by way of a timestamp: a date minus an interval is a timestamp in DuckDB, whatever type Ibis assigns.
        happened_on=(shown.peildatum.cast("timestamp") - ibis.interval(days=1)).cast("date"),
        kind=kind,
        family=ibis.literal("payment"),
    )


def _flags(known: Known) -> ir.Table:
    """Return the "bailiff involved" flags (SIGNALERINGDETAILSOORT DEU) as escalations."""
    flags = known("signaleringen")
    flags = flags.filter(flags.detailsoort_code == "DEU", flags.begindatum.notnull())
    return flags.select(
        *AGREEMENT, happened_on=flags.begindatum, kind=ibis.literal("bailiff"), family=ibis.literal("payment")
    )


def _endings(ends: ir.Table, steps: ir.Table, known: Known) -> ir.Table:
    """Return evictions and flights, each with the family that its file shows."""
    ends = ends.filter(ends.why.isin(list(_ENDS)), ends.ends_on.notnull())
    lists = steps.join(ends, AGREEMENT)
    lists = lists.filter(
        lists.peildatum <= lists.ends_on, lists.ends_on.delta(lists.peildatum, unit="day") <= FRESH_DAYS
    )
    owed = lists.group_by(*AGREEMENT).aggregate(owed=lists.saldo.max(), step=lists.step.max())
    cases = known("overlastmeldingen")
    cases = cases.filter(
        cases.status_code.fill_null("") != "GEA", ~cases.zaaktypesoort_code.fill_null("").isin(NO_NUISANCE)
    ).join(ends, AGREEMENT)
    age = cases.ends_on.delta(cases.gebeurd_op, unit="day")
    complained = (
        cases.filter(age >= 0, age <= COMPLAINED_WITHIN_DAYS)
        .select(*AGREEMENT)
        .distinct()
        .mutate(complained=True)
    )
    endings = ends.left_join(owed, AGREEMENT, rname="owed_{name}")
    endings = endings.left_join(complained, AGREEMENT, rname="case_{name}")
    evicted = endings.why == "ONT"
    family = ibis.cases(
        (evicted & (endings.step >= BAILIFF).fill_null(False), "payment"),
        (evicted & endings.complained.fill_null(False), "nuisance"),
        ((endings.owed >= MATTERS_EURO).fill_null(False), "payment"),
        else_=ibis.null("string"),
    )
    kind = ibis.cases(*[(endings.why == code, kind) for code, kind in _ENDS.items()])
    return endings.select(*AGREEMENT, happened_on=endings.ends_on, kind=kind, family=family)
