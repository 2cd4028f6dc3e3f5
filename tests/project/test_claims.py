"""Test that no page, template or help text claims more of the list than docs/evaluation.json shows.

A sentence that calls the list better than something, or says that it prevents something, must be a question, a condition, a
denial, or be true by the evaluation's own verdicts: on every data set, the public ones as well.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERDICTS = {
    (name, card): verdict
    for name, data in json.loads((ROOT / "docs" / "evaluation.json").read_text(encoding="utf-8")).items()
    for card, verdict in data.get("verdicts", {}).items()
}
SHOWN = all(verdict.startswith("Yes") for verdict in VERDICTS.values())
PUBLIC = ("fines", "chicago", "groningen", "uci_credit_default")
GENERATED = {"evaluation.md", "model-card.md", "performance.md"}
"""Rendered from the evaluation itself, verdict by verdict, or about speed."""
SUBJECT = r"(waakvlam|list|card|model|points|visit|coach|lijst|kaart|punten|bezoek)"
CLAIM = re.compile(
    rf"\b{SUBJECT}s?\b[^.|]*\b(beats?|outperforms?|(is|does|works?|finds?) (more|better|earlier)|prevents?|proven|works"
    r"|voorkomt|voorkwam|bewezen|werkt( echt| goed)?|(vindt|ziet|is|doet) (vaker|meer|beter|eerder)|beter dan|vaker dan)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"\?|\b(only if|if|whether|unless|not|no|cannot|nothing|alleen als|als|niet|geen|nooit|niemand|hoeveel)\b",
    re.IGNORECASE,
)
OTHER = re.compile(r"test|engine|lock|portal|verb|command|delivery|Mondays?|offline|phone", re.IGNORECASE)
"""The sentence is about software that works, not about people who are found."""


def claims(text: str) -> list[str]:
    """Return the sentences and table cells of a text that claim quality or effect without a condition or a denial."""
    plain = re.sub(r"`[^`]*`|<[^>]+>|\{[{%].*?[%}]\}", " ", text)
    joined = re.sub(r"(?<![|\s])\n(?![\n|#-])", " ", plain)
    sentences = re.split(r"(?<=[.!?])\s+|\n|\|", joined)
    return [
        " ".join(one.split())
        for one in sentences
        if CLAIM.search(one) and not HEDGED.search(one) and not OTHER.search(one)
    ]


def pages() -> list[Path]:
    actual = [
        ROOT / "README.md",
        *(p for p in sorted((ROOT / "docs").glob("*.md")) if p.name not in GENERATED),
    ]
    for folder in ("pipelines", "portal"):
        actual += sorted((ROOT / folder).rglob("*.html"))
    actual += sorted((ROOT / "pipelines" / "cli").glob("*.py"))
    actual += [ROOT / "publiccode.yml", *sorted((ROOT / "data").rglob("*.toml"))]
    actual += [*sorted((ROOT / "notebooks").glob("*.ipynb")), *sorted((ROOT / "portal").rglob("*.txt"))]
    return [*actual, *sorted((ROOT / "pipelines" / "evidence").glob("*_texts.py"))]


def sentences_of_code() -> dict[Path, str]:
    """Return what pages of the portal and reports say from Python: its texts of several words, without docstrings."""
    files = [*(ROOT / "portal").rglob("*.py"), *(ROOT / "pipelines" / "publishing").rglob("*.py")]
    return {path: "\n".join(_texts(path)) for path in sorted(files)}


def _texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in alone)
    return [node.value for node in constants if isinstance(node.value, str) and node.value.count(" ") > 2]


@pytest.mark.parametrize(
    "text",
    [
        "The list beats the best simple rule.",
        "Waakvlam prevents evictions.",
        "Of all rankings the card finds more of the people.",
        "| de lijst vindt vaker mensen dan de beste simpele regel | x |",
        "Een bezoek voorkomt ontruiming.",
        "The card finds more\nthan sorting by arrears.",
    ],
)
def test_a_claim_is_seen(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "Does the list beat the best simple rule?",
        "It is not shown that the card beats sorting by amount.",
        "De lijst vindt vaker mensen, alleen als uw eigen backtest dat laat zien.",
        "The list holds addresses. Sorting by arrears finds them too.",
    ],
)
def test_a_question_a_condition_and_a_denial_are_no_claim(text: str) -> None:
    assert not claims(text)


def test_the_verdicts_cover_public_data() -> None:
    assert set(PUBLIC) <= {name for name, _ in VERDICTS}
    assert len(VERDICTS) > 20


def test_nothing_is_claimed_that_the_evaluation_does_not_show() -> None:
    actual = {
        path.relative_to(ROOT).as_posix(): lines
        for path in pages()
        if (lines := claims(path.read_text(encoding="utf-8")))
    }
    actual |= {
        path.relative_to(ROOT).as_posix(): lines
        for path, text in sentences_of_code().items()
        if (lines := claims(text))
    }
    assert len(pages()) > 200
    assert sum(map(len, sentences_of_code().values())) > 10_000
    assert SHOWN or not actual, actual


def test_the_manager_reads_what_public_data_show() -> None:
    """While a verdict on public data is no, the page for the manager says that it is not shown there."""
    text = (ROOT / "docs" / "manager.md").read_text(encoding="utf-8")
    refused = [
        name for (name, _), verdict in VERDICTS.items() if name in PUBLIC and not verdict.startswith("Yes")
    ]
    assert bool(refused) == ("op openbare gegevens is dat niet aangetoond" in text)
