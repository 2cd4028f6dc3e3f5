"""Test mappings that join columns, leave out rows, derive a code from several columns, or map to nothing."""

from __future__ import annotations

import pytest

from pipelines.installation.errors import ConfigurationError, DeliveryError
from tests.support.one_file import reading, typed

REGISTER = "huurovereenkomsten_2026-11-16.csv"
CONTENT = """overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;brutohuur;begindatum;Voorletters;Achternaam;huisnummer;Toev;Status
K1;H1;E1;WOO;600;2020-01-01;A.;Voorbeeld;23;-3;Definitief
K2;H2;E2;WOO;600;2020-01-01;;Anders;23;;concept
K3;H3;E3;WOO;600;2020-01-01;B.;Elders;7;/A-;Definitief
"""
COLUMNS = """[extracts.huurovereenkomsten.columns]
naam = ["Voorletters", "Achternaam"]
huisnummertoevoeging = "Toev"
"""


def test_columns_are_joined() -> None:
    names = [name for (name,) in typed(CONTENT, "naam", name=REGISTER, mapping=COLUMNS)]
    assert names == ["A. Voorbeeld", "Anders", "B. Elders"]
    with pytest.raises(
        DeliveryError, match=r"column 'Achternam' for overeenkomst_id \(nearest: 'Achternaam'\)"
    ):
        typed(
            CONTENT,
            "1",
            name=REGISTER,
            mapping='[extracts.huurovereenkomsten.columns]\novereenkomst_id = ["Status", "Achternam"]',
        )


def test_an_addition_loses_the_signs_around_it() -> None:
    read = typed(CONTENT, "huisnummer, huisnummertoevoeging", name=REGISTER, mapping=COLUMNS)
    assert read == [("23", "3"), ("23", None), ("7", "A")]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ('only = [{ column = "status", values = ["definitief"] }]', ["K1", "K3"]),
        ('skip = [{ column = "Status", values = ["Concept"] }]', ["K1", "K3"]),
        (
            'skip = [{ column = "Status", values = ["Concept"] }, { column = "Toev", values = ["-3"] }]',
            ["K3"],
        ),
    ],
)
def test_rows_are_left_out(condition: str, kept: list[str]) -> None:
    mapping = f"[extracts.huurovereenkomsten]\n{condition}"
    with reading(CONTENT, name=REGISTER, mapping=mapping) as (con, batch):
        assert [
            i for (i,) in con.execute("SELECT overeenkomst_id FROM typed ORDER BY line").fetchall()
        ] == kept
        assert (batch.rows_read, f"rows that the mapping leaves out: {3 - len(kept)}" in batch.notes) == (
            len(kept),
            True,
        )
        assert "Status" not in batch.ignored


def test_a_condition_on_a_missing_column_is_refused() -> None:
    mapping = '[extracts.huurovereenkomsten]\nonly = [{ column = "Fase", values = ["1"] }]'
    with pytest.raises(
        DeliveryError,
        match="Column 'Fase', which the mapping reads for a condition or an address, is not in the file",
    ):
        typed(CONTENT, "1", name=REGISTER, mapping=mapping)


def test_a_code_from_several_columns() -> None:
    content = "overeenkomst_id;saldo;Niveau;Deurwaarder\nO1;1,00;2;\nO2;1,00;2;J\nO3;1,00;;\n"
    mapping = """[extracts.huurachterstanden.columns]
incassofase = ["Niveau", "Deurwaarder"]
[extracts.huurachterstanden.codes.incassofase]
"2 + " = "aanmaning"
"2 + J" = "deurwaarder"
"""
    assert typed(content, "incassofase", mapping=mapping) == [("aanmaning",), ("deurwaarder",), (None,)]


def test_a_value_mapped_to_nothing_is_missing() -> None:
    content = "overeenkomst_id;saldo;incassofase\nO1;1,00;n.v.t.\nO2;1,00;geen\n"
    mapping = '[extracts.huurachterstanden.codes.incassofase]\n"n.v.t." = ""'
    with reading(content, mapping=mapping) as (con, batch):
        assert con.execute("SELECT incassofase FROM typed ORDER BY line").fetchall() == [(None,), ("geen",)]
        assert (batch.unmapped, batch.reasons) == ((), {})
    required = '[extracts.huurovereenkomsten.codes.eenheidsoort_code]\n"x" = ""'
    with pytest.raises(ConfigurationError, match="maps to nothing, but each row needs a value"):
        typed(CONTENT, "1", name=REGISTER, mapping=required)


def test_a_mapping_that_leaves_out_every_row_is_refused() -> None:
    mapping = '[extracts.huurovereenkomsten]\nonly = [{ column = "Status", values = ["Vervallen"] }]'
    with pytest.raises(DeliveryError, match="leaves out every row"):
        typed(CONTENT, "1", name=REGISTER, mapping=mapping)


def test_several_columns_of_dates_become_one_list() -> None:
    content = (
        "verzoek_id;eenheid_id;melddatum;Bezoek1;Bezoek2\n"
        "1;E1;2026-10-01;3-10-2026 0:00:00;14-10-2026 0:00:00\n"
        "2;E2;2026-10-02;;15-10-2026 0:00:00\n"
        "3;E3;2026-10-03;;\n"
    )
    mapping = '[extracts.reparatieverzoeken.columns]\nniet_thuis_datums = ["Bezoek1", "Bezoek2"]'
    read = typed(content, "niet_thuis_datums", name="reparatieverzoeken_2026-11-16.csv", mapping=mapping)
    assert [[str(day) for day in days or ()] for (days,) in read] == [
        ["2026-10-03", "2026-10-14"],
        ["2026-10-15"],
        [],
    ]


def test_one_file_of_several_extracts_is_read_by_the_rows_that_only_names() -> None:
    content = (
        "kind;id;home;tenancy;day;amount;type\n"
        "arrears;;;K1;2026-11-16;650,00;\n"
        "complaint;Z1;E2;;2026-11-12;;GEL\n"
    )
    mapping = """[extracts.overlastmeldingen.columns]
zaak_id = "id"
registratiedatum = "day"
beklaagde_eenheid_id = "home"
zaaktypedetailsoort_code = "type"

[extracts.huurachterstanden.columns]
overeenkomst_id = "tenancy"
saldo = "amount"
"""
    name = "huurachterstanden_2026-11-16.csv"
    with pytest.raises(DeliveryError, match="looks like overlastmeldingen"):
        typed(content, "1", name=name, mapping=mapping)
    only = '[extracts.huurachterstanden]\nonly = [{ column = "kind", values = ["arrears"] }]\n'
    assert typed(content, "overeenkomst_id", name=name, mapping=only + mapping) == [("K1",)]
