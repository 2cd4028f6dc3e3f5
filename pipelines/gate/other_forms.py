"""Judge how the values of a delivery are written: a figure for the gate where a form shows that they mean something else.

Cut texts, a sign in a column of its own, moments in UTC without their zone, and a column that holds what another one should, are
well-formed. A figure is only judged when something was found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb

from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import fill, literal, literals
from pipelines.parsing.batch import Batch

LEAST_ROWS = 20
"""Number of filled rows from which the form of a column is judged."""
LEAST_VALUES = 5
"""Number of different texts, or of dates, from which their form is judged."""
MOST = 0.2
"""Share of the values that may have a form which shows a cut."""
SIGNS = ("d", "c", "db", "cr", "debet", "credit", "+", "-", "s", "h")
"""What a column holds that says which amounts are negative."""
SHAPES = {
    "postcode": (r"^[1-9]\d{3} ?[A-Za-z]{2}$", "a Dutch postcode"),
    "huisnummer": (r"^\d", "a number"),
    "telefoon": (r"\d{6,}|(\d\W*){8,}", "a telephone number"),
    "email": (r"@", "an e-mail address"),
    "naam": (r"^[^\d@]*$", "a name"),
    "straatnaam": (r"[A-Za-z]{3}", "a street"),
}
MOST_SHIFTED = 5
"""Number of known agreements of which a value may lose the look that it had."""
PAST_DAYS = 62
"""Age of the newest date from which it is unlikely that all dates of a column are of one month."""
RENT = (50.0, 2500.0)
"""The median rent per month of homes lies between these."""
MONTHS = (0.02, 30.0)
"""The median debt lies between these numbers of median rents."""


def figures(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield the figures about how values are written, from the temporary tables `delivered`, `texts` and `typed`."""
    yield from _sign_beside(con, batch)
    for name in batch.contract.columns:
        if name not in batch.source.headers:
            continue
        kind = batch.contract.columns[name].type
        if batch.source.kind(name):
            # A typed cell cannot be cut, but its moment may be that of another zone.
            if kind == "date":
                yield from _utc(con, name)
            continue
        if kind == "euro":
            yield from _cut_amounts(con, name)
        if kind == "date":
            yield from _utc(con, name)
        if kind in ("date", "timestamp", "dates"):
            yield from _cut_dates(con, name)
        if kind in ("date", "timestamp") and not _formats(batch, name):
            yield from _one_month(con, batch, name)
    if batch.contract.extract == REGISTER:
        yield from _shapes(con, batch)
        yield from _cut_texts(con, batch)
        yield from _one_address(con)
    yield from _scale(con, batch)


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


def _cut_amounts(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Figure]:
    """Yield a figure if the longest amounts have different numbers of decimals: their last digits were cut off."""
    query = fill(
        r"""
        WITH amounts AS (SELECT {name} AS v, len({name}) AS size, len(regexp_extract({name}, '[.,](\d*)$', 1)) AS decimals
            FROM texts WHERE regexp_full_match({name}, '-?\d+[.,]?\d*')),
        longest AS (SELECT decimals, count(*) AS n FROM amounts WHERE size = (SELECT max(size) FROM amounts) GROUP BY decimals)
        SELECT (SELECT count(*) FROM amounts), sum(n), count(*) FILTER (n > 0.1 * (SELECT sum(n) FROM longest)) FROM longest""",
        name=name,
    )
    rows, longest, forms = con.execute(query).fetchall()[0]
    if rows >= LEAST_ROWS and longest > MOST * rows and forms > 1:
        meaning = (
            f"Share of the values of {name} with the largest length and different numbers of decimals: "
            "they seem cut off at that length."
        )
        yield Figure(f"{name}.cut.share", longest / rows, None, MOST, "critical", meaning)


def _utc(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Figure]:
    """Yield a figure if the days of a column have the hour of a Dutch midnight in UTC."""
    query = fill(
        r"SELECT count(*), count(*) FILTER (regexp_matches({name}, '[T ]2[23]:00(:00(\.0+)?)?$')) FROM texts WHERE {name} IS NOT NULL",
        name=name,
    )
    rows, late = con.execute(query).fetchall()[0]
    if rows >= LEAST_VALUES and late > 0.9 * rows:
        meaning = (
            f"Share of the days in {name} with the hour 22 or 23: midnight in UTC without its zone, a day early. "
            "Export the days without a time, or the moments with their offset."
        )
        yield Figure(f"{name}.utc.share", late / rows, None, 0.9, "critical", meaning)


def _cut_dates(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Figure]:
    """Yield a figure if all days have one digit, while the months have two or there is more than one month."""
    query = fill(
        r"""
        SELECT count(*), count(*) FILTER (regexp_full_match({name}, '\d{4}-\d\d-\d')),
            bool_or(regexp_matches({name}, '-0\d-\d$')), count(DISTINCT left({name}, 7))
        FROM texts WHERE {name} IS NOT NULL""",
        name=name,
    )
    rows, cut, padded, months = con.execute(query).fetchall()[0]
    if rows >= LEAST_VALUES and cut > 0.9 * rows and (padded or (months > 1 and rows >= LEAST_ROWS)):
        meaning = f"Share of the dates in {name} with one digit for the day and two for the month: their last digit seems cut off."
        yield Figure(f"{name}.cut.share", cut / rows, None, 0.9, "critical", meaning)


