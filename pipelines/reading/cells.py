"""Turn a cell of a worksheet into text, and say how Excel stores it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from pipelines.reading.delivery import Kind

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def text(value: Cell) -> str | None:
    """Return a cell as text, None if it is empty."""
    return _AS_TEXT[type(value)](value)


def texts(column: Sequence[Cell]) -> list[str | None]:
    """Return the cells of a column as text, None for those that are empty."""
    if set(map(type, column)) == {str}:
        return [value or None for value in column]  # type: ignore[misc]
    return [_AS_TEXT[type(value)](value) for value in column]


def kinds(column: Sequence[Cell]) -> list[str]:
    """Return how Excel stores each cell of a column."""
    letters = list(map(_KINDS.__getitem__, map(type, column)))
    if "" in column:
        empty = str(Kind.EMPTY)
        return [empty if value == "" else letter for value, letter in zip(column, letters, strict=True)]
    return letters


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _duration(value: dt.timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


_AS_TEXT: dict[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    float: _number,
    int: str,
    bool: lambda value: str(int(value)),
    dt.datetime: lambda value: value.isoformat(sep=" "),
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: _duration,
}
_KINDS = {
    str: Kind.TEXT.value,
    float: Kind.NUMBER.value,
    int: Kind.NUMBER.value,
    bool: Kind.BOOLEAN.value,
    dt.datetime: Kind.DATE.value,
    dt.date: Kind.DATE.value,
    dt.time: Kind.DATE.value,
    dt.timedelta: Kind.DATE.value,
}
