"""Implement the floor and one query per signal, the rivals of the features; data frames have their own modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import ibis

from benchmarks.generate import AS_OF, WEEK
from features.catalogue import SIGNALS
from features.compile import features
from features.signal import SEVERAL
from pipelines.installation.workspace import Workspace
from pipelines.scoring import history
from pipelines.warehouse.stores import open_warehouse

READ: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "huurovereenkomsten": (("brutohuur",), ("begindatum",)),
    "huurachterstanden": (
        ("saldo", "laatste_betaling"),
        (
            "peildatum",
            "oudste_vervaldatum",
            "incassofase",
            "regeling_status_code",
            "regeling_eindereden_code",
            "laatste_betaaldatum",
        ),
    ),
    "overlastmeldingen": (
        (),
        (
            "gebeurd_op",
            "zaak_id",
            "zaaktypesoort_code",
            "zaaktypedetailsoort_code",
            "status_code",
            "melder_id",
        ),
    ),
    "reparatieverzoeken": (
        (),
        (
            "gebeurd_op",
            "onderhoudsoort_code",
            "defectsoort_code",
            "defectoorzaak_code",
            "status_code",
            "niet_thuis_datums",
        ),
    ),
    "boekingen": ((), ("boekdatum", "detailsoort_code")),
}
"""Columns that signals read, per source: amounts (the floor sums them) and others (the floor takes the maximum)."""
EVENT = {
    "huurachterstanden": "peildatum",
    "overlastmeldingen": "gebeurd_op",
    "reparatieverzoeken": "gebeurd_op",
    "boekingen": "boekdatum",
}
"""The date of the event, per source with events."""


@contextmanager
def opened(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse read-only."""
    with open_warehouse(Workspace(home), read_only=True) as con:
        con.execute("SET enable_progress_bar = false")
        yield con


def export(home: Path, folder: Path) -> None:
    """Write the staged history as plain Parquet files, one per source."""
    folder.mkdir(parents=True, exist_ok=True)
    with opened(home) as con:
        for source in (*READ, "peildata"):
            con.execute(
                f"COPY staged.{source} TO '{folder / source}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


def floor(home: Path, files: Path | None = None, as_of: date | None = None) -> int:
    """Run one bare group-by per source over the history, the minimum cost of counting in any way.

    Parameters
    ----------
    home : Path
        The workspace, whose limits of memory and threads apply.
    files : Path, optional
        The exported Parquet files; default: the tables of the warehouse.
    as_of : date, optional
        Count only what was known on this date, of the last two years; default: everything.

    Returns
    -------
    int
        Number of groups.
    """
    groups = 0
    with opened(home) as con:
        for source, (amounts, others) in READ.items():
            sums = ", ".join(
                ["count(*)", *(f"sum({n}), max({n})" for n in amounts), *(f"max({n})" for n in others)]
            )
            table = f"'{files / source}.parquet'" if files else f"staged.{source}"
            if as_of:
                table += f" WHERE known_from < DATE '{as_of}' AND (known_until IS NULL OR known_until >= DATE '{as_of}')"
                table += f" AND {EVENT[source]} >= DATE '{as_of}' - 730" if source in EVENT else ""
            groups += kept(con, f"SELECT corporatie_id, overeenkomst_id, {sums} FROM {table} GROUP BY ALL")  # noqa: S608 - our own columns
    return groups


def ours(home: Path, dates: int = 1) -> int:
    """Compute all signals for the last `dates` Mondays, in parts as the program does; return the number of rows."""
    days = [AS_OF - n * WEEK for n in range(dates)]
    with opened(home) as con:
        tables, available = history.staged(con), history.available(con)
        agreements = con.execute(
            "SELECT count(DISTINCT overeenkomst_id) FROM staged.huurovereenkomsten"
        ).fetchall()[0][0]
        parts = (features(tables, part, available) for part in history.in_parts(days, agreements))
        return sum(kept(con, ibis.to_sql(part, dialect="duckdb")) for part in parts)


def ours_without_facts(home: Path, signals: Sequence[str]) -> int:
    """Compute only some signals for one date; return the number of rows."""
    with opened(home) as con:
        table = features(history.staged(con), AS_OF, history.available(con), signals)
        return kept(con, ibis.to_sql(table, dialect="duckdb"))


def one_by_one(home: Path, as_of: date = AS_OF) -> int:
    """Compute every signal with its own query from the same compiler; return the number of queries.

    This favours the rival: each query reads only what its signal needs, and the results are not combined.
    """
    with opened(home) as con:
        tables, available = history.staged(con), history.available(con)
        signals = [signal for signal in SIGNALS if signal.source in {*available, SEVERAL}]
        for signal in signals:
            alone = features(tables, as_of, available, [signal.name])
            kept(con, ibis.to_sql(alone, dialect="duckdb"))
        return len(signals)


def kept(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Store the result of a query in a temporary table; return its number of rows."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE kept AS {sql}")
    return int(con.execute("SELECT count(*) FROM kept").fetchall()[0][0])
