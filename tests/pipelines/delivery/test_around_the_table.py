"""Test titles above a table, totals below it and headers inside it."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from pipelines.installation.errors import DeliveryError
from tests.support.one_file import reading

TABLE = ["overeenkomst_id;saldo", "O1;600,00", "O2;12,50", "O3;3,00"]
NAMES = {"csv": "huurachterstanden_2026-11-16.csv", "xlsx": "huurachterstanden_2026-11-16.xlsx"}


def content(lines: list[str], kind: str, *, merged: str = "") -> str | bytes:
    """Return lines as CSV text or as a workbook; `merged` names merged cells of the workbook."""
    if kind == "csv":
        return "\n".join(lines) + "\n"
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            for place, cell in enumerate(line.split(";")):
                if cell:
                    sheet.write_string(number, place, cell)
        if merged:
            sheet.merge_range(merged, lines[0].split(";")[0])
    return memory.getvalue()


def read(
    lines: list[str], kind: str, mapping: str = "", merged: str = ""
) -> tuple[list[str], tuple[str, ...], dict[str, int]]:
    """Return the agreements that count, the notes and the reasons."""
    with reading(content(lines, kind, merged=merged), name=NAMES[kind], mapping=mapping) as (con, batch):
        rows = con.execute("SELECT overeenkomst_id FROM typed WHERE verdict = 'new' ORDER BY line").fetchall()
        return [agreement for (agreement,) in rows], batch.notes, batch.reasons


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("first", ["Overzicht huurachterstanden;", "Peildatum;16-11-2026"])
def test_titles_above_the_header(first: str, kind: str) -> None:
    lines = [first, "Afdrukdatum 16-11-2026;", ";", *TABLE]
    with pytest.raises(DeliveryError) as caught:
        read(lines, kind)
    assert "the header is on line 4, not on line 1" in caught.value.problem
    assert "Set skip_lines = 3 under [reading]" in caught.value.mend
    agreements, notes, _ = read(lines, kind, "[reading]\nskip_lines = 3")
    assert agreements == ["O1", "O2", "O3"]
    assert any("above the header passed over: 3" in note for note in notes)


@pytest.mark.parametrize("kind", NAMES)
def test_skipping_titles_that_are_missing_this_week_is_refused(kind: str) -> None:
    with pytest.raises(DeliveryError, match="the header is on line 1"):
        read(TABLE, kind, "[reading]\nskip_lines = 2")


def test_a_merged_title_is_passed_over_with_its_line() -> None:
    lines = ["Overzicht", "", *TABLE]
    assert read(lines, "xlsx", "[reading]\nskip_lines = 2", merged="A1:B1")[0] == ["O1", "O2", "O3"]


@pytest.mark.parametrize("kind", NAMES)
def test_a_header_on_each_page(kind: str) -> None:
    lines = [*TABLE, TABLE[0], "O4;1,00"]
    with pytest.raises(DeliveryError, match="repeated_header = true") as caught:
        read(lines, kind)
    assert caught.value.line == 5
    agreements, notes, _ = read(lines, kind, "[reading]\nrepeated_header = true")
    assert (agreements, "repeated headers passed over: 1" in notes) == (["O1", "O2", "O3", "O4"], True)


TOTALS = [
    "Totaal;615,50",
    "TOTAAL;615,50",
    "Subtotaal Noord;615,50",
    "O1 Totaal;615,50",
    "Eindtotaal:;615,50",
    "Totals;615,50",
]


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("total", TOTALS)
def test_a_total_never_becomes_an_agreement(total: str, kind: str) -> None:
    agreements, _, reasons = read([*TABLE, total], kind)
    assert (agreements, reasons) == (["O1", "O2", "O3"], {"total row in overeenkomst_id": 1})


@pytest.mark.parametrize("words", ["Gemiddeld", "Max.", "Transport blad 2", "Gemiddelde t/m 16 november"])
def test_words_among_numbers_never_become_an_agreement(words: str) -> None:
    rows = [f"O{number};600,00" for number in range(30)]
    agreements, _, reasons = read(["overeenkomst_id;saldo", *rows, f"{words};600,00"], "csv")
    assert (len(agreements), reasons) == (30, {"total row in overeenkomst_id": 1})
    named = [f"{name};600,00" for name in ("Linde", "Berk", "Eik")]
    assert len(read(["overeenkomst_id;saldo", *rows, *named], "csv")[0]) == 33


@pytest.mark.parametrize("kind", NAMES)
def test_totals_that_the_mapping_knows_are_passed_over(kind: str) -> None:
    lines = [
        "wijk;overeenkomst_id;saldo",
        "Noord;O1;600,00",
        "Subtotaal;;600,00",
        "Zuid;O2;1,00",
        "Totaal;;601,00",
    ]
    agreements, notes, reasons = read(lines, kind, '[reading]\ntotal_words = ["Totaal", "Subtotaal"]')
    assert (agreements, reasons) == (["O1", "O2"], {})
    assert "total rows passed over: 2" in notes


@pytest.mark.parametrize("agreement", ["O1", "TOT1", "Totaalweg1", "T-0001"])
def test_other_ids_are_not_totals(agreement: str) -> None:
    assert read(["overeenkomst_id;saldo", f"{agreement};1,00"], "csv")[0] == [agreement]
