"""Compile the catalogue to one query: one aggregation per view of a source, joined to the known agreements.

All signals and facts of a view are filtered aggregates of the same pass, so a new signal adds a column but no scan.
Several as-of dates are also computed by one query.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import Field

from features.catalogue import FACTS, SIGNALS, VIEWS
from features.catalogue.nuisance import first_complaint
from features.catalogue.positions import SOURCE as ARREARS
from features.catalogue.positions import latest_position
from features.catalogue.repairs import first_request
from features.known import KEY, LACKING, Known, as_of_dates, reader
from features.signal import PER_AGREEMENT, SEVERAL, Absence, Fact, Signal

_ITEMS: tuple[Signal | Fact, ...] = (*SIGNALS, *FACTS)

COLUMNS: tuple[str, ...] = (
    *KEY,
    *(signal.name for signal in SIGNALS),
    *(fact.name for fact in FACTS if fact.name.startswith("fact_")),
)
"""Columns of the features, in order."""


def features(
    staged: Mapping[str, ir.Table],
    as_of: date | Sequence[date],
    available: frozenset[str],
    wanted: Collection[str] = COLUMNS,
    *,
    corporations: Mapping[str, ir.Table] | None = None,
) -> ir.Table:
    """Compute every signal and fact for all agreements known as of a date, or as of several dates at once.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name, all on one engine; empty where an extract was never delivered. If `LACKING` is one of
        them, a signal is NULL for the corporations that never delivered its source, or whose newest delivery lacked a column
        that it needs: counting what was not delivered would give a 0 that nobody observed.
    as_of : date or sequence of dates
        Each date means its moment 00:00.
    available : frozenset of str
        Names of the extracts that were ever delivered. Signals of other extracts are NULL (they cannot be computed). If it
        also names columns of an extract (as extract.column), its other columns were never filled, and signals that need
        one of those are NULL as well.
    wanted : collection of str
        The columns to compute besides the key. Tables and columns that they do not need are not read.
    corporations : mapping of str to ibis table, optional
        The staged tables of whole corporations, if `staged` holds only some of their agreements. They show when the
        lists, complaints and requests of a corporation begin.

    Returns
    -------
    ibis table
        The key and the wanted columns, in the order of ``COLUMNS``. One row per agreement and as-of date, in no
        particular order. The query is lazy: it runs when the table is read.
    """
    dates = as_of_dates(as_of)
    known = reader(staged, dates)
    items, names = _needed(wanted)
    table = _agreements(known, reader(corporations or staged, dates), available, names)
    for name in dict.fromkeys(item.reads for item in items):
        if name != PER_AGREEMENT and VIEWS[name].source in available:
            counted = _counted(name, known, [item for item in items if item.reads == name])
            table = table.left_join(counted, list(KEY), rname=f"{name}_{{name}}")
    if LACKING in staged:
        table = table.left_join(_lost(known, items), ["corporatie_id", "as_of"], rname="lost_{name}")
    counted_items = [item for item in items if item.reads != PER_AGREEMENT]
    table = table.mutate(**{item.name: _value(item, table, available) for item in counted_items})
    table = _add_per_agreement(table, [item for item in items if isinstance(item, Fact)], available)
    table = _add_per_agreement(table, [item for item in items if isinstance(item, Signal)], available)
    return table.select(*(name for name in COLUMNS if name in KEY or name in wanted))


_OWN = {"begindatum": "date", "brutohuur": "float64"}
_CORPORATION: dict[str, tuple[Callable[[Known], ir.Table], tuple[str, ...]]] = {
    "lists": (latest_position, ("latest", "latest_3m", "latest_6m")),
    "complaints": (first_complaint, ("complaints_from",)),
    "repairs": (first_request, ("repairs_from",)),
}
"""Queries about a corporation's deliveries as a whole, and the date columns that each returns."""


def _needed(wanted: Collection[str]) -> tuple[list[Signal | Fact], set[str]]:
    """Return the signals and facts needed for the wanted columns, and the names of all columns these read."""
    items = {item.name: item for item in _ITEMS}
    dates = [name for _, names in _CORPORATION.values() for name in names]
    row = ibis.table(
        {item.name: item.dtype for item in _ITEMS} | _OWN | dict.fromkeys(["as_of", *dates], "date"),
        name="row",
    )
    needed: set[str] = set()
    todo = [name for name in wanted if name not in KEY]
    while todo:
        name = todo.pop()
        item = items.get(name)
        if name in needed:
            continue
        needed.add(name)
        if item and item.reads == PER_AGREEMENT:
            todo += [field.name for field in item.expression(row).op().find(Field)]
        elif isinstance(item, Signal) and item.absence is Absence.ZERO_IF_DELIVERED:
            todo.append("latest")
    return [item for item in _ITEMS if item.name in needed], needed


