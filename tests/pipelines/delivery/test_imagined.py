"""Well-formed deliveries that mean something other than they seem, with expectations written by hand beforehand.

A value is read as a person would read it, or it is reported: the file is refused, or the row is quarantined.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.installation.errors import WaakvlamError
from tests.support.one_file import reading, typed

pytestmark = pytest.mark.dear

ARREARS, REPAIRS = "huurachterstanden_2026-11-16.csv", "reparatieverzoeken_2026-11-16.csv"
FIRST, SECOND = dt.date(2026, 10, 13), dt.date(2026, 2, 1)


def amounts(*values: str) -> str:
    return "overeenkomst_id;saldo\n" + "".join(f"O{n};{value}\n" for n, value in enumerate(values))


def due(*values: str) -> str:
    rows = (f"O{n};1,00;{value}\n" for n, value in enumerate(values))
    return "overeenkomst_id;saldo;oudste_vervaldatum\n" + "".join(rows)


def moments(value: str) -> str:
    return f"verzoek_id;eenheid_id;melddatum\nV1;E1;{value}\n"


def is_reported(content: str | bytes, name: str) -> bool:
    """Return whether the file is refused, or one of its rows is set apart or has an unmapped value."""
    try:
        with reading(content, name=name) as (_, batch):
            return bool(batch.reasons or batch.unmapped)
    except WaakvlamError:
        return True


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (("1\u202f234,56", "12,00"), (1234.56, 12.0)),
        (("1\u00a0234,56", "2,50"), (1234.56, 2.5)),
        (("45,00-", "12,00"), (-45.0, 12.0)),
        (("(45,00)", "12,00"), (-45.0, 12.0)),
        (("\u221245,00", "12,00"), (-45.0, 12.0)),
        (("€ 650,-", "€ 12,50"), (650.0, 12.5)),
        (("650,00 EUR", "12,50 EUR"), (650.0, 12.5)),
        (("45,00 CR", "12,00 DR"), (-45.0, 12.0)),
        (("1.082", "2.500,10"), (1082.0, 2500.1)),
        (("1,082", "2,500.10"), (1082.0, 2500.1)),
        (("0045,00", "+12,00"), (45.0, 12.0)),
        (("45.10", "12.05"), (45.1, 12.05)),
    ],
)
def test_amounts_are_read_as_meant(values: tuple[str, ...], read: tuple[float, ...]):
    assert [amount for (amount,) in typed(amounts(*values), "saldo")] == list(read)


@pytest.mark.parametrize(
    "values",
    [
        ("1.082", "2.500"), ("1,082", "2,5"), ("5%", "3%"), ("1,2E+03", "5,00"), ("--45,00", "12,00"),
        ("1.234,56", "1,234.56"), ("-", "12,00"), ("nihil", "12,00"), ("1'234.56", "2'000.00"),
    ],
)  # fmt: skip
def test_amounts_that_are_not_sure_are_reported(values: tuple[str, ...]):
    assert is_reported(amounts(*values), ARREARS)


@pytest.mark.parametrize(
    "values",
    [
        ("13-10-2026", "01-02-2026"), ("10/13/2026", "02/01/2026"), ("2026-10-12T22:00:00Z", "2026-02-01T00:00:00+01:00"),
        ("2026-10-13 00:00:00.0000000", "2026-02-01 00:00:00.0000000"),
    ],
)  # fmt: skip
def test_dates_are_read_as_meant(values: tuple[str, ...]):
    assert typed(due(*values), "oudste_vervaldatum") == [(FIRST,), (SECOND,)]


@pytest.mark.parametrize(
    "values",
    [
        ("13-10-2026", "10-13-2026"), ("13-10-26", "01-02-26"), ("13 okt 2026", "1 feb 2026"), ("31-02-2026", "13-10-2026"),
        ("46308", "46054"), ("20261013", "20260201"), ("13-10-2027", "13-10-2026"),
    ],
)  # fmt: skip
def test_dates_that_are_not_sure_are_reported(values: tuple[str, ...]):
    assert is_reported(due(*values), ARREARS)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-10-13 12:05 AM", "2026-10-13 00:05"),
        ("2026-03-29T01:30:00Z", "2026-03-29 03:30"),
        ("2026-10-13 08:30:00,123", "2026-10-13 08:30:00.123"),
    ],
)
def test_moments_are_read_as_meant(value: str, read: str):
    assert typed(moments(value), "melddatum", name=REPAIRS) == [(dt.datetime.fromisoformat(read),)]


@pytest.mark.parametrize("value", ["1791849600", "20261013T083000", "14-10-2026 10.15"])
def test_moments_that_are_not_sure_are_reported(value: str):
    assert is_reported(moments(value), REPAIRS)


@pytest.mark.parametrize("word", ["NULL", "nan", "#N/B", "#VERW!", "0", "-", "n.v.t."])
def test_a_word_for_nothing_is_not_an_agreement(word: str):
    with reading(f"overeenkomst_id;saldo\n{word};1,00\nO2;1,00\n") as (_, batch):
        assert batch.reasons == {"missing overeenkomst_id": 1} and batch.rows_valid == 1


@pytest.mark.parametrize("word", ["NULL", "0", "000000", "-"])
def test_a_word_for_nothing_is_not_a_whole_case(word: str):
    """All complaints about a home were parts of one case, the case `0`."""
    head = "zaak_id;hoofdzaak_id;registratiedatum;beklaagde_eenheid_id\n"
    content = head + "".join(f"Z{n};{word};2026-11-0{n};E1\n" for n in range(1, 4))
    actual = typed(content, "zaak_id", name="overlastmeldingen_2026-11-16.csv")
    assert actual == [("Z1",), ("Z2",), ("Z3",)]


@pytest.mark.parametrize("value", ["0012", "O-0", "10", "N/A-7", "#12"])
def test_an_id_that_resembles_such_a_word_is_kept(value: str):
    assert typed(f"overeenkomst_id;saldo\n{value};1,00\n", "overeenkomst_id") == [(value,)]


@pytest.mark.parametrize(
    ("columns", "shown", "read"),
    [
        ({"saldo": [Decimal("1234.50")]}, "saldo", 1234.5),
        ({"saldo": [1.0], "oudste_vervaldatum": [FIRST]}, "oudste_vervaldatum", FIRST),
        (
            {"saldo": [1.0], "oudste_vervaldatum": pa.array([dt.datetime(2026, 10, 12, 22)], pa.timestamp("us", "UTC"))},
            "oudste_vervaldatum",
            FIRST,
        ),
        ({"saldo": [True]}, "saldo", None),
        ({"saldo": [float("inf")]}, "saldo", None),
        ({"saldo": [float("nan")]}, "saldo", None),
        ({"saldo": ["1.082"]}, "saldo", None),
    ],
)  # fmt: skip
def test_types_of_parquet_are_read_as_meant_or_reported(columns: dict[str, Any], shown: str, read: object):
    memory = io.BytesIO()
    pq.write_table(pa.table({"overeenkomst_id": ["O1"], **columns}), memory)
    name = ARREARS.replace(".csv", ".parquet")
    if read is None:
        assert is_reported(memory.getvalue(), name)
    else:
        assert typed(memory.getvalue(), shown, name=name) == [(read,)]


@pytest.mark.parametrize(
    "last", ["Totaal generaal;3,00", ";3,00", "Aantal: 2;", "Afgedrukt op 16-11-2026;", "O1;500,00"]
)
def test_a_row_that_is_not_an_agreement_is_reported(last: str):
    assert is_reported(f"overeenkomst_id;saldo\nO1;1,00\nO2;2,00\n{last}\n", ARREARS)


def test_days_that_a_spreadsheet_turned_are_refused():
    """A spreadsheet with American settings reads 03-11-2026 as 11 March, and leaves 23-10-2026 as text."""
    turned = [f"2026-10-{day:02}" for day in range(1, 7)]
    left = [f"{day}-10-2026" for day in range(20, 26)]
    with pytest.raises(WaakvlamError, match="a spreadsheet seems to have turned day and month"):
        typed(due(*turned, *left), "oudste_vervaldatum")
    assert len(typed(due(*turned, "2026-10-14", *left), "oudste_vervaldatum")) == 13
