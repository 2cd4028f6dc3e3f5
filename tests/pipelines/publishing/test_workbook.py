"""Test the workbook for printing: a sheet per coach, with room for all the text."""

from __future__ import annotations

import re

import pytest

from pipelines.publishing.workbook import workbook
from tests.support.lists import entry, sheets, weekly, xml


def test_workbook_has_a_sheet_per_coach_and_one_that_explains() -> None:
    content = workbook(weekly(entry(1, coach="Sam"), entry(2), entry(1)))
    assert list(sheets(content)) == ["Sam", "Noor", "Toelichting"]
    noor = sheets(content)["Noor"]
    assert noor[0][0] == "Let op: de lijst huurachterstanden van deze week ontbreekt."
    assert noor[1][0] == "Wooncoach Noor: twee adressen"
    assert noor[2][0].startswith("Week 47, maandag 16 november 2026 · De Voorbeeldhaven")
    assert noor[4] == ["Nr", "Adres", "Waarom", "Nieuw", "Notities"]
    assert [row[0] for row in noor[5:]] == [1, 2]
    assert noor[5][1].startswith(
        "Lindenlaan 1\n1234 AB Voorbeeldstad\nWijk Molenbuurt\nJ. Voorbeeld\n06 1234 5678"
    )
    assert noor[5][2].startswith(
        "• Twee maanden huurachterstand (€\u00a01.240), begonnen in augustus.\n• Drie"
    )
    assert noor[5][3] == "Nieuw op de lijst.\nSpeelt sinds 1 augustus"


def test_workbook_is_made_for_paper() -> None:
    sheet = xml(workbook(weekly(entry())), "xl/worksheets/sheet1.xml")
    setup = re.search(r"<pageSetup[^>]*>", sheet)
    assert setup and 'paperSize="9"' in setup[0] and 'orientation="landscape"' in setup[0]
    assert 'fitToHeight="0"' in setup[0] and '<pageSetUpPr fitToPage="1"/>' in sheet
    assert "Vertrouwelijk" in sheet and "Pagina &amp;P van &amp;N" in sheet
    book = xml(workbook(weekly(entry())), "xl/workbook.xml")
    assert "'Noor'!$5:$5" in book or "Noor!$5:$5" in book
    assert "2026-11-16T00:00:00Z" in xml(workbook(weekly(entry())), "docProps/core.xml")


def test_workbook_leaves_room_for_all_the_text() -> None:
    long = (
        "Vier meldingen van overlast in 90 dagen, zeven in een jaar (geluid, vervuiling), van twee melders; "
        "de laatste op 3 november; meer dan in de 90 dagen daarvoor."
    )
    sheet = xml(
        workbook(weekly(entry(1, reasons=(long,) * 3), entry(2, reasons=("Kort.",)))),
        "xl/worksheets/sheet1.xml",
    )
    heights = [float(height) for height in re.findall(r'<row [^>]* ht="([\d.]+)"', sheet)]
    assert heights[-2] > heights[-1] >= 100
    assert heights[-2] >= 9 * 15


@pytest.mark.parametrize(
    "coaches",
    [
        ["A/B", "A:B", "a b"],
        ["x" * 40, "x" * 50],
        ["Toelichting", "History", "'"],
        ["[Noor]", "\x07"],
        ["Coach " + "\U0001f33b" * 20],
    ],
)
def test_any_coach_gets_a_sheet(coaches: list[str]) -> None:
    content = workbook(weekly(*(entry(1, coach=coach) for coach in coaches)))
    names = list(sheets(content))
    assert len(names) == len(coaches) + 1 == len({name.lower() for name in names})
    assert all(0 < len(name) <= 31 for name in names)
