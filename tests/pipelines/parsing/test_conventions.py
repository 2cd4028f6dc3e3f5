"""Test that the values of a column prove its one convention."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.installation.errors import ConfigurationError, DeliveryError
from pipelines.installation.mapping import read_mapping
from tests.support.one_file import reading, typed

pytestmark = pytest.mark.dear


def amounts(*values: str, column: str = "saldo") -> str:
    """Return an arrears list with these amounts."""
    other = ";saldo" if column != "saldo" else ""
    head = f"overeenkomst_id;{column}{other}\n"
    return head + "".join(f"O{n};{value}{';1,00' if other else ''}\n" for n, value in enumerate(values))


def dates(*values: str, others: str = "") -> str:
    """Return a register with these begin dates, and the same end date in each row."""
    head = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum;einddatum\n"
    return head + "".join(f"O{n};H{n};E{n};WOO;600;{value};{others}\n" for n, value in enumerate(values))


def refused(
    content: str | bytes, mapping: str = "", name: str = "huurachterstanden_2026-11-16.csv"
) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught, reading(content, name=name, mapping=mapping):
        pass
    return caught.value


REGISTER = "huurovereenkomsten_2026-11-16.csv"


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (("1.082", "45,00"), [1082.0, 45.0]),
        (("1.082", "45.00"), [45.0]),  # 1.082 with a decimal point has a tenth of a cent: quarantined
        (("1,082", "45.00"), [1082.0, 45.0]),
        (("1082", "45"), [1082.0, 45.0]),
        (("1.082.000", "45"), [45.0]),  # only thousands; more than a debt can be
        (("(45,00)", "45,00-", "€ 650,-", "45,00 CR", "650,00 DR"), [-45.0, -45.0, 650.0, -45.0, 650.0]),
        (("0.500", *["45,00"] * 30), [45.0] * 30),
        ((*["45,00"] * 30, "45.00"), [45.0] * 30),
    ],
)
def test_the_values_of_a_column_prove_its_decimal_sign(values: tuple[str, ...], read: list[float]) -> None:
    assert [value for (value,) in typed(amounts(*values), "saldo")] == read


def test_ambiguous_amounts_are_refused_with_both_readings() -> None:
    error = refused(amounts("12", "1.082", "2.150", "3.000", "4.000"))
    assert (error.line, error.column) == (3, "saldo")
    for words in ("line 3: 1.082 could mean two things, 1082.00 or 1.08", "line 4", "line 5"):
        assert words in error.problem
    assert "line 6" not in error.problem
    assert '[extracts.huurachterstanden.decimals] saldo = ","' in str(error)
    mapping = '[extracts.huurachterstanden.decimals]\nsaldo = ","'
    assert typed(amounts("1.082", "2.150"), "saldo", mapping=mapping) == [(1082.0,), (2150.0,)]


def test_another_column_is_not_evidence() -> None:
    assert refused(amounts("1.082", column="laatste_betaling")).column == "laatste_betaling"


def test_a_column_with_two_conventions_is_refused() -> None:
    error = refused(amounts("45,00", "12.50", "1.082"))
    assert (error.line, "mixes decimal comma (line 2) and decimal point" in error.problem) == (3, True)


def test_a_mapping_that_contradicts_the_amounts_is_refused() -> None:
    error = refused(amounts("1.234,56", "45,00"), '[reading]\ndecimal = "."')
    assert "the mapping says decimal point, but 2 values can only have the decimal comma" in error.problem


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (("03/04/2026", "16/04/2026"), [date(2026, 4, 3), date(2026, 4, 16)]),
        (("03/04/2026", "04/16/2026"), [date(2026, 3, 4), date(2026, 4, 16)]),
        (("03-04-2026", "05-06-2026"), [date(2026, 4, 3), date(2026, 6, 5)]),  # as the contract asks
        (("03-04-2026", "04-16-2026"), [date(2026, 3, 4), date(2026, 4, 16)]),
        (("04/04/2026", "2026-04-05"), [date(2026, 4, 4), date(2026, 4, 5)]),
    ],
)
def test_the_values_of_a_column_prove_its_order(values: tuple[str, ...], read: list[date]) -> None:
    assert [day for (day,) in typed(dates(*values), "begindatum", name=REGISTER)] == read


def test_ambiguous_dates_are_refused_with_both_readings() -> None:
    error = refused(dates("03/04/2026", "05/06/2026"), name=REGISTER)
    assert (error.line, error.column) == (2, "begindatum")
    assert "3-4-2026 could mean two things, 2026-04-03 or 2026-03-04" in error.problem
    mapping = '[extracts.huurovereenkomsten.date_formats]\nbegindatum = ["%m-%d-%Y"]'
    assert typed(dates("03/04/2026"), "begindatum", name=REGISTER, mapping=mapping) == [(date(2026, 3, 4),)]


def test_a_few_dates_with_slashes_among_others_are_quarantined() -> None:
    values = [*["21-04-2026"] * 40, "03/04/2026"]
    with reading(dates(*values), name=REGISTER) as (_, batch):
        assert batch.reasons == {"bad date begindatum": 1}


def test_a_column_that_puts_the_month_first_makes_the_others_doubtful() -> None:
    error = refused(dates("01-31-2020", others="03-04-2026"), name=REGISTER)
    assert (error.column, "2026-04-03 or 2026-03-04" in error.problem) == ("einddatum", True)


def test_a_column_with_both_orders_is_refused() -> None:
    error = refused(dates("16-04-2026", "04-16-2026", "03-04-2026"), name=REGISTER)
    assert (error.line, "mixes" in error.problem) == (3, True)


def test_a_mapping_that_contradicts_the_dates_is_refused() -> None:
    values = [f"{n % 28 + 1:02}-0{n % 9 + 1}-2015" for n in range(40)]
    error = refused(dates(*values), '[reading]\ndate_formats = ["%m-%d-%Y"]', name=REGISTER)
    assert "the mapping says month before the day, but" in error.problem
    assert 'begindatum = ["%d-%m-%Y"]' in str(error)


def test_formats_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "eigen.toml"
    path.write_text('name = "eigen"\n[reading]\ndate_formats = ["%d-%m-%Y", "%m/%d/%Y"]')
    with pytest.raises(ConfigurationError, match="month before the day"):
        read_mapping(path)
    path.write_text('name = "eigen"\n[reading]\ndate_formats = ["%Q"]')
    with pytest.raises(ConfigurationError, match="unknown code '%Q'"):
        read_mapping(path)


def workbook(*rows: list[object]) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                (sheet.write_string if isinstance(cell, str) else sheet.write)(number, place, cell)
    return memory.getvalue()


XLSX = "huurachterstanden_2026-11-16.xlsx"


def test_text_in_a_workbook_is_as_ambiguous_as_in_csv() -> None:
    head: list[object] = ["overeenkomst_id", "saldo"]
    error = refused(workbook(head, ["O1", 600.5], ["O2", "1.082"]), name=XLSX)
    assert (error.line, "1082.00 or 1.08" in error.problem) == (3, True)
    read = typed(
        workbook(head, ["O1", 600.5], ["O2", "1.082"], ["O3", "45,00"], ["O4", 1.082]), "saldo", name=XLSX
    )
    assert read == [(600.5,), (1082.0,), (45.0,), (1.08,)]
    with reading(workbook(head, ["O1", 600.5], ["O2", True]), name=XLSX) as (_, batch):
        assert batch.reasons == {"bad amount saldo": 1}


@pytest.mark.parametrize(
    ("first", "second"), [("1,00235E+11", "O2"), ("1E+11", "O2"), (1234567890123456, "O2"), (1.5e15, "O2")]
)
def test_rounded_identifiers_are_refused(first: object, second: object) -> None:
    error = refused(workbook(["overeenkomst_id", "saldo"], [second, 1], [first, 1]), name=XLSX)
    assert (error.line, error.column, "rounded 1 identifiers" in error.problem) == (
        3,
        "overeenkomst_id",
        True,
    )


def test_identifiers_that_only_look_like_it_are_kept() -> None:
    rows: list[list[object]] = [
        ["overeenkomst_id", "saldo"],
        ["1E5", 1],
        ["12E34", 1],
        [123456789012345, 1],
        ["1234567890123456", 1],
    ]
    assert len(typed(workbook(*rows), "overeenkomst_id", name=XLSX)) == 4
