"""Test that the page on AI literacy has questions and answers for each role, in Dutch that a coach reads easily."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.readability import flesch_douma, sentences, words

DOCS = Path(__file__).resolve().parents[2] / "docs"
PARTS = dict(
    part.split("\n", 1)
    for part in (DOCS / "ai-geletterdheid.md").read_text(encoding="utf-8").split("\n## ")[1:]
)


@pytest.mark.parametrize("role", ["Voor de coach", "Voor de manager", "Voor de analist"])
def test_each_role_has_numbered_questions_that_are_answered(role: str) -> None:
    pieces = re.split(r"\*\*(\d+)\. ([^*]+)\*\*", PARTS[role])
    numbers, questions, answers = pieces[1::3], pieces[2::3], pieces[3::3]
    assert [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 6
    assert all("?" in question for question in questions)
    assert all(len(words(answer)) >= 12 for answer in answers)


def test_the_part_for_the_coach_is_easy_to_read() -> None:
    text = re.sub(r"[*\d]+\.?", " ", PARTS["Voor de coach"])
    assert flesch_douma(text) >= 70
    assert max(len(words(sentence)) for sentence in sentences(text)) <= 18
    assert not re.search(r"algoritme|interval|model|profilering|data\b", text)


def test_the_page_is_linked_where_its_readers_are() -> None:
    for page in ("index.md", "coach.md", "manager.md", "law.md"):
        assert "(ai-geletterdheid.md" in (DOCS / page).read_text(encoding="utf-8"), page
