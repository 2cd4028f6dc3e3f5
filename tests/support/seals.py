"""Seal invented lists of two corporations, without deliveries and without a weekly run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from pipelines.installation.workspace import Workspace
from pipelines.proof import seal
from pipelines.warehouse import schema, staged, unresolved
from tests.support.deliveries import make_workspace, with_settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 1, 5)
CARD = "c" * 64


@contextmanager
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an unencrypted warehouse in memory."""
    with duckdb.connect(":memory:") as con:
        con.execute("ATTACH ':memory:' AS warehouse; USE warehouse.main")
        for statement in (*schema.tables(), *staged.tables(), *unresolved.views()):
            con.execute(statement)
        yield con


def two_corporations(home: Path, more: str = "") -> Workspace:
    """Make a workspace that two corporations share."""
    return with_settings(make_workspace(home), f'corporaties = ["zuid"]\n{more}')


def monday(week: int) -> date:
    """Return the Monday of a week, 0 for the first."""
    return FIRST + timedelta(weeks=week)


def morning(week: int) -> datetime:
    """Return seven o'clock on the Monday of a week."""
    return datetime.combine(monday(week), datetime.min.time(), AMSTERDAM) + timedelta(hours=7)


def agreements(week: int, shift: int = 0, number: int = 4) -> list[tuple[str, str]]:
    """Return the places of a list: those of both corporations in turn."""
    return [("demo" if n % 2 else "zuid", f"O{10 * week + n + shift}") for n in range(number)]


def seal_weeks(
    con: duckdb.DuckDBPyConnection, place: Workspace, weeks: int, start: int = 0, period: str = ""
) -> None:
    """Seal two lists of each week."""
    for week in range(start, start + weeks):
        lists = {
            "list": seal.Sealable(agreements(week), "expert 1", CARD),
            "card in use": seal.Sealable(agreements(week, shift=1), "expert 1", CARD),
            "largest_amount": seal.Sealable(agreements(week, shift=2), "largest amount owed"),
        }
        seal.seal_week(con, place, monday(week), lists, {"deliveries": f"d{week}"}, morning(week), period)
