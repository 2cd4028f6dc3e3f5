"""Write the feature and score tables to Parquet, with the same definitions and steps for DuckDB and Spark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType

from features.compile import features
from features.known import AGREEMENT, KEY
from models.as_json import as_json
from models.card.scorecard import Scorecard
from models.selection.scope import scope
from pipelines.installation.files import new_folder, write_manifest
from pipelines.installation.sql import Sql, fill, literal
from pipelines.scoring.history import in_parts


@dataclass(frozen=True)
class Written:
    """The manifest of a folder with features and scores.

    Parameters
    ----------
    engine : str
        Name of the engine that computed them.
    as_of : tuple of date
        The as-of dates.
    scorecard : str
        Name and version of the scorecard.
    available : tuple of str
        Extracts that were ever delivered.
    rows : int
        Number of agreements times dates.
    """

    engine: str
    as_of: tuple[date, ...]
    scorecard: str
    available: tuple[str, ...]
    rows: int


class Engine(Protocol):
    """An engine that runs the expressions without passing rows through Python."""

    @property
    def name(self) -> str:
        """The name of the engine in the manifest."""

    @property
    def staged(self) -> Mapping[str, ir.Table]:
        """The staged tables by name."""

    def parts(self, as_of: Sequence[date]) -> list[list[date]]:
        """Divide as-of dates into parts that are computed one by one."""

    def save(self, expression: ir.Table, folder: Path, part: int = 0) -> None:
        """Run an expression and write its rows as Parquet files of one part into a folder."""

    def kept(self, folder: Path, like: ir.Table, part: int = 0) -> ir.Table:
        """Read back the rows that `save` wrote, so that they are not computed twice."""

    def count(self, table: ir.Table) -> int:
        """Count the rows of a table."""


@dataclass(frozen=True)
class DuckDB:
    """An engine that runs on an open DuckDB connection."""

    con: duckdb.DuckDBPyConnection
    staged: Mapping[str, Any]
    name: str = "duckdb"

    def parts(self, as_of: Sequence[date]) -> list[list[date]]:
        """Bound the memory by the number of agreements in the history."""
        register = self.staged["huurovereenkomsten"]
        return in_parts(as_of, self.count(register.select(*AGREEMENT).distinct()))

    def save(self, expression: ir.Table, folder: Path, part: int = 0) -> None:
        """Write one Parquet file for each part."""
        folder.mkdir(exist_ok=True)
        # DuckDB adds up integers in 128 bits, which Parquet lacks: without the casts it writes such a sum as DOUBLE.
        types = {name: DuckDBType.to_string(dtype) for name, dtype in expression.schema().items()}
        query = fill(
            "COPY (SELECT {typed} FROM ({rows})) TO {target} (FORMAT parquet, COMPRESSION zstd)",
            typed=[
                fill("CAST({name} AS {kind}) AS {name}", name=name, kind=Sql(kind))
                for name, kind in types.items()
            ],
            rows=Sql(ibis.to_sql(expression, dialect="duckdb")),
            target=literal(str(self._file(folder, part))),
        )
        self.con.execute(query)

    def kept(self, folder: Path, like: ir.Table, part: int = 0) -> ir.Table:
        """Read the file back."""
        del like  # the file has its own schema
        return ibis.duckdb.from_connection(self.con).read_parquet(self._file(folder, part))

    def _file(self, folder: Path, part: int = 0) -> Path:
        return folder / f"part-{part}.parquet"

    def count(self, table: ir.Table) -> int:
        """Count the rows of a table."""
        return int(table.count().to_pyarrow().as_py())


def write(
    engine: Engine,
    available: frozenset[str],
    as_of: Sequence[date],
    card: Scorecard,
    cooldown_days: int,
    out: Path,
) -> Written:
    """Compute the features and the scores of every known agreement, and write them atomically.

    Parameters
    ----------
    engine : Engine
        Runs the queries on its staged tables.
    available : frozenset of str
        Extracts that were ever delivered.
    as_of : sequence of dates
        Each date means that day at 00:00.
    card : Scorecard
        The scorecard that assigns the points.
    cooldown_days : int
        Number of days that an address rests after a contact.
    out : Path
        The folder to create, with `features/` (`features.compile.COLUMNS`), `scores/` (see `scores`), and the manifest.

    """
    with new_folder(out) as folder:
        rows = 0
        for number, part in enumerate(engine.parts(as_of)):
            signals = features(engine.staged, part, available)
            engine.save(signals, folder / "features", number)
            kept = engine.kept(folder / "features", signals, number)
            reach = scope(engine.staged, part, cooldown_days)
            engine.save(scores(kept, reach, card), folder / "scores", number)
            rows += engine.count(kept)
        written = Written(
            engine=engine.name,
            as_of=tuple(sorted(set(as_of))),
            scorecard=f"{card.name} {card.version}",
            # An entry with a dot is a column; the report names extracts.
            available=tuple(sorted(name for name in available if "." not in name)),
            rows=rows,
        )
        write_manifest(folder, as_json(written))
    return written


def scores(signals: ir.Table, reach: ir.Table, card: Scorecard) -> ir.Table:
    """Join points with scope; agreements out of scope have no points and no score.

    Returns
    -------
    ibis table
        corporatie_id, overeenkomst_id, as_of, score, ``points_<signal>`` per term, exclusion, hold.
    """
    table = card.points(signals).join(reach.select(*KEY, "exclusion", "hold"), list(KEY))
    points = ["score", *(name for name in table.columns if name.startswith("points_"))]
    shown = {name: ibis.ifelse(table.exclusion.isnull(), table[name], ibis.null("int32")) for name in points}
    return table.select(*KEY, **shown, exclusion=table.exclusion, hold=table.hold)
