"""Doubt values whose form shows that they do not mean what they seem to mean.

A row can be well-formed although its texts are cut off, the sign of its amount is in another column, its moments are in UTC without
saying so, or it is the sum of other rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pipelines.gate.doubt import SOME, Doubt, Examined, ask, ask_some, bounded, count, share, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.contracts import REGISTER
from pipelines.installation.sql import Sql, fill, literal, literals

LEAST_ROWS = 20
"""Minimum number of filled rows to judge the form of a column."""
LEAST_VALUES = 5
"""Minimum number of different texts, or of dates, to judge their form."""
MOST = 0.2
"""Maximum share of values that look cut off."""
SIGNS = ("d", "c", "db", "cr", "debet", "credit", "+", "-", "s", "h")
"""Values of a column that says which amounts are negative."""
PAST_DAYS = 62
"""Maximum age in days of the newest date of a column whose dates are all of one month."""
RENT = (50.0, 2500.0)
"""Range of a likely median rent of homes, in euros per month."""
MONTHS = (0.02, 30.0)
"""Range of a likely median debt, in median rents."""
SUM = (
    r"(?i)^\W*(((begin|openings|eind|slot|sluitings)[- ]?|(vorig|oud|nieuw)e? )(saldo|balans|stand)|saldo vorig|"
    r"(sub|eind)?tota(al|len)|gemiddeld|transport)\b"
)
"""The beginning of the description of a row that sums up other rows."""
LONGEST = 60
"""Maximum number of characters of a description; a longer value is a text."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures about how values are written, from the temporary tables `delivered`, `texts` and `typed`."""
    yield from ask(it, "delivered", _unread(it))
    yield from ask_some(it, f"texts WHERE {SOME}", _forms(it))
    yield from _scale(it)


def _forms(it: Examined) -> Iterator[Doubt]:
    """Yield the doubts about the delivered texts of each column."""
    source = it.batch.source
    for name, column in it.contract.columns.items():
        if name not in source.headers:
            continue
        if column.type == "date":
            yield _utc(name)
        if source.kind(name):  # a typed cell cannot be cut, but its moment may be that of another zone
            continue
        if column.type == "euro":
            yield _cut_amounts(name)
        if column.type in ("date", "timestamp", "dates"):
            yield _cut_dates(name)
        if column.type in ("date", "timestamp") and not source.mapping.date_formats.get(
            name, source.reading.date_formats
        ):
            yield _one_month(it, name)


def _unread(it: Examined) -> Iterator[Doubt]:
    """Yield the doubts about columns that are not used: they may hold the signs of amounts, or mark some rows as sums."""
    amounts = [
        name for name, column in it.contract.columns.items() if column.type == "euro" and column.required
    ]
    for header in it.batch.ignored if amounts else ():
        if amounts[0] in it.batch.source.headers:
            yield _sign_beside(it, amounts[0], header)
        yield _sums(it, amounts[0], header)


def _sign_beside(it: Examined, amount: str, header: str) -> Doubt:
    """Doubt amounts of which none is negative, if a column that is not used holds two signs."""

    def rows(kinds: int, signs: bool) -> int | None:
        beside = kinds == 2 and signs
        return (
            it.batch.rows_read
            if beside and not it.row("SELECT count(*) FROM typed WHERE {a} < 0", a=amount)[0]
            else None
        )

    words = fill("lower(trim({header}))", header=header)
    counts = (
        f"count(DISTINCT {words}) FILTER ({words} <> '')",
        f"bool_and({words} IN ({literals(SIGNS)})) FILTER ({words} <> '')",
    )
    own, quoted = json.dumps(it.batch.source.headers[amount]), json.dumps(header, ensure_ascii=False)
    meaning = (
        f"Rows whose {amount} has its sign in column {header}, which nothing reads. Put {amount} = [{own}, {quoted}] "
        f"(or the sign first, where it is + or -) under [extracts.{it.contract.extract}.columns] in the mapping."
    )
    return bounded(f"{amount}.sign_beside.rows", counts, rows, meaning, most=0, severity="critical")


def _sums(it: Examined, amount: str, header: str) -> Doubt:
    """Doubt rows that a column which is not used describes as a sum or a balance, if it does not describe all rows so."""

    def says(rows: int, sums: int, value: str) -> Iterator[Figure]:
        if 0 < sums < rows:
            where = f"{{ column = {json.dumps(header, ensure_ascii=False)}, values = [{json.dumps(value, ensure_ascii=False)}] }}"
            meaning = (
                f"Rows that column {header}, which nothing reads, calls a sum or a balance, such as {value!r}. If they count twice, put "
                f"skip = [{where}] under [extracts.{it.contract.extract}] in the mapping."
            )
            yield warn(f"{amount}.sums.rows", sums, meaning, most=0)

    sums = fill(
        "len({header}) <= {longest} AND regexp_matches({header}, {words})",
        header=header,
        longest=LONGEST,
        words=literal(SUM),
    )
    value = fill("any_value(lower(trim({header}))) FILTER ({sums})", header=header, sums=sums)
    return Doubt(("count(*)", count(sums), value), says)


