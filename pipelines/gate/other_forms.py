"""Judge how the values of a delivery are written: a figure for the gate where a form shows that they mean something else.

Cut texts, a sign in a column of its own, moments in UTC without their zone, and a column that holds what another one should, are
well-formed. A figure is only judged when something was found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import duckdb

from pipelines.gate.questions import Question, ask_some
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.settings import Gates
from pipelines.installation.sql import Sql, fill, literals
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of filled rows from which the form of a column is judged."""
LEAST_VALUES = 5
"""Number of different texts, or of dates, from which their form is judged."""
MOST = 0.2
"""Share of the values that may have a form which shows a cut."""
SIGNS = ("d", "c", "db", "cr", "debet", "credit", "+", "-", "s", "h")
"""What a column holds that says which amounts are negative."""
PAST_DAYS = 62
"""Age of the newest date from which it is unlikely that all dates of a column are of one month."""
RENT = (50.0, 2500.0)
"""The median rent per month of homes lies between these."""
MONTHS = (0.02, 30.0)
"""The median debt lies between these numbers of median rents."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch, _: Gates) -> Iterator[Figure]:
    """Yield the figures about how values are written, from the temporary tables `delivered`, `texts` and `typed`."""
    yield from _sign_beside(con, batch)
    yield from ask_some(con, batch, Sql("texts WHERE true"), _forms(con, batch))
    yield from _scale(con, batch)


def _forms(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Question]:
    """Yield the questions about the delivered texts of each column."""
    for name in batch.contract.columns:
        if name not in batch.source.headers:
            continue
        kind, typed = batch.contract.columns[name].type, batch.source.kind(name)
        if kind == "date":
            yield _utc(name)
        if typed:  # a typed cell cannot be cut, but its moment may be that of another zone
            continue
        if kind == "euro":
            yield _cut_amounts(name)
        if kind in ("date", "timestamp", "dates"):
            yield _cut_dates(name)
        if kind in ("date", "timestamp") and not _formats(batch, name):
            yield _one_month(con, batch, name)


def _sign_beside(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure if no amount is negative and a column that nothing reads holds two signs."""
    amounts = [
        n
        for n, c in batch.contract.columns.items()
        if c.type == "euro" and c.required and n in batch.source.headers
    ]
    for header in batch.ignored if amounts else ():
        words = fill("lower(trim({header}))", header=header)
        query = fill(
            "SELECT count(DISTINCT {words}), bool_and({words} IN ({signs})) FROM delivered WHERE trim({header}) <> ''",
            words=words,
            signs=literals(SIGNS),
            header=header,
        )
        kinds, only = con.execute(query).fetchall()[0]
        below = fill("SELECT count(*) FROM typed WHERE {amount} < 0", amount=amounts[0])
        if kinds == 2 and only and not con.execute(below).fetchall()[0][0]:
            own, quoted = json.dumps(batch.source.headers[amounts[0]]), json.dumps(header, ensure_ascii=False)
            meaning = (
                f"Rows whose {amounts[0]} has its sign in column {header}, which nothing reads. Put {amounts[0]} = [{own}, {quoted}] "
                f"(or the sign first, where it is + or -) under [extracts.{batch.contract.extract}.columns] in the mapping."
            )
            yield Figure(
                f"{amounts[0]}.sign_beside.rows", float(batch.rows_read), None, 0, "critical", meaning
            )


