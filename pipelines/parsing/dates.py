"""Convert delivered dates and moments to Dutch local time, with the order of day and month that each column proves."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipelines.installation.calendar import AMSTERDAM
from pipelines.installation.contracts import Contract
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import day_order
from pipelines.installation.sql import Sql, day_literal, fill, join, literal, literals, read_sql
from pipelines.parsing.conventions import SHOWN, TOLERATED, Choice, Evidence, Example, ambiguous, settle
from pipelines.parsing.source import Source
from pipelines.reading.delivery import Kind

# What exports write to mean "no date" (Navision, SAP and SQL Server defaults).
NO_DATE = ("1753-01-01", "1900-01-01", "9999-12-31", "0001-01-01")
DATES = ("date", "timestamp", "dates")
"""The types of a column with one date or moment, or several."""
EPOCH = "1970-01-01"
"""The date of the number 0 on many systems; in a column that may be empty it is more likely no date than a day."""
TURNED_FROM = 5
"""Minimum number of different dates in each of two forms: with fewer, it may be chance that one form has only days up to 12."""
_ZONED = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|UTC|[+-]\d\d(:?\d\d)?)$"
_WEEK = r"^\d{4}-?W\d\d-?[1-7]$"
_MOMENT = r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d\d(:\d\d([.,]\d+)?)?)?$"
_NOON = r"(?i)^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d\d(:\d\d)? ?[AP]M$"
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b"
_DASHES, _SLASHES = r"^(\d{1,2})[-.](\d{1,2})[-.](\d{4})\b", r"^(\d{1,2})/(\d{1,2})/(\d{4})\b"
_ORDERS = (r"\3-\2-\1", r"\3-\1-\2")


@dataclass(frozen=True)
class DateForm:
    """How the dates of one column are written.

    Parameters
    ----------
    formats : tuple of str
        The formats of the mapping.
    month_first : bool
        Whether the month comes first in dates with dashes or points.
    slashes : bool, optional
        The same for dates with slashes; None if they are not read, because few dates have them and none proves its order.
    """

    formats: tuple[str, ...] = ()
    month_first: bool = False
    slashes: bool | None = False


def moment_sql(text: Sql, kind: Sql | None, form: DateForm) -> Sql:
    """Return a moment in Dutch local time; NULL where the text is not a date.

    These forms need no mapping: dates that begin with the year, with or without a time, a fraction of any length and an
    offset; ISO weeks with their day (`2026-W40-5`); and dates that end with the year, in the order of the column.
    """
    branches = []
    if kind is not None:
        branches.append(
            fill(
                "WHEN {kind} = {date} THEN TRY_CAST({text} AS TIMESTAMP)",
                kind=kind,
                date=literal(Kind.DATE),
                text=text,
            )
        )
    branches.append(
        fill(
            "WHEN regexp_matches({text}, {zoned}) THEN timezone({zone}, TRY_CAST({plain} AS TIMESTAMPTZ))",
            text=text,
            zoned=literal(_ZONED),
            zone=literal(AMSTERDAM),
            plain=_zoned(text),
        )
    )
    branches += [
        fill("WHEN {value} IS NOT NULL THEN {value}", value=value)
        for value in _by_formats(text, form.formats)
    ]
    branches.append(
        fill(
            "WHEN regexp_matches({text}, {week}) THEN CAST(try_strptime(replace({text}, '-', ''), '%GW%V%u') AS TIMESTAMP)",
            text=text,
            week=literal(_WEEK),
        )
    )
    branches.append(_by_order(text, form))
    return Sql(f"CASE {' '.join(branches)} END")


def _by_order(text: Sql, form: DateForm) -> Sql:
    """Return the branches for dates that begin or end with the year, with day and month in the order of the column."""
    iso = _replaced(text, _DASHES, _ORDERS[form.month_first])
    if form.slashes is not None:
        iso = _replaced(iso, _SLASHES, _ORDERS[form.slashes])
    iso = _replaced(iso, r"^(\d{4})[/.](\d\d)[/.](\d\d)", r"\1-\2-\3")
    # SQL Server with Dutch settings writes the day before the month: then yyyy-mm-dd is not tried.
    year_last_only = "Ydm" in map(day_order, form.formats)
    return fill(
        "WHEN regexp_matches({text}, {year_last}) AND regexp_matches({iso}, {moment}) "
        "THEN TRY_CAST(replace({iso}, ',', '.') AS TIMESTAMP) "
        "WHEN regexp_matches({text}, {year_last}) AND regexp_matches({iso}, {noon}) "
        "THEN CAST(try_strptime(upper({iso}), {formats}) AS TIMESTAMP)",
        text=text,
        year_last=literal(_YEAR_LAST if year_last_only else r"^\d"),
        iso=iso,
        moment=literal(_MOMENT),
        noon=literal(_NOON),
        formats=Sql(
            "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S%p', '%Y-%m-%d %I:%M%p']"
        ),
    )


def day_forms(
    con: duckdb.DuckDBPyConnection, file: str, contract: Contract, source: Source
) -> dict[str, DateForm]:
    """Settle the order of day and month of each column with dates, from the temporary table `texts`.

    `dd-mm-yyyy` needs no proof, because the contract asks for it, unless another column of the file has the month first.

    Returns
    -------
    dict
        Column -> its form.

    Raises
    ------
    DeliveryError
        See `pipelines.parsing.conventions.settle`.
    """
    forms, unproven = {}, []
    year_last = _with_year_last(con, contract, source)
    month_first = False
    for name, column in contract.columns.items():
        if column.type not in DATES:
            continue
        formats = source.mapping.date_formats.get(name, source.reading.date_formats)
        orders = [order for order in map(day_order, formats) if order in ("dmY", "mdY")]
        order = None if not orders else int(orders[0] == "mdY")
        slashes = order
        if name in source.headers:
            choice = _choice(contract, name)
            several, has = column.type == "dates", year_last[name]
            dashes, _ = (_evidence if _DASHES in has else _no_evidence)(
                con, name, _DASHES, source, several=several
            )
            if order is None and dashes.fits == (0, 0) and dashes.undecided:
                unproven.append((dashes, choice))
            declared, order = order, settle(file, dashes, choice, declared=order, default=0)
            other, rows = (_evidence if _SLASHES in has else _no_evidence)(
                con, name, _SLASHES, source, several=several
            )
            few = other.fits == (0, 0) and 0 < other.undecided <= TOLERATED * rows
            slashes = None if declared is None and few else settle(file, other, choice, declared=declared)
            month_first |= declared is None and 1 in (order, slashes)
            if not formats and has:
                _refuse_turned(con, file, name, source.headers[name])
        forms[name] = DateForm(tuple(formats), order == 1, None if slashes is None else slashes == 1)
    if month_first and unproven:
        raise ambiguous(file, *unproven[0])
    return forms


def _refuse_turned(con: duckdb.DuckDBPyConnection, file: str, name: str, header: str) -> None:
    """Refuse a column in which a spreadsheet turned day and month of each date that it could read the wrong way.

    A spreadsheet with American settings reads 03-11-2026 as 11 March and leaves 23-11-2026 as text.
    """
    query = fill(
        read_sql(__package__, "turned_dates"),
        name=name,
        iso=literal(r"^\d{4}-\d\d-\d\d\b"),
        year_last=literal(_YEAR_LAST),
    )
    turned, small, line, left, large = con.execute(query).fetchall()[0]
    if min(turned, left) >= TURNED_FROM and small == turned and large == left:
        raise DeliveryError(
            file,
            f"the {turned} dates that begin with the year all have a day of at most 12, and the {left} others none: "
            "a spreadsheet seems to have turned day and month of the first.",
            line=line,
            column=header,
            mend="Export the column again in one form, without opening the file in a spreadsheet.",
        )


def no_date_sql(days: tuple[str, ...]) -> Sql:
    """Return the days that mean no date, as a list of SQL."""
    return join(day_literal(day) for day in (*NO_DATE, *days))


def _choice(contract: Contract, name: str) -> Choice:
    table = f"[extracts.{contract.extract}.date_formats]"
    return Choice(
        ("day before the month", "month before the day"),
        (f'{table} {name} = ["%d-%m-%Y"]', f'{table} {name} = ["%m-%d-%Y"]'),
    )


def _with_year_last(
    con: duckdb.DuckDBPyConnection, contract: Contract, source: Source
) -> dict[str, set[str]]:
    """Return in which of the two forms each column has dates that end with the year; for the others nothing is asked."""
    names = [
        name for name, column in contract.columns.items() if column.type in DATES and name in source.headers
    ]
    if not names:
        return {}
    asked = [(name, form) for name in names for form in (_DASHES, _SLASHES)]
    has = [
        fill(
            "bool_or(regexp_matches({name}, {form}))",
            name=name,
            form=literal(r"(^|\|)\s*" + form.removeprefix("^")),
        )
        for name, form in asked
    ]
    flags = con.execute(fill("SELECT {has} FROM texts", has=has)).fetchall()[0]
    forms: dict[str, set[str]] = {name: set() for name in names}
    for (name, form), flag in zip(asked, flags, strict=True):
        if flag:
            forms[name].add(form)
    return forms


def _no_evidence(
    con: duckdb.DuckDBPyConnection, name: str, form: str, source: Source, *, several: bool
) -> tuple[Evidence, int]:
    """Return what `_evidence` returns for a column without such dates; nobody asks for its number of values."""
    del con, form, several
    return Evidence(source.headers[name], (0, 0), (None, None), 0, ()), 0


def _evidence(
    con: duckdb.DuckDBPyConnection, name: str, form: str, source: Source, *, several: bool
) -> tuple[Evidence, int]:
    """Return what the dates of a column in one form prove, and the number of its values in any form."""
    value = fill("unnest(string_split({name}, '|'))", name=name) if several else fill("{name}", name=name)
    query = fill(
        read_sql(__package__, "date_evidence"),
        example=Sql("{'line': line, 'a': a, 'b': b, 'y': y}"),
        shown=SHOWN,
        value=value,
        name=name,
        year_last=literal(form),
    )
    day_first, day_line, month_first, month_line, undecided, examples, rows = con.execute(query).fetchall()[0]
    shown = tuple(
        Example(
            e["line"],
            f"{e['a']}-{e['b']}-{e['y']}",
            (f"{e['y']}-{e['b']:02}-{e['a']:02}", f"{e['y']}-{e['a']:02}-{e['b']:02}"),
        )
        for e in examples or ()
    )
    fits, lines = (day_first, month_first), (day_line, month_line)
    return Evidence(source.headers[name], fits, lines, undecided, shown), rows


def _by_formats(text: Sql, formats: tuple[str, ...]) -> list[Sql]:
    """Return the moments by the formats of the mapping, those with an offset apart because their type differs."""
    zoned = [form for form in formats if "%z" in form or "%Z" in form]
    local = [form for form in formats if form not in zoned]
    values = []
    if zoned:
        value = fill(
            "CAST(try_strptime({text}, [{formats}]) AS TIMESTAMPTZ)", text=text, formats=literals(zoned)
        )
        values.append(fill("timezone({zone}, {value})", zone=literal(AMSTERDAM), value=value))
    if local:
        values.append(
            fill("CAST(try_strptime({text}, [{formats}]) AS TIMESTAMP)", text=text, formats=literals(local))
        )
    return values


def _zoned(text: Sql) -> Sql:
    """Return a moment with an offset in the one form that DuckDB reads: with seconds, and no blank before the offset."""
    steps = (
        (r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d) ?([^:\d]|$)", r"\1 \2:00\3"),
        (r"(\.\d{6})\d+", r"\1"),
        (r"^(\d{4}-\d\d-\d\d)[T ]([\d:.]+) ?(.*)$", r"\1 \2\3"),
        (r"UTC$", "Z"),
    )
    for pattern, replacement in steps:
        text = _replaced(text, pattern, replacement)
    return text


def _replaced(text: Sql, pattern: str, replacement: str) -> Sql:
    return fill(
        "regexp_replace({text}, {pattern}, {replacement})",
        text=text,
        pattern=literal(pattern),
        replacement=literal(replacement),
    )
