"""Compute the rows behind the signals of rent arrears: positions on delivered peildatums, and the spells in them.

An agreement that a delivered list does not name owed nothing on that peildatum. A peildatum that was not delivered
means nothing. So everything here depends on the delivered peildatums (``peildata``), and is unknown if the latest of
them is older than ``FRESH_DAYS``.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from features.known import KEY, Known

SOURCE = "huurachterstanden"
FRESH_DAYS = 35
"""A month plus a few days of delay; an older position is no longer current."""
HISTORY_DAYS = 730
"""Number of days that arrears are followed back, to find when they began and whether they came back."""
LIST_YEAR_DAYS = 364
"""The year over which lists are counted: 52 weeks, so a weekly list counts for exactly one of them."""
MATTERS_EURO = 25.0
"""A lower amount is a remainder (rounding, a missed rent rise, costs), not a spell of arrears."""
OLD_ITEM_DAYS = 62
"""A due date more than this before a new spell belongs to an old remainder, and is not the start of the spell."""
CLEAR_DAYS = 42
"""Arrears come *back* only after six weeks. First Mondays of two months are up to five weeks apart, and a payment that
is some days late each month must not count as a return."""
COUNTS = f"""\
A list of peildatum D shows the position at the end of the day before, so the list of the as-of date itself counts.
Lists of the last {HISTORY_DAYS} days count, and the newest is current if it is at most {FRESH_DAYS} days old. An
agreement that is not on a list owed nothing; a credit or an empty amount is 0. *In arrears* is € {MATTERS_EURO:g} or
more. A *spell* is an unbroken row of delivered lists in arrears. It began on the oldest due date of its first list.
If an earlier list was delivered, it began on the first list itself where that has no due date, or a due date of more
than {OLD_ITEM_DAYS} days before (an old remainder). Without a due date and without an earlier list, its begin is
unknown. Arrears *come back* if a spell begins at least {CLEAR_DAYS} days after the last list in arrears. The list of
91 (182) days back is the newest list that is 91 to {91 + FRESH_DAYS} (182 to {182 + FRESH_DAYS}) days old. The lists
of a year are those of less than {LIST_YEAR_DAYS} days ago; they cover the days since the oldest of them plus a week,
at most {LIST_YEAR_DAYS // 7} weeks. A payment plan has *stopped* if its status is ANN or its end reason is VOL,
unless the status is ACT (running) or VER (recorded in error). It stopped on the first of the consecutive lists with
this, among the lists that name the agreement. A stop no longer counts if the newest list shows ACT or VER, or shows
ended (BEE) or frozen (BEV) without VOL, or if the plan stopped before the current spell."""
"""Definition of the rows and terms, for docs/signals.md."""


def delivered(known: Known) -> ir.Table:
    """Return the delivered peildatums of the last ``HISTORY_DAYS`` days per corporation and as-of date.

    A position of peildatum D describes the end of day D - 1, so D = as-of date still counts.

    Returns
    -------
    ibis table
        corporatie_id, as_of, peildatum, previous (the peildatum delivered before it), latest, latest_3m and
        latest_6m (the latest that is at least 91 or 182 days old, and at most ``FRESH_DAYS`` older than that; else NULL),
        lists_365d (number of lists in the last year) and days_365d (days of the last year that they cover).
    """
    lists = known("peildata").select("corporatie_id", "as_of", "peildatum").distinct()
    lists = lists.mutate(days=lists.as_of.delta(lists.peildatum, unit="day"))
    lists = lists.filter(lists.days >= 0, lists.days <= HISTORY_DAYS)
    here = ibis.window(group_by=[lists.corporatie_id, lists.as_of])
    year = lists.days < LIST_YEAR_DAYS

    def latest(back: int) -> ir.Value:
        near = (lists.days >= back) & (lists.days <= back + FRESH_DAYS)
        return ibis.ifelse(near, lists.peildatum, ibis.null("date")).max().over(here)

    oldest = ibis.ifelse(year, lists.days, ibis.null("int64")).max().over(here)
    in_order = ibis.window(group_by=[lists.corporatie_id, lists.as_of], order_by=lists.peildatum)
    return lists.mutate(
        previous=lists.peildatum.lag().over(in_order),
        latest=lists.peildatum.max().over(here),
        latest_3m=latest(91),
        latest_6m=latest(182),
        lists_365d=year.cast("int64").sum().over(here),
        # Each list covers about a week, so a history of two months covers two months and not a year.
        days_365d=ibis.least(oldest + 7, LIST_YEAR_DAYS),
    ).drop("days")


def latest_position(known: Known) -> ir.Table:
    """Return the peildatum of the newest list, and of the lists to compare with, per corporation with a recent list."""
    lists = delivered(known)
    newest = lists.filter(
        lists.peildatum == lists.latest, lists.as_of.delta(lists.latest, unit="day") <= FRESH_DAYS
    )
    return newest.select("corporatie_id", "as_of", "latest", "latest_3m", "latest_6m")


def positions(known: Known) -> ir.Table:
    """Aggregate the lists of two years per agreement, in one pass.

    The lists of an agreement are collected into one unordered value, and the spells are found in that value. This costs
    a third of sorting all rows for a window function.

    Returns
    -------
    ibis table
        One row per agreement that a list names: its position on the newest list (``on_list`` states whether it is on
        that list), ``owed`` and ``due_on`` now and three and six months back, the start of its spells, and the date
        on which its payment plan stopped.
    """
    read = _read(known)
    now, then, half_year = (read.peildatum == read[name] for name in ("latest", "latest_3m", "latest_6m"))
    year = read.as_of.delta(read.peildatum, unit="day") < LIST_YEAR_DAYS
    paid = now & (read.owed > 0) & (read.laatste_betaaldatum < read.as_of)
    spell = ibis.struct({"on": read.peildatum, "before": read.previous, "since": read.since})
    aggregated = read.group_by(*KEY).aggregate(
        latest_3m=read.latest_3m.max(),
        on_list=read.count(where=now) > 0,
        owed=read.owed.max(where=now).fill_null(0.0),
        owed_3m=read.owed.max(where=then),
        owed_6m=read.owed.max(where=half_year),
        due_on=read.oudste_vervaldatum.max(where=now & (read.owed > 0)),
        due_on_3m=read.oudste_vervaldatum.max(where=then & (read.owed > 0)),
        phase=read.incassofase.max(where=now),
        plan=read.plan.max(where=now),
        paid_on=read.laatste_betaaldatum.max(where=paid),
        paid_euro=read.laatste_betaling.max(where=paid),
        never_paid=read.count(where=now & (read.owed > 0) & read.laatste_betaaldatum.isnull()) > 0,
        weeks=read.count(where=read.owes & year) * read.days_365d.max() / (7 * read.lists_365d.max()),
        each_week=7 * (read.lists_365d.max() + 1) > read.days_365d.max(),
        in_arrears=spell.collect(where=read.owes),
        stopped_now=read.count(where=now & read.stopped) > 0,
        stopped=read.peildatum.collect(where=read.stopped),
        not_stopped=read.peildatum.collect(where=~read.stopped),
    )
    return _plans(_spells(aggregated))


def _read(known: Known) -> ir.Table:
    """Return the positions on the delivered lists of two years, with the values that follow from one list."""
    lists = delivered(known).rename(
        list_corporatie="corporatie_id", list_as_of="as_of", list_peildatum="peildatum"
    )
    read = known(SOURCE)
    read = read.join(
        lists,
        [
            read.corporatie_id == lists.list_corporatie,
            read.as_of == lists.list_as_of,
            read.peildatum == lists.list_peildatum,
        ],
    )
    read = read.filter(read.as_of.delta(read.latest, unit="day") <= FRESH_DAYS)
    status = read.regeling_status_code.fill_null("")
    stopped = (status == "ANN") | (read.regeling_eindereden_code.fill_null("") == "VOL")
    own_due = read.previous.isnull() | (
        read.peildatum.delta(read.oudste_vervaldatum, unit="day") <= OLD_ITEM_DAYS
    ).fill_null(False)
    return read.mutate(
        owed=ibis.greatest(read.saldo.fill_null(0.0), 0.0),
        owes=read.saldo.fill_null(0.0) >= MATTERS_EURO,
        stopped=stopped & ~status.isin(["VER", "ACT"]),  # VER: recorded in error
        plan=status,
        since=ibis.cases(
            (read.previous.isnull() & read.oudste_vervaldatum.isnull(), ibis.null("date")),
            (own_due, ibis.least(read.oudste_vervaldatum, read.peildatum)),
            else_=read.peildatum,
        ),
    )


def _spells(aggregated: ir.Table) -> ir.Table:
    """Find the start of each spell: a list in arrears whose previous list is not in arrears or does not exist."""
    aggregated = aggregated.mutate(lists=aggregated.in_arrears.map(lambda at: at.on))
    aggregated = aggregated.mutate(
        begins=aggregated.in_arrears.filter(lambda at: ~aggregated.lists.contains(at.before).fill_null(False))
    )
    now = (aggregated.owed >= MATTERS_EURO).fill_null(False)
    then = (aggregated.owed_3m >= MATTERS_EURO).fill_null(False)

    def last(begins: ir.ArrayValue) -> ir.Value:
        return begins.maxs()  # structs sort by their first field, the date

    def comes_back(at: ir.StructValue) -> ir.Value:
        gap = at.on.delta(aggregated.lists.filter(lambda on: on < at.on).maxs(), unit="day")
        return (gap >= CLEAR_DAYS) & (aggregated.as_of.delta(at.on, unit="day") < LIST_YEAR_DAYS)

    by_then = aggregated.begins.filter(lambda at: at.on <= aggregated.latest_3m)
    return aggregated.mutate(
        begin_on=ibis.ifelse(now, last(aggregated.begins).on, ibis.null("date")),
        since=ibis.ifelse(now, last(aggregated.begins).since, ibis.null("date")),
        since_3m=ibis.ifelse(then, last(by_then).since, ibis.null("date")),
        returns=aggregated.begins.filter(comes_back).length().fill_null(0),
    )


def _plans(aggregated: ir.Table) -> ir.Table:
    """Find the date on which the plan for the current arrears stopped; NULL if a later plan replaced it."""
    last_stop = aggregated.stopped.maxs()
    before = aggregated.not_stopped.filter(lambda on: on < last_stop).maxs()
    since = aggregated.stopped.filter(lambda on: before.isnull() | (on > before)).mins()
    replaced = ~aggregated.stopped_now & aggregated.plan.isin(["ACT", "BEE", "BEV", "VER"])
    return aggregated.mutate(
        plan_stopped_on=ibis.ifelse((since >= aggregated.begin_on) & ~replaced, since, ibis.null("date"))
    )
