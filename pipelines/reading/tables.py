"""Loads what the readers accepted into a DuckDB table of text, and proves that nothing changed on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipelines.installation.errors import DeliveryError

# Column of the character count while loading; no delivered name ends in a blank, so it cannot collide.
_CHARACTERS = "characters "
_LONGEST_LINE = 2**21  # bytes; see RECORD_LIMIT


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def drop(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Remove the temporary table, if it is there."""
    con.execute(f"DROP TABLE IF EXISTS temp.{identifier(table)}")


def load_text(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    file: str,
    table: str,
    names: Sequence[str],
    width: int,
    delimiter: str,
    quote: str,
    *,
    parallel: bool,
) -> None:
    """Load delimited UTF-8 whose records begin with line number and number of characters, without a header.

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
        Fields per record, the two in front aside.
    delimiter, quote : str
        As in the text; `quote` "" = none.
    parallel : bool
        Whether DuckDB may cut the text into pieces: not where line ends stand inside quotes.

    Raises
    ------
    DeliveryError
        When DuckDB does not accept a record.
    """
    fields = {"line": "INTEGER", "n": "INTEGER"} | {f"f{i}": "VARCHAR" for i in range(width)}
    kept = "".join(f", f{i} AS {identifier(name)}" for i, name in enumerate(names))
    try:
        con.execute(
            f"""
            CREATE TEMP TABLE {identifier(table)} AS
            SELECT line{kept}, n AS {identifier(_CHARACTERS)}
            FROM read_csv($path, auto_detect = false, header = false, columns = {fields},
                          delim = $delimiter, quote = $quote, escape = $quote, nullstr = '',
                          strict_mode = true, null_padding = false, parallel = {parallel},
                          new_line = '\\n', max_line_size = {_LONGEST_LINE})
            """,
            {"path": str(path), "delimiter": delimiter, "quote": quote},
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        # DuckDB's own message shows the record, which may name people.
        raise _disagreement(file, None) from None


def prove(
    con: duckdb.DuckDBPyConnection, file: str, table: str, names: Sequence[str], rows: int, lines: int
) -> None:
    """Compare the loaded table with what was counted apart from the loader, and drop the count from it.

    Parameters
    ----------
    con, file, table, names
        As for `load_text`.
    rows : int
        Records that must be in the table.
    lines : int
        Sum of their line numbers.

    Raises
    ------
    DeliveryError
        When a record is missing, doubled, cut, merged or trimmed; the table is dropped then.
    """
    values = ", ".join(identifier(name) for name in names)
    wrong = f"length(concat('', {values})) <> {identifier(_CHARACTERS)}"
    found = con.execute(
        f"SELECT count(*), coalesce(sum(line), 0), min(line) FILTER (WHERE {wrong}) "
        f"FROM temp.{identifier(table)}"
    ).fetchall()[0]
    if (found[0], found[1], found[2]) != (rows, lines, None):
        drop(con, table)
        raise _disagreement(file, found[2])
    con.execute(f"ALTER TABLE temp.{identifier(table)} DROP COLUMN {identifier(_CHARACTERS)}")


def _disagreement(file: str, line: int | None) -> DeliveryError:
    problem = "the records loaded are not the records counted in the file; nothing was loaded."
    return DeliveryError(
        file, problem, line=line, mend="Set delimiter and quote in the mapping, or export again."
    )
