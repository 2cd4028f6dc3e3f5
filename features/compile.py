"""From the catalogue to one query: one aggregation per view of a source, joined to the known agreements.

All signals and facts of one view are filtered aggregates of the same pass, so adding a signal adds a column
and not a scan. Several as-of dates are one query as well.
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
from features.known import KEY, Known, as_of_dates, reader
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
) -> ir.Table:
    """Compute every signal and fact for all agreements known as of a date, or as of several dates at once.

    Parameters
    ----------
    staged : mapping of str to ibis table
        The staged tables by name, all on one engine; empty where an extract was never delivered.
    as_of : date or sequence of dates
        The moment 00:00 of each date.
    available : frozenset of str
        Names of the extracts that were ever delivered. Signals of the others are NULL: not computable.
    wanted : collection of str
        The columns to compute beside the key; what they do not need is not read.

    Returns
    -------
    ibis table
        The wanted of ``COLUMNS``, in that order: one row per agreement and as-of date, in no particular order;
        nothing runs until it is asked for.
    """
    known = reader(staged, as_of_dates(as_of))
    items, names = _needed(wanted)
    table = _agreements(known, available, names)
    for name in dict.fromkeys(item.reads for item in items):
        if name != PER_AGREEMENT and VIEWS[name].source in available:
            counted = _counted(name, known, [item for item in items if item.reads == name])
            table = table.left_join(counted, list(KEY), rname=f"{name}_{{name}}")
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
"""What is asked of a corporation's deliveries as a whole, and the dates that it gives."""


def _needed(wanted: Collection[str]) -> tuple[list[Signal | Fact], set[str]]:
    """Find what must be computed for some columns, and the names of all that these read of the agreement's row."""
    items = {item.name: item for item in _ITEMS}
    dates = [name for _, names in _CORPORATION.values() for name in names]
    row = ibis.table(
        {item.name: item.dtype for item in _ITEMS} | _OWN | dict.fromkeys(["as_of", *dates], "date"),
        name="row",
    )
    found: set[str] = set()
    todo = [name for name in wanted if name not in KEY]
    while todo:
        name = todo.pop()
        item = items.get(name)
        if name in found:
            continue
        found.add(name)
        if item and item.reads == PER_AGREEMENT:
            todo += [field.name for field in item.expression(row).op().find(Field)]
        elif isinstance(item, Signal) and item.absence is Absence.ZERO_IF_DELIVERED:
            todo.append("latest")
    return [item for item in _ITEMS if item.name in found], found


def _agreements(known: Known, available: frozenset[str], names: set[str]) -> ir.Table:
    """Every known agreement with what the signals need to know of it and of its corporation's deliveries."""
    table = known("huurovereenkomsten").select(*KEY, *_OWN)
    for part, (find, dates) in _CORPORATION.items():
        if names.isdisjoint(dates):
            continue
        found = find(known)
        if part == "lists" and ARREARS not in available:
            found = found.filter(ibis.literal(False))
        table = table.left_join(found, ["corporatie_id", "as_of"], rname=f"{part}_{{name}}")
    return table


def _counted(name: str, known: Known, items: Sequence[Signal | Fact]) -> ir.Table:
    """Count everything that reads one view, in one pass over its rows."""
    view = VIEWS[name]
    rows = view.rows(known)
    values = {item.name: item.expression(rows).cast(item.dtype) for item in items}
    if view.summed:
        return rows.select(*KEY, ibis.literal(1).name(f"has_{name}"), **values)
    return rows.group_by(*KEY).aggregate(rows.count().name(f"has_{name}"), **values)


def _value(item: Signal | Fact, table: ir.Table, available: frozenset[str]) -> ir.Value:
    """Take what was counted, or what absence means, or NULL where the source was never delivered."""
    if VIEWS[item.reads].source not in available:
        return _nothing(item)
    if isinstance(item, Fact) or item.absence is Absence.MISSING:
        empty = _nothing(item)
    elif item.absence is Absence.ZERO:
        empty = ibis.literal(0, type=item.dtype)
    else:
        empty = ibis.ifelse(table.latest.notnull(), ibis.literal(0, type=item.dtype), ibis.null(item.dtype))
    return ibis.ifelse(table[f"has_{item.reads}"].isnull(), empty, table[item.name])


def _nothing(item: Signal | Fact) -> ir.Value:
    """Value of a column whose source was never delivered."""
    value = item.otherwise if isinstance(item, Fact) else None
    return ibis.null(item.dtype) if value is None else ibis.literal(value, type=item.dtype)


def _add_per_agreement(
    table: ir.Table, items: Sequence[Signal | Fact], available: frozenset[str]
) -> ir.Table:
    """Add what is computed from the agreement's own row: months from euros, families active at once."""
    there = available | {SEVERAL}
    values = {
        item.name: item.expression(table).cast(item.dtype) if item.source in there else _nothing(item)
        for item in items
        if item.reads == PER_AGREEMENT
    }
    return table.mutate(**values)
