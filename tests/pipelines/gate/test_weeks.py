"""Deliveries that look well by themselves, after six ordinary weeks: what time cannot do is said, and what it does is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.gate import profile
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.changes import Change, amount, every, shift
from tests.support.deliveries import deliver, load_well, make_workspace
from tests.support.ordinary import DAY, REGISTER, WEEK, Row

ARREARS, REPAIRS, LEDGER = "huurachterstanden", "reparatieverzoeken", "boekingen"
WEEKS = 6
"""Number of weeks before the one that is judged."""


def arrears(week: int) -> list[Row]:
    """Return the list of a week, from which one in ten is missing that was on the one before."""
    rows = every(saldo=amount(lambda v: v + week))(WEEK[ARREARS])
    return [{**r, "laatste_betaaldatum": "2026-09-30"} for n, r in enumerate(rows) if (n + week) % 10]


def requests(week: int) -> list[Row]:
    """Return the requests of a week, of which the first half were delivered the week before as well."""
    rows = []
    for number in range(15 * week, 15 * week + 30):
        known = WEEK[REPAIRS][number % 30]
        day = datetime.combine(DAY - timedelta(days=7 * (WEEKS - number // 15 + 2)), datetime.min.time())
        told = day + timedelta(days=number % 6, hours=9)
        rows.append(
            {
                **known,
                "verzoek_id": f"{5000 + number:08}",
                "melddatum": str(told),
                "gereeddatum": str(told.date()),
                "status_code": "AFG",
                "niet_thuis_datums": "",
            }
        )
    return rows


def ledger(week: int) -> list[Row]:
    """Return the entries of a week: receipts, and the claims of all in the week of the first."""
    day = monday(week)
    rows = []
    for number, home in enumerate(REGISTER[:60]):
        claim = any((day - timedelta(days=n)).day == 1 for n in range(1, 8))
        if claim or number % 2:
            booked = day.replace(day=1) if claim else day - timedelta(days=number % 6 + 1)
            rows.append({
                "boeking_id": f"{10000 + 100 * week + number:08}", "overeenkomst_id": home["overeenkomst_id"], "boekdatum": str(booked),
                "vervaldatum": str(booked), "soort_code": "VOR" if claim else "ONT", "detailsoort_code": "PRO" if claim else "BAN",
                "bedrag": f"{'' if claim else '-'}{home['brutohuur']}",
            })  # fmt: skip
    return rows


def monday(week: int) -> date:
    """Return the day of the delivery of a week; that of the last one is judged."""
    return DAY - timedelta(days=7 * (WEEKS - week))


ROWS = {ARREARS: arrears, REPAIRS: requests, LEDGER: ledger}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("weeks") / "home")
    deliver(place, "huurovereenkomsten", str(monday(0)), REGISTER)
    for week in range(WEEKS):
        for extract, rows in ROWS.items():
            deliver(place, extract, str(monday(week)), rows(week))
    load_well(place)
    return place


@pytest.fixture(scope="module")
def con(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(place) as con:
        attach_vault(con, place)
        yield con


def doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace, extract: str, day: date, rows: list[Row]
) -> set[str]:
    """Return the names of the doubts about a delivery."""
    path = deliver(place, extract, str(day), rows)
    batch = ingest.examine(con, place, inbox.locate(path, place.inbox))
    path.unlink()
    return {figure.name for figure in profile.doubts(con, batch, place.settings.gates)}


@pytest.mark.parametrize("extract", ROWS)
def test_the_next_week_is_not_doubted(con: duckdb.DuckDBPyConnection, place: Workspace, extract: str) -> None:
    assert doubted(con, place, extract, DAY, ROWS[extract](WEEKS)) == set()


def test_a_ledger_breathes_with_the_month(con: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    december = WEEKS + 3
    assert {row["soort_code"] for row in ledger(december)} == {"VOR"}
    assert {row["soort_code"] for row in ledger(WEEKS - 1)} == {"ONT"}
    assert doubted(con, place, LEDGER, monday(december), ledger(december)) == set()


@pytest.mark.parametrize(
    ("extract", "week", "change", "name"),
    [
        (ARREARS, WEEKS - 1, every(saldo=amount(lambda v: v + 1)), "peildatum.nobody_left.rows"),
        (ARREARS, WEEKS, lambda rows: [r for n, r in enumerate(rows) if n % 5 < 3], "peildatum.old_debts_gone.share"),
        (ARREARS, WEEKS, every(laatste_betaling=amount(lambda v: v * 11)), "laatste_betaling.changed.share"),
        (ARREARS, WEEKS, lambda rows: [{**r, "laatste_betaaldatum": "2026-11-12", "saldo": old(r)} for r in rows], "saldo.unpaid.share"),
        (LEDGER, WEEKS, shift("overeenkomst_id"), "bedrag.of_rent.share"),
        (REPAIRS, WEEKS - 1, lambda rows: rows, "melddatum.nothing_new.age_days"),
        (REPAIRS, WEEKS, lambda rows: rows[-8:], "rows.few.rows"),
        (REPAIRS, WEEKS, shift("eenheid_id", "overeenkomst_id"), "eenheid_id.passed.share"),
        (REPAIRS, WEEKS, every(gereeddatum=lambda v: ""), "gereeddatum.undone.rows"),
    ],
)  # fmt: skip
def test_what_no_week_does_is_said(
    con: duckdb.DuckDBPyConnection, place: Workspace, extract: str, week: int, change: Change, name: str
) -> None:
    assert name in doubted(con, place, extract, DAY, change(ROWS[extract](week)))


def test_a_storm_is_not_another_meaning(con: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    rows = [{**r, "defectoorzaak_code": "SLT"} for r in requests(WEEKS)]
    storm = [{**r, "verzoek_id": f"9{r['verzoek_id'][1:]}", "onderhoudsoort_code": "MUT"} for r in rows[15:]]
    assert "onderhoudsoort_code.changed.share" not in doubted(con, place, REPAIRS, DAY, rows + storm)
    turned = [{**r, "onderhoudsoort_code": "MUT"} for r in rows]
    assert "onderhoudsoort_code.changed.share" in doubted(con, place, REPAIRS, DAY, turned)


def old(row: Row) -> str:
    """Return the amount of an agreement on the list before."""
    before = {r["overeenkomst_id"]: r["saldo"] for r in arrears(WEEKS - 1)}
    return before.get(row["overeenkomst_id"], row["saldo"])
