"""Write the result of a query to a Parquet file: over a database URL (SQLAlchemy) or over ODBC (arrow-odbc)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.installation import extras
from pipelines.installation.source_settings import SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.sources.errors import FetchError

ROWS = 20_000
"""Rows that are fetched at a time."""
TEXT = 4000
"""Longest text of an ODBC column that declares no length."""
_CAST = "CAST the column to text, a number or a date in the query."


def write_query(workspace: Workspace, source: SourceSettings, query: str, target: Path) -> int:
    """Run a query, write its rows to `target` as Parquet, and return their number.

    Nothing is changed in the database: the transaction is rolled back, and is read-only where the database can do that.

    Raises
    ------
    ConfigurationError
        The driver is not installed, or the secret is not set.
    FetchError
        The database cannot be reached or refuses the query, or a column cannot be written. Messages of a database may quote
        a row or a password, so the error holds its kind and SQLSTATE only.
    """
    secret = workspace.secret_of_source(source.secret)
    rows = _over_odbc(secret, query, target) if source.kind == "odbc" else _over_url(secret, query, target)
    if not rows:
        raise FetchError(
            "the query returned no rows.", where=source.name, mend="Run it in the database itself."
        )
    return rows


def _over_url(url: str, query: str, target: Path) -> int:
    import sqlalchemy  # comes with Prefect; its drivers are in the extra `sql`
    from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

    try:
        # Without hide_parameters an error would quote values.
        engine = sqlalchemy.create_engine(url, hide_parameters=True, poolclass=sqlalchemy.NullPool)
    except (NoSuchModuleError, ImportError):
        raise FetchError("the driver of this database is not installed.", mend=extras.mend("sql")) from None
    except ArgumentError:
        raise FetchError(
            "the secret is not a database URL.",
            mend="It looks like postgresql+psycopg://user:password@host/name.",
        ) from None
    try:
        with engine.connect() as connection:
            ready = connection.execution_options(
                stream_results=True, yield_per=ROWS, no_parameters=True, postgresql_readonly=True
            )
            result = ready.exec_driver_sql(
                query
            )  # as it is: a colon or a percent sign in it means nothing to us
            names = list(result.keys())
            tables = [_table(names, rows) for rows in result.partitions(ROWS)]
            connection.rollback()
    except DBAPIError as error:
        passing = isinstance(error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError)
        state = getattr(error.orig, "sqlstate", None) or ""
        raise _refused(type(error).__name__, state, passing=passing) from None
    except SQLAlchemyError as error:
        raise _refused(type(error).__name__, "", passing=False) from None
    return _write(tables, target)


def _refused(kind: str, state: str, *, passing: bool) -> FetchError:
    details = f"{kind}, SQLSTATE {state}" if state else kind
    return FetchError(
        f"the database cannot be reached or refuses the query ({details}).",
        mend="Run the query with the same account in the database itself to see its message.",
        passing=passing,
    )


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Return rows as a table whose types follow from the values."""
    columns = list(zip(*rows, strict=True))
    arrays = [_array(name, values) for name, values in zip(names, columns, strict=True)]
    if len(set(names)) < len(names):
        raise FetchError(
            "two columns of the query have the same name.", mend="Give each its own name with AS."
        )
    return pa.table(dict(zip(names, arrays, strict=True)))


def _array(name: str, values: Sequence[Any]) -> pa.Array:
    try:
        array = pa.array([_plain(value) for value in values])
    except (pa.ArrowException, TypeError, OverflowError):
        raise FetchError(
            f"column {name!r} holds values of several types, or of an unknown one.", mend=_CAST
        ) from None
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        raise FetchError(f"column {name!r} holds values of type {array.type}.", mend=_CAST)
    return array


def _plain(value: Any) -> Any:
    """Return a value as Arrow writes it: identifiers and times of day become text."""
    return str(value) if isinstance(value, uuid.UUID | dt.time) else value


def _write(tables: list[pa.Table], target: Path) -> int:
    if not tables:
        return 0
    try:
        whole = pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException:
        raise FetchError("a column changes its type between the rows of the query.", mend=_CAST) from None
    pq.write_table(whole, target)
    return int(whole.num_rows)


def _over_odbc(connection_string: str, query: str, target: Path) -> int:
    extras.require("odbc", "An ODBC source")
    try:
        import arrow_odbc
    except OSError:
        raise FetchError(
            "the ODBC driver manager of the system is missing.",
            mend="Install unixODBC and the driver of the database.",
        ) from None
    rows = 0
    try:
        reader = arrow_odbc.read_arrow_batches_from_odbc(
            query, connection_string, batch_size=ROWS, max_text_size=TEXT, fetch_concurrently=False
        )
        with pq.ParquetWriter(target, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
                rows += batch.num_rows
    except arrow_odbc.Error as error:
        state = re.search(r"State: (\w{5})", str(error))
        code = state[1] if state else ""
        raise _refused("ODBC", code, passing=code.startswith("08") or code == "HYT00") from None
    return rows
