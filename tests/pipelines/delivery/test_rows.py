"""Types of delivered values: what each text becomes, and what is told of a value that cannot be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.delivery import rows
from pipelines.installation.contracts import contracts
from pipelines.installation.mapping import ExtractMapping, Reading, When

PEILDATUM = date(2026, 11, 16)


def typed(extract: str, given: dict[str, str | None], decimal: str = ",", **mapping: Any) -> dict[str, Any]:
    """Type one row of an extract; the columns not given are filled with something valid or left empty."""
    contract = contracts()[extract]
    part = ExtractMapping(**mapping)
    source = rows.Source(
        {name: name for name in given}, {}, Reading(), part, {n: w.column for n, w in part.when.items()}
    )
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'Europe/Amsterdam'")
        table = {"line": [2], **{name: pa.array([value], pa.string()) for name, value in given.items()}}
        con.register("delivered", pa.table(table))
        con.execute(f"CREATE TABLE texts AS {rows.text_sql(contract, source)}")
        query = rows.typed_sql(contract, source, peildatum=PEILDATUM, decimal=decimal, pepper="pepper")
        return con.execute(query).to_arrow_table().to_pylist()[0]


ARREARS = {"corporatie_id": "c", "overeenkomst_id": "O1", "peildatum": "2026-11-16", "saldo": "1,00"}


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,56", ",", 1234.56),
        ("1234,56", ",", 1234.56),
        ("1.234,56-", ",", -1234.56),
        ("-12,5", ",", -12.5),
        ("€ 12,00", ",", 12.0),
        ("€\u00a01.240", ",", 1240.0),
        ("12,50000000000000000000", ",", 12.5),
        ("12", ",", 12.0),
        ("12.50", ",", None),
        ("1.2.3,4", ",", None),
        ("1e3", ",", None),
        ("12,345", ",", None),
        ("1,234.56", ".", 1234.56),
        ("12.50", ".", 12.5),
        ("12,50", ".", None),
        ("12.5", "typed", 12.5),
        ("1234.5678", "typed", 1234.57),
    ],
)
def test_amounts(text: str, decimal: str, value: float | None):
    row = typed("huurachterstanden", {**ARREARS, "saldo": text}, decimal)
    assert row["saldo"] == value
    assert row["reasons"] == ([] if value is not None else ["bad amount saldo"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("01-11-2026", date(2026, 11, 1)),
        ("1-11-2026", date(2026, 11, 1)),
        ("2026-11-01 00:00:00", date(2026, 11, 1)),
        ("2026-11-01T13:45:00.000", date(2026, 11, 1)),
        ("01-11-2026 13:45", date(2026, 11, 1)),
        ("2026-10-31T23:30:00Z", date(2026, 11, 1)),  # half past midnight, Dutch winter time
        ("2026-07-31T22:30:00+00:00", date(2026, 8, 1)),  # half past midnight, Dutch summer time
        ("1753-01-01", None),
        ("01-01-1900", None),
        ("9999-12-31 00:00:00", None),
        ("", None),
    ],
)
def test_dates(text: str, value: date | None):
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": text})
    assert (row["oudste_vervaldatum"], row["reasons"]) == (value, [])


@pytest.mark.parametrize(
    "text", ["31-02-2026", "2026-13-01", "11/01/2026", "gisteren", "20261101", "1-11-26"]
)
def test_what_is_no_date_is_told(text: str):
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": text})
    assert row["reasons"] == ["bad date oudste_vervaldatum"]


def test_a_date_after_the_peildatum_is_told_where_it_cannot_be():
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": "01-01-2070"})
    assert row["reasons"] == ["date too late oudste_vervaldatum"]


def test_every_reason_of_a_row_is_told():
    row = typed(
        "huurachterstanden", {**ARREARS, "overeenkomst_id": "", "saldo": "veel", "oudste_vervaldatum": "x"}
    )
    assert row["reasons"] == ["missing overeenkomst_id", "bad amount saldo", "bad date oudste_vervaldatum"]


def test_days_nobody_opened():
    row = typed(
        "reparatieverzoeken",
        {
            "corporatie_id": "c",
            "verzoek_id": "V",
            "melddatum": "2026-11-01 08:00",
            "niet_thuis_datums": "12-11-2026|2026-11-04||2026-11-04",
        },
    )
    assert row["niet_thuis_datums"] == [date(2026, 11, 4), date(2026, 11, 12)]
    assert row["melddatum"] == datetime(2026, 11, 1, 8)
    for days in ("2026-11-04|nee", "01-09-26"):
        row = {"corporatie_id": "c", "verzoek_id": "V", "melddatum": "2026-11-01", "niet_thuis_datums": days}
        assert typed("reparatieverzoeken", row)["reasons"] == ["bad date niet_thuis_datums"]


COMPLAINT = {
    "corporatie_id": "c",
    "zaak_id": "Z",
    "registratiedatum": "2026-11-01",
    "beklaagde_eenheid_id": "E1",
}


def test_codes_are_mapped_health_is_not_taken_over_and_what_is_unknown_is_kept():
    codes = {"codes": {"zaaktypedetailsoort_code": {"Geluid": "GEL", "Psychisch": "PSY"}}}
    kinds = {
        text: typed("overlastmeldingen", {**COMPLAINT, "zaaktypedetailsoort_code": text}, **codes)[
            "zaaktypedetailsoort_code"
        ]
        for text in ("geluid ", "STA", "sta", "PSY", "Psychisch", "VER", "Bijzonder")
    }
    assert kinds == {
        "geluid ": "GEL", "STA": "STA", "sta": "STA", "PSY": "OVE", "Psychisch": "OVE", "VER": "OVE", "Bijzonder": "Bijzonder",
    }  # fmt: skip


def test_a_row_needs_a_home_or_an_agreement():
    row = typed("overlastmeldingen", {**COMPLAINT, "beklaagde_eenheid_id": ""})
    assert row["reasons"] == ["missing beklaagde_eenheid_id or beklaagde_overeenkomst_id"]


def test_a_reporter_becomes_a_pseudonym():
    row = typed("overlastmeldingen", {**COMPLAINT, "melder_id": "HRDR-000123"})
    assert len(row["melder_id"]) == 32
    assert "123" not in row["melder_id"].replace("0123456789abcdef", "")
    assert (
        row["melder_id"] == typed("overlastmeldingen", {**COMPLAINT, "melder_id": "HRDR-000123"})["melder_id"]
    )


def test_a_column_can_depend_on_another():
    when = {"when": {"niet_thuis_datums": When(column="afrondcode", values=("NT", "geen gehoor"))}}
    base = {
        "corporatie_id": "c",
        "verzoek_id": "V",
        "melddatum": "2026-11-01",
        "niet_thuis_datums": "2026-11-04",
    }
    assert typed("reparatieverzoeken", {**base, "afrondcode": "nt"}, **when)["niet_thuis_datums"] == [
        date(2026, 11, 4)
    ]
    assert typed("reparatieverzoeken", {**base, "afrondcode": "OK"}, **when)["niet_thuis_datums"] is None


def test_equal_addresses_meet_in_their_key_whatever_their_writing():
    base = {
        "corporatie_id": "c", "overeenkomst_id": "O", "huurder_id": "H", "eenheid_id": "E", "eenheidsoort_code": "WOO",
        "begindatum": "2020-01-01", "brutohuur": "600,00",
    }  # fmt: skip

    def key(**address: str) -> str | None:
        return typed("huurovereenkomsten", {**base, **address})["adres_key"]

    assert key(postcode="1811 AA", huisnummer="1", huisletter="a") == key(
        postcode="1811aa", huisnummer="1", huisletter="A"
    )
    assert key(postcode="1811 AA", huisnummer="1") != key(postcode="1811 AA", huisnummer="2")
    assert key(postcode="1811 AA") is None
