"""Test that bad input gives a message with file, line, column and remedy, and changes neither stores nor list."""

from __future__ import annotations

import gzip
import io
import json
import shutil
from typing import NamedTuple

import pytest
import xlsxwriter

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import (
    Said,
    corporation,
    csv_text,
    put,
    tables,
    waakvlam,
)

pytestmark = pytest.mark.dear

AS_OF = "2026-11-16"
GOOD = corporation()
ARREARS = GOOD["huurachterstanden"]  # lines 2 to 7 of a file
WHOLE = csv_text(ARREARS)
COMPLAINTS = csv_text(GOOD["overlastmeldingen"])
LEDGER = [
    {
        "boeking_id": f"B{n}",
        "overeenkomst_id": f"O{n}",
        "boekdatum": "2026-11-01",
        "bedrag": "600,00",
        "saldo": "600,00",
    }
    for n in (1, 3, 5)
]


def workbook(*sheets: list[list[str]], merged: str = "") -> bytes:
    """Make an XLSX file; `merged` names a range of its first sheet that is one cell."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        if merged:
            book.worksheets()[0].merge_range(merged, "Achterstand")
    return memory.getvalue()


def changed(**values: str) -> str:
    """Give the arrears list with one value changed in every row."""
    return csv_text([{**row, **values} for row in ARREARS])


SHEET = [list(ARREARS[0]), *[list(row.values()) for row in ARREARS]]


class Bad(NamedTuple):
    """A bad delivery: its name without the version, its content, and the place and text of the message."""

    name: str
    content: str | bytes
    where: str
    says: tuple[str, ...]


BAD = {
    "empty": Bad("huurachterstanden.csv", b"", "", ("is empty", "again")),
    "blank lines only": Bad("huurachterstanden.csv", "\r\n\r\n", "", ("blank lines", "again")),
    "header only": Bad("huurachterstanden.csv", WHOLE.splitlines(True)[0], "", ("not one row", "new export")),
    "complaints named arrears": Bad(
        "huurachterstanden.csv", COMPLAINTS, ", line 1", ("no column is recognised", "file's name")
    ),
    "ledger named arrears": Bad(
        "huurachterstanden.csv", csv_text(LEDGER), ", line 1", ("looks like boekingen", "file's name")
    ),
    "arrears named register": Bad(
        "huurovereenkomsten.csv", WHOLE, ", line 1", ("looks like huurachterstanden",)
    ),
    "truncated gzip": Bad(
        "huurachterstanden.csv.gz", gzip.compress(WHOLE.encode())[:-9], "", ("cut off", "Transfer it again")
    ),
    "csv named gzip": Bad("huurachterstanden.csv.gz", WHOLE, "", ("not gzip", "again")),
    "excel named csv": Bad("huurachterstanden.csv", workbook(SHEET), "", ("Excel", ".xlsx")),
    "csv named excel": Bad("huurachterstanden.xlsx", WHOLE, "", ("not an .xlsx file", "Save it again")),
    "csv named parquet": Bad("huurachterstanden.parquet", WHOLE, "", ("not a Parquet file", "again")),
    "mixed encodings": Bad(
        "huurachterstanden.csv",
        WHOLE.encode() + "O7;1,00;é\r\n".encode() + "O9;1,00;é\r\n".encode("cp1252"),
        ", line 9",
        ("line 8 is UTF-8, line 9 is not", "one encoding"),
    ),
    "quote never closed": Bad(
        "huurachterstanden.csv", WHOLE + 'O7;"1,00;\r\nO9;1,00;\r\n', ", line 8", ("never closed", "quote")
    ),
    "quote swallows a record": Bad(
        "overlastmeldingen.csv",
        COMPLAINTS.replace("Z3;", '"Z3;').replace("Z5;", 'Z5";'),
        ", line 3",
        ("quote",),
    ),
    "million characters": Bad(
        "huurachterstanden.csv",
        f"{WHOLE}O7;{'9' * 1_000_000};\r\n",
        ", line 8, column 2",
        ("100,000 characters",),
    ),
    "million characters in quotes": Bad(
        "huurachterstanden.csv",
        f'{WHOLE}O7;"{"9" * 1_000_000}";\r\n',
        ", line 8, column 2",
        ("100,000 characters",),
    ),
    "header twice in one line": Bad(
        "huurachterstanden.csv",
        "overeenkomst_id;saldo;Saldo\r\nO1;1;2\r\n",
        ", line 1, column 3",
        ("columns 2 and 3",),
    ),
    "header repeated below": Bad("huurachterstanden.csv", WHOLE + WHOLE, ", line 8", ("header is repeated",)),
    "column without a name": Bad(
        "huurachterstanden.csv", "overeenkomst_id;;saldo\r\nO1;x;2\r\n", ", line 1, column 2", ("no name",)
    ),
    "misspelt column": Bad(
        "huurachterstanden.csv", WHOLE.replace("saldo", "sald"), ", line 1", ("nearest: 'sald'", "mapping")
    ),
    "cut off in the last line": Bad(
        "huurachterstanden.csv", WHOLE[:-15], ", line 7", ("incomplete", "completely")
    ),
    "dates of 2070": Bad(
        "huurachterstanden.csv",
        changed(oudste_vervaldatum="2070-01-01"),
        ", line 2",
        ("date_too_late_oudste_vervaldatum",),
    ),
    "dates that are none": Bad(
        "huurachterstanden.csv",
        changed(oudste_vervaldatum="31-02-2026"),
        ", line 2",
        ("bad_date_oudste_vervaldatum",),
    ),
    "amounts that are none": Bad(
        "huurachterstanden.csv", changed(saldo="n.v.t."), ", line 2", ("bad_amount_saldo",)
    ),
    "amounts that can mean two things": Bad(
        "huurachterstanden.csv",
        changed(saldo="1.234"),
        ", line 2, column saldo",
        ("1.234 could mean two things", "decimals"),
    ),
    "leading zeros lost in excel": Bad(
        "huurachterstanden.csv", WHOLE.replace("O", ""), "", ("unknown_agreement.share is 1", "check")
    ),
    "every row wrong in a small file": Bad(
        "overlastmeldingen.csv",
        csv_text([{"zaak_id": "", "registratiedatum": "gisteren"}]),
        ", line 2",
        ("rows.valid is 0",),
    ),
    "merged header": Bad(
        "huurachterstanden.xlsx", workbook(SHEET, merged="A1:B1"), ", line 1, column A", ("merged", "Split")
    ),
    "merged cells": Bad(
        "huurachterstanden.xlsx", workbook(SHEET, merged="A3:A4"), ", line 3, column A", ("merged", "Split")
    ),
    "second sheet": Bad(
        "huurachterstanden.xlsx", workbook(SHEET, SHEET), "", ("Sheet1, Sheet2", "in the mapping")
    ),
}
# Names that are not those of a delivery: reported, but there is nothing to read.
NO_DELIVERY = {
    "huurachterstand_2026-11-16.csv": "did you mean 'huurachterstanden'?",
    "huurachterstanden_2026-13-16.csv": "2026-13-16 is not a date",
    "huurachterstanden_16-11-2026.csv": "<extract>_<yyyy-mm-dd>",
    "huurachterstanden_2026-11-16.xls": "<extract>_<yyyy-mm-dd>",
    "huurachterstanden 2026-11-16 (1).csv": "<extract>_<yyyy-mm-dd>",
    "leesmij.txt": "<extract>_<yyyy-mm-dd>",
}
STATE = ("raw.", "staged.", "versions.", "run.deliveries", "run.snapshots")


def file_name(case: str) -> str:
    """Give every bad delivery its own version, so that all fit in one inbox."""
    extract, ending = BAD[case].name.split(".", 1)
    return f"{extract}_{AS_OF}_v{list(BAD).index(case) + 1}.{ending}"


def state(place: Workspace) -> dict[str, list]:
    """Read everything that a refused delivery must leave as it is."""
    actual = {name: rows for name, rows in tables(place).items() if name.startswith(STATE)}
    return actual | {f"vault {name}": rows for name, rows in tables(place, "vault").items()}


class Week(NamedTuple):
    """The same week without and with bad deliveries in the inbox."""

    place: Workspace
    good: Said
    good_list: str
    before: dict[str, list]
    said: Said
    list: str
    page: str


@pytest.fixture(scope="module")
def week(good: Workspace, tmp_path_factory) -> Week:
    home = tmp_path_factory.mktemp("bad") / "home"
    shutil.copytree(good.home, home)
    settings = home / "settings.toml"
    week_old = settings.read_text(encoding="utf-8").replace("max_age_days = 6", "max_age_days = 7")
    settings.write_text(week_old, encoding="utf-8")  # the good deliveries are of the Monday before
    place = Workspace(home)
    folder = place.output / AS_OF
    fine = waakvlam(place, "weekly", "--as-of", AS_OF)
    fine_list, before = (folder / "shortlist.csv").read_text(encoding="utf-8-sig"), state(place)
    for case, bad in BAD.items():
        put(place, file_name(case), bad.content)
    for name in NO_DELIVERY:
        put(place, name, "x")
    said = waakvlam(place, "weekly", "--as-of", AS_OF, "--json")
    result, page = (
        (folder / f"shortlist.{kind}").read_text(encoding="utf-8-sig") for kind in ("csv", "html")
    )
    return Week(place, fine, fine_list, before, said, result, page)


@pytest.mark.parametrize("case", BAD)
def test_the_message_names_the_file_the_place_and_the_remedy(week: Week, case: str):
    bad, name = BAD[case], file_name(case)
    (message,) = [text for text in json.loads(week.said.out)["fell_short"] if text.startswith(name)]
    assert message.startswith(f"{name}{bad.where}: "), message
    for words in bad.says:
        assert words in message


@pytest.mark.parametrize("name", NO_DELIVERY)
def test_a_file_that_is_not_a_delivery_is_named(week: Week, name: str):
    (message,) = [text for text in json.loads(week.said.out)["fell_short"] if text.startswith(f"{name}: ")]
    assert NO_DELIVERY[name] in message


def test_the_last_good_state_is_kept(week: Week):
    assert week.said.code == 1
    assert state(week.place) == week.before
    assert week.before["staged.huurachterstanden"] and week.before["staged.overlastmeldingen"]


def test_the_list_is_made_and_names_at_its_top_the_missing_extracts(week: Week):
    assert week.good.code == 0
    rows, fine = ([line.rsplit(";", 1) for line in text.splitlines()] for text in (week.list, week.good_list))
    assert [row[0] for row in rows] == [row[0] for row in fine]
    assert len(rows) > 5
    notice = (
        "een levering van de huurachterstanden, de huurovereenkomsten en de overlastmeldingen is afgekeurd"
    )
    for text in (notice, "zes bestanden in de inbox zijn niet herkend en tellen niet mee"):
        assert all(text in row[1] for row in rows[1:])
        assert text in week.page
        assert text not in week.good_list
    assert week.page.index("afgekeurd") < week.page.index("Lindelaan")


def test_check_prints_the_same_problems_and_exits_with_1(week: Week):
    for case in ("quote never closed", "misspelt column", "second sheet"):
        said = waakvlam(week.place, "check", week.place.inbox / file_name(case))
        assert said.code == 1
        assert said.err.startswith(f"Error: {file_name(case)}{BAD[case].where}: ")
    said = waakvlam(week.place, "check", week.place.inbox / file_name("dates of 2070"))
    assert (said.code, said.err) == (1, "")
    assert "date too late oudste_vervaldatum" in said.out
    assert "2, 3, 4, 5, 6, 7" in said.out and "would be stopped at the gate" in said.out
