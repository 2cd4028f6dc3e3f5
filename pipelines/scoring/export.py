"""Export the staged history to Parquet, for engines that cannot open the warehouse.

Each table is a folder with one subfolder per corporation. The export has no names or addresses, but it is not encrypted,
because Spark cannot read an encrypted warehouse: keep it on an encrypted disk and remove it after use (docs/scale.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.schema as sch
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.backends.sql.datatypes import DuckDBType

from features.known import LACKING
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.files import MANIFEST, new_folder, write_manifest
from pipelines.installation.sql import Sql, fill, literal
from pipelines.warehouse import schema
from pipelines.warehouse import staged as stage

AGAIN = "Export it again: `waakvlam history`."


@dataclass(frozen=True)
class History:
    """An exported history that is complete.

    Parameters
    ----------
    folder : Path
        The folder of the export, with a folder of Parquet files per table.
    rows : mapping of str to int
        Number of rows by table.
    available : frozenset of str
        Extracts that were ever delivered.
    """

    folder: Path
    rows: Mapping[str, int]
    available: frozenset[str]


def tables() -> dict[str, dict[str, str]]:
    """Return the columns of each staged table with their warehouse types.

    An analyst's answers are left out: no signal reads them, and what they decide is in the other tables.
    """
    staged = {}
    for name, contract in contracts().items():
        if contract.answers:
            continue
        kinds = {"overeenkomst_id": "VARCHAR"} | schema.content_columns(contract)
        staged[name] = {column: kinds.get(column, "DATE") for column in stage.staged_columns(contract)}
    known = dict.fromkeys(stage.KNOWN, "DATE")
    lacking = {"corporatie_id": "VARCHAR", "extract": "VARCHAR", "name": "VARCHAR"} | known
    return {**staged, "peildata": {"corporatie_id": "VARCHAR", "peildatum": "DATE"} | known, LACKING: lacking}


def schemas() -> dict[str, sch.Schema]:
    """Return the Ibis schema of each staged table."""
    return {
        name: ibis.schema({column: DuckDBType.from_string(kind) for column, kind in columns.items()})
        for name, columns in tables().items()
    }


def write(con: duckdb.DuckDBPyConnection, available: frozenset[str], out: Path) -> History:
    """Export every staged table of an open warehouse, without the persons with an objection and their households.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open warehouse with the schema `staged`.
    available : frozenset of str
        Extracts that were ever delivered.
    out : Path
        The folder to create; it appears only when the export is complete.

    Raises
    ------
    WaakvlamError
        The folder exists already, or the disk is full.
    """
    with new_folder(out) as folder:
        rows = {name: _copy(con, name, list(columns), folder) for name, columns in tables().items()}
        content = {"rows": rows, "available": sorted(available), "tables": tables()}
        write_manifest(folder, content)
    return History(out, rows, available)


def _copy(con: duckdb.DuckDBPyConnection, name: str, columns: list[str], folder: Path) -> int:
    """Write one table and return its number of rows.

    The corporation is written as a column as well, so that no engine guesses its type from a path.
    """
    inside = Sql("true")
    if "overeenkomst_id" in columns and stage.has_view(con, stage.OBJECTORS):
        query = "(corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) FROM staged.{objectors})"
        inside = fill(query, objectors=stage.OBJECTORS)
    query = fill(
        "COPY (SELECT {columns} FROM staged.{table} WHERE {inside}) TO {folder} "
        "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (corporatie_id), WRITE_PARTITION_COLUMNS true)",
        columns=columns,
        table=name,
        inside=inside,
        folder=literal(str(folder / name)),
    )
    counted = con.execute(query).fetchall()
    (folder / name).mkdir(exist_ok=True)
    return int(counted[0][0])


def read(folder: Path) -> History:
    """Open an exported history, and check from the footers of its files that it is complete.

    Raises
    ------
    ConfigurationError
        The folder has no complete history, or another version of the program wrote it.
    DeliveryError
        Files are missing, incomplete or too many.
    """
    path = folder / MANIFEST
    if not path.exists():
        problem = "This folder has no complete history" + (
            ": it has no manifest.json." if folder.is_dir() else "."
        )
        raise ConfigurationError(problem, where=str(folder), mend="Run `waakvlam history` to make one.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows, available = dict(content["rows"]), frozenset(content["available"])
    except (ValueError, KeyError, TypeError):
        raise DeliveryError(str(path), "This is not the manifest of a history.", mend=AGAIN) from None
    if content.get("tables") != tables():
        raise ConfigurationError(
            "Another version of Waakvlam wrote this history: its columns differ.",
            where=str(folder),
            mend=AGAIN,
        )
    for name, number in rows.items():
        _check(folder / name, number)
    return History(folder, rows, available)


def _check(table: Path, number: int) -> None:
    """Compare the number of rows in the files of a table with the number in the manifest."""
    counted = 0
    for file in sorted(table.rglob("*.parquet")):
        try:
            counted += pq.read_metadata(file).num_rows
        except (OSError, pa.ArrowInvalid):
            raise DeliveryError(str(file), "This Parquet file is incomplete.", mend=AGAIN) from None
    if counted != number or not table.is_dir():
        problem = f"The history is incomplete: {number} rows were exported, {counted} are present."
        raise DeliveryError(str(table), problem, mend=AGAIN)


def attach(con: duckdb.DuckDBPyConnection, history: History) -> Mapping[str, Any]:
    """Return the tables of an exported history as Ibis tables on a DuckDB connection."""
    backend = ibis.duckdb.from_connection(con)
    con.execute("CREATE SCHEMA IF NOT EXISTS history")
    for name, columns in tables().items():
        typed = [
            fill("NULL::{kind} AS {name}", kind=Sql(kind), name=column) for column, kind in columns.items()
        ]
        files = literal(str(history.folder / name / "**" / "*.parquet"))
        rows = (
            fill("FROM read_parquet({files}, hive_partitioning = false)", files=files)
            if history.rows[name]
            else fill("SELECT {typed} LIMIT 0", typed=typed)
        )
        con.execute(fill("CREATE OR REPLACE VIEW history.{table} AS {rows}", table=name, rows=rows))
    return {name: backend.table(name, database="history") for name in tables()}
