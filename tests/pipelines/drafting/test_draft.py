"""A first mapping is drafted from a file that nobody has seen: what is clear as lines, the rest as questions."""

from __future__ import annotations

import csv
import io
import tomllib
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.drafting.draft import Draft, draft
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import read_mapping
from tests.support.deliveries import make_workspace, put, waakvlam

pytestmark = pytest.mark.dear

REGISTER = """Contract;Klant;VHE;Soort;Ingang;Eind;Huur;Straat;Huisnr;Postcode;Plaats;Naam;Geslacht
K1001;R501;V11;Woonruimte;01-03-2014;;612,40;Lindelaan;1;1999AA;Wakerstad;A. Zznaam;V
K1002;R502;V12;Woonruimte;15-08-2019;;587,10;Lindelaan;3;1999AA;Wakerstad;B. Zznaam;M
K1003;R503;V13;Type 7;01-11-2021;;702,95;Lindelaan;5;1999AA;Wakerstad;C. Zznaam;M
K1004;R504;V14;Type 7;01-11-2021;;702,95;Lindelaan;7;1999AA;Wakerstad;D. Zznaam;M
"""
ITEMS = """Openstaande posten per 16-11-2026
Afdrukdatum;17-11-2026
Contractnummer;Debiteur;Per datum;Restant bedrag;Vervaldatum;Maanfase
K1001;R501;16-11-2026;612,40;01-09-2026;AI
K1001;R501;16-11-2026;612,40;01-10-2026;AI
K1003;R503;16-11-2026;2.108,85;01-08-2026;aanmaning
Totaal;;;3.333,65;;
"""


def drafted(folder: Path, content: str | bytes, name: str, extract: str = "") -> Draft:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return draft(path, date(2026, 11, 16), ("c",), folder, extract)


def columns(found: Draft) -> dict[str, str]:
    parsed: dict[str, str] = tomllib.loads(found.text)["extracts"][found.extract]["columns"]
    return parsed


def test_a_register_is_recognised(tmp_path: Path):
    actual = drafted(tmp_path, REGISTER, "Huurders 2026.csv")
    assert actual.extract == "huurovereenkomsten" and not actual.problem
    assert columns(actual) == {
        "overeenkomst_id": "Contract", "huurder_id": "Klant", "eenheid_id": "VHE", "eenheidsoort_code": "Soort",
        "begindatum": "Ingang", "einddatum": "Eind", "brutohuur": "Huur", "straatnaam": "Straat", "huisnummer": "Huisnr",
        "postcode": "Postcode", "woonplaats": "Plaats", "naam": "Naam",
    }  # fmt: skip
    assert '"Woonruimte" = "WOO"  # by its name' in actual.text
    assert '# "Type 7" = "..."  # 2 rows' in actual.text and "One of BED Bedrijf" in actual.text
    assert "Never accepted; leave it out of the export: Geslacht (gender)" in actual.text
    assert (actual.counted, actual.rows) == (2, 4)


def test_english_headers_are_recognised(tmp_path: Path):
    content = (
        "tenancy_id,primary_resident_id,unit_id,unit_type,lease_start,lease_end,monthly_gross_rent,city\n"
        "TEN-01,RES-01,UNT-01,WOO,2014-03-01T00:00:00+01:00,,612.40,Wakerstad\nTEN-02,RES-02,UNT-02,WOO,2019-08-15T00:00:00+02:00,,587.10,Wakerstad\n"
    )
    actual = drafted(tmp_path, content, "tenancies.csv")
    assert actual.extract == "huurovereenkomsten" and (actual.counted, actual.problem) == (2, "")
    assert columns(actual)["huurder_id"] == "primary_resident_id"


def test_the_preview_shows_no_text_and_reads_dates_and_amounts(tmp_path: Path):
    preview = {one.column: one.values for one in drafted(tmp_path, REGISTER, "a.csv").preview}
    assert preview["naam"][0] == "x. xxxxxx" and preview["overeenkomst_id"][0] == "x9999"
    assert preview["begindatum"][0] == "2014-03-01" and preview["brutohuur"][0] == "612.4"
    assert preview["eenheidsoort_code"] == ("WOO", "WOO", "?", "?") and preview["einddatum"][0] == "–"
    assert "Zznaam" not in str(preview)


def test_titles_totals_and_open_items_are_asked_about(tmp_path: Path):
    actual = drafted(tmp_path, ITEMS, "stand.csv")
    assert actual.extract == "huurachterstanden"
    assert "skip_lines = 2" in actual.text
    assert '# saldo = "sum"' in actual.text and "# total_words" in actual.text
    assert '# "AI" = "..."' in actual.text and '"AI" = "MAI"' not in actual.text
    assert actual.questions == actual.text.count("# QUESTION: ") == 3


