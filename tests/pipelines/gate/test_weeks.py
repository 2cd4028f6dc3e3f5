"""Deliveries that look well by themselves, after six ordinary weeks: what time cannot do is said, and what it does is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest

from pipelines.installation.workspace import Workspace
from tests.support.changes import Change, amount, euros, every, number, renamed, shift
from tests.support.deliveries import deliver, load_well, make_workspace
from tests.support.doubted import doubted
from tests.support.ordinary import DAY, REGISTER, WEEK, Row

pytestmark = pytest.mark.dear

ARREARS, REPAIRS, LEDGER = "huurachterstanden", "reparatieverzoeken", "boekingen"
CONTACTS, WORRIES = "contacten", "meldingen_medewerkers"
WEEKS = 6
"""Number of weeks before the one that is judged."""


def arrears(week: int) -> list[Row]:
    """Return the list of a week: one in ten left since the one before, one in two paid, and one in eight has a plan."""
    plans = ["BEE", "BEE", "ACT", "BEE", "ACT", "ANN", "BEE", "ANN"]
    rows = []
    for place, row in enumerate(WEEK[ARREARS]):
        paid = [w for w in range(week + 1) if (place + w) % 2 == 0]
        if (place + week) % 10:
            rows.append({
                **row, "saldo": euros(number(row["saldo"]) + len(paid)),
                "laatste_betaaldatum": str(monday(paid[-1]) - timedelta(days=3)) if paid else "2026-09-01",
                "regeling_status_code": plans[place // 8] if place % 8 == 1 else "",
            })  # fmt: skip
    return rows


def requests(week: int) -> list[Row]:
    """Return the requests of a week, of which the first half were delivered the week before as well."""
    rows = []
    for place in range(15 * week, 15 * week + 30):
        known = WEEK[REPAIRS][place % 30]
        day = datetime.combine(DAY - timedelta(days=7 * (WEEKS - place // 15 + 2)), datetime.min.time())
        told = day + timedelta(days=place % 6, hours=9)
        rows.append(
            {
                **known,
                "verzoek_id": f"{5000 + place:08}",
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
    for place, home in enumerate(REGISTER[:60]):
        claim = any((day - timedelta(days=n)).day == 1 for n in range(1, 8))
        if claim or place % 2:
            booked = day - timedelta(days=1) if claim else day - timedelta(days=place % 6 + 1)
            rows.append({
                "boeking_id": f"{10000 + 100 * week + place:08}", "overeenkomst_id": home["overeenkomst_id"], "boekdatum": str(booked),
                "vervaldatum": str(booked), "soort_code": "VOR" if claim else "ONT", "detailsoort_code": "PRO" if claim else "BAN",
                "bedrag": f"{'' if claim else '-'}{home['brutohuur']}",
            })  # fmt: skip
    return rows


def contacts(week: int) -> list[Row]:
    """Return the contacts of a week, some with a next step."""
    return [
        {
            "contact_id": f"{1000 + 10 * week + n}", "overeenkomst_id": REGISTER[7 * week + n]["overeenkomst_id"],
            "datum": str(monday(week) - timedelta(days=n + 1)), "soort": "Huisbezoek", "stand": "waakvlam" if n % 2 else "benaderd",
            "opvolgdatum": str(monday(week) + timedelta(days=30)) if n % 2 else "",
        }
        for n in range(7)
    ]  # fmt: skip


def worries(week: int) -> list[Row]:
    """Return the worries of a week and of the four before it."""
    return [
        {
            "melding_id": f"{100 + 10 * w + n}", "overeenkomst_id": REGISTER[3 * (w + 5) + n]["overeenkomst_id"],
            "eenheid_id": REGISTER[3 * (w + 5) + n]["eenheid_id"], "datum": f"{monday(w) - timedelta(days=n + 1)} 10:00:00",
            "bron": "huismeester", "zorg": "geldzorgen",
        }
        for w in range(week - 4, week + 1)
        for n in range(3)
    ]  # fmt: skip


def monday(week: int) -> date:
    """Return the day of the delivery of a week; that of the last one is judged."""
    return DAY - timedelta(days=7 * (WEEKS - week))


ROWS = {ARREARS: arrears, REPAIRS: requests, LEDGER: ledger, CONTACTS: contacts, WORRIES: worries}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("weeks") / "home")
    deliver(place, "huurovereenkomsten", str(monday(0)), REGISTER)
    for week in range(WEEKS):
        for extract, rows in ROWS.items():
            deliver(place, extract, str(monday(week)), rows(week))
    load_well(place)
    return place


@pytest.mark.parametrize("extract", ROWS)
def test_the_next_week_is_not_doubted(con: duckdb.DuckDBPyConnection, place: Workspace, extract: str) -> None:
    assert doubted(con, place, extract, DAY, ROWS[extract](WEEKS)) == {}


def test_a_ledger_breathes_with_the_month(con: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    december = WEEKS + 3
    assert {row["soort_code"] for row in ledger(december)} == {"VOR"}
    assert {row["soort_code"] for row in ledger(WEEKS - 1)} == {"ONT"}
    assert doubted(con, place, LEDGER, monday(december), ledger(december)) == {}


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
        # Last week's balances beside this week's dates, half of last week's list, a handful of plans with swapped codes.
        (ARREARS, WEEKS, lambda rows: [{**r, "oudste_vervaldatum": "2026-10-01", "saldo": old(r)} for r in rows], "saldo.unpaid.share"),
        (ARREARS, WEEKS, lambda rows: half_old(rows), "peildatum.partly_old.rows"),
        (ARREARS, WEEKS, renamed("regeling_status_code", "ACT=ANN ANN=ACT"), "regeling_status_code.changed.share"),
        (CONTACTS, WEEKS - 1, lambda rows: rows, "contact_id.known.rows"),
        (CONTACTS, WEEKS, lambda rows: [{**r, "datum": r["opvolgdatum"] or r["datum"], "opvolgdatum": r["datum"]} for r in rows],
         "opvolgdatum.contradicts.share"),
        (WORRIES, WEEKS - 3, lambda rows: rows, "datum.back.rows"),
        (LEDGER, WEEKS, lambda rows: [*rows, *day_totals(rows)], "bedrag.day_totals.rows"),
        (LEDGER, WEEKS, lambda rows: [r for r in rows if r["boekdatum"] < "2026-11-12"], "boekdatum.nothing_new.age_days"),
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


def day_totals(rows: list[Row]) -> list[Row]:
    """Return an entry with the sum of each day."""
    days = sorted({row["boekdatum"] for row in rows})
    sums = {day: sum(number(row["bedrag"]) for row in rows if row["boekdatum"] == day) for day in days}
    return [
        {**rows[0], "boeking_id": f"T{day}", "boekdatum": day, "bedrag": euros(total)}
        for day, total in sums.items()
    ]


def half_old(rows: list[Row]) -> list[Row]:
    """Return a list of which the first half is that of the week before."""
    known = arrears(WEEKS - 1)[:30]
    return known + [row for row in rows if row["overeenkomst_id"] > known[-1]["overeenkomst_id"]]
