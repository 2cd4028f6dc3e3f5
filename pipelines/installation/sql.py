"""Put names and values into SQL text. No other module quotes.

Values belong in parameters (`con.execute(query, [value])`). This module is for what cannot be a parameter: the name of
a table or column, and anything in a view, an ATTACH or a COPY.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 500
"""Rows that one statement inserts."""
_PLACE = re.compile(r"\{([a-z_]+)\}")


class Sql(str):
    """SQL text that `fill` inserts unchanged: written in the program or composed by this module."""

    __slots__ = ()


Part = str | Sql | float | Iterable[str]
"""What `fill` inserts: a name, SQL, a number, or several names or pieces of SQL to join with commas."""


def literal(value: str) -> Sql:
    """Quote a value as an SQL string literal."""
    return Sql("'" + value.replace("'", "''") + "'")


def identifier(name: str) -> Sql:
    """Quote a name as an SQL identifier; the name may hold any character."""
    return Sql('"' + name.replace('"', '""') + '"')


def day_literal(day: date | str) -> Sql:
    """Quote a day, or its text as yyyy-mm-dd, as an SQL date."""
    return Sql(f"DATE {literal(str(day))}")


def literals(values: Iterable[str]) -> Sql:
    """Quote several values, separated by commas."""
    return Sql(", ".join(literal(value) for value in values))


def join(parts: Iterable[str], between: str = ", ") -> Sql:
    """Join names, which are quoted, and SQL, which is not."""
    return Sql(between.join(_written(part) for part in parts))


def fill(template: str, **parts: Part) -> Sql:
    """Replace each ``{name}`` in a template.

    Parameters
    ----------
    template : str
        SQL with places like ``{table}``: lower case letters and underscores between braces. Other braces stay as they are.
    **parts : str, Sql, number or iterable
        The text for each place. A plain string is a name and is quoted as an identifier, so no delivered text can become
        SQL. Only `Sql` is inserted as it is.

    Returns
    -------
    Sql
        The filled template, which can be part of another one.

    Raises
    ------
    TypeError
        The names in the template differ from the names that were passed.
    """
    places = set(_PLACE.findall(template))
    if places != parts.keys():
        raise TypeError(f"The template has {sorted(places)}, not {sorted(parts)}.")
    return Sql(_PLACE.sub(lambda place: _written(parts[place[1]]), template))


def insert(con: duckdb.DuckDBPyConnection, table: Sql, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of one length into a table, in order; a statement for each row takes five times as long.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open connection.
    table : Sql
        The table, as it is written after INSERT INTO.
    rows : sequence of sequence
        The values of each row, in the order of the columns.
    """
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        marks = Sql(f"({', '.join('?' * len(some[0]))})")
        query = fill("INSERT INTO {table} VALUES {marks}", table=table, marks=[marks] * len(some))
        con.execute(query, [value for row in some for value in row])


@cache
def read_sql(package: str, name: str) -> str:
    """Read an SQL file next to the modules of a package; the text can be a template for `fill`.

    Parameters
    ----------
    package : str
        The package of the calling module (`__package__`).
    name : str
        The file's name without `.sql`.
    """
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")


def _written(part: Part) -> str:
    if isinstance(part, Sql):
        return part
    if isinstance(part, str):
        return identifier(part)
    return str(part) if isinstance(part, int | float) else join(part)