def _cut_amounts(name: str) -> Doubt:
    """Doubt amounts whose longest values have different numbers of decimals: their last digits were cut off."""

    def longest(histogram: dict[int, int] | None) -> float | None:
        sizes = histogram or {}
        size = max((key // 100 for key in sizes), default=0)
        longest = [rows for key, rows in sizes.items() if key // 100 == size]
        rows, most = sum(sizes.values()), sum(longest)
        forms = sum(number > 0.1 * most for number in longest)
        return most / rows if rows >= LEAST_ROWS and forms > 1 else None

    decimals = rf"len(regexp_extract({name}, '[.,](\d*)$', 1))"
    sizes = rf"histogram(len({name}) * 100 + {decimals}) FILTER (regexp_full_match({name}, '-?\d+[.,]?\d*'))"
    meaning = f"Share of the values of {name} with the largest length and different numbers of decimals: they seem cut off at that length."
    return bounded(f"{name}.cut.share", (sizes,), longest, meaning, most=MOST, severity="critical")


def _utc(name: str) -> Doubt:
    """Doubt days that are Dutch midnights written in UTC."""
    meaning = (
        f"Share of the days in {name} with the hour 22 or 23: midnight in UTC without its zone, a day early. "
        "Export the days without a time, or the moments with their offset."
    )
    late = rf"regexp_matches({name}, '[T ]2[23]:00(:00(\.0+)?)?$')"
    return share(
        f"{name}.utc.share",
        f"{name} IS NOT NULL",
        late,
        meaning,
        most=0.9,
        least=LEAST_VALUES,
        severity="critical",
    )


def _cut_dates(name: str) -> Doubt:
    """Doubt days with one digit: they are cut off if months have two digits, or if there is more than one month."""

    def cut(rows: int, short: int, padded: bool | None, several: bool | None) -> float | None:
        return short / rows if rows >= LEAST_VALUES and (padded or (several and rows >= LEAST_ROWS)) else None

    counts = (
        f"count({name})",
        count(rf"regexp_full_match({name}, '\d{{4}}-\d\d-\d')"),
        rf"bool_or(regexp_matches({name}, '-0\d-\d$'))",
        f"min(left({name}, 7)) <> max(left({name}, 7))",
    )
    meaning = f"Share of the dates in {name} with one digit for the day and two for the month: their last digit seems cut off."
    return bounded(f"{name}.cut.share", counts, cut, meaning, most=0.9, severity="critical")


def _one_month(it: Examined, name: str) -> Doubt:
    """Doubt dates that are all of one past month, if they could also be the same day of several months.

    `dd-mm-yyyy` needs no proof, but `07-01-2026` and `08-01-2026` are more likely the first of July and of August.
    """

    def age(histogram: dict[str, int] | None) -> int | None:
        rows = {tuple(map(int, re.split("[-.]", text))): n for text, n in (histogram or {}).items() if text}
        months = {month for _, month in rows}
        if sum(rows.values()) < LEAST_ROWS or len(months) > 1 or len(rows) < 3 or max(map(max, rows)) > 12:
            return None
        newest = r"SELECT max(TRY_STRPTIME(regexp_extract({name}, '^[\d.-]+'), ['%d-%m-%Y', '%d.%m.%Y'])) FROM texts"
        (day,) = it.row(newest, name=name)
        return (it.batch.delivery.peildatum - day.date()).days if day else None

    table = f"[extracts.{it.contract.extract}.date_formats] {name}"
    meaning = (
        f"Days since the newest {name}: by day-month-year all are of one month, and by month-day-year all are of the same day. "
        f'Put what the source means into the mapping: {table} = ["%d-%m-%Y"], or {table} = ["%m-%d-%Y"].'
    )
    days = rf"histogram(regexp_extract({name}, '^(\d{{1,2}}[-.]\d{{1,2}})[-.]\d{{4}}\b', 1))"
    return bounded(f"{name}.one_month.age_days", (days,), age, meaning, most=PAST_DAYS, severity="critical")


def _scale(it: Examined) -> Iterator[Figure]:
    """Yield the median rent of homes, or the median debt in rents, if it is out of the likely range."""
    total = it.contract.control_total
    if it.contract.extract == REGISTER:
        name, (least, most), among, rent = "brutohuur", RENT, "eenheidsoort_code = 'WOO'", Sql("1")
        meaning = "Median rent of the homes: perhaps it is in cents, per year, or a part of the rent. Deliver euros per month."
    elif it.contract.snapshot and total:
        name, (least, most), among = total, MONTHS, f"{total} > 0"
        rent = Sql(
            "(SELECT quantile_disc(brutohuur, 0.5) FROM versions.huurovereenkomsten "
            "WHERE corporatie_id IN (SELECT corporatie_id FROM typed) AND brutohuur > 0)"
        )
        meaning = (
            f"Median {name} above 0, in rents: perhaps it is in cents, thousands or months. Deliver euros."
        )
    else:
        return
    query = (
        "SELECT count(*), quantile_disc({name}, 0.5) / {rent} FROM typed WHERE verdict = 'new' AND {among}"
    )
    rows, median = it.row(query, name=name, rent=rent, among=Sql(among))
    if rows >= LEAST_ROWS and median is not None and not least <= median <= most:
        yield warn(f"{name}.median", median, meaning, least=least, most=most)
