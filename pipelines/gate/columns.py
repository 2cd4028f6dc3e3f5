"""Compare what the columns of a delivery hold with what they held in earlier rows, and doubt what differs.

Both are measured in one statement over the table `compared`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from pipelines.gate import codes
from pipelines.gate.doubt import SAMPLE, Examined, sampled, warn
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql, fill

LEAST_ROWS = 20
"""Minimum number of filled rows in each of both deliveries to compare them."""
LEAST_SAME = 10
"""The same minimum, for columns in which one value fills nearly every row."""
BACKWARD_DAYS = 14
"""Maximum number of days by which the newest date of a list may be earlier than on the list before."""
SCALE, UNIT = 2.5, 20.0
"""Maximum factor by which a median may differ: of rents and entries, and of amounts that vary within the month."""
NEGATIVE = 0.3
"""Maximum difference between the shares of negative amounts."""
PART = 4
"""In a large delivery, one in this many rows of the sample is enough to see which value is the most frequent."""
SAME, SAME_BEFORE = 0.9, 0.5
"""Doubt one value in more than the first share of the rows if no value had the second share in the delivery before."""
ONE_HOME, ONE_HOME_BEFORE = 0.45, 0.2
"""Doubt more than the first share of the rows about one home or person if none had the second share in the delivery before."""
CENTS = 0.5
"""Minimum share of amounts whose cents are not a multiple of ten, in the delivery before, to doubt a delivery without any."""
LATE = 0.2
"""Minimum share of moments after noon in the delivery before, to doubt a delivery without any."""
SEVERAL, CHANCE = 0.05, 0.01
"""Minimum share of rows that had several days in one cell, and probability by chance of a delivery without any, to doubt it."""
FILLED, FILLED_BEFORE = 0.95, 0.8
"""Doubt a column that is filled in the first share of the rows if it was filled in less than the second share before."""
LESS, ERRORS = 0.1, 3.0
"""Minimum fall of the share of filled rows to doubt it, as a share and in standard errors of the difference."""
ASK = "Ask whether the export changed."


@dataclass(frozen=True)
class Column:
    """What one column holds in some rows: the number of rows and of filled ones, the share of the most frequent value, and `MEASURES`."""

    rows: int = 0
    filled: int = 0
    same: float = 0.0
    codes: Mapping[str, int] = field(default_factory=dict)
    median: float | None = None
    negative: float = 0.0
    cents: float = 0.0
    several: float = 0.0
    late: float = 0.0
    edge: float = 0.0
    newest: date | None = None


MEASURES = {
    "euro": {
        "median": "quantile_disc(abs({x}), 0.5) FILTER ({x} <> 0)",
        "negative": "avg(({x} < 0)::INT) FILTER ({x} <> 0)",
        "cents": "avg(({x} * 10 <> floor({x} * 10))::INT)",
    },
    "dates": {"several": "avg((len({x}) > 1)::INT)"},
    "timestamp": {"late": "avg((hour({x}) >= 13)::INT)"},
    "date": {"newest": "max({x})", "edge": "avg((day({x}) IN (1, day(last_day({x}))))::INT)"},
}
"""What is measured of a column of each type, by its name in `Column`."""


def figures(it: Examined) -> Iterator[Figure]:
    """Yield the figures of the columns that hold other things now than in earlier rows."""
    for name, (before, now) in measured(it).items():
        column = it.contract.columns[name]
        if min(before.rows, now.rows) >= LEAST_ROWS and not column.required:
            yield from _filled(name, before, now)
        if codes.has_codes(column):
            yield from codes.figures(it, name, before.codes, now.codes)
            continue
        yield from _several(name, before, now)
        if min(before.filled, now.filled) >= LEAST_SAME:
            yield from _same(name, before, now)
        if min(before.filled, now.filled) >= LEAST_ROWS:
            yield from _one_home(it, name, before, now)
            yield from _edge(name, before, now)
            yield from _values(
                name, before, now, SCALE if column.required and not it.contract.snapshot else UNIT
            )
            if it.contract.snapshot:
                yield from _backward(name, before, now)


def measured(it: Examined) -> dict[str, tuple[Column, Column]]:
    """Return what each delivered column holds in earlier rows, and in those to judge."""
    names = [name for name in it.contract.content if it.has(name) and name != it.contract.snapshot]
    measures = {name: _measures(it, name) for name in names}
    counts = [Sql(sql) for of_one in measures.values() for sql in of_one.values()]
    held = {False: dict.fromkeys(names, Column()), True: dict.fromkeys(names, Column())}
    query = fill("SELECT {counts} FROM compared GROUP BY now", counts=[Sql("now"), *counts])
    for now, *numbers in it.con.execute(query).fetchall():
        values = iter(numbers)
        for name, of_one in measures.items():
            measured = {measure: next(values) for measure in of_one}
            held[now][name] = Column(
                **{measure: value for measure, value in measured.items() if value is not None}
            )
    return {name: (held[False][name], held[True][name]) for name in names}


def _measures(it: Examined, name: str) -> dict[str, str]:
    """Return the aggregates over a column, by their name in `Column`."""
    column = it.contract.columns[name]
    # A value of half of the rows is so in a thousand as well, and counting all values is slow.
    values = f"map_values(histogram({name}) FILTER ({sampled('key_hash', 1 if it.batch.rows_read < SAMPLE else PART)}))"
    usual = {"same": f"list_max({values}) / list_sum({values})", **MEASURES.get(column.type, {})}
    kind = {"codes": f"histogram({name}::VARCHAR)"} if codes.has_codes(column) else usual
    measures = {"rows": "count(*)", "filled": "count({x})", **kind}
    return {measure: sql.replace("{x}", name) for measure, sql in measures.items()}


def _filled(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the share of filled rows of a column if it rose to nearly all or fell far; `lost_columns` judges columns that are empty."""
    share, earlier = now.filled / now.rows, before.filled / before.rows
    if share >= FILLED and earlier < FILLED_BEFORE:
        meaning = (
            f"Column {name} is filled in nearly every row; in the delivery before in {earlier:.0%}. {ASK}"
        )
        yield warn(f"{name}.filled.share", share, meaning, most=FILLED_BEFORE)
    both = (now.filled + before.filled) / (now.rows + before.rows)
    error = sqrt(both * (1 - both) * (1 / now.rows + 1 / before.rows))
    if earlier >= FILLED and earlier / 10 <= share <= earlier - max(LESS, ERRORS * error):
        meaning = (
            f"Share of the rows in which column {name} is filled, which was {earlier:.0%} in the delivery before: perhaps the others "
            f"are totals or of another kind. {ASK}"
        )
        yield warn(f"{name}.less_filled.share", share, meaning, least=earlier - LESS)


