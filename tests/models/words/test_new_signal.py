"""A new signal needs one entry in the catalogue: the card scores it and the coach reads its own clause."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import ibis
import pytest

from features import catalogue
from features import compile as compiler
from features.catalogue import repairs
from features.signal import FAMILIES, Absence, Clause, Phrase, Signal
from models.card.scorecard import load
from models.errors import ScorecardError
from models.words.clauses import WRITERS
from models.words.reasons import reasons
from tests.support.history import ALL, AS_OF, connection, fetch, given, staged

BANDS = [{"below": 1, "points": 0}, {"below": 2, "points": 3}, {"below": None, "points": 8}]
NEW = Signal(
    name="requests_730d",
    source=repairs.SOURCE,
    family="repairs",
    question="Hoeveel reparatieverzoeken zijn er in twee jaar?",
    unit="verzoeken",
    absence=Absence.ZERO,
    direction=+1,
    caveat="Alleen voor deze test.",
    expression=lambda t: t.requests_365d.sum(),
    reason=Phrase("{value} reparatieverzoek in een jaar", "{value} reparatieverzoeken in een jaar"),
)
THREE_REQUESTS = """
gebeurd_op | defectsoort_code
2026-03-01 | SCH
2026-05-01 | LEK
2026-06-01 | SLO
"""


@pytest.fixture
def add(monkeypatch, tmp_path):
    """Add a signal to the catalogue and read a card that scores it, beside a signal that has points already."""

    def adding(signal: Signal, **more: Any):
        monkeypatch.setitem(catalogue.BY_NAME, signal.name, signal)
        members = catalogue.BY_FAMILY[signal.family]
        monkeypatch.setitem(catalogue.BY_FAMILY, signal.family, (*members, signal.name))
        monkeypatch.setattr(compiler, "_ITEMS", (*compiler._ITEMS, signal))
        monkeypatch.setattr(compiler, "COLUMNS", (*compiler.COLUMNS, signal.name))
        why = "A reason that can be looked up somewhere."
        terms = [
            {"signal": name, "why": why, "bands": BANDS} | more for name in ("neglect_365d", signal.name)
        ]
        path = tmp_path / "card.json"
        path.write_text(json.dumps({"name": "try", "version": "1", "terms": terms}), encoding="utf-8")
        return load(path)

    return adding


def test_the_card_scores_it_and_the_coach_reads_it(add):
    card = add(NEW)
    given(reparatieverzoeken=THREE_REQUESTS)
    query = compiler.features(staged(), AS_OF, ALL, compiler.COLUMNS)
    row = next(row for row in fetch(connection().compile(query)) if row["overeenkomst_id"] == "A")
    table = ibis.memtable({name: [row[name]] for name in ("neglect_365d", NEW.name)} | _key())
    scored = ibis.duckdb.connect().to_pyarrow(card.points(table)).to_pylist()[0]
    assert (scored["points_neglect_365d"], scored[f"points_{NEW.name}"], scored["score"]) == (3, 8, 11)
    assert reasons(row | scored | {"as_of": AS_OF}) == [
        "Drie reparatieverzoeken in een jaar; één reparatieverzoek over schimmel op 1 maart "
        "(kan ook aan de woning liggen)."
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_on_its_own_it_says_nothing_of_the_other_signals_of_its_family(add, family):
    add(replace(NEW, family=family))
    assert reasons({f"points_{NEW.name}": 3, NEW.name: 1}) == ["Eén reparatieverzoek in een jaar."]


def test_a_new_family_has_a_sentence_of_its_own(add, monkeypatch):
    monkeypatch.setitem(FAMILIES, "keys", "Sleutels")
    monkeypatch.setitem(catalogue.BY_FAMILY, "keys", ())
    add(replace(NEW, family="keys"))
    row = {f"points_{NEW.name}": 3, NEW.name: 0, "points_worries_90d": 9, "worries_90d": 1}
    assert reasons(row) == ["Eén zorg doorgegeven.", "Geen reparatieverzoeken in een jaar."]


def test_an_unknown_value_is_called_unknown(add):
    add(NEW, missing=1)
    row = {f"points_{NEW.name}": 1, NEW.name: None}
    assert reasons(row) == ["Niet bekend: hoeveel reparatieverzoeken zijn er in twee jaar."]


@pytest.mark.parametrize(
    ("phrase", "value", "text"),
    [
        (Phrase("{value} maand te laat", "{value} maanden te laat"), 1.5, "1,5 maanden te laat."),
        (Phrase("{value} maand te laat", "{value} maanden te laat"), 0.04, "0,04 maanden te laat."),
        (Phrase("{euro} aan kosten", "{euro} aan kosten"), 1240.0, "€ 1.240 aan kosten."),
    ],
)
def test_a_value_is_written_as_dutch(add, phrase, value, text):
    add(replace(NEW, reason=phrase))
    assert reasons({f"points_{NEW.name}": 1, NEW.name: value}) == [text]


def test_a_scored_signal_without_a_reason_is_refused_by_name(add):
    with pytest.raises(ScorecardError, match=r"requests_730d: .*Add reason=Phrase\(.*features/catalogue"):
        add(replace(NEW, reason=None))


def test_a_reason_that_names_no_clause_is_refused(add):
    with pytest.raises(ScorecardError, match="requests_730d"):
        add(replace(NEW, reason="stornos"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["{name} keer", "keer", "{value} en {value}", "{value} keer.", "Al {value} keer"]
)
def test_a_phrase_that_would_not_fit_a_sentence_is_refused(text):
    with pytest.raises(ValueError, match="phrase"):
        Phrase(text, "{value} keer")


def test_every_clause_has_a_function_that_writes_it():
    assert list(WRITERS) == list(Clause)


def _key() -> dict[str, list[str]]:
    return {"corporatie_id": ["C"], "overeenkomst_id": ["A"], "as_of": ["2026-11-16"]}
