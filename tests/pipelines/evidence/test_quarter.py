"""Test the quarterly page: its counts come from the log, and none shows fewer than ten people."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pipelines.evidence import quarter
from pipelines.exchange import collect
from pipelines.exchange.collect import Work
from pipelines.exchange.connection import PortalError
from pipelines.publishing.paper import Section
from tests.support.deliveries import (
    corporation,
    deliver_all,
    load_well,
    make_workspace,
    waakvlam,
    with_settings,
)
from tests.support.effect_warehouse import Story, warehouse

pytestmark = pytest.mark.dear

WORK = Work(
    growth={
        "geld": (24, 3, 0),
        "wonen": (0, 11, 1),
        "sociale_relaties": (0, 0, 0),
        "zelforganisatie": (9, 9, 9),
    },
    handovers={"ja": 17, "nee": 2, "onbekend": 0},
)


def page(story: Story, name: str = "2025Q1", work: Work | str = "") -> list[Section]:
    with warehouse(story) as con:
        return quarter.sections(con, *quarter.borders(name), work)


def figures(story: Story, name: str = "2025Q1") -> dict[str, str]:
    return {str(row[0]): str(row[1]) for section in page(story, name) for row in section.rows}


def test_every_level_is_counted() -> None:
    # Twelve households a week from 6 January 2025, all met; of the 13th list in April, after the quarter.
    actual = figures(Story(households=480, met_now=1.0, met_wait=1.0, reached=1.0))
    assert actual["Lijsten gemaakt"] == "13"
    assert actual["Daarvan gebruikt (binnen 4 weken iemand benaderd)"] == "13"
    assert actual["Huishoudens gesproken"] == "ongeveer 145"
    assert actual["Daarvan huurt nog aan het einde van het kwartaal"] == "ongeveer 145"
    assert actual["Dagen tot het eerste contact (mediaan)"] == "3"
    listed = int(actual["Adressen op een lijst"].split()[-1])
    assert listed - 15 <= int(actual["Bereikt"].split()[-1]) < listed  # of the last list nobody was met yet
    assert 50 <= listed <= 95


def test_an_administrative_row_counts_as_an_attempt_on_no_line() -> None:
    with warehouse(Story(households=40, met_now=1.0, met_wait=1.0, reached=1.0)) as con:
        con.execute("UPDATE versions.contacten SET soort = 'Administratief', stand = 'waakvlam'")
        result = {s.title: dict(s.rows) for s in quarter.sections(con, *quarter.borders("2025Q1"))}
    assert result["De bewoner"]["Huishoudens gesproken"] == "geen"
    assert result["De coach"]["Benaderd"] == "geen"
    assert result["De coach"]["Bereikt"] == "geen"
    assert result["De coach"]["Daarvan gebruikt (binnen 4 weken iemand benaderd)"] == 0
    assert result["De bewoner"]["Op de waakvlam gezet"] == "ongeveer 10", (
        "the stand that the row sets does count"
    )


def test_few_people_are_not_counted_out() -> None:
    actual = figures(Story(households=40, met_now=1.0, met_wait=1.0, reached=0.4))
    people = {k: v for k, v in actual.items() if not k.startswith(("Lijsten", "Daarvan gebruikt"))}
    assert "minder dan 10" in people.values()
    for value in people.values():
        assert not re.fullmatch(r"[1-9]", value)
    assert actual["Dagen tot het eerste contact (mediaan)"] == "te weinig"
    assert actual["Huishoudens overgedragen of doorverwezen"] == "geen"


def test_growth_and_hand_overs_come_from_the_portal_and_small_ones_are_hidden() -> None:
    result = {section.title: section for section in page(Story(households=40), work=WORK)}
    assert result["Groei op de leefgebieden"].rows == (
        ("Geld", "ongeveer 25", "minder dan 10", "geen"),
        ("Wonen", "geen", "ongeveer 10", "minder dan 10"),
        ("Sociale relaties", "geen", "geen", "geen"),
        ("Zelforganisatie", "minder dan 10", "minder dan 10", "minder dan 10"),
    )
    assert result["Overdrachten aan partners"].rows == (
        ("Overgedragen en opgepakt", "ongeveer 15"),
        ("Overgedragen en niet opgepakt", "minder dan 10"),
        ("Overgedragen en nog geen antwoord", "geen"),
    )


@pytest.mark.parametrize("why", ["", "The portal's database does not answer (OperationalError)."])
def test_without_the_portal_growth_is_unknown_and_not_none(why: str) -> None:
    result = {section.title: section for section in page(Story(households=40), work=why)}
    for title in ("Groei op de leefgebieden", "Overdrachten aan partners"):
        assert result[title].rows == ()
        assert result[title].texts[0].startswith("Niet te zeggen: ")
        assert (why or "er is geen portaal") in result[title].texts[0]


def test_a_portal_that_is_down_is_a_problem_and_noted_on_the_page(tmp_path, monkeypatch) -> None:
    place = with_settings(make_workspace(tmp_path / "home"), "[portal]\nenabled = true\n")

    def down(*_: object) -> Work:
        raise PortalError("The portal's database does not answer (OperationalError).")

    monkeypatch.setattr(collect, "work", down)
    deliver_all(place, "2026-11-15", corporation(12))
    load_well(place)
    said = waakvlam(place, "quarter", "2026Q4")
    assert (said.code, "! The portal's database does not answer" in said.out) == (1, True), said
    text = (place.output / "quarter_2026Q4.html").read_text(encoding="utf-8")
    assert "Niet te zeggen: " in text and "Huishoudens gesproken" in text


def test_what_came_after_the_quarter_does_not_count() -> None:
    story = Story(households=480, met_now=1.0, met_wait=1.0, reached=1.0)
    assert figures(story, "2024Q4")["Huishoudens gesproken"] == "geen"
    assert figures(story, "2026Q4")["Huishoudens gesproken"] == "geen"


def test_an_unfinished_quarter_is_marked_and_young_lists_are_not_called_unused() -> None:
    with warehouse(Story(households=40, met_now=0.0, met_wait=0.0)) as con:
        con.execute("UPDATE run.deliveries SET peildatum = ?", [date(2025, 2, 10)])
        result = {s.title: s for s in quarter.sections(con, *quarter.borders("2025Q1"))}
    assert result["De bewoner"].texts == (
        "Dit kwartaal is nog niet voorbij: geteld is wat op 10-02-2025 bekend was.",
    )
    rows = dict(result["De coach"].rows)
    assert rows["Daarvan gebruikt (binnen 4 weken iemand benaderd)"] == 0
    assert rows["Daarvan nog te jong om dat te zeggen"] > 0
    over = {s.title: s for s in page(Story(households=40))}
    assert over["De bewoner"].texts == ()
    assert "Daarvan nog te jong om dat te zeggen" not in dict(over["De coach"].rows)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "geen"), (1, "minder dan 10"), (9, "minder dan 10"), (10, "ongeveer 10"), (13, "ongeveer 15")],
)
def test_counts_are_hidden_or_rounded(count: int, text: str) -> None:
    assert quarter.shown(count) == text


def test_the_borders_of_a_quarter() -> None:
    assert quarter.titled("2026Q4") == "vierde kwartaal van 2026"
    assert quarter.borders("2026Q1") == (date(2026, 1, 1), date(2026, 4, 1))
    assert quarter.borders("2026Q3") == (date(2026, 7, 1), date(2026, 10, 1))
    assert quarter.borders("2026Q4") == (date(2026, 10, 1), date(2027, 1, 1))
    for wrong in ("2026", "2026Q5", "Q1", "2026-1"):
        with pytest.raises(ValueError, match="2026Q4"):
            quarter.borders(wrong)


def test_a_wrong_quarter_is_a_wrong_call(tmp_path) -> None:
    assert waakvlam(make_workspace(tmp_path / "home"), "quarter", "herfst").code == 2