def _cut_amounts(name: str) -> Question:
    """Count amounts by length and decimals: if the longest have different numbers of decimals, their last digits were cut off."""

    def answer(found: dict[int, int] | None) -> Iterator[Figure]:
        sizes = found or {}
        size = max((key // 100 for key in sizes), default=0)
        longest = [rows for key, rows in sizes.items() if key // 100 == size]
        rows, most = sum(sizes.values()), sum(longest)
        forms = sum(number > 0.1 * most for number in longest)
        if rows >= LEAST_ROWS and most > MOST * rows and forms > 1:
            meaning = (
                f"Share of the values of {name} with the largest length and different numbers of decimals: "
                "they seem cut off at that length."
            )
            yield Figure(f"{name}.cut.share", most / rows, None, MOST, "critical", meaning)

    size_and_decimals = (
        r"histogram(len({name}) * 100 + len(regexp_extract({name}, '[.,](\d*)$', 1))) "
        r"FILTER (regexp_full_match({name}, '-?\d+[.,]?\d*'))"
    )
    return Question((fill(size_and_decimals, name=name),), answer)


def _utc(name: str) -> Question:
    """Count the days that have the hour of a Dutch midnight in UTC."""

    def answer(rows: int, late: int) -> Iterator[Figure]:
        if rows >= LEAST_VALUES and late > 0.9 * rows:
            meaning = (
                f"Share of the days in {name} with the hour 22 or 23: midnight in UTC without its zone, a day early. "
                "Export the days without a time, or the moments with their offset."
            )
            yield Figure(f"{name}.utc.share", late / rows, None, 0.9, "critical", meaning)

    late = r"count(*) FILTER (regexp_matches({name}, '[T ]2[23]:00(:00(\.0+)?)?$'))"
    return Question((fill("count({name})", name=name), fill(late, name=name)), answer)


def _cut_dates(name: str) -> Question:
    """Count the days with one digit, which are cut if the months have two or there is more than one month."""

    def answer(rows: int, cut: int, padded: bool | None, several: bool | None) -> Iterator[Figure]:
        if rows >= LEAST_VALUES and cut > 0.9 * rows and (padded or (several and rows >= LEAST_ROWS)):
            meaning = f"Share of the dates in {name} with one digit for the day and two for the month: their last digit seems cut off."
            yield Figure(f"{name}.cut.share", cut / rows, None, 0.9, "critical", meaning)

    return Question(
        (
            fill("count({name})", name=name),
            fill(r"count(*) FILTER (regexp_full_match({name}, '\d{4}-\d\d-\d'))", name=name),
            fill(r"bool_or(regexp_matches({name}, '-0\d-\d$'))", name=name),
            fill("min(left({name}, 7)) <> max(left({name}, 7))", name=name),
        ),
        answer,
    )


def _formats(batch: Batch, name: str) -> tuple[str, ...]:
    """Return the date formats of the mapping for a column."""
    return tuple(batch.source.mapping.date_formats.get(name, batch.source.reading.date_formats))


def _one_month(con: duckdb.DuckDBPyConnection, batch: Batch, name: str) -> Question:
    """Ask whether dates are all of one month that is past, or else the same day of several months.

    `dd-mm-yyyy` needs no proof, but `07-01-2026` and `08-01-2026` are more likely the first of July and of August.
    """

    def answer(found: dict[str, int] | None) -> Iterator[Figure]:
        rows = {tuple(map(int, re.split("[-.]", text))): n for text, n in (found or {}).items() if text}
        months = {month for _, month in rows}
        if sum(rows.values()) < LEAST_ROWS or len(months) > 1 or len(rows) < 3 or max(map(max, rows)) > 12:
            return
        newest = fill(
            r"SELECT max(TRY_STRPTIME(regexp_extract({name}, '^[\d.-]+'), ['%d-%m-%Y', '%d.%m.%Y'])) FROM texts",
            name=name,
        )
        ((day,),) = con.execute(newest).fetchall()
        age = (batch.delivery.peildatum - day.date()).days if day else 0
        if age > PAST_DAYS:
            table = f"[extracts.{batch.contract.extract}.date_formats] {name}"
            meaning = (
                f"Days since the newest {name}: by day-month-year all are of one month, and by month-day-year all are of the same day. "
                f'Put what the source means into the mapping: {table} = ["%d-%m-%Y"], or {table} = ["%m-%d-%Y"].'
            )
            yield Figure(f"{name}.one_month.age_days", float(age), None, PAST_DAYS, "critical", meaning)

    days = r"histogram(regexp_extract({name}, '^(\d{1,2}[-.]\d{1,2})[-.]\d{4}\b', 1))"
    return Question((fill(days, name=name),), answer)


def _scale(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the median rent of homes, or the median debt in rents, if no such rent or debt is likely."""
    if batch.contract.extract == REGISTER:
        query = "SELECT count(*), quantile_disc(brutohuur, 0.5) FROM typed WHERE verdict = 'new' AND eenheidsoort_code = 'WOO'"
        name, (least, most) = "brutohuur", RENT
        meaning = "Median rent of the homes: perhaps it is in cents, per year, or a part of the rent. Deliver euros per month."
    elif batch.contract.snapshot and batch.contract.control_total:
        name, (least, most) = batch.contract.control_total, MONTHS
        query = fill(
            "SELECT count(*) FILTER ({name} > 0), quantile_disc({name}, 0.5) FILTER ({name} > 0) / (SELECT quantile_disc(brutohuur, 0.5) "
            "FROM versions.huurovereenkomsten WHERE corporatie_id IN (SELECT corporatie_id FROM typed) AND brutohuur > 0) "
            "FROM typed WHERE verdict = 'new'",
            name=name,
        )
        meaning = (
            f"Median {name} above 0, in rents: perhaps it is in cents, thousands or months. Deliver euros."
        )
    else:
        return
    rows, median = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and median is not None and not least <= median <= most:
        yield Figure(f"{name}.median", median, least, most, "warning", meaning)
