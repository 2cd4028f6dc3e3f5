"""Test rows of another grain: open items, appointments and parts of complaints."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.installation.errors import ConfigurationError
from tests.support.one_file import reading, typed

ITEMS = """overeenkomst_id;saldo;oudste_vervaldatum;incassofase
O1;600,00;2026-09-01;aanmaning
O1;600,10;2026-10-01;aanmaning
O1;-20,00;2026-08-01;aanmaning
O2;600,00;2026-11-01;geen
O3;600,00;2026-10-01;geen
O3;600,00;2026-10-01;geen
"""
COMBINE = '[extracts.huurachterstanden.combine]\nsaldo = "sum"\noudste_vervaldatum = "earliest due"\n'
COLUMNS = "overeenkomst_id, saldo, oudste_vervaldatum"


def test_open_items_are_added() -> None:
    assert typed(ITEMS, COLUMNS, mapping=COMBINE) == [
        ("O1", 1180.1, date(2026, 9, 1)),
        ("O2", 600.0, date(2026, 11, 1)),
        ("O3", 1200.0, date(2026, 10, 1)),  # two invoices can be equal
    ]
    with reading(ITEMS, mapping=COMBINE) as (_, batch):
        assert (batch.read.records, batch.rows_read, batch.rows_valid) == (6, 3, 3)
        assert "rows combined by key: 5 into 2 (saldo, oudste_vervaldatum)" in batch.notes


def test_without_a_mapping_open_items_contradict_each_other() -> None:
    with reading(ITEMS) as (_, batch):
        assert batch.reasons == {"same key, other content": 3}


def test_an_item_that_cannot_be_read_spoils_its_sum() -> None:
    bad = ITEMS.replace("O1;600,10", "O1;veel")
    with reading(bad, mapping=COMBINE) as (con, batch):
        assert batch.reasons == {"another row of the same key cannot count": 2, "bad amount saldo": 1}
        assert con.execute(
            "SELECT overeenkomst_id FROM typed WHERE verdict = 'new' ORDER BY 1"
        ).fetchall() == [("O2",), ("O3",)]


def test_an_item_with_a_bad_value_in_another_column_spoils_its_sum_too() -> None:
    items = "overeenkomst_id;saldo;oudste_vervaldatum;laatste_betaaldatum\nO1;600,00;2026-09-01;\nO1;600,00;2026-10-01;gisteren\n"
    with reading(items, mapping=COMBINE) as (_, batch):
        assert (batch.rows_valid, batch.rows_quarantined) == (0, 2)


def test_items_that_are_not_due_yet_are_no_arrears() -> None:
    ahead = ITEMS + "O2;600,00;2026-12-01;geen\nO4;600,00;2026-12-01;geen\n"
    assert typed(ahead, COLUMNS, mapping=COMBINE) == typed(ITEMS, COLUMNS, mapping=COMBINE)
    with reading(ahead, mapping=COMBINE) as (_, batch):
        assert (batch.read.records, batch.rows_read, batch.rows_valid, batch.reasons) == (8, 3, 3, {})
        assert "items that are not due yet passed over: 2" in batch.notes
    for mistyped in ("O2;600,00;2062-12-01;geen", "O2;veel;2026-12-01;geen"):
        with reading(f"{ITEMS}{mistyped}\n", mapping=COMBINE) as (_, batch):
            assert (batch.rows_valid, batch.rows_quarantined) == (2, 2)
    with reading(ahead) as (_, batch):
        assert batch.reasons["date too late oudste_vervaldatum"] == 2, "without the word of a mapping"


def test_items_that_differ_in_a_column_without_a_rule_contradict_each_other() -> None:
    with reading(ITEMS.replace("-20,00;2026-08-01;aanmaning", "-20,00;2026-08-01;geen"), mapping=COMBINE) as (
        _,
        batch,
    ):
        assert batch.reasons == {"same key, other content": 3}


APPOINTMENTS = """verzoek_id;eenheid_id;melddatum;status_code;niet_thuis_datums
V1;E1;2026-10-01 09:00;INB;2026-10-05
V1;E1;2026-10-01 09:00;INB;2026-10-12|2026-10-05
V1;E1;2026-10-01 09:00;INB;
V2;E2;2026-10-01 09:00;INB;2026-10-07
V3;E3;2026-10-01 09:00;INB;
V3;E3;2026-10-01 09:00;INB;
"""
REPAIRS = "reparatieverzoeken_2026-11-16.csv"


def test_days_of_several_appointments_are_put_together() -> None:
    with reading(APPOINTMENTS, name=REPAIRS) as (con, batch):
        rows = con.execute(
            "SELECT verzoek_id, niet_thuis_datums FROM typed WHERE verdict = 'new' ORDER BY line"
        ).fetchall()
        assert rows == [
            ("V1", [date(2026, 10, 5), date(2026, 10, 12)]),
            ("V2", [date(2026, 10, 7)]),
            ("V3", None),
        ]
        assert (batch.rows_read, batch.rows_duplicate, batch.rows_quarantined) == (4, 1, 0)
        assert "rows combined by key: 3 into 1 (niet_thuis_datums)" in batch.notes


def test_appointments_with_a_status_each_need_a_rule() -> None:
    mixed = APPOINTMENTS.replace("INB;2026-10-05\n", "AFG;2026-10-05\n")
    with reading(mixed, name=REPAIRS) as (_, batch):
        assert batch.reasons == {"same key, other content": 3}
    mapping = '[extracts.reparatieverzoeken.combine]\nstatus_code = "first"\nniet_thuis_datums = "dates"'
    assert typed(mixed, "verzoek_id, status_code", name=REPAIRS, mapping=mapping)[0] == ("V1", "AFG")


COMPLAINTS = """zaak_id;hoofdzaak_id;beklaagde_eenheid_id;registratiedatum;zaaktypedetailsoort_code
B1;B0;E1;2026-10-20 10:00;STA
B0;;E1;2026-10-20 10:00;VUI
B2;B0;E1;2026-10-20 10:05;GEL
C1;C0;E2;2026-10-20 10:00;STA
C2;C0;E2;2026-10-20 10:05;GEL
C3;C0;E3;2026-10-20 10:05;GEL
D0;D0;E4;2026-10-20 10:00;STA
"""


def test_parts_of_a_complaint_count_with_their_whole() -> None:
    with reading(COMPLAINTS, name="overlastmeldingen_2026-11-16.csv") as (con, batch):
        rows = con.execute(
            "SELECT zaak_id, beklaagde_eenheid_id, zaaktypedetailsoort_code FROM typed ORDER BY line"
        ).fetchall()
        assert rows == [("B0", "E1", "VUI"), ("C0", "E2", "STA"), ("C0", "E3", "GEL"), ("D0", "E4", "STA")]
        assert (batch.rows_read, batch.rows_valid) == (4, 4)
        assert "parts of complaints that count with their whole: 3" in batch.notes


@pytest.mark.parametrize("rule", ['saldo = "dates"', 'incassofase = "sum"', 'laatste_betaaldatum = "most"'])
def test_a_rule_that_does_not_fit_its_column_is_refused(rule: str) -> None:
    with (
        pytest.raises(ConfigurationError, match="combine"),
        reading(ITEMS, mapping=f"[extracts.huurachterstanden.combine]\n{rule}"),
    ):
        pass


def test_an_amount_without_a_rule_is_refused_since_equal_ones_would_count_once() -> None:
    rule = '[extracts.huurachterstanden.combine]\noudste_vervaldatum = "earliest due"'
    with pytest.raises(ConfigurationError, match='add `saldo = "sum"`'), reading(ITEMS, mapping=rule):
        pass
