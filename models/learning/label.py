"""The outcome: the first step towards losing the home after an as-of date. The only place that looks past it.

Escalations, in order: bailiff started, summons, verdict, eviction announced, then eviction carried out or the home
abandoned (noorderzon). Eviction alone is too rare to learn from (about 6 in 10,000 homes a year). The coach's list
comes before all of these: who is at the bailiff already is out of scope (``models.selection.scope``), so for who is in
scope the first escalation in the window is a new one.

Which rows tell, as known on the last day of the data (``until``), late and corrected rows included:

- ``huurachterstanden.incassofase``: a step to deurwaarder, dagvaarding, vonnis or ontruiming_aangezegd that the
  delivered list before did not show, on the day before the peildatum (a list tells of the end of that day).
- An announced eviction counts unless it was called off: a later delivered list shows a lower step or none at
  all while the agreement still runs, and it did not end by eviction or flight after all. The steps before it
  (bailiff, summons, verdict) happened and count by themselves.
- ``signaleringen``: a flag SIGNALERINGDETAILSOORT DEU (bailiff) that begins.
- ``huurovereenkomsten``: EINDEDETAILREDEN ONT (eviction) or NOO (left without notice), on the einddatum. The
  end reason ONT (ontbinding) alone is no eviction: death and bankruptcy end that way too.

Family, since each family of signals learns from its own escalations: steps of the collection process and bailiff
flags are *payment*. The extracts carry no reason for an eviction, so what else is on file decides: after the
collection process reached the bailiff it is payment; else, with a complaint in the year before, *nuisance*; else, with
arrears of € 25 or more, payment; else neither (it counts as an escalation all the same). Flight is
payment where arrears are left behind, else neither.
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
"""Kinds of escalation, from the lightest to the heaviest: of two on one day the heaviest counts."""
ESCALATION_FAMILIES = ("payment", "nuisance")
BAILIFF = PHASES.index(TOO_LATE[0])
ANNOUNCED = PHASES.index(TOO_LATE[-1])
COMPLAINED_WITHIN_DAYS = 365
"""An eviction belongs to nuisance if a complaint came at most this many days before it."""
_ENDS = {"ONT": "evicted", "NOO": "abandoned"}


def escalations(staged: Mapping[str, ir.Table], until: date) -> ir.Table:
    """List every escalation that was known on the last day of the data.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name.
    until : date
        The moment 00:00 of this day: what became known later does not exist yet.

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
    """Find, for each as-of date, who escalates within the horizon.

    Parameters
    ----------
    events : ibis table
        As `escalations` returns them.
    as_of : date or sequence of dates
        Moments 00:00.
    horizon_weeks : int
        The window holds the as-of date itself and what follows, up to but not with as-of + horizon.

    Returns
    -------
    ibis table
        Only agreements that escalate: corporatie_id, overeenkomst_id, as_of, ``escalated_payment`` and
        ``escalated_nuisance`` (1 or 0: any escalation of that family in the window), ``escalated_on`` and
        ``escalation`` (the day and kind of the first).
    """
    dates = as_of_dates(as_of)
    one = isinstance(dates, date)
    rows = events.mutate(as_of=ibis.date(dates.isoformat())) if one else events.cross_join(dates)
    rows = rows.mutate(days=rows.happened_on.delta(rows.as_of, unit="day"))
    rows = rows.filter(rows.days >= 0, rows.days < 7 * horizon_weeks)
    # The heaviest of one day: its place in the order of kinds, as a digit behind the day.
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
    """Positions with their step in the collection process; ``run`` numbers unbroken rows of delivered lists."""
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
    """Agreements with their end."""
    rented = known("huurovereenkomsten")
    return rented.select(*AGREEMENT, ends_on=rented.einddatum, why=rented.eindedetailreden_code)


def _collection(steps: ir.Table, ends: ir.Table) -> ir.Table:
    """Find steps to the bailiff and further that the list before did not show; none that was called off."""
    last_list = ibis.window(group_by=[steps.corporatie_id, steps.overeenkomst_id, steps.run])
    steps = steps.mutate(
        run_ends=steps.peildatum.max().over(last_list),
        then_list=steps.next_list.argmax(steps.peildatum).over(last_list),
    )
    told = steps.filter(steps.step.notnull())  # a list that names no step says nothing of it
    same = [told.corporatie_id, told.overeenkomst_id, told.run]
    in_order = ibis.window(group_by=same, order_by=told.peildatum)
    later = ibis.window(group_by=same, order_by=told.peildatum, preceding=0, following=None)
    lower = ibis.ifelse(told.step < ANNOUNCED, told.peildatum, ibis.null("date"))
    told = told.mutate(
        before=told.step.lag().over(in_order).fill_null(-1), back_on=lower.min().over(later)
    ).left_join(ends, AGREEMENT, rname="end_{name}")
    # What the very first list shows may have begun long before it.
    told = told.filter(told.step >= BAILIFF, told.step > told.before, told.number > 0)
    # Off the lists while the agreement runs on; at the last list of all nothing is known yet.
    dropped = told.then_list.notnull() & (told.ends_on.isnull() | (told.ends_on >= told.then_list))
    ended_so = told.why.isin(list(_ENDS)) & (told.ends_on >= told.peildatum)
    called_off = (told.back_on.notnull() | dropped) & ~ended_so.fill_null(False)
    told = told.filter(~((told.step == ANNOUNCED) & called_off))
    kind = ibis.cases(*[(told.step == BAILIFF + n, k) for n, k in enumerate(KINDS[:4])])
    return told.select(
        *AGREEMENT,
        # By way of a timestamp, which is what DuckDB makes of a date less an interval, whatever Ibis calls it.
        happened_on=(told.peildatum.cast("timestamp") - ibis.interval(days=1)).cast("date"),
        kind=kind,
        family=ibis.literal("payment"),
    )


def _flags(known: Known) -> ir.Table:
    """Take the flags that a bailiff is at work."""
    flags = known("signaleringen")
    flags = flags.filter(flags.detailsoort_code == "DEU", flags.begindatum.notnull())
    return flags.select(
        *AGREEMENT, happened_on=flags.begindatum, kind=ibis.literal("bailiff"), family=ibis.literal("payment")
    )


def _endings(ends: ir.Table, steps: ir.Table, known: Known) -> ir.Table:
    """Evictions and flights, each with the family that its file tells."""
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
    told = ends.left_join(owed, AGREEMENT, rname="owed_{name}")
    told = told.left_join(complained, AGREEMENT, rname="case_{name}")
    evicted = told.why == "ONT"
    family = ibis.cases(
        (evicted & (told.step >= BAILIFF).fill_null(False), "payment"),
        (evicted & told.complained.fill_null(False), "nuisance"),
        ((told.owed >= MATTERS_EURO).fill_null(False), "payment"),
        else_=ibis.null("string"),
    )
    kind = ibis.cases(*[(told.why == code, kind) for code, kind in _ENDS.items()])
    return told.select(*AGREEMENT, happened_on=told.ends_on, kind=kind, family=family)
