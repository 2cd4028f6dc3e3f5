"""Test that a list speaks of the last list only if there was one that a coach could read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from pipelines.proof import hold
from pipelines.shortlist.weekly_list import WeeklyList
from pipelines.week import run, steps
from pipelines.week.report import Watch
from tests.support.deliveries import corporation, deliver_all, make_workspace, with_settings

pytestmark = pytest.mark.dear

FIRST, SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
NOW = datetime(2026, 11, 4, 9, tzinfo=UTC)
RULES = '[shortlist]\ncapacity = 6\nexploration = 0\nminimum_points = 1\n[[coaches]]\nname = "Noor"\n'


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    home = with_settings(make_workspace(tmp_path / "home"), RULES)
    deliver_all(home, "2026-10-25", corporation(12))  # six in trouble, for six places: no lot decides
    return home


def said(place: Workspace, as_of: date) -> tuple[set[bool | None], str]:
    """Return what the list of a day says of the last list: to the portal, and in words."""
    entries = run.run(place, as_of).weekly.entries
    assert entries
    return {entry.listed_before for entry in entries}, " ".join(text for e in entries for text in e.news)


def resume(place: Workspace) -> None:
    role = place.settings.stop.decides[0]
    hold.resume(place, by="A. Voorbeeld", role=role, reason="Wij weten nu wat er misging.", now=NOW)


def test_the_first_list_speaks_of_no_list_before(place: Workspace) -> None:
    marks, words = said(place, FIRST)
    assert marks == {None}
    assert "lijst" not in words


def test_the_next_list_speaks_of_last_week(place: Workspace) -> None:
    said(place, FIRST)
    marks, words = said(place, SECOND)
    assert marks == {True}
    assert "Stond vorige week ook op de lijst; niets nieuws." in words
    assert said(place, SECOND) == (marks, words)


def test_after_a_week_without_a_list_the_day_of_the_last_one_is_named(place: Workspace) -> None:
    said(place, FIRST)
    marks, words = said(place, THIRD)
    assert marks == {None}
    assert "Stond op 2 november ook op de lijst; niets nieuws." in words
    assert "vorige week" not in words


def test_a_list_that_was_held_back_is_no_last_list(place: Workspace) -> None:
    said(place, FIRST)
    hold.pause(place, by="A. Voorbeeld", reason="Wij zoeken eerst uit wat er misging.", now=NOW)
    assert not run.run(place, SECOND).weekly.entries
    resume(place)
    marks, words = said(place, THIRD)
    assert marks == {None}
    assert "Stond op 2 november ook op de lijst; niets nieuws." in words


def test_a_list_stopped_by_drift_is_no_last_list_and_was_never_published(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    said(place, FIRST)
    drifted = Watch([FIRST.isoformat(), FIRST.isoformat()], tuple("abcde"), {})
    published: list[WeeklyList] = []
    with monkeypatch.context() as patch:
        patch.setattr(calendar, "this_monday", lambda: SECOND)
        patch.setattr(steps, "WATCH", replace(steps.WATCH, function=lambda *_: drifted))
        patch.setattr(
            steps, "PUBLISH", replace(steps.PUBLISH, function=lambda _, weekly: published.append(weekly))
        )
        stopped = run.run(place, SECOND)
    assert [weekly.entries for weekly in published] == [()]
    assert "5 warnings in one week" in stopped.report.fell_short[0]
    resume(place)
    marks, words = said(place, THIRD)
    assert marks == {None}
    assert "Stond op 2 november ook op de lijst; niets nieuws." in words


def test_who_was_not_on_the_last_list_is_new_whenever_that_was(place: Workspace) -> None:
    said(with_settings(place, RULES.replace("capacity = 6", "capacity = 3")), FIRST)
    marks, words = said(with_settings(place, RULES), THIRD)
    assert marks == {None, False}
    assert words.count("Nieuw op de lijst.") == 3


def test_who_was_on_an_older_list_is_back_and_not_new(place: Workspace) -> None:
    said(place, FIRST)
    said(with_settings(place, RULES.replace("capacity = 6", "capacity = 3")), SECOND)
    _marks, words = said(with_settings(place, RULES), THIRD)
    assert words.count("Terug op de lijst (stond er op 2 november).") == 3
    assert "Nieuw op de lijst." not in words
