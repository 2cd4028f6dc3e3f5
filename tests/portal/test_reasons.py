"""Test that the analyst reads every reason for quarantine in Dutch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.parsing import address, batch, combine, rows
from portal.analyst.reasons import COLUMN, WHOLE, in_words, to_ask


def test_every_reason_of_the_pipeline_has_words():
    written = Path(rows.__file__).read_text(encoding="utf-8")
    codes = re.findall(r'refuse\(\s*f?"[^"]*"(?: \+ "[^"]*")?,\s*"([^"]+)"', written)
    assert len(codes) >= 8
    assert {*codes, rows.FOREIGN} <= COLUMN.keys()
    assert {address.NO_HOME, batch.BROKEN, combine.SPOILT} <= WHOLE.keys()


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ("bad date begindatum", "begindatum is geen datum"),
        ("missing huurder_id or eenheid_id", "huurder_id of eenheid_id is niet ingevuld"),
        ("same key, other content, too long naam", "zelfde sleutel, andere inhoud, naam is te lang"),
        ("wrong number of fields: 5 fields, header has 6", "verkeerd aantal velden"),
        ("something of a later version", "something of a later version"),
    ],
)
def test_a_reason_is_put_into_words(reasons, words):
    assert in_words(reasons) == words


def test_the_analyst_reads_what_to_ask_the_supplier_once_for_each_reason():
    assert to_ask("bad date begindatum, bad date einddatum, too long naam") == (
        "Lever begindatum als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026. "
        "Lever einddatum als datum, in dezelfde vorm als de andere rijen, zoals 23-11-2026. Kort naam in."
    )
    assert to_ask("same key, other content, same key, other content").count("Lever") == 1
    assert to_ask("something of a later version") == ""
    assert all(str(reason.ask).endswith(".") for reason in (*COLUMN.values(), *WHOLE.values()))