def test_sheets_of_one_header_are_put_together(tmp_path: Path):
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        for wijk in ("Noord", "Zuid"):
            sheet = book.add_worksheet(wijk)
            for number, row in enumerate(csv.reader(ITEMS.splitlines()[2:6], delimiter=";")):
                sheet.write_row(number, 0, [*row[:3], f"{row[3]} " if number else row[3], *row[4:]])
    actual = drafted(tmp_path, memory.getvalue(), "wijken.xlsx")
    assert 'sheets = ["Noord", "Zuid"]' in actual.text and actual.rows == 6


@pytest.mark.dear
def test_one_sheet_of_several_extracts_is_chosen(tmp_path: Path):
    path = tmp_path / "alles.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, content in (("Huurders", REGISTER), ("Stand", "\n".join(ITEMS.splitlines()[2:]))):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(csv.reader(content.splitlines(), delimiter=";")):
                sheet.write_row(number, 0, [f"{cell} " if number and cell else cell for cell in row])
    chosen = {
        sheet: draft(path, date(2026, 11, 16), ("c",), tmp_path, sheet=sheet)
        for sheet in ("Huurders", "Stand", "")
    }
    assert [found.extract for found in chosen.values()] == [
        "huurovereenkomsten",
        "huurachterstanden",
        "huurovereenkomsten",
    ]
    assert 'sheet = "Stand"' in chosen["Stand"].text
    with pytest.raises(DeliveryError, match="no sheet «Zuid»"):
        draft(path, date(2026, 11, 16), ("c",), tmp_path, sheet="Zuid")


def test_what_is_not_sure_is_a_question(tmp_path: Path):
    content = "Contract;Stand;Kolom X;Postcode\nK1;16-11-2026;12,00;1999AA\nK2;16-11-2026;3,00;1999AB\n"
    actual = drafted(tmp_path, content, "huurachterstanden_2026-11-16.csv")
    assert (
        "which column holds saldo? (required)" in actual.text and "Not used: Kolom X, Postcode" in actual.text
    )
    assert actual.problem == "These required columns are still questions: saldo. Answer them in the mapping."
    assert '# saldo = "Kolom X"' in actual.text and "the likeliest content" in actual.text
    assert [one.header for one in actual.preview] == ["Stand", "Contract"]
    assert (actual.counted, actual.rows) == (0, 2)


def test_a_question_that_is_answered_becomes_a_column(tmp_path: Path):
    content = (
        "Lijst van dossiers\n\nDossiernummer overlast;Datum registratie dossier;Verhuureenheid veroorzaker\n"
        "D1;01-10-2026;V1\nD2;02-10-2026;V2\n"
    )
    actual = drafted(tmp_path, content, "overlastmeldingen_2026-11-16.csv")
    answered = tomllib.loads(actual.text.replace('# zaak_id = "', 'zaak_id = "'))["extracts"][
        "overlastmeldingen"
    ]
    assert answered["columns"]["zaak_id"] == "Dossiernummer overlast"
    assert "skip_lines" in answered["reading"]


def test_codes_are_asked_while_a_required_column_is_a_question(tmp_path: Path):
    content = "CONTRNR;GPNR;OBJNR;OBJSRT;XX1;BRHUUR\n" + "".join(
        f"0000{n};1{n};2{n};{'WN' if n % 3 else 'Woonruimte'};03.01.2020;600,50\n" for n in range(9)
    )
    actual = drafted(tmp_path, content, "ZRE.CSV")
    assert actual.extract == "huurovereenkomsten" and "begindatum" in actual.problem
    assert '# begindatum = "XX1"  # ' in actual.text and "by the likeliest content" in actual.text
    assert '"Woonruimte" = "WOO"  # by its name' in actual.text and '# "WN" = "..."  # 6 rows' in actual.text
    assert "or the file is not" in actual.problem.lower() and "--extract" in actual.problem


