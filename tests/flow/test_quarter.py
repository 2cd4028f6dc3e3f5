"""The page of a quarter: counted from what was logged, and no count of fewer than ten people in it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipelines import quarter
from tests.deliveries import make_workspace, waakvlam
from tests.effect_warehouse import Story, warehouse


def figures(story: Story, name: str = "2025Q1") -> dict[str, str]:
    with warehouse(story) as con:
        made = quarter.sections(con, *quarter.borders(name))
    return {str(row[0]): str(row[1]) for section in made for row in section.rows}


def test_every_level_is_counted() -> None:
    # Twelve households a week from 6 January 2025, all met; of the 13th list in April, after the quarter.
    found = figures(Story(households=480, met_now=1.0, met_wait=1.0, reached=1.0))
    assert found["Lijsten gemaakt"] == "13"
    assert found["Daarvan gebruikt (binnen 4 weken iemand benaderd)"] == "13"
    assert found["Huishoudens gesproken"] == "ongeveer 145"
    assert found["Daarvan huurt nog aan het einde van het kwartaal"] == "ongeveer 145"
    assert found["Dagen tot het eerste contact (mediaan)"] == "3"
    listed = int(found["Adressen op een lijst"].split()[-1])
    assert listed - 15 <= int(found["Bereikt"].split()[-1]) < listed  # of the last list nobody was met yet
    assert 50 <= listed <= 95


def test_few_people_are_not_counted_out() -> None:
    found = figures(Story(households=40, met_now=1.0, met_wait=1.0, reached=0.4))
    people = {k: v for k, v in found.items() if not k.startswith(("Lijsten", "Daarvan gebruikt"))}
    assert "minder dan 10" in people.values()
    for value in people.values():
        assert not re.fullmatch(r"[1-9]", value)
    assert found["Dagen tot het eerste contact (mediaan)"] == "te weinig"
    assert found["Overgedragen of doorverwezen"] == "geen"


def test_what_came_after_the_quarter_does_not_count() -> None:
    story = Story(households=480, met_now=1.0, met_wait=1.0, reached=1.0)
    assert figures(story, "2024Q4")["Huishoudens gesproken"] == "geen"
    assert figures(story, "2026Q4")["Huishoudens gesproken"] == "geen"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "geen"), (1, "minder dan 10"), (9, "minder dan 10"), (10, "ongeveer 10"), (13, "ongeveer 15")],
)
def test_counts_are_hidden_or_rounded(count: int, text: str) -> None:
    assert quarter.shown(count) == text


def test_the_borders_of_a_quarter() -> None:
    assert quarter.borders("2026Q1") == (date(2026, 1, 1), date(2026, 4, 1))
    assert quarter.borders("2026Q3") == (date(2026, 7, 1), date(2026, 10, 1))
    assert quarter.borders("2026Q4") == (date(2026, 10, 1), date(2027, 1, 1))
    for wrong in ("2026", "2026Q5", "Q1", "2026-1"):
        with pytest.raises(ValueError, match="2026Q4"):
            quarter.borders(wrong)


def test_a_wrong_quarter_is_a_wrong_call(tmp_path) -> None:
    assert waakvlam(make_workspace(tmp_path / "home"), "quarter", "herfst").code == 2
