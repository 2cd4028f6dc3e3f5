"""A contract is enough for the gate to doubt the columns of a new extract."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from pipelines.installation.workspace import Workspace
from tests.support.contracts import EXTRACT, contracts_in, example
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace
from tests.support.doubted import doubted
from tests.support.ordinary import Row
from tests.support.small import no_gate

BEFORE, DAY, FIRST = "2026-11-09", "2026-11-16", date(2026, 9, 1)
LEDGER = "servicekosten"
WITH_END = example().replace('unknown = "quarantine"', 'not_with = { tot = ["aanmelding"] }') + (
    'tot = { type = "date", not_before = ["datum"], description = "When it ended" }\n'
)
WITH_AMOUNT = (
    example().replace(EXTRACT, LEDGER).replace('agreement = "', 'entries = "bedrag"\nagreement = "')
    + 'bedrag = { type = "euro", required = true, description = "Amount" }\n'
)


def signals(**column: str) -> list[Row]:
    """Make eight signals of ten days each, with the same extra columns."""
    days = [FIRST + timedelta(days=n) for n in range(8)]
    return [
        {
            "signaal_id": f"S{n}",
            "overeenkomst_id": f"O{n}",
            "datum": str(day),
            "tot": str(day + timedelta(10)),
            "soort": "uitval",
        }
        | column
        for n, day in enumerate(days, 1)
    ]


def entries(*amounts: int) -> list[Row]:
    """Make thirty days with an entry of each amount, each of another agreement."""
    return [
        {
            "signaal_id": f"B{day}-{n}",
            "overeenkomst_id": f"O{n}",
            "datum": str(FIRST + timedelta(day)),
            "soort": "uitval",
            "bedrag": str(amount),
        }
        for day in range(30)
        for n, amount in enumerate(amounts, 1)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("new")
    with contracts_in(folder / "contracts", **{EXTRACT: WITH_END, LEDGER: WITH_AMOUNT}):
        place = make_workspace(folder / "home")
        before = {"huurovereenkomsten": corporation()["huurovereenkomsten"], LEDGER: entries(600, -600, 600)}
        deliver_all(place, BEFORE, before)
        with no_gate():
            load_well(place)
        yield place


def test_rows_that_keep_to_the_contract_are_not_doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace
) -> None:
    assert doubted(con, place, EXTRACT, DAY, signals()) == {}
    assert doubted(con, place, EXTRACT, DAY, signals(tot="", soort="aanmelding")) == {}
    assert doubted(con, place, LEDGER, DAY, entries(600, -600, 600)) == {}


def test_two_dates_in_the_wrong_order_are_doubted(con: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    said = doubted(con, place, EXTRACT, DAY, signals(tot="2026-08-31"))
    assert said == {
        "tot.contradicts.share": "Rows whose tot is before their datum: perhaps the columns are swapped."
    }


def test_a_code_beside_a_column_that_it_rules_out_is_doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace
) -> None:
    said = doubted(con, place, EXTRACT, DAY, signals(soort="aanmelding"))
    assert said["soort.contradicts.share"].startswith(
        "Rows with the soort aanmelding in which tot is filled too: "
    )


def test_entries_that_are_no_longer_the_rent_are_doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace
) -> None:
    assert "bedrag.of_rent.share" in doubted(con, place, LEDGER, DAY, entries(17, -18, 19))


def test_a_total_among_the_entries_of_a_day_is_doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace
) -> None:
    assert "bedrag.day_totals.rows" in doubted(con, place, LEDGER, DAY, entries(600, 600, 600, 1800))
