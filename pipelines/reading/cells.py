"""Turn a cell of a worksheet into text, and say how Excel stores it."""

from __future__ import annotations

import datetime as dt

from pipelines.reading.delivery import Kind

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def text(value: Cell) -> str | None:
    """Return a cell as text, None if it is empty."""
    match value:
        case bool():
            return str(int(value))
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return repr(value)
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case dt.timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value) or None


def kind(value: Cell) -> Kind:
    """Return how Excel stores a cell."""
    match value:
        case "":
            return Kind.EMPTY
        case bool():
            return Kind.BOOLEAN
        case int() | float():
            return Kind.NUMBER
        case str():
            return Kind.TEXT
    return Kind.DATE
