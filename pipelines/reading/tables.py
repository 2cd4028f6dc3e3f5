"""Load the accepted records into a DuckDB table of text, and prove that nothing changed on the way."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import Sql, fill, read_sql

# Column of the character count while loading. No delivered name ends in a blank, so the name cannot collide.
_CHARACTERS = "characters "
FIRST_LINE = "records\n"
"""A first line that `load_text` skips: otherwise DuckDB would remove a byte order mark from the first record."""
_LONGEST_LINE = 2**21  # bytes; see RECORD_LIMIT


def drop(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Drop the temporary table, if it exists."""
    con.execute(fill("DROP TABLE IF EXISTS temp.{table}", table=table))


def load_text(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    file: str,
    table: str,
    names: Sequence[str],
    width: int,
    delimiter: str,
    quote: str,
    lines: array[int],
    sizes: array[int],
) -> None:
    """Load delimited UTF-8: `FIRST_LINE`, then one record after the other.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Gets the TEMP table.
    path, file : Path, str
        The text, and the name of the delivery for messages.
    table : str
        Name of the table.
    names : sequence of str
        Columns to keep: the first `len(names)` of `width`.
    width : int
        Fields per record.
    delimiter, quote : str
        As in the text; `quote` is "" if there is none.
    lines, sizes : array of int
        Line number and number of characters (with its delimiters) of each record, in order.

    Raises
    ------
    DeliveryError
        DuckDB does not accept a record.
    """
    fields = {f"f{i}": "VARCHAR" for i in range(width)}
    kept = [fill("{field} AS {name}", field=f"f{i}", name=name) for i, name in enumerate(names)]
    query = fill(
        read_sql(__package__, "records"),
        table=table,
        kept=["line", *kept],
        characters=_CHARACTERS,
        fields=Sql(str(fields)),  # Python writes this dictionary as DuckDB writes a struct
        longest=_LONGEST_LINE,
    )
    values = {"path": str(path), "delimiter": delimiter, "quote": quote}
    con.register("counted", pa.table({"line": _integers(lines), "size": _integers(sizes)}))
    try:
        con.execute(query, values)
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        # DuckDB's own message shows the record, which may name people.
        raise _disagreement(file, None) from None
    finally:
        con.unregister("counted")


def _integers(values: array[int]) -> pa.Array:
    return pa.Array.from_buffers(pa.int32(), len(values), [None, pa.py_buffer(values)])


def prove(
    con: duckdb.DuckDBPyConnection,
    file: str,
    table: str,
    names: Sequence[str],
    width: int,
    rows: int,
    lines: int,
) -> None:
    """Compare the loaded table with the independent counts, and drop the column of characters.

    Parameters
    ----------
    con, file, table, names, width
        The same as for `load_text`.
    rows : int
        Number of records that must be in the table.
    lines : int
        Sum of their line numbers.

    Raises
    ------
    DeliveryError
        A record is missing, doubled, cut, merged or trimmed. The table is then dropped.
    """
    query = fill(
        "SELECT count(*), coalesce(sum(line), 0), "
        "min(line) FILTER (WHERE length(concat('', {values})) + {delimiters} <> {characters}) FROM temp.{table}",
        values=names,
        delimiters=width - 1,
        characters=_CHARACTERS,
        table=table,
    )
    loaded = con.execute(query).fetchall()[0]
    if (loaded[0], loaded[1], loaded[2]) != (rows, lines, None):
        drop(con, table)
        raise _disagreement(file, loaded[2])
    con.execute(
        fill("ALTER TABLE temp.{table} DROP COLUMN {characters}", table=table, characters=_CHARACTERS)
    )


def refuse_nul(con: duckdb.DuckDBPyConnection, file: str, table: str, names: Sequence[str]) -> None:
    """Refuse a table that has a NUL character, which PostgreSQL cannot store. The table is then dropped.

    The reader of CSV files refuses these itself.

    Raises
    ------
    DeliveryError
        The message names the first line and the column.
    """
    held = [fill("min(line) FILTER (contains({name}, chr(0)))", name=name) for name in names]
    lines = con.execute(fill("SELECT {held} FROM temp.{table}", held=held, table=table)).fetchall()[0]
    for name, line in zip(names, lines, strict=True):
        if line is not None:
            drop(con, table)
            problem = "the text holds a NUL character."
            raise DeliveryError(file, problem, line=line, column=name, mend="Remove it and export again.")


def _disagreement(file: str, line: int | None) -> DeliveryError:
    problem = "the records loaded are not the records counted in the file; nothing was loaded."
    return DeliveryError(
        file, problem, line=line, mend="Set delimiter and quote in the mapping, or export again."
    )
