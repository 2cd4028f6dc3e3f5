"""Load a small corporation without the gate, for tests of later work in a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from pipelines.delivery import ingest
from pipelines.gate.verdicts import Gate
from pipelines.installation import workspace
from pipelines.installation.contracts import contracts
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace, tables

MARK = {"naam": "ZZNAAM", "straatnaam": "ZZSTRAAT", "telefoon": "0612345678", "email": "zz@example.nl"}


@contextmanager
def no_gate() -> Iterator[None]:
    """Let everything pass, and compute no figures: the gate takes much of a small load, and is not what is tested."""
    without_figures = SimpleNamespace(figures=lambda *_: ())
    with (
        mock.patch.object(ingest, "profile", without_figures),
        mock.patch.object(ingest, "judge", lambda extract, peildatum, _: Gate(extract, peildatum, ())),
    ):
        yield


def small(home: Path, *days: str) -> Workspace:
    """Make a workspace with the same four extracts on each of some days; names and addresses are marked."""
    place = make_workspace(home)
    extracts = corporation()
    extracts["huurovereenkomsten"] = [row | MARK for row in extracts["huurovereenkomsten"]]
    for day in days or ("2026-11-09",):
        deliver_all(place, day, extracts)
    with no_gate():
        load_well(place)
    return place


def content(place: Workspace) -> dict[str, list[Any]]:
    """Read all that is stored, with the file's name for a delivery's number and its content for a row's.

    Left out are the figures of the gate: those of later deliveries were judged beside the one withdrawn.
    """
    result: dict[str, list[Any]] = dict(tables(place, "vault"))
    with open_warehouse(place, read_only=True) as con:

        def read(query: str) -> list[tuple[Any, ...]]:
            return con.execute(f"{query} ORDER BY ALL").fetchall()

        named = "JOIN run.deliveries d USING (delivery_id)"
        for name in contracts():
            result[f"raw.{name}"] = read(
                f"SELECT r.* EXCLUDE (row_id, delivery_id), d.file_name FROM raw.{name} r {named}"
            )
            result[f"sightings.{name}"] = read(
                f"SELECT r.row_hash, d.file_name, s.line FROM raw.{name}_sightings s JOIN raw.{name} r USING (row_id) "
                "JOIN run.deliveries d ON d.delivery_id = s.delivery_id"
            )
            result[f"versions.{name}"] = read(f"SELECT * EXCLUDE (row_id) FROM versions.{name}")
            columns = "* EXCLUDE (row_id)" if contracts()[name].home or contracts()[name].tenant else "*"
            result[f"staged.{name}"] = read(f"SELECT {columns} FROM staged.{name}")
        result["peildata"] = read("FROM versions.peildata")
        result["deliveries"] = read("SELECT * EXCLUDE (delivery_id) FROM run.deliveries")
        for name in ("delivery_counts", "snapshots"):
            result[name] = read(f"SELECT d.file_name, c.* EXCLUDE (delivery_id) FROM run.{name} c {named}")
    return result


def loaded(home: Path, *, until: date, weeks: int, homes: int = 900, only: tuple[str, ...] = ()) -> Workspace:
    """Load an invented corporation with its history; `only` the register and these extracts, if any is named."""
    place = Workspace(home)
    workspace.init(home)
    write_corporation(place.inbox, homes=homes, weeks=weeks, seed=5, until=until, deliveries=2)
    for path in place.inbox.iterdir() if only else ():
        if path.name.rsplit("_", 1)[0] not in ("huurovereenkomsten", *only):
            path.unlink()
    with no_gate():
        ingest.load_all(place, inbox.find(place.inbox)[0], lambda _: None)
    return place