def _agreements(known: Known, whole: Known, available: frozenset[str], names: set[str]) -> ir.Table:
    """Return every known agreement, with the columns and the dates of whole corporations that the signals need."""
    table = known("huurovereenkomsten").select(*KEY, *_OWN)
    for part, (find, dates) in _CORPORATION.items():
        if names.isdisjoint(dates):
            continue
        moments = find(whole)
        if part == "lists" and ARREARS not in available:
            moments = moments.filter(ibis.literal(False))
        table = table.left_join(moments, ["corporatie_id", "as_of"], rname=f"{part}_{{name}}")
    return table


def _counted(name: str, known: Known, items: Sequence[Signal | Fact]) -> ir.Table:
    """Compute all signals and facts that read one view, in one pass over its rows."""
    view = VIEWS[name]
    rows = view.rows(known)
    values = {item.name: item.expression(rows).cast(item.dtype) for item in items}
    if view.summed:
        return rows.select(*KEY, ibis.literal(1).name(f"has_{name}"), **values)
    return rows.group_by(*KEY).aggregate(rows.count().name(f"has_{name}"), **values)


def _value(item: Signal | Fact, table: ir.Table, available: frozenset[str]) -> ir.Value:
    """Return the counted value, the value for an agreement without rows, or NULL if the source was never delivered."""
    source = VIEWS[item.reads].source
    if source not in available or (isinstance(item, Signal) and not _filled(source, item.needs, available)):
        return _nothing(item)
    if isinstance(item, Fact) or item.absence is Absence.MISSING:
        empty = _nothing(item)
    elif item.absence is Absence.ZERO:
        empty = ibis.literal(0, type=item.dtype)
    else:
        empty = ibis.ifelse(table.latest.notnull(), ibis.literal(0, type=item.dtype), ibis.null(item.dtype))
    value = ibis.ifelse(table[f"has_{item.reads}"].isnull(), empty, table[item.name])
    return _unless_lost(item, table, value)


def _lost(known: Known, items: Sequence[Signal | Fact]) -> ir.Table:
    """Return per corporation and date whether the newest delivery of each source lacked a column that signals need."""
    rows = known(LACKING)
    lost = {
        _lost_name(item): (
            (rows.extract == item.source) & (rows.name.isnull() | rows.name.isin(item.needs))
        ).any()
        for item in items
        if isinstance(item, Signal) and item.source != SEVERAL
    }
    return rows.group_by("corporatie_id", "as_of").aggregate(ibis.literal(True).name("some"), **lost)


def _lost_name(item: Signal) -> str:
    return "_".join(("lost", item.source, *item.needs))


def _unless_lost(item: Signal | Fact, table: ir.Table, value: ir.Value) -> ir.Value:
    """Return a value, or NULL if the corporation does not deliver its source or no longer delivers a column that it needs."""
    if isinstance(item, Fact) or _lost_name(item) not in table.columns:
        return value
    return ibis.ifelse(table[_lost_name(item)], ibis.null(item.dtype), value)


def _filled(source: str, needs: Sequence[str], available: frozenset[str]) -> bool:
    """Return whether deliveries filled the columns that a signal needs; if no columns are recorded, assume that they did."""
    filled = {name.partition(".")[2] for name in available if name.startswith(f"{source}.")}
    return not filled or filled.issuperset(needs)


def _nothing(item: Signal | Fact) -> ir.Value:
    """Return the value of a column whose source was never delivered."""
    value = item.otherwise if isinstance(item, Fact) else None
    return ibis.null(item.dtype) if value is None else ibis.literal(value, type=item.dtype)


def _add_per_agreement(
    table: ir.Table, items: Sequence[Signal | Fact], available: frozenset[str]
) -> ir.Table:
    """Add the columns computed from the agreement's own row, such as months of rent and active families."""
    computable = available | {SEVERAL}
    values = {
        item.name: _unless_lost(item, table, item.expression(table).cast(item.dtype))
        if item.source in computable
        else _nothing(item)
        for item in items
        if item.reads == PER_AGREEMENT
    }
    return table.mutate(**values)
