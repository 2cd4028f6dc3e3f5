"""Well-formed deliveries that mean something else, after some ordinary weeks: the gate refuses each of them or says what it doubts."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.gate import profile
from pipelines.gate.verdicts import Figure
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from tests.support.changes import Change, euros, every, fill, number, renamed, shift, swap, twelve_hours, wijk
from tests.support.deliveries import csv_text, deliver, put
from tests.support.ordinary import BEFORE, DAY, HISTORY, REGISTER, WEEK

pytestmark = pytest.mark.dear

LEASE, ARREARS, NUISANCE, REPAIRS = (
    "huurovereenkomsten",
    "huurachterstanden",
    "overlastmeldingen",
    "reparatieverzoeken",
)


def doubts(con: duckdb.DuckDBPyConnection, ordinary: Workspace, path: Path) -> dict[str, Figure]:
    """Return the figures of a delivery that are out of their bounds, by name."""
    delivery = inbox.locate(path, ordinary.inbox)
    batch = ingest.examine(con, ordinary, delivery)
    figures = profile.figures(con, batch, ordinary.settings.gates)
    path.unlink()
    assert len({figure.name for figure in figures}) == len(figures)
    return {
        figure.name: figure
        for figure in figures
        if figure.value is not None
        and not (
            (figure.least is None or figure.value >= figure.least)
            and (figure.most is None or figure.value <= figure.most)
        )
    }


@pytest.mark.parametrize("extract", WEEK)
def test_an_ordinary_week_is_not_doubted(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace, extract: str
) -> None:
    assert doubts(con, ordinary, deliver(ordinary, extract, str(DAY), WEEK[extract])) == {}


def test_numbers_are_compared_with_those_of_the_same_source(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace
) -> None:
    """The portal numbers what it sends in its own way, beside the deliveries of the corporation."""
    own = every(zaak_id=lambda v: f"20261012T{v}-60b845fc")(WEEK[NUISANCE])
    path = deliver(ordinary, NUISANCE, str(DAY), own)
    assert "zaak_id.other_form.share" in doubts(con, ordinary, path)
    (ordinary.inbox / ingest.PORTAL).mkdir(exist_ok=True)
    path = deliver(ordinary, NUISANCE, str(DAY), fill(corporatie_id="C1")(own))
    path = path.rename(ordinary.inbox / ingest.PORTAL / path.name)
    assert "zaak_id.other_form.share" not in doubts(con, ordinary, path)


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
        (LEASE, every(brutohuur=lambda v: euros(number(v) * 0.92)), "brutohuur.times.median", False),
        (LEASE, lambda rows: [{**r, "brutohuur": "0,00"} if n % 3 else r for n, r in enumerate(rows)], "brutohuur.nothing.rows", False),
        (ARREARS, every(saldo=lambda v: v[:6]), "saldo.cut.share", True),
        ("boekingen", every(bedrag=lambda v: v[1:] if v[0] == "-" else f"-{v}"), "bedrag.turned.share", False),
        (ARREARS, every(saldo=lambda v: v.lstrip("-")), "saldo.credits_gone.rows", False),
        (ARREARS, every(saldo=lambda v: euros(number(v) * 1.9)), "saldo.times.median", False),
        (ARREARS, every(saldo=lambda v: euros(round(number(v)))), "saldo.cents.share", False),
        (LEASE, every(brutohuur=lambda v: v[:5]), "brutohuur.cents.share", False),
        # codes
        (REPAIRS, renamed("status_code", "AFG=GEA"), "status_code.contradicts.share", False),
        (NUISANCE, renamed("zaaktypedetailsoort_code", "GEL=HUA"), "zaaktypedetailsoort_code.contradicts.share", False),
        (ARREARS, renamed("incassofase", "geen=deurwaarder deurwaarder=geen"), "incassofase.changed.share", False),
        (ARREARS, renamed("regeling_status_code", "ANN=VER"), "regeling_status_code.changed.share", False),
        ("boekingen", renamed("soort_code", "VOR=ONT ONT=VOR"), "soort_code.contradicts.share", False),
        (LEASE, every(eenheidsoort_code=lambda v: "WOO"), "eenheidsoort_code.changed.rows", False),
        ("boekingen", renamed("detailsoort_code", "BAN=STO STO=BAN"), "detailsoort_code.changed.share", False),
        (NUISANCE, renamed("status_code", "INB=GEA GEA=AFG"), "einddatum.contradicts.share", False),
        # ids
        (LEASE, shift("huurder_id"), "huurder_id.changed.share", False),
        (LEASE, shift("naam"), "naam.changed.share", False),
        (LEASE, lambda rows: [*fill(huurder_id=rows[0]["huurder_id"])(rows[:30]), *rows[30:]], "huurder_id.crowd.rows", False),
        (LEASE, lambda rows: [*rows, *({**r, "overeenkomst_id": f"9{r['overeenkomst_id'][1:]}", "eenheid_id": f"9{r['eenheid_id'][1:]}",
                                        "huurder_id": "LEEGSTAND"} for r in rows[:25])], "huurder_id.nobody_new.rows", False),
        (LEASE, shift("huisnummer"), "adres.changed.share", False),
        (LEASE, every(overeenkomst_id=lambda v: f"{v}/01"), "overeenkomst_id.fresh.share", False),
        (ARREARS, shift("saldo"), "saldo.order.correlation", False),
        (NUISANCE, every(zaak_id=lambda v: f"{int(v) - 300:07}"), "zaak_id.reused.rows", False),
        (NUISANCE, every(zaak_id=lambda v: v.lstrip("0")), "zaak_id.other_form.share", False),
        ("bezwaren", lambda rows: [{**r, "bezwaar_id": f"{n:04}"} for n, r in enumerate(rows[2:], 1)], "bezwaar_id.reused.rows", False),
        ("bezwaren", fill(ingetrokken_op="2026-11-15"), "ingetrokken_op.ended.share", False),
        (NUISANCE, every(zaak_id=lambda v: v[:6]), "zaak_id.other_form.share", False),
        (NUISANCE, swap("melder_id", "beklaagde_overeenkomst_id"),
         "beklaagde_overeenkomst_id.contradicts.share", False),
        (NUISANCE, swap("zaak_id", "melder_id"), "zaak_id.of_register.share", False),
        # rows of another grain
        (NUISANCE, lambda rows: [{**r, "zaak_id": f"{r['zaak_id']}-{part}"} for r in rows for part in "12"],
         "zaak_id.repeated.share", False),
        (NUISANCE, lambda rows: [{**r, "zaak_id": f"{r['zaak_id']}-{part}", "registratiedatum": f"{r['registratiedatum'][:17]}{part:02}"}
                                 for r in rows for part in range(3)], "zaak_id.same_day.share", False),
        (ARREARS, lambda rows: [*rows[:20], {**rows[50], "saldo": euros(sum(number(r["saldo"]) for r in rows[:20]))}, *rows[20:]],
         "saldo.total.rows", True),
        (REPAIRS, every(eenheid_id=lambda v: REGISTER[0]["eenheid_id"]), "eenheid_id.same.share", False),
        (ARREARS, lambda rows: [*rows, {**rows[0], "overeenkomst_id": "60", "saldo": euros(sum(number(r["saldo"]) for r in rows))}],
         "saldo.total.rows", True),
        ("boekingen", lambda rows: [*rows, *({**r, "boeking_id": f"9{r['boeking_id']}", "soort_code": ""} for r in rows)],
         "soort_code.less_filled.share", False),
        ("boekingen", lambda rows: [*rows, *({**r, "boeking_id": f"9{r['boeking_id']}", "boekdatum": "2026-01-01"} for r in rows)],
         "boekdatum.older.share", False),
        ("boekingen", lambda rows: [{**r, "dagboek": "Verkoop" if n else "Beginsaldo"} for n, r in enumerate(rows)],
         "bedrag.sums.rows", False),
        # another list
        (ARREARS, lambda rows: HISTORY[ARREARS, BEFORE[-1]], "peildatum.repeated.rows", False),
        (ARREARS, lambda rows: fill(peildatum=str(BEFORE[-1]))(HISTORY[ARREARS, BEFORE[-1]]), "peildatum.known.age_days", False),
        (ARREARS, lambda rows: [r for r in rows if number(r["saldo"]) > 500], "saldo.least.share", False),
        (ARREARS, lambda rows: sorted(rows, key=lambda r: r["overeenkomst_id"])[:45], "peildatum.cut.share", False),
        (ARREARS, lambda rows: [r for r in rows if wijk(r) != "Oost"], "wijk.gone.rows", False),
        (LEASE, fill(straatnaam="Teststraat", huisnummer="1", postcode="1234 AB"), "adres_key.same.share", False),
        (ARREARS, lambda rows: [r for r in rows if r["regeling_status_code"]], "regeling_status_code.filled.share", False),
        ("bezwaren", lambda rows: [{**r, "bezwaar_id": f"9{r['bezwaar_id']}"} for r in rows], "bezwaar_id.again.share", False),
        (LEASE, lambda rows: rows[:60], "overeenkomst_id.again.share", False),
        (LEASE, lambda rows: [r for n, r in enumerate(rows) if n % 16], "overeenkomst_id.running_gone.share", False),
        (LEASE, fill(einddatum="", eindereden_code="", eindedetailreden_code=""), "einddatum.undone.rows", False),
        (LEASE, lambda rows: [{**r, "begindatum": r["einddatum"] or r["begindatum"], "einddatum": r["einddatum"] and r["begindatum"],
                               "opzegdatum": r["einddatum"]} for r in rows], "einddatum.contradicts.share", False),
        # columns
        (ARREARS, swap("oudste_vervaldatum", "laatste_betaaldatum"), "laatste_betaaldatum.moved.share", False),
        ("boekingen", swap("boekdatum", "vervaldatum"), "boekdatum.order_turned.share", False),
        (LEASE, swap("huisnummer", "huisnummertoevoeging"), "huisnummer.emptied.share", False),
        (LEASE, fill(telefoon=""), "telefoon.emptied.share", False),
        (REPAIRS, every(niet_thuis_datums=lambda v: v[:10]), "niet_thuis_datums.several.share", False),
        (LEASE, lambda rows: [*swap("straatnaam", "huisnummer")(rows[:8]), *rows[8:]], "huisnummer.other_shape.share", False),
        # damaged texts
        (LEASE, every(straatnaam=lambda v: v.encode().decode("cp1252")), "straatnaam.damaged.share", False),
        (LEASE, every(straatnaam=lambda v: v.replace("ê", "&ecirc;")), "straatnaam.damaged.share", False),
        (LEASE, every(naam=lambda v: v.encode("ascii", "replace").decode()), "naam.damaged.share", False),
        (LEASE, every(straatnaam=lambda v: v.encode("ascii", "ignore").decode()), "straatnaam.letters_lost.share", False),
        (LEASE, every(huisnummer=lambda v: f"{v}-feb" if int(v) < 28 else v), "huisnummer.damaged.share", False),
        (NUISANCE, swap("registratiedatum", "begindatum"), "registratiedatum.contradicts.share", False),
        (LEASE, swap("naam", "telefoon"), "naam.other_shape.share", False),
        (LEASE, every(straatnaam=lambda v: v[:8]), "straatnaam.cut.share", False),
        (REPAIRS, lambda rows: [{**r, "gereeddatum": r["gereeddatum"] or str(DAY)} for r in rows], "gereeddatum.filled.share", False),
        (REPAIRS, lambda rows: [{**r, "overeenkomst_id": REGISTER[n]["overeenkomst_id"]} for n, r in enumerate(rows)],
         "eenheid_id.contradicts.share", False),
    ],
)  # fmt: skip
def test_another_meaning_is_said(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace, extract: str, change: Change, name: str, stops: bool
) -> None:
    actual = doubts(con, ordinary, put(ordinary, f"{extract}_{DAY}.csv", csv_text(change(WEEK[extract]))))
    assert name in actual and (actual[name].severity == "critical") == stops


def test_letters_in_two_parts_are_the_same_letters(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace
) -> None:
    parts = every(straatnaam=lambda v: normalize("NFD", v), naam=lambda v: normalize("NFD", v))(WEEK[LEASE])
    assert parts != WEEK[LEASE]
    assert doubts(con, ordinary, put(ordinary, f"{LEASE}_{DAY}.csv", csv_text(parts))) == {}
    batch = ingest.examine(
        con, ordinary, inbox.locate(deliver(ordinary, LEASE, str(DAY), parts), ordinary.inbox)
    )
    assert batch.rows_read == len(parts)
    streets = {street for (street,) in con.execute("SELECT straatnaam FROM typed").fetchall()}
    assert streets == {row["straatnaam"] for row in WEEK[LEASE]}


def test_days_that_a_spreadsheet_turned_are_refused(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace
) -> None:
    turn = every(
        laatste_betaaldatum=lambda v: (
            f"{v[:4]}-{v[8:]}-{v[5:7]}" if int(v[8:]) <= 12 else f"{v[8:]}-{v[5:7]}-{v[:4]}"
        )
    )
    path = put(ordinary, f"{ARREARS}_{DAY}.csv", csv_text(turn(WEEK[ARREARS])))
    with pytest.raises(DeliveryError, match="a spreadsheet seems to have turned day and month"):
        doubts(con, ordinary, path)
