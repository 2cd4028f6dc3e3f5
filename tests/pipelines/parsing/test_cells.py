"""Test how cells of other systems are read: several days in one, days of zeros, whole cents, and a header that sounds forbidden."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.installation.errors import ConfigurationError, DeliveryError
from tests.support.one_file import reading, typed

REPAIRS = "reparatieverzoeken_2026-11-16.csv"
ARREARS = "huurachterstanden_2026-11-16.csv"
COMPLAINTS = "overlastmeldingen_2026-11-16.csv"


@pytest.mark.parametrize(
    "cell",
    [
        "10-04-2026|21-04-2026",
        "10-04-2026, 21-04-2026",
        "10-04-2026,21-04-2026",
        '"10-04-2026; 21-04-2026"',
        "10-04-2026 21-04-2026",
        "10-04-2026 en 21-04-2026",
        '"10-04-2026\n21-04-2026"',
        "10-04-2026 09:30, 21-04-2026 14:00",
        "2026-04-10, 2026-04-21",
        "2026-04-10 09:30:00,123, 2026-04-21 09:30:00.5",
        "20260410, 20260421",
        "00.00.0000|10.04.2026|21.04.2026",
        '"10-04-2026 08:30 ; 21-04-2026"',
    ],
)
def test_several_days_in_one_cell(cell: str) -> None:
    content = f"verzoek_id;eenheid_id;melddatum;niet_thuis_datums\nV1;E1;2026-04-01;{cell}\n"
    mapping = '[extracts.reparatieverzoeken.date_formats]\nniet_thuis_datums = ["%Y%m%d"]'
    ((days, reasons),) = typed(content, "niet_thuis_datums, reasons", name=REPAIRS, mapping=mapping)
    assert (days, reasons) == ([date(2026, 4, 10), date(2026, 4, 21)], [])


@pytest.mark.parametrize("cell", ["10-04-2026, niet thuis", "10-04-2026, 21-04", "10-04-2026 x 21-04-2026"])
def test_a_cell_with_something_else_than_days_is_told(cell: str) -> None:
    content = f"verzoek_id;eenheid_id;melddatum;niet_thuis_datums\nV1;E1;2026-04-01;{cell}\n"
    with reading(content, name=REPAIRS) as (_, batch):
        assert batch.reasons == {"bad date niet_thuis_datums": 1}


@pytest.mark.parametrize(
    "cell", ["00.00.0000", "00-00-0000", "0000-00-00", "00000000", "0", "0000-00-00 00:00:00"]
)
def test_a_date_of_zeros_is_none(cell: str) -> None:
    content = f"overeenkomst_id;saldo;oudste_vervaldatum\nO1;1,50;{cell}\nO2;1,50;01.10.2026\n"
    read = typed(content, "oudste_vervaldatum, reasons", name=ARREARS)
    assert read == [(None, []), (date(2026, 10, 1), [])]


def test_amounts_in_whole_cents() -> None:
    mapping = '[extracts.huurachterstanden]\ncents = ["saldo"]'
    content = "overeenkomst_id;saldo\nO1;123450\nO2;-5\nO3;12,50\n"
    with reading(content, name=ARREARS, mapping=mapping) as (con, batch):
        amounts = con.execute("SELECT saldo FROM typed WHERE verdict = 'new' ORDER BY line").fetchall()
        assert amounts == [(1234.5,), (-0.05,)]
        assert batch.reasons == {"bad amount saldo": 1}


def test_only_amounts_are_in_cents() -> None:
    mapping = '[extracts.huurachterstanden]\ncents = ["incassofase"]'
    with pytest.raises(ConfigurationError, match=r"cents\.incassofase: this column does not hold amounts"):
        typed("overeenkomst_id;saldo\nO1;1,00\n", "saldo", name=ARREARS, mapping=mapping)


COMPLAINT = "zaak_id;registratiedatum;zaaktypedetailsoort_code;beklaagde_eenheid_id;"
HAPPENED = '[extracts.overlastmeldingen.columns]\nbegindatum = "GEBDAT"'


def test_a_day_of_an_event_may_have_the_header_of_a_birth() -> None:
    rows = "".join(f"Z{n};2026-11-{n:02};GEL;E{n};{n - 1:02}-11-2026\n" for n in range(2, 9))
    with reading(f"{COMPLAINT}GEBDAT\n{rows}", name=COMPLAINTS, mapping=HAPPENED) as (_, batch):
        assert (batch.rows_valid, batch.refused) == (7, {})


def test_days_of_birth_are_refused_whatever_the_mapping_says() -> None:
    rows = "".join(f"Z{n};2026-11-{n:02};GEL;E{n};{n:02}-11-19{n + 60}\n" for n in range(2, 9))
    with pytest.raises(DeliveryError, match=r"most of its days are over 15 years ago: days of birth"):
        typed(f"{COMPLAINT}GEBDAT\n{rows}", "1", name=COMPLAINTS, mapping=HAPPENED)


def test_a_code_may_have_the_header_of_a_text() -> None:
    mapping = '[extracts.overlastmeldingen.columns]\nzaaktypedetailsoort_code = "Omschrijving"'
    content = f"{COMPLAINT.replace('zaaktypedetailsoort_code', 'Omschrijving')}\nZ1;2026-11-01;GEL;E1;\n"
    assert typed(content, "zaaktypedetailsoort_code", name=COMPLAINTS, mapping=mapping) == [("GEL",)]


def test_a_condition_may_compare_a_column_called_a_text_but_never_keep_it() -> None:
    mapping = '[extracts.huurachterstanden]\nskip = [{ column = "Omschrijving", values = ["Servicekosten"] }]'
    content = "overeenkomst_id;saldo;Omschrijving\nO1;1,00;Huur\nO1;9,00;Servicekosten\n"
    assert typed(content, "overeenkomst_id, saldo", name=ARREARS, mapping=mapping) == [("O1", 1.0)]
    with pytest.raises(DeliveryError, match="nationality"):
        typed(content.replace("Omschrijving", "Nationaliteit"), "1", name=ARREARS,
              mapping=mapping.replace("Omschrijving", "Nationaliteit"))  # fmt: skip


def test_the_furthest_step_of_several_items_counts_and_an_unknown_one_before_all() -> None:
    mapping = '[extracts.huurachterstanden.combine]\nsaldo = "sum"\nincassofase = "furthest"'
    content = (
        "overeenkomst_id;saldo;incassofase\nO1;1,00;\nO1;1,00;sommatie\nO1;1,00;herinnering\n"
        "O2;1,00;vonnis\nO2;1,00;onbekend traject\n"
    )
    read = typed(content, "saldo, incassofase", name=ARREARS, mapping=mapping)
    assert read == [(3.0, "sommatie"), (2.0, "?")]


def test_an_empty_cell_may_have_a_meaning() -> None:
    mapping = '[extracts.huurachterstanden.codes.incassofase]\n"" = "geen"\n"2" = "aanmaning"'
    content = "overeenkomst_id;saldo;incassofase\nO1;1,00;\nO2;1,00;2\nO3;1,00; \n"
    read = typed(content, "incassofase", name=ARREARS, mapping=mapping)
    assert read == [("geen",), ("aanmaning",), ("geen",)]
    without = typed("overeenkomst_id;saldo\nO1;1,00\n", "incassofase", name=ARREARS, mapping=mapping)
    assert without == [(None,)]


def test_a_meaning_of_an_empty_cell_holds_where_its_condition_does_and_for_what_each_row_needs() -> None:
    mapping = (
        '[extracts.huurachterstanden.when.incassofase]\ncolumn = "soort"\nvalues = ["huur"]\n'
        '[extracts.huurachterstanden.codes.incassofase]\n"" = "geen"'
    )
    content = "overeenkomst_id;saldo;incassofase;soort\nO1;1,00;;huur\nO2;1,00;;service\n"
    assert typed(content, "incassofase", name=ARREARS, mapping=mapping) == [("geen",), (None,)]
    mapping = '[extracts.huurovereenkomsten.codes.eenheidsoort_code]\n"" = "WOO"'
    content = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum\nO1;H1;E1;;600;2020-01-01\n"
    name = "huurovereenkomsten_2026-11-16.csv"
    assert typed(content, "eenheidsoort_code, reasons", name=name, mapping=mapping) == [("WOO", [])]


def test_a_time_with_points_is_no_second_date() -> None:
    mapping = '[extracts.reparatieverzoeken.date_formats]\nniet_thuis_datums = ["%d-%m-%Y %H.%M.%S"]'
    content = "verzoek_id;eenheid_id;melddatum;niet_thuis_datums\nV1;E1;2026-04-01;05-04-2026 08.30.00\n"
    ((days,),) = typed(content, "niet_thuis_datums", name=REPAIRS, mapping=mapping)
    assert days == [date(2026, 4, 5)]
