"""Read a Parquet file as text, with the kind of each column beside it.

Dates are written as `2026-11-16`, moments as `2026-11-16 08:30:00` (with a time zone: the local time in the
Netherlands), decimals exactly, whole floating point numbers without a decimal point, and booleans as 1 and 0.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.installation.calendar import AMSTERDAM
from pipelines.installation.errors import DeliveryError
from pipelines.installation.sql import Sql, fill, literal
from pipelines.reading import header, tables
from pipelines.reading.delivery import KINDS, Kind, Read, Snapshot

_AGAIN = "Export and transfer it again."


def read(con: duckdb.DuckDBPyConnection, copy: Snapshot, expected: Collection[str], table: str) -> Read:
    """Load a Parquet file (see `pipelines.reading.read`)."""
    try:
        with pq.ParquetFile(copy.path) as file:
            schema, records = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError):
        raise DeliveryError(copy.file, "this is not a Parquet file, or it is cut off.", mend=_AGAIN) from None
    names = header.columns(copy.file, schema.names, expected, 1)
    if len(names) < len(schema.names):
        raise DeliveryError(copy.file, "the column has no name.", column=len(names) + 1, mend="Name it.")
    _refuse_untextual(copy.file, schema)
    kept = [
        fill("nullif({text}, '') AS {name}", text=_text(old, kind), name=new)
        for new, old, kind in zip(names, schema.names, schema.types, strict=True)
    ]
    kinds = fill("{kinds} AS {name}", kinds=literal("".join(map(_kind, schema.types))), name=KINDS)
    query = fill(
        "CREATE TEMP TABLE {table} AS SELECT {kept} FROM read_parquet(?, file_row_number = true)",
        table=table,
        kept=[Sql("(file_row_number + 1)::INTEGER AS line"), *kept, kinds],
    )
    try:
        con.execute(query, [str(copy.path)])
    except duckdb.Error:
        raise DeliveryError(copy.file, "the Parquet file is damaged.", mend=_AGAIN) from None
    loaded = con.execute(
        fill("SELECT count(*), count(DISTINCT line) FROM temp.{table}", table=table)
    ).fetchall()[0]
    if loaded != (records, records):
        tables.drop(con, table)
        problem = f"{loaded[0]} rows were read, but the file says it has {records}; nothing was loaded."
        raise DeliveryError(copy.file, problem, mend=_AGAIN)
    tables.refuse_nul(con, copy.file, table, names)
    return Read(names, records, (), "", "", copy.sha256, copy.size, (), typed=True)


def _refuse_untextual(file: str, schema: pa.Schema) -> None:
    for name, kind in zip(schema.names, schema.types, strict=True):
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
            problem = f"values of type {kind} are not plain values."
            raise DeliveryError(file, problem, column=name, mend="Export text, numbers and dates only.")


def _kind(kind: pa.DataType) -> Kind:
    if pa.types.is_boolean(kind):
        return Kind.BOOLEAN
    if pa.types.is_floating(kind):
        return Kind.NUMBER
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return Kind.EXACT
    return Kind.DATE if pa.types.is_temporal(kind) else Kind.TEXT


def _text(name: str, kind: pa.DataType) -> Sql:
    """Return SQL that converts a column to text; pandas writes an empty number as "not a number", which becomes NULL."""
    if pa.types.is_boolean(kind):
        return fill("{column}::INTEGER::VARCHAR", column=name)
    if pa.types.is_floating(kind):
        return fill(
            "CASE WHEN isnan({column}) THEN NULL WHEN {column} = trunc({column}) AND abs({column}) < 1e15 "
            "THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END",
            column=name,
        )
    if pa.types.is_timestamp(kind) and kind.tz:
        return fill("timezone({zone}, {column})::VARCHAR", zone=literal(AMSTERDAM), column=name)
    return fill("{column}::VARCHAR", column=name)