def _formats(batch: Batch, name: str) -> tuple[str, ...]:
    """Return the date formats of the mapping for a column."""
    return tuple(batch.source.mapping.date_formats.get(name, batch.source.reading.date_formats))


def _one_month(con: duckdb.DuckDBPyConnection, batch: Batch, name: str) -> Iterator[Figure]:
    """Yield a figure if dates are all of one month that is past, or else the same day of several months.

    `dd-mm-yyyy` needs no proof, but `07-01-2026` and `08-01-2026` are more likely the first of July and of August.
    """
    query = fill(
        r"""
        SELECT count(*), count(*) FILTER (a BETWEEN 1 AND 12 AND b BETWEEN 1 AND 12), count(DISTINCT a), count(DISTINCT b),
            max(TRY(make_date(y, b, a)))
        FROM (SELECT part[1]::INT AS a, part[2]::INT AS b, part[3]::INT AS y FROM (SELECT regexp_extract_all({name}, '\d+') AS part
            FROM texts WHERE regexp_matches({name}, '^\d{1,2}[-.]\d{1,2}[-.]\d{4}\b')))""",
        name=name,
    )
    rows, undecided, days, months, newest = con.execute(query).fetchall()[0]
    if rows < LEAST_ROWS or undecided < rows or months > 1 or days < 3:
        return
    age = (batch.delivery.peildatum - newest).days
    if age > PAST_DAYS:
        table = f"[extracts.{batch.contract.extract}.date_formats] {name}"
        meaning = (
            f"Days since the newest {name}: by day-month-year all are of one month, and by month-day-year all are of the same day. "
            f'Put what the source means into the mapping: {table} = ["%d-%m-%Y"], or {table} = ["%m-%d-%Y"].'
        )
        yield Figure(f"{name}.one_month.age_days", float(age), None, PAST_DAYS, "critical", meaning)


def _shapes(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure for each column of names and addresses of which most values do not look like what it should hold."""
    names = [name for name in SHAPES if name in batch.source.headers]
    if not names:
        return
    counts = [
        fill(
            "count(t.{name}), count(*) FILTER (NOT regexp_matches(t.{name}, {shape})), "
            "count(*) FILTER (NOT regexp_matches(t.{name}, {shape}) AND regexp_matches(v.{name}, {shape}))",
            name=name,
            shape=literal(SHAPES[name][0]),
        )
        for name in names
    ]
    query = fill(
        "SELECT {counts} FROM typed t LEFT JOIN vault.main.tenancies v USING (corporatie_id, overeenkomst_id) WHERE verdict = 'new'",
        counts=counts,
    )
    found = con.execute(query).fetchall()[0]
    for place, name in enumerate(names):
        rows, other, known = found[3 * place : 3 * place + 3]
        what = SHAPES[name][1]
        if rows >= LEAST_VALUES and (other > 0.5 * rows or known > MOST_SHIFTED):
            meaning = f"Share of the values of {name} that do not look like {what}: perhaps columns are swapped, shifted or cut off."
            share = other / rows
            yield Figure(f"{name}.other_shape.share", share, None, min(0.5, share * 0.99), "warning", meaning)


def _cut_texts(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Figure]:
    """Yield a figure for each column of texts that had longer values before, and many of exactly its largest length now."""
    for name in ("naam", "straatnaam", "woonplaats", "email", "telefoon"):
        if name not in batch.source.headers:
            continue
        query = fill(
            """
            WITH given AS (SELECT DISTINCT {name} AS v FROM typed WHERE verdict = 'new' AND {name} IS NOT NULL),
            sizes AS (SELECT len(v) AS size, (SELECT max(len(v)) FROM given) AS most FROM given)
            SELECT count(*), count(*) FILTER (size = most), any_value(most),
                (SELECT count(DISTINCT {name}) FROM vault.main.tenancies, (SELECT max(len(v)) AS m FROM given) WHERE len({name}) > m)
            FROM sizes""",
            name=name,
        )
        values, longest, size, longer = con.execute(query).fetchall()[0]
        if values >= LEAST_VALUES and longest > MOST * values and longer > MOST * values:
            meaning = f"Share of the texts in {name} with exactly {size} characters, of which longer ones were known: they seem cut off."
            yield Figure(f"{name}.cut.share", longest / values, None, MOST, "warning", meaning)


def _one_address(con: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """Yield the largest number of homes with one address or one telephone, if it is most of them."""
    for name, what in (("adres_key", "address"), ("telefoon", "telephone number")):
        query = fill(
            "SELECT coalesce(max(n), 0), coalesce(sum(n), 0) FROM (SELECT count(DISTINCT eenheid_id) AS n FROM typed "
            "WHERE verdict = 'new' AND {name} IS NOT NULL GROUP BY {name})",
            name=name,
        )
        most, homes = con.execute(query).fetchall()[0]
        if homes >= LEAST_ROWS and most > 0.5 * homes:
            meaning = f"Share of the homes with one and the same {what}: perhaps the export is of a test environment."
            yield Figure(f"{name}.same.share", most / homes, None, 0.5, "warning", meaning)


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
