"""Change the rows of an ordinary delivery into those of an odd one; every function returns a function of rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from tests.support.ordinary import REGISTER, Row

Change = Callable[[list[Row]], list[Row]]


def every(**changes: Callable[[str], str]) -> Change:
    """Change the filled values of columns in every row."""
    return lambda rows: [
        {name: changes[name](value) if value and name in changes else value for name, value in row.items()}
        for row in rows
    ]


def fill(**values: str) -> Change:
    """Give every row the same values."""
    return lambda rows: [{**row, **values} for row in rows]


def swap(one: str, other: str) -> Change:
    """Let two columns hold each other's values; a column that is absent is empty."""
    return lambda rows: [{**row, one: row.get(other, ""), other: row.get(one, "")} for row in rows]


def shift(*names: str) -> Change:
    """Move columns one row down."""
    return lambda rows: [
        {**row, **{name: before[name] for name in names}}
        for row, before in zip(rows, rows[-1:] + rows, strict=False)
    ]


def renamed(column: str, words: str) -> Change:
    """Give codes another name, as `"AFG=GEA"`."""
    others = dict(word.split("=") for word in words.split())
    return every(**{column: lambda value: others.get(value, value)})


def without(*names: str) -> Change:
    """Leave columns out."""
    return lambda rows: [{n: v for n, v in row.items() if n not in names} for row in rows]


def headed(**names: str) -> Change:
    """Give columns another header."""
    return lambda rows: [{names.get(n, n): v for n, v in row.items()} for row in rows]


def only(wanted: Callable[[Row], bool]) -> Change:
    """Keep some of the rows."""
    return lambda rows: [row for row in rows if wanted(row)]


def times(number: int, part: Callable[[Row, int], Row]) -> Change:
    """Write each row as several ones."""
    return lambda rows: [part(row, place) for row in rows for place in range(number)]


def number(value: str) -> float:
    """Read an amount of an ordinary delivery."""
    return float(value.replace(",", "."))


def euros(value: float) -> str:
    """Write an amount as ordinary deliveries do."""
    return f"{value:.2f}".replace(".", ",")


def amount(change: Callable[[float], float]) -> Callable[[str], str]:
    """Calculate with an amount."""
    return lambda value: euros(change(number(value)))


def day(form: str) -> Callable[[str], str]:
    """Write a day in another form."""
    return lambda value: date.fromisoformat(value).strftime(form)


def moment(form: str) -> Callable[[str], str]:
    """Write a moment in another form."""
    return lambda value: datetime.fromisoformat(value).strftime(form)


def twelve_hours(value: str) -> str:
    """Write a moment with the hours of a clock of twelve."""
    return f"{value[:11]}{(int(value[11:13]) - 1) % 12 + 1:02}{value[13:]}"


def wijk(row: Row) -> str:
    """Return the wijk of the agreement of a row."""
    return next(home["wijk"] for home in REGISTER if home["overeenkomst_id"] == row["overeenkomst_id"])
