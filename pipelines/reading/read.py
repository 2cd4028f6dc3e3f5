"""Read one delivery (CSV, XLSX, Parquet) into a table of text exactly as delivered, or refuse it with a reason.

A delivery either loads completely or is refused with file, line, column and remedy; it never loads with silent changes.
Therefore records are counted separately from the parser that loads them. No error shows a value.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import fill
from pipelines.reading import delimited, header, parquet, tables, xlsx
from pipelines.reading.delivery import Dialect, Read, snapshot

SUPPORTED = (".csv", ".csv.gz", ".xlsx", ".parquet")


def extension(path: Path) -> str:
    """Return which ending of `SUPPORTED` a file name has.

    Raises
    ------
    DeliveryError
        It has none of them.
    """
    name = path.name.lower()
    for known in SUPPORTED:
        if name.endswith(known):
            return known
    old = " Save it from Excel as .xlsx." if name.endswith((".xls", ".xlsb")) else ""
    raise DeliveryError(
        path.name, f"a file of this kind cannot be read; known are {', '.join(SUPPORTED)}.{old}"
    )


def read(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    dialect: Dialect,
    expected: Collection[str],
    scratch: Path,
    table: str = "delivered",
) -> Read:
    """Load one delivery into a temporary table of text.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Gets the TEMP table `table(line INTEGER, "<column>" VARCHAR, ...)`; an empty value is NULL. `line` is
        the physical line on which the record begins (CSV), the row of the sheet (XLSX) or of the data
        (Parquet).
    path : Path
        The file as delivered; it is only read.
    dialect : Dialect
        The format according to the mapping file.
    expected : Collection[str]
        Column names that the mapping knows; at least one must be in the header, upper or lower case.
    scratch : Path
        Private folder for a working copy, which is always removed, even after an error.
    table : str
        Name of the table; an existing one is replaced.

    Returns
    -------
    Read
        The result; `records` = rows in the table + broken records.

    Raises
    ------
    DeliveryError
        The delivery cannot be read as a whole; the table then does not exist.
    """
    kind = extension(path)
    tables.drop(con, table)
    with snapshot(path, scratch, compressed=kind.endswith(".gz")) as copy:
        if kind == ".xlsx":
            with _without_collector():
                result = xlsx.read(con, copy, dialect, expected, table)
        elif kind == ".parquet":
            result = parquet.read(con, copy, expected, table)
        else:
            result = delimited.read(con, copy, dialect, expected, table)
        _refuse_unnamed(con, copy.file, result, table)
        return result


@contextmanager
def _without_collector() -> Iterator[None]:
    """Do not look for cycles among millions of cells, which have none: looking took a sixth of the time of reading."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _refuse_unnamed(con: duckdb.DuckDBPyConnection, file: str, result: Read, table: str) -> None:
    """Refuse a column without a name that holds more than a count of the rows, as pandas writes one in front."""
    for name in result.columns:
        unnamed = header.UNNAMED.fullmatch(name)
        if not unnamed:
            continue
        query = fill(
            "SELECT count({name}) = 0 OR (bool_and(try_cast({name} AS UBIGINT) IS NOT NULL) AND min(try_cast({name} AS UBIGINT)) <= 1 "
            "AND count(DISTINCT {name}) = count({name}) AND max(try_cast({name} AS UBIGINT)) <= {records}) FROM temp.{table}",
            name=name,
            table=table,
            records=result.records,
        )
        ((counts,),) = con.execute(query).fetchall()
        if not counts:
            tables.drop(con, table)
            column, line = unnamed.groups()
            raise DeliveryError(
                file,
                "the column has no name.",
                line=int(line),
                column=int(column) if column.isdigit() else column,
                mend="Name it or remove it.",
            )
