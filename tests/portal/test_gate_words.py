"""Test that the analyst reads in Dutch what every figure of the gate measures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import gate
from pipelines.gate.lost_columns import SUFFIX
from portal.analyst.gate_words import KINDS, meaning, quantity
from portal.analyst.reasons import COLUMN

HERE = Path(gate.__file__).parent
FIGURE = re.compile(
    r"(\w+\.)*\w+\.(share|rows|most|median|correlation|age_days|days_back|ratio_to_previous|valid)"
)
PAIRS = {"x.x.most": ("huurder_id.eenheid_id.most", "eenheid_id.overeenkomst_id.most")}
"""The two figures about two columns, each with its own words."""


def figures_of_the_gate() -> Iterator[str]:
    """Yield the name of each figure in the code of the gate, with x for what is filled in."""
    for path in sorted(HERE.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        parts = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            text = ""
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                text = node.value
            if FIGURE.fullmatch(text):
                yield text


def test_every_figure_of_the_gate_has_words():
    found = {*figures_of_the_gate(), "rows", f"x{SUFFIX}"}
    assert len(found) >= 50
    set_apart = {f"{code.replace(' ', '_')}_saldo.share" for code in COLUMN}
    names = {*found, *PAIRS["x.x.most"], *set_apart} - PAIRS.keys() - {"x.share"}
    assert sorted(name for name in names if not meaning(name)) == []
    assert "x.share" in found  # the share of a reason, whose name is that of the reason


def test_every_kind_of_words_is_of_a_figure():
    endings = {name.split(".", 1)[1] for name in (*figures_of_the_gate(), f"x{SUFFIX}") if "." in name}
    assert KINDS.keys() - endings == set()


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("rows.ratio_to_previous", "Aantal rijen, gedeeld door dat van de vorige levering"),
        ("saldo.ratio_to_previous", "Som van saldo, gedeeld door die van een eerdere lijst"),
        ("saldo.median.ratio_to_previous", "Middelste waarde van saldo, gedeeld door die van de vorige levering"),
        ("bad_amount_saldo.share", "Deel van de rijen: saldo is geen bedrag"),
        ("same_key,_other_content.share", "Deel van de rijen: zelfde sleutel, andere inhoud"),
        ("something.of.later", ""),
    ],
)  # fmt: skip
def test_a_figure_is_put_into_words(figure, words):
    assert meaning(figure) == words


@pytest.mark.parametrize(
    ("figure", "value", "limit", "words"),
    [
        ("quarantined.share", 0.342, 0.05, "34,2%"),
        ("quarantined.share", 0.05, 0.05, "5%"),
        ("quarantined.share", 0.0504, 0.05, "5,04%"),
        ("rows.ratio_to_previous", 0.7123, 0.8, "0,712"),
        ("rows", 0.0, 1.0, "0"),
        ("rows", None, 1.0, "–"),
    ],
)
def test_a_share_reads_as_a_percentage_and_never_as_the_limit_that_it_passes(figure, value, limit, words):
    assert quantity(figure, value, limit) == words
