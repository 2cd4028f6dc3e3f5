"""Sheets with the same header, such as one per wijk, are read as one table if the mapping says so."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import pytest
import xlsxwriter

from pipelines.installation.errors import DeliveryError
from tests.support.one_file import reading

Sheets = Mapping[str, Sequence[Sequence[object]]]
HEADER = ("overeenkomst_id", "saldo")
WIJKEN: Sheets = {
    "Noord": [("Stand per wijk",), HEADER, ("O1", 600.0), ("O2", 12.5)],
    "Zuid": [("Stand per wijk",), HEADER, ("O3", 3.0)],
    "Uitleg": [("Deze lijst is op maandag gemaakt.",)],
}
NAME = "huurachterstanden_2026-11-16.xlsx"
BOTH = '[reading]\nskip_lines = 1\nsheets = ["Noord", "Zuid"]'


def workbook(sheets: Sheets) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return memory.getvalue()


@pytest.mark.parametrize("mapping", [BOTH, BOTH.replace('"Noord", "Zuid"', '"*oord", "zuid"')])
def test_sheets_become_one_table(mapping: str):
    with reading(workbook(WIJKEN), name=NAME, mapping=mapping) as (con, batch):
        rows = con.execute("SELECT line, overeenkomst_id, saldo FROM typed ORDER BY line").fetchall()
        assert rows == [(3, "O1", 600.0), (4, "O2", 12.5), (7, "O3", 3.0)]
        assert batch.rows_valid == 3
        assert {"sheet: Noord", "sheet: Zuid, its row 1 is line 5"} <= set(batch.notes)


def refusal(sheets: Sheets, mapping: str) -> str:
    with pytest.raises(DeliveryError) as refused, reading(workbook(sheets), name=NAME, mapping=mapping):
        pass
    return str(refused.value)


def test_a_missing_sheet_is_named():
    assert "there is no sheet «West»" in refusal(
        WIJKEN, '[reading]\nskip_lines = 1\nsheets = ["Noord", "West"]'
    )


def test_sheets_with_other_columns_are_not_put_together():
    other = {**WIJKEN, "Zuid": [("Stand per wijk",), ("saldo", "overeenkomst_id"), (3.0, "O3")]}
    assert "sheet «Zuid» does not have the same columns as «Noord»" in refusal(other, BOTH)


def test_sheets_with_one_header_are_proposed_to_be_put_together():
    alike = {name: rows for name, rows in WIJKEN.items() if name != "Uitleg"}
    assert 'set sheets = ["Noord", "Zuid"]' in refusal(alike, "[reading]\nskip_lines = 1")
    assert "Set sheet in the mapping" in refusal(WIJKEN, "[reading]\nskip_lines = 1")
