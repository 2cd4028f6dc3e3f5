"""Test the mapping lines that `waakvlam check` proposes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.drafting.proposals import Proposal, proposals
from pipelines.installation.contracts import contracts
from pipelines.parsing.codes import nearest_code
from tests.support.deliveries import make_workspace, put, waakvlam
from tests.support.one_file import reading, typed


def proposed(
    content: str, name: str = "huurachterstanden_2026-11-16.csv", mapping: str = ""
) -> tuple[Proposal, ...]:
    with reading(content, name=name, mapping=mapping) as (con, batch):
        return proposals(con, batch)


def test_rows_per_due_date_of_which_some_lie_ahead() -> None:
    rows = "\n".join(f"O{number};600,00;2026-1{1 + number % 2}-01" for number in range(1, 9))
    content = f"overeenkomst_id;saldo;oudste_vervaldatum\n{rows}\n"
    (actual,) = proposed(content)
    assert "4 rows have a oudste_vervaldatum after the day of the list" in actual.sentence
    mapping = "\n".join(actual.lines)
    assert typed(content, "overeenkomst_id", mapping=mapping) == [("O2",), ("O4",), ("O6",), ("O8",)]
    assert proposed(content, mapping=mapping) == ()


ITEMS = """overeenkomst_id;saldo;oudste_vervaldatum;incassofase
O1;600,00;2026-09-01;geen
O1;600,00;2026-10-01;geen
O2;600,00;2026-10-01;geen
O2;300,00;2026-10-01;geen
"""


def test_rows_per_open_item() -> None:
    (actual,) = proposed(ITEMS)
    assert (
        "4 rows share their key with another row and differ in saldo, oudste_vervaldatum" in actual.sentence
    )
    lines = ("[extracts.huurachterstanden.combine]", 'saldo = "sum"', 'oudste_vervaldatum = "earliest due"')
    assert sorted(actual.lines) == sorted(lines)
    mapping = "\n".join(actual.lines)
    assert [saldo for (saldo,) in typed(ITEMS, "saldo", mapping=mapping)] == [1200.0, 900.0]
    assert proposed(ITEMS, mapping=mapping) == ()


def test_equal_open_items_are_proposed_to_be_added_too() -> None:
    items = "overeenkomst_id;saldo;oudste_vervaldatum\nO1;600,00;2026-09-01\nO1;600,00;2026-10-01\n"
    (actual,) = proposed(items)
    assert 'saldo = "sum"' in actual.lines
    assert typed(items, "saldo", mapping="\n".join(actual.lines)) == [(1200.0,)]


def test_equal_rows_of_an_arrears_list_may_be_open_items() -> None:
    items = "overeenkomst_id;saldo\nO1;600,00\nO1;600,00\n"
    (actual,) = proposed(items)
    assert "1 rows are equal to another row and count once" in actual.sentence
    assert typed(items, "saldo", mapping="\n".join(actual.lines)) == [(1200.0,)]


def test_days_that_mean_no_date() -> None:
    head = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum;einddatum\n"
    rows = [
        f"O{n};H{n};E{n};WOO;600;2015-03-01;{('2999-12-31', '31-12-1899', '')[n % 3]}\n" for n in range(9)
    ]
    content, register = head + "".join(rows), "huurovereenkomsten_2026-11-16.csv"
    (actual,) = proposed(content, register)
    assert "1899-12-31 in einddatum (3 rows); 2999-12-31 in einddatum (3 rows)" in actual.sentence
    assert actual.lines == ("[reading]", 'no_dates = ["1899-12-31", "2999-12-31"]')
    mapping = "\n".join(actual.lines)
    assert typed(content, "einddatum", name=register, mapping=mapping) == [(None,)] * 9
    assert proposed(content, register, mapping) == ()


def test_total_rows() -> None:
    (actual,) = proposed("overeenkomst_id;saldo\nO1;1,00\nTotaal;1,00\n")
    assert actual.lines == ("[reading]", 'total_words = ["Totaal", "Subtotaal"]')


def test_complaints_that_may_be_parts_of_one() -> None:
    content = "zaak_id;beklaagde_eenheid_id;registratiedatum\nC0;E1;2026-10-20 10:00\nC1;E1;2026-10-20 10:00\nD0;E2;2026-10-20 10:00\n"
    (actual,) = proposed(content, "overlastmeldingen_2026-11-16.csv")
    assert ("2 rows about 1 homes" in actual.sentence, actual.lines[1]) == (True, 'hoofdzaak_id = "..."')


@pytest.mark.dear
def test_check_prints_the_proposals(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    file = put(place, "huurachterstanden_2026-11-16.csv", ITEMS)
    said = waakvlam(place, "check", file)
    assert said.code == 1
    assert (
        '[extracts.huurachterstanden.combine]\n  saldo = "sum"\n  oudste_vervaldatum = "earliest due"'
        in said.out
    )
    assert "The codes of" not in said.out
    (actual,) = json.loads(waakvlam(place, "check", file, "--json").out)["proposals"]
    assert actual["mapping"][0] == "[extracts.huurachterstanden.combine]"


@pytest.mark.parametrize(
    ("extract", "column", "value", "code"),
    [
        ("overlastmeldingen", "zaaktypedetailsoort_code", "Geluidsoverlast", "GEL"),
        ("overlastmeldingen", "zaaktypedetailsoort_code", "geluids-overlast", "GEL"),
        ("overlastmeldingen", "zaaktypedetailsoort_code", "Geluid", "GEL"),
        ("overlastmeldingen", "zaaktypedetailsoort_code", "Agressie", "AGR"),
        ("overlastmeldingen", "zaaktypedetailsoort_code", "GE", ""),
        ("huurachterstanden", "regeling_status_code", "Beeindigd", "BEE"),
        ("huurachterstanden", "regeling_status_code", "Actief", "ACT"),
        ("huurachterstanden", "incassofase", "Ontruiming aangezegd", "ontruiming_aangezegd"),
        ("huurachterstanden", "incassofase", "Aanmaningen", "aanmaning"),
        ("huurachterstanden", "incassofase", "Brief 2", ""),
        ("huurovereenkomsten", "betaalwijze_code", "AI", ""),
    ],
)
def test_codes_are_proposed_by_their_names(extract: str, column: str, value: str, code: str) -> None:
    assert nearest_code(contracts()[extract].columns[column], value) == code


def test_items_that_are_not_rent_are_proposed_to_be_left_out() -> None:
    """A description that occurs once, or holds digits, may name a person: it is not shown."""
    kinds = [
        "Huur",
        "Huur",
        "Afrekening servicekosten 2025",
        "Servicekosten",
        "Servicekosten",
        "Schade J. Jansen",
    ]
    rows = [f"O{n};{100 * n},00;{kind}\n" for n, kind in enumerate(kinds, 1)]
    content = "overeenkomst_id;saldo;Soort\n" + "".join(rows)
    (actual,) = proposed(content)
    assert "Column Soort names items that are not rent: Servicekosten (2 rows)." in actual.sentence
    assert "Jansen" not in actual.sentence and "2025" not in actual.sentence
    mapping = "\n".join(actual.lines)
    assert typed(content, "saldo", mapping=mapping) == [(100.0,), (200.0,), (300.0,), (600.0,)]
    assert proposed(content, mapping=mapping) == ()


def test_whole_amounts_out_of_range_may_be_cents() -> None:
    content = "overeenkomst_id;saldo\n" + "".join(f"O{n};{n}144300\n" for n in range(1, 6))
    (actual,) = proposed(content)
    assert actual.lines == ("[extracts.huurachterstanden]", 'cents = ["saldo"]')
    assert typed(content, "saldo", mapping="\n".join(actual.lines))[0] == (11443.0,)
    assert proposed(content, mapping="\n".join(actual.lines)) == ()
    assert proposed("overeenkomst_id;saldo\nO1;700\nO2;600\n") == ()


def test_a_word_in_the_place_of_many_dates() -> None:
    rows = "".join(f"O{n};6{n},00;{'n.v.t.' if n % 2 else '2026-09-01'}\n" for n in range(8))
    content = f"overeenkomst_id;saldo;oudste_vervaldatum\n{rows}"
    (actual,) = proposed(content)
    assert 'These are not dates: "n.v.t." in oudste_vervaldatum (4 rows)' in actual.sentence
    assert actual.lines == ("[reading]", 'null_values = ["n.v.t."]')
    assert len(typed(content, "saldo", mapping="\n".join(actual.lines))) == 8


def test_a_text_that_may_name_a_person_is_no_word_for_no_date() -> None:
    """One row with a text, or a text with figures, is not shown."""
    content = "overeenkomst_id;saldo;oudste_vervaldatum\nO1;1,00;Zznaam\nO2;1,00;2026-09-01\nO3;2,00;31-02-2026\nO4;2,00;31-02-2026\n"
    assert proposed(content) == ()


def test_a_tenant_number_on_many_homes_may_stand_for_nobody() -> None:
    head = "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum\n"
    rows = "".join(f"O{n};{'777' if n < 8 else f'H{n}'};E{n};WOO;600;2015-03-01\n" for n in range(12))
    (actual,) = proposed(head + rows, "huurovereenkomsten_2026-11-16.csv")
    assert actual.lines == ("[reading]", 'nobody = ["777"]')
    assert proposed(head + rows, "huurovereenkomsten_2026-11-16.csv", "\n".join(actual.lines)) == ()


@pytest.mark.dear
def test_check_names_the_codes_that_it_asks_for(tmp_path: Path) -> None:
    place = make_workspace(tmp_path / "home")
    rows = "".join(f"Z{n};2026-10-2{n};E{n};X9\n" for n in range(4))
    content = f"zaak_id;registratiedatum;beklaagde_eenheid_id;zaaktypedetailsoort_code\n{rows}"
    said = waakvlam(place, "check", put(place, "overlastmeldingen_2026-11-16.csv", content))
    assert "The codes of zaaktypedetailsoort_code: AGR Agressie" in said.out