@pytest.mark.parametrize(
    ("content", "extract", "expected"),
    [
        (
            "BEZWNR;CONTRNR;BEZWDAT;INTRDAT\n1;K1;20.01.2026;\n2;K2;30.01.2026;06.02.2026\n",
            "bezwaren",
            {"bezwaar_id": "BEZWNR", "overeenkomst_id": "CONTRNR", "datum": "BEZWDAT", "ingetrokken_op": "INTRDAT"},
        ),
        (
            "case_id,reported_at,occurred_at,closed_at,accused_unit_id,reporter_id\n1,2026-01-02,2026-01-01,2026-02-01,V1,H1\n",
            "overlastmeldingen",
            {
                "zaak_id": "case_id", "registratiedatum": "reported_at", "begindatum": "occurred_at",
                "einddatum": "closed_at", "beklaagde_eenheid_id": "accused_unit_id", "melder_id": "reporter_id",
            },
        ),
        (
            "Contractnr.;Oorspronkelijk bedrag;Restbedrag;Laatst ontvangen op;Laatst ontvangen bedrag;Invorderingsstap;Boekingsdatum\n"
            "K1;700,00;650,00;01-10-2026;80,00;Herinnering;01-09-2026\nK2;710,00;50,00;02-10-2026;70,00;Herinnering;01-09-2026\n",
            "huurachterstanden",
            {
                "overeenkomst_id": "Contractnr.", "saldo": "Restbedrag", "incassofase": "Invorderingsstap",
                "laatste_betaaldatum": "Laatst ontvangen op", "laatste_betaling": "Laatst ontvangen bedrag",
            },
        ),
    ],
)  # fmt: skip
def test_headers_are_read_by_their_stems(
    tmp_path: Path, content: str, extract: str, expected: dict[str, str]
):
    actual = drafted(tmp_path, content, "export.csv")
    assert actual.extract == extract and columns(actual) == expected


def test_an_amount_or_a_day_is_never_an_id_or_a_code(tmp_path: Path):
    content = "Contractnummer;Debiteursaldo;Klantnummer;Soort;Huurprijs;Ingang\nK1;1;12,50;01-02-2026;x;01-01-2020\n"
    actual = drafted(tmp_path, content, "a.csv", "huurovereenkomsten")
    assert {"huurder_id", "eenheidsoort_code", "brutohuur"}.isdisjoint(columns(actual))


def test_a_named_extract_is_drafted_if_the_content_shows_that_the_header_is_one(tmp_path: Path):
    content = "Kenmerk;Bezwaar op;Anders\n17;20-01-2026;2\n18;30-01-2026;3\n"
    with pytest.raises(DeliveryError, match="fewer than 2"):
        drafted(tmp_path, content, "lijst.csv")
    actual = drafted(tmp_path, content, "lijst.csv", "bezwaren")
    assert columns(actual) == {"datum": "Bezwaar op"} and '# bezwaar_id = "' in actual.text


def test_cents_and_kinds_of_rows_are_asked_about(tmp_path: Path):
    cents = drafted(tmp_path, "contract_id,balance_cents\nK1,144430\nK2,140709\n", "arrears.csv")
    assert '# cents = ["saldo"]' in cents.text and "says cents" in cents.text
    rows = [
        f"M{n};{'OL' if n % 3 == 0 else 'RP'};0{1 + n}.10.2026;V{n};{'H' if n % 3 == 0 else ''};{'' if n % 3 == 0 else 'AN'}"
        for n in range(9)
    ]
    kinds = drafted(tmp_path, "MELDNR;MELDSRT;MELDDAT;OBJNR;MELDER;ONDSRT\n" + "\n".join(rows), "z.csv")
    assert kinds.extract == "reparatieverzoeken"
    assert '# only = [{ column = "MELDSRT", values = ["RP"] }]' in kinds.text


@pytest.mark.parametrize("content", ["K1;12,00;2026-01-01\nK2;3,00;2026-01-01\n", "", "een\ntwee\n"])
def test_a_file_without_a_header_shows_nothing(tmp_path: Path, content: str):
    with pytest.raises(DeliveryError, match="no row looks like a header"):
        drafted(tmp_path, content, "lijst.csv")


def test_names_in_the_place_of_a_header_are_not_shown(tmp_path: Path):
    with pytest.raises(DeliveryError, match="fewer than 2 of 3 columns") as refused:
        drafted(tmp_path, "Zznaam;Zzstraat;Zzdorp\nAnders;Plein;Dorp\n", "lijst.csv")
    assert "Zz" not in str(refused.value)
    with pytest.raises(DeliveryError) as named:
        drafted(tmp_path, "Zznaam;Zzstraat;Zzdorp\nAnders;Plein;Dorp\n", "lijst.csv", "huurovereenkomsten")
    assert "--extract" in str(refused.value) and "--extract" not in str(named.value)


@pytest.mark.dear
def test_map_adds_to_a_mapping_without_replacing_a_line(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    register = put(place, "Huurders.csv", REGISTER)
    said = waakvlam(place, "map", register)
    assert said.code == 0 and 'huurovereenkomsten = "eigen"' in said.out and "Zznaam" not in said.out
    again = waakvlam(place, "map", register)
    assert again.code == 2 and "has [extracts.huurovereenkomsten] already" in again.err
    assert waakvlam(place, "map", put(place, "stand.csv", ITEMS)).code == 0
    assert set(read_mapping(place.mappings / "eigen.toml").extracts) == {
        "huurovereenkomsten",
        "huurachterstanden",
    }
    assert "did you mean 'boekingen'" in waakvlam(place, "map", register, "--extract", "boeking").err
