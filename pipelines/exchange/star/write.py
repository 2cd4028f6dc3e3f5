"""Write the star: one file per list with its decisions, and small tables that are rewritten on each export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from features.catalogue import SIGNALS
from pipelines.exchange.star.tables import RELATIONS, TABLES, Table
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import new_file, write_text
from pipelines.installation.sql import Sql, fill, identifier, join, literal, read_sql
from pipelines.installation.workspace import Workspace, write_key
from pipelines.scoring import cards, score
from pipelines.warehouse import wijken
from pipelines.warehouse.stores import derive, open_warehouse

KEY_FILE = "export.key"
STATE = "export.json"
README = """An export of Waakvlam, without names or addresses. It is pseudonymous, so it is still personal data: keep it where only
analysts can read it, and remove it after use. dictionary.csv explains every column, relations.csv how the tables join.
"""


@dataclass(frozen=True)
class Exported:
    """The result of an export: the lists written, kept and removed, and the number of rows of each table."""

    written: tuple[date, ...]
    kept: tuple[date, ...]
    removed: tuple[date, ...]
    rows: Mapping[str, int]


def export(workspace: Workspace, folder: Path, progress: Callable[[str], None] = lambda _: None) -> Exported:
    """Write or update the star in a folder.

    Lists whose rows did not change since the last export are kept. Lists that retention or an erasure changed are
    rewritten or removed, so the export keeps nothing longer than the warehouse does.

    Parameters
    ----------
    workspace : Workspace
        The installation. Only its warehouse is opened, never the vault.
    folder : Path
        A new folder, or one of an earlier export.
    progress : callable
        Called with each list that is written.

    Raises
    ------
    ConfigurationError
        The folder contains files that are not from an export.
    """
    before = _state(folder)
    least_homes = workspace.settings.figures.least_homes_per_wijk
    with open_warehouse(workspace, read_only=True) as con:
        _pseudonyms(con, workspace)
        now = _lists(con, least_homes)
        new = [day for day, stamp in now.items() if before.get(day) != stamp]
        gone = [day for day in before if day not in now]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for day in gone:
            _remove(folder, day)
        if new:
            score.score(con, workspace, [date.fromisoformat(day) for day in new], cards.scorecard(workspace))
        for day in new:
            progress(day)
            wijken.put_shown(con, date.fromisoformat(day), least_homes)
            for table in TABLES:
                if table.weekly:
                    _write(folder / table.name / f"{day}.parquet", table, _weekly(con, table, day))
        for table in TABLES:
            if not table.weekly:
                _write(folder / f"{table.name}.parquet", table, _whole(con, table))
    _describe(folder)
    write_text(folder / STATE, json.dumps(now, indent=1) + "\n", private=True)
    kept = [day for day in now if day not in new]
    return Exported(_dates(new), _dates(kept), _dates(gone), _rows(folder))


def _dates(days: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _state(folder: Path) -> dict[str, str]:
    """Read the stamps of the lists that an earlier export wrote."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return {}
    try:
        return dict(json.loads((folder / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise ConfigurationError(
            "This folder holds something other than an export.", where=str(folder), mend="Name a new folder."
        ) from None


def _pseudonyms(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Create the function `pseudonym(corporation, id)`, a hash with a secret, so that nobody can guess ids."""
    path = workspace.keys / KEY_FILE
    if not path.exists():
        write_key(path)
    secret = derive(path.read_text(encoding="ascii").strip().encode(), "star")
    query = "CREATE OR REPLACE TEMP MACRO pseudonym(corporation, id) AS left(sha256({secret} || corporation || '|' || id), 20)"
    con.execute(fill(query, secret=literal(secret)))


def _lists(con: duckdb.DuckDBPyConnection, least_homes: int) -> dict[str, str]:
    """Return each list with a stamp that changes with its rows, objections, the columns and the smallest wijk."""
    columns = f"{sum(len(table.columns) for table in TABLES)}-{least_homes}"
    query = """SELECT as_of::VARCHAR, max(version)::VARCHAR || '-' || count(*) || '-' || sum(hash(d)::HUGEINT) FROM run.decided d
        ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id) GROUP BY as_of ORDER BY as_of"""
    return {day: f"{columns}-{stamp}" for day, stamp in con.execute(query).fetchall()}


def _weekly(con: duckdb.DuckDBPyConnection, table: Table, day: str) -> pa.Table:
    template, parts = read_sql(__package__, table.name), {"list_date": Sql(f"DATE {literal(day)}")}
    if "{signals}" in template:
        parts["signals"] = join(fill("{name}::DOUBLE AS {name}", name=signal.name) for signal in SIGNALS)
    if "{names}" in template:
        parts["names"] = join(identifier(signal.name) for signal in SIGNALS)
    return con.execute(fill(template, **parts)).to_arrow_table()


def _whole(con: duckdb.DuckDBPyConnection, table: Table) -> pa.Table:
    if table.name == "dim_signal":
        rows = [(s.name, s.family, s.unit, s.question, s.direction) for s in SIGNALS]
        return pa.table(dict(zip((c.name for c in table.columns), zip(*rows, strict=True), strict=True)))
    return con.execute(read_sql(__package__, table.name)).to_arrow_table()


def _write(path: Path, table: Table, rows: pa.Table) -> None:
    """Write one file with the columns in the promised order and types."""
    promised = [column.name for column in table.columns]
    if rows.column_names != promised:
        raise TypeError(f"{table.name} has {rows.column_names}, not {promised}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with new_file(path, private=True) as part:
        pq.write_table(rows, part)


def _remove(folder: Path, day: str) -> None:
    for table in TABLES:
        if table.weekly:
            (folder / table.name / f"{day}.parquet").unlink(missing_ok=True)


def _describe(folder: Path) -> None:
    """Write the dictionary and the relations beside the tables."""
    columns = [
        {"table": table.name, "grain": table.grain, "column": c.name, "type": c.kind, "meaning": c.meaning}
        for table in TABLES
        for c in table.columns
    ]
    write_text(folder / "dictionary.csv", _csv(columns), private=True)
    write_text(folder / "relations.csv", _csv([asdict(relation) for relation in RELATIONS]), private=True)
    write_text(folder / "README.txt", README, private=True)


def _csv(rows: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _rows(folder: Path) -> dict[str, int]:
    """Count the rows of each table from the footers of its files."""
    return {
        table.name: sum(
            pq.read_metadata(path).num_rows
            for path in (
                sorted((folder / table.name).glob("*.parquet"))
                if table.weekly
                else [folder / f"{table.name}.parquet"]
            )
        )
        for table in TABLES
    }
