"""Test that each code of a contract has its Dutch words."""

from __future__ import annotations

import tomllib
from pathlib import Path

from features.catalogue.repairs import NEGLECT
from models.words import clauses
from portal.casework.codes import Worries

CONTRACTS = Path(__file__).resolve().parents[3] / "data/contracts"


def test_every_worry_of_the_contract_has_its_clause_and_its_choice_in_the_portal():
    contract = tomllib.loads((CONTRACTS / "meldingen_medewerkers.toml").read_text(encoding="utf-8"))
    kinds = contract["columns"]["zorg"]["values"]
    assert {*clauses._WORRIES, "overig"} == set(kinds)
    assert Worries.values == kinds


def test_every_defect_that_counts_as_neglect_has_its_word():
    assert set(NEGLECT) <= set(clauses._DEFECTS), (
        "a sentence that names only some kinds reads as if it named all"
    )
