"""Well-formed deliveries that mean something else, after some ordinary weeks: the gate refuses each of them or says what it doubts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.delivery import inbox, ingest, profile
from pipelines.delivery.verdicts import Figure
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import csv_text, deliver, load_well, make_workspace, put
from tests.support.ordinary import BEFORE, DAY, HISTORY, REGISTER, WEEK, Row

Change = Callable[[list[Row]], list[Row]]
LEASE, ARREARS, NUISANCE, REPAIRS = (
    "huurovereenkomsten",
    "huurachterstanden",
    "overlastmeldingen",
    "reparatieverzoeken",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("ordinary") / "home")
    for (extract, day), rows in HISTORY.items():
        deliver(place, extract, str(day), rows)
    load_well(place)
    return place


@pytest.fixture(scope="module")
def con(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(place) as con:
        attach_vault(con, place)
        yield con


def doubts(con: duckdb.DuckDBPyConnection, place: Workspace, path: Path) -> dict[str, Figure]:
    """Return the figures of a delivery that are out of their bounds, by name."""
    delivery = inbox.locate(path, place.inbox)
    batch = ingest.examine(con, place, delivery)
    figures = profile.figures(con, batch, place.settings.gates)
    path.unlink()
    return {
        figure.name: figure
        for figure in figures
        if figure.value is not None
        and not (
            (figure.least is None or figure.value >= figure.least)
            and (figure.most is None or figure.value <= figure.most)
        )
    }


def every(**changes: Callable[[str], str]) -> Change:
    """Change the filled values of columns in every row."""
    return lambda rows: [
        {name: changes[name](value) if value and name in changes else value for name, value in row.items()}
        for row in rows
    ]


def fill(**values: str) -> Change:
    return lambda rows: [{**row, **values} for row in rows]


def swap(one: str, other: str) -> Change:
    return lambda rows: [{**row, one: row[other], other: row[one]} for row in rows]


def shift(*names: str) -> Change:
    """Move columns one row down."""
    return lambda rows: [
        {**row, **{name: before[name] for name in names}}
        for row, before in zip(rows, rows[-1:] + rows, strict=False)
    ]


def number(value: str) -> float:
    return float(value.replace(",", "."))


def twelve_hours(moment: str) -> str:
    """Write a moment with the hours of a clock of twelve."""
    return f"{moment[:11]}{(int(moment[11:13]) - 1) % 12 + 1:02}{moment[13:]}"


def euros(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def renamed(column: str, words: str) -> Change:
    """Give codes another name, as `"AFG=GEA"`."""
    others = dict(word.split("=") for word in words.split())
    return every(**{column: lambda value: others.get(value, value)})


@pytest.mark.parametrize("extract", WEEK)
def test_an_ordinary_week_is_not_doubted(
    con: duckdb.DuckDBPyConnection, place: Workspace, extract: str
) -> None:
    assert doubts(con, place, deliver(place, extract, str(DAY), WEEK[extract])) == {}


@pytest.mark.parametrize(
    ("extract", "change", "name", "stops"),
    [
        # dates
        (ARREARS, every(oudste_vervaldatum=lambda v: f"{v[5:7]}-01-{v[:4]}"), "oudste_vervaldatum.one_month.age_days", True),
        (ARREARS, every(laatste_betaaldatum=lambda v: f"{v} 23:00:00"), "laatste_betaaldatum.utc.share", True),
        (NUISANCE, every(registratiedatum=twelve_hours), "registratiedatum.afternoon.share", False),
        (ARREARS, every(laatste_betaaldatum=lambda v: v[:9]), "laatste_betaaldatum.cut.share", True),
        # amounts
        (LEASE, every(brutohuur=lambda v: euros(number(v) * 12)), "brutohuur.median.ratio_to_previous", False),
        (LEASE, every(brutohuur=lambda v: "1,00"), "brutohuur.median", False),
        (ARREARS, every(laatste_betaling=lambda v: str(round(number(v) * 100))), "laatste_betaling.median.ratio_to_previous", False),
        ("boekingen", every(bedrag=lambda v: v.lstrip("-")), "bedrag.negative.share", False),
        (ARREARS, lambda rows: [{**r, "saldo": r["saldo"].lstrip("-"), "dc": "DC"["-" in r["saldo"]]} for r in rows],
         "saldo.sign_beside.rows", True),
        (ARREARS, every(saldo=lambda v: euros(min(number(v), 999.99))), "saldo.largest.share", False),
        (ARREARS, every(saldo=lambda v: v[:6]), "saldo.cut.share", True),
        # codes
        (REPAIRS, renamed("status_code", "AFG=GEA"), "status_code.contradicts.share", False),
        (NUISANCE, renamed("zaaktypedetailsoort_code", "GEL=HUA"), "zaaktypedetailsoort_code.contradicts.share", False),
        (ARREARS, renamed("incassofase", "geen=deurwaarder deurwaarder=geen"), "incassofase.changed.share", False),
        (ARREARS, renamed("regeling_status_code", "ANN=VER"), "regeling_status_code.changed.share", False),
        ("boekingen", renamed("soort_code", "VOR=ONT ONT=VOR"), "soort_code.contradicts.share", False),
        (LEASE, every(eenheidsoort_code=lambda v: "WOO"), "eenheidsoort_code.changed.rows", False),
        # ids
        (LEASE, shift("huurder_id"), "huurder_id.changed.share", False),
        (LEASE, shift("naam"), "naam.changed.share", False),
        (LEASE, shift("huisnummer"), "adres.changed.share", False),
        (LEASE, every(overeenkomst_id=lambda v: f"{v}/01"), "overeenkomst_id.fresh.share", False),
        (ARREARS, shift("saldo"), "saldo.order.correlation", False),
        (NUISANCE, every(zaak_id=lambda v: f"{int(v) - 300:07}"), "zaak_id.reused.rows", False),
        (NUISANCE, every(zaak_id=lambda v: v.lstrip("0")), "zaak_id.other_form.share", False),
        ("bezwaren", lambda rows: [{**r, "bezwaar_id": f"{n:04}"} for n, r in enumerate(rows[2:])], "bezwaar_id.reused.rows", False),
        ("bezwaren", fill(ingetrokken_op="2026-11-15"), "ingetrokken_op.ended.share", False),
        # rows of another grain
        (NUISANCE, lambda rows: [{**r, "zaak_id": f"{r['zaak_id']}-{part}"} for r in rows for part in "12"],
         "zaak_id.repeated.share", False),
        (REPAIRS, every(eenheid_id=lambda v: REGISTER[0]["eenheid_id"]), "eenheid_id.same.share", False),
        # another list
        (ARREARS, lambda rows: HISTORY[ARREARS, BEFORE[-1]], "peildatum.repeated.rows", False),
        (ARREARS, lambda rows: fill(peildatum=str(BEFORE[-1]))(HISTORY[ARREARS, BEFORE[-1]]), "peildatum.known.age_days", False),
        (ARREARS, lambda rows: [r for r in rows if number(r["saldo"]) > 500], "saldo.least.share", False),
        (ARREARS, lambda rows: sorted(rows, key=lambda r: r["overeenkomst_id"])[:45], "peildatum.cut.share", False),
        (ARREARS, lambda rows: [r for r in rows if wijk(r) != "Oost"], "wijk.gone.rows", False),
        (LEASE, fill(straatnaam="Teststraat", huisnummer="1", postcode="1234 AB"), "adres_key.same.share", False),
        # columns
        (NUISANCE, swap("registratiedatum", "begindatum"), "registratiedatum.contradicts.share", False),
        (LEASE, swap("naam", "telefoon"), "naam.other_shape.share", False),
        (LEASE, every(straatnaam=lambda v: v[:8]), "straatnaam.cut.share", False),
        (REPAIRS, lambda rows: [{**r, "gereeddatum": r["gereeddatum"] or str(DAY)} for r in rows], "gereeddatum.filled.share", False),
        (REPAIRS, lambda rows: [{**r, "overeenkomst_id": REGISTER[n]["overeenkomst_id"]} for n, r in enumerate(rows)],
         "eenheid_id.contradicts.share", False),
    ],
)  # fmt: skip
def test_another_meaning_is_said(
    con: duckdb.DuckDBPyConnection, place: Workspace, extract: str, change: Change, name: str, stops: bool
) -> None:
    actual = doubts(con, place, put(place, f"{extract}_{DAY}.csv", csv_text(change(WEEK[extract]))))
    assert name in actual and (actual[name].severity == "critical") == stops


def test_days_that_a_spreadsheet_turned_are_refused(con: duckdb.DuckDBPyConnection, place: Workspace) -> None:
    turn = every(
        laatste_betaaldatum=lambda v: (
            f"{v[:4]}-{v[8:]}-{v[5:7]}" if int(v[8:]) <= 12 else f"{v[8:]}-{v[5:7]}-{v[:4]}"
        )
    )
    path = put(place, f"{ARREARS}_{DAY}.csv", csv_text(turn(WEEK[ARREARS])))
    with pytest.raises(DeliveryError, match="a spreadsheet seems to have turned day and month"):
        doubts(con, place, path)


def wijk(row: Row) -> str:
    """Return the wijk of the agreement of a row."""
    return next(home["wijk"] for home in REGISTER if home["overeenkomst_id"] == row["overeenkomst_id"])