def _values(name: str, before: Column, now: Column, most: float) -> Iterator[Figure]:
    """Yield the figures about amounts of another size or sign, and about moments that lost their afternoons."""
    ratio = now.median / before.median if before.median and now.median else 1.0
    if not 1 / most <= ratio <= most:
        meaning = (
            f"Median of {name} against the delivery before: perhaps it is in another unit, as cents, or per year. "
            "Deliver euros, a rent per month."
        )
        yield warn(f"{name}.median.ratio_to_previous", ratio, meaning, least=1 / most, most=most)
    least, most = before.negative - NEGATIVE, before.negative + NEGATIVE
    if not least <= now.negative <= most:
        meaning = f"Share of {name} below 0, which was {before.negative:.2f} in the delivery before: perhaps its signs changed. {ASK}"
        yield warn(f"{name}.negative.share", now.negative, meaning, least=max(0.0, least), most=most)
    if before.cents > CENTS and now.cents == 0:
        meaning = f"Share of {name} with cents, which was {before.cents:.0%} in the delivery before: perhaps they were cut off. {ASK}"
        yield warn(f"{name}.cents.share", 0.0, meaning, least=0.01)
    if before.late >= LATE and now.late == 0:
        meaning = f"No {name} has an hour after 12; in the delivery before {before.late:.0%} had. Perhaps AM and PM were lost. {ASK}"
        yield warn(f"{name}.afternoon.share", 0.0, meaning, least=0.01)


def _several(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the share of rows with several days if it fell to 0."""
    if now.several == 0 and before.several >= SEVERAL and (1 - before.several) ** now.filled < CHANCE:
        meaning = (
            f"Share of {name} with several days, which was {before.several:.0%} in the delivery before: perhaps only the first is "
            f"exported. {ASK}"
        )
        yield warn(f"{name}.several.share", 0.0, meaning, least=0.01)


def _same(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the share of rows with the most frequent value if it rose to nearly all rows."""
    if now.same >= SAME and before.same < SAME_BEFORE:
        meaning = (
            f"Rows with one and the same {name}; in the delivery before at most {before.same:.0%}. {ASK}"
        )
        yield warn(f"{name}.same.share", now.same, meaning, most=SAME_BEFORE)


def _one_home(it: Examined, name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the share of rows about one home, agreement or tenant if it rose far."""
    links = (it.contract.home, it.contract.agreement, it.contract.tenant)
    if name in links and SAME > now.same > ONE_HOME and before.same < ONE_HOME_BEFORE:
        most = f"in the delivery before at most {before.same:.0%}"
        meaning = f"Rows with one and the same {name}; {most}: perhaps it stands for others. {ASK}"
        yield warn(f"{name}.same.share", now.same, meaning, most=ONE_HOME)


def _edge(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the share of days that are the first or last of a month if it rose to nearly all: the real days are lost."""
    if now.edge >= SAME and before.edge < SAME_BEFORE:
        meaning = f"Share of {name} on the first or last day of a month, which was {before.edge:.0%} in the delivery before. {ASK}"
        yield warn(f"{name}.changed.share", now.edge, meaning, most=SAME_BEFORE)


def _backward(name: str, before: Column, now: Column) -> Iterator[Figure]:
    """Yield the number of days by which the newest date of a list is earlier than on the list before, if it is many."""
    days = (before.newest - now.newest).days if before.newest and now.newest else 0
    if days > BACKWARD_DAYS:
        meaning = f"Days by which the newest {name} lies before that of the delivery before: perhaps the export is of an old copy. {ASK}"
        yield warn(f"{name}.newest.days_back", days, meaning, most=BACKWARD_DAYS)
