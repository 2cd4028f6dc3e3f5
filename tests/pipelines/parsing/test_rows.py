"""Test the type that each delivered text becomes, and the message for a value that has none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipelines.installation.contracts import contracts
from pipelines.installation.mapping import ExtractMapping, Reading, When
from pipelines.installation.sql import Sql
from pipelines.parsing import rows, texts
from pipelines.parsing.dates import DateForm, moment_sql
from pipelines.parsing.source import Source
from pipelines.reading.delivery import KINDS

pytestmark = pytest.mark.dear

PEILDATUM = date(2026, 11, 16)
DUTCH, AS_DELIVERED = DateForm(), Reading()
CONNECTION = duckdb.connect()
CONNECTION.execute("SET TimeZone = 'Europe/Amsterdam'")


def typed(
    extract: str,
    given: dict[str, str | None],
    sign: str = ",",
    form: DateForm = DUTCH,
    kinds: str = "",
    reading: Reading = AS_DELIVERED,
    **mapping: Any,
) -> dict[str, Any]:
    """Type one row of an extract; the columns not given are filled with something valid or left empty."""
    contract = contracts()[extract]
    part = ExtractMapping(**mapping)
    places = {name: place for place, name in enumerate(given, 1)} if kinds else {}
    whens = {n: w.column for n, w in part.when.items()}
    source = Source({name: name for name in given}, {}, reading, part, whens, places)
    forms = rows.Forms(dict.fromkeys(contract.columns, sign), dict.fromkeys(contract.columns, form))
    table = {"line": [2], **{name: pa.array([value], pa.string()) for name, value in given.items()}}
    CONNECTION.register("delivered", pa.table(table | ({KINDS: [kinds]} if kinds else {})))
    CONNECTION.execute(f"CREATE OR REPLACE TABLE texts AS {texts.text_sql(contract, source)}")
    query = rows.typed_sql(contract, source, peildatum=PEILDATUM, forms=forms, pepper="pepper")
    return CONNECTION.execute(query).to_arrow_table().to_pylist()[0]


ARREARS = {"corporatie_id": "c", "overeenkomst_id": "O1", "peildatum": "2026-11-16", "saldo": "1,00"}


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1.234,56", ",", 1234.56),
        ("1234,56", ",", 1234.56),
        ("1 234,56", ",", 1234.56),
        ("12\u202f234\u00a0,8", ",", None),
        ("12\u202f234,8", ",", 12234.8),
        ("12 34,56", ",", None),
        ("-12,5", ",", -12.5),
        ("- 12,5", ",", -12.5),
        ("\u221212,5", ",", -12.5),
        ("1.234,56-", ",", -1234.56),
        ("(45,00)", ",", -45.0),
        ("€ (45,00)", ",", -45.0),
        ("(€ 1.045,00)", ",", -1045.0),
        ("45,00 CR", ",", -45.0),
        ("45,00c", ",", -45.0),
        ("650,00 DR", ",", 650.0),
        ("650,00D", ",", 650.0),
        ("-45,00 CR", ",", None),
        ("(-45,00)", ",", None),
        ("-45,00-", ",", None),
        ("€ 650,-", ",", 650.0),
        ("€ 650,--", ",", 650.0),
        ("(650,-)", ",", -650.0),
        ("650.-", ".", 650.0),
        ("€ 12,00", ",", 12.0),
        ("EUR12,00", ",", 12.0),
        ("12,00 euro", ",", 12.0),
        ("$ 12,00", ",", None),
        ("€\u00a01.240", ",", 1240.0),
        (",50", ",", 0.5),
        ("12,50000000000000000000", ",", 12.5),
        ("12", ",", 12.0),
        ("0.500", ",", None),
        ("0.500", ".", 0.5),
        ("12.50", ",", None),
        ("1.2.3,4", ",", None),
        ("1e3", ",", None),
        ("12,345", ",", None),
        ("1,234.56", ".", 1234.56),
        ("12.50", ".", 12.5),
        ("12,50", ".", None),
    ],
)
def test_amounts(text: str, sign: str, value: float | None):
    row = typed("huurachterstanden", {**ARREARS, "saldo": text}, sign)
    assert row["saldo"] == value
    assert row["reasons"] == ([] if value is not None else ["bad amount saldo"])


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12.5", "n", 12.5),
        ("1234.5678", "n", 1234.57),
        ("1.082", "n", 1.08),
        ("1e-05", "n", 0.0),
        ("1.082", "t", 1082.0),
        ("12.50", "i", 12.5),
        ("1", "b", None),
        ("2026-11-16", "d", None),
    ],
)
def test_amounts_by_the_kind_of_the_cell(text: str, kind: str, value: float | None):
    row = typed("huurachterstanden", {**ARREARS, "saldo": text}, kinds=f"ttt{kind}")
    assert row["saldo"] == value
    assert row["reasons"] == ([] if value is not None else ["bad amount saldo"])


@pytest.mark.parametrize("kind", ["b", "d"])
def test_a_cell_that_is_not_a_text(kind: str):
    row = typed("huurachterstanden", ARREARS, kinds=f"t{kind}tt")
    assert row["reasons"] == ["not a text in overeenkomst_id"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-11-01", date(2026, 11, 1)),
        ("2026/11/01", date(2026, 11, 1)),
        ("01-11-2026", date(2026, 11, 1)),
        ("1-11-2026", date(2026, 11, 1)),
        ("01/11/2026", date(2026, 11, 1)),
        ("01.11.2026", date(2026, 11, 1)),
        ("2026-11-01 00:00:00", date(2026, 11, 1)),
        ("2026-11-01T13:45:00.000", date(2026, 11, 1)),
        ("01-11-2026 13:45", date(2026, 11, 1)),
        ("2026-W44-7", date(2026, 11, 1)),
        ("2026W447", date(2026, 11, 1)),
        ("2026-10-31T23:30:00Z", date(2026, 11, 1)),  # half past midnight, Dutch winter time
        ("2026-07-31T22:30:00+00:00", date(2026, 8, 1)),  # half past midnight, Dutch summer time
        ("1753-01-01", None),
        ("01-01-1900", None),
        ("01/01/1900 00:00", None),
        ("9999-12-31 00:00:00", None),
        ("", None),
    ],
)
def test_dates(text: str, value: date | None):
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": text})
    assert (row["oudste_vervaldatum"], row["reasons"]) == (value, [])


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-02 09:15:00.0000000",
        "2026-10-02T09:15",
        "2026-10-02 9:15",
        "2026-10-02 09:15:00,000",
        "02-10-2026 09:15:00",
        "2026-10-02 09:15:00+02:00",
        "2026-10-02 09:15:00 +02:00",
        "2026-10-02 09:15:00.0000000 +02:00",
        "2026-10-02 09:15+02",
        "2026-10-02 07:15:00Z",
        "2026-10-02 07:15:00.123456789 UTC",
        "2026-10-02T07:15Z",
        "2026-10-02T07:15:00.000+0000",
        "2/10/2026 9:15 AM",
        "2/10/2026 9:15:00 AM",
    ],
)
def test_moments_are_amsterdam_time(text: str):
    row = typed("reparatieverzoeken", {"corporatie_id": "c", "verzoek_id": "V", "melddatum": text})
    assert (row["reasons"], row["melddatum"].replace(microsecond=0)) == ([], datetime(2026, 10, 2, 9, 15))


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (DateForm(("%m-%d-%Y",), month_first=True), "10-02-2026", date(2026, 10, 2)),
        (DateForm(("%m-%d-%Y",), month_first=True), "16-06-2015", None),
        (DateForm((), slashes=True), "10/02/2026 9:15", date(2026, 10, 2)),
        (DateForm(("%Y%m%d",)), "20261002", date(2026, 10, 2)),
        (DateForm(("%Y%m%d",)), "02-10-2026", date(2026, 10, 2)),
        (DateForm(("%Y-%d-%m",)), "2026-02-10", date(2026, 10, 2)),
        (DateForm(("%Y-%d-%m",)), "2026-10-22", None),
        (DateForm(("%Y-%m-%d %H:%M:%S.%n",)), "2026-10-02 09:15:00.0000000", date(2026, 10, 2)),
        (DateForm(("%d/%m/%Y %H:%M %z",)), "01/10/2026 23:00 +0000", date(2026, 10, 2)),
    ],
)
def test_dates_by_the_formats_of_the_mapping(form: DateForm, text: str, value: date | None):
    row = typed(
        "huurachterstanden", {**ARREARS, "peildatum": "2-10-2026", "oudste_vervaldatum": text}, form=form
    )
    assert row["oudste_vervaldatum"] == value
    assert ("bad date oudste_vervaldatum" in row["reasons"]) == (value is None)


@pytest.mark.parametrize("text", ["31-02-2026", "2026-13-01", "gisteren", "20261101", "1-11-26", "2026-W44"])
def test_what_is_not_a_date_is_reported(text: str):
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": text})
    assert row["reasons"] == ["bad date oudste_vervaldatum"]


def test_a_date_that_the_mapping_calls_no_date():
    given = {**ARREARS, "oudste_vervaldatum": "01-01-1970"}
    assert typed("huurachterstanden", given)["reasons"] == ["perhaps no date in oudste_vervaldatum"]
    row = typed("huurachterstanden", given, reading=Reading(no_dates=("1970-01-01",)))
    assert (row["oudste_vervaldatum"], row["reasons"]) == (None, [])


def test_a_date_after_the_peildatum_is_a_reason_where_it_is_impossible():
    row = typed("huurachterstanden", {**ARREARS, "oudste_vervaldatum": "01-01-2070"})
    assert row["reasons"] == ["date too late oudste_vervaldatum"]


def test_a_row_has_all_its_reasons():
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


def test_each_date_is_read_once_and_a_column_that_is_absent_is_not_checked():
    """Planning the query takes longer than typing a small delivery: it doubles if each reason reads its date again."""
    contract = contracts()["huurovereenkomsten"]
    headers = {name: name for name in contract.columns if name != "einddatum"}
    forms = rows.Forms(dict.fromkeys(contract.columns, ","), dict.fromkeys(contract.columns, DUTCH))
    source = Source(headers, {}, AS_DELIVERED, ExtractMapping())
    query = rows.typed_sql(contract, source, peildatum=PEILDATUM, forms=forms, pepper="pepper")
    assert query.count(moment_sql(Sql('t."begindatum"'), None, DUTCH)) == 1
    assert " begindatum'" in query and " einddatum'" not in query, "a reason ends with the column"
