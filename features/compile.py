"""From the catalogue to one query: one aggregation per view of a source, joined to the known agreements.

All signals and facts of one view are filtered aggregates of the same pass, so adding a signal adds a column
and not a scan. Several as-of dates are one query as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from features.catalogue import FACTS, SIGNALS, VIEWS
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
    staged: Mapping[str, ir.Table], as_of: date | Sequence[date], available: frozenset[str]
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

    Returns
    -------
    ibis table
        ``COLUMNS``: one row per agreement and as-of date, in no particular order; nothing runs until it is
        asked for.
    """
    known = reader(staged, as_of_dates(as_of))
    table = _agreements(known, available)
    for name, view in VIEWS.items():
        if view.source in available:
            table = table.left_join(_counted(name, known), list(KEY), rname=f"{name}_{{name}}")
    counted = [item for item in _ITEMS if item.reads != PER_AGREEMENT]
    table = table.mutate(**{item.name: _value(item, table, available) for item in counted})
    table = _add_per_agreement(table, FACTS, available)
    table = _add_per_agreement(table, SIGNALS, available)
    return table.select(*COLUMNS)


def _agreements(known: Known, available: frozenset[str]) -> ir.Table:
    """Every known agreement with what the signals need to know of it and of its corporation's deliveries."""
    own = known("huurovereenkomsten").select(*KEY, "begindatum", "brutohuur")
    lists = latest_position(known)
    if ARREARS not in available:
        lists = lists.filter(ibis.literal(False))
    own = own.left_join(lists, ["corporatie_id", "as_of"], rname="lists_{name}")
    return own.left_join(first_request(known), ["corporatie_id", "as_of"], rname="repairs_{name}")


def _counted(name: str, known: Known) -> ir.Table:
    """Count everything that reads one view, in one pass over its rows."""
    rows = VIEWS[name].rows(known)
    wanted = [item for item in _ITEMS if item.reads == name]
    values = {item.name: item.expression(rows).cast(item.dtype) for item in wanted}
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
