"""Test that *aan de beurt* and *te laat* mean the same, in the same order, wherever they are shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework.codes import State
from portal.coach.templatetags.days import on
from portal.trends import pace
from portal.trends.reach import Reach
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(coach, corporation):
    """Twelve late, one of which flared up; two today; two that flared up before their day; one later; one without a day."""

    def case(name: str, days: int | None, **values) -> None:
        day = None if days is None else TODAY + timedelta(days=days)
        given = {"state": State.IN_CONTACT, "worked_on": True, "owner": coach, "follow_up_on": day}
        factories.case(corporation, address=f"Beurtpad {name}", **(given | values))

    flared = {"state": State.WATCH, "flared_up_on": TODAY}
    for number in range(1, 12):
        case(f"L{number:02d}", -number)
    case("F-laat", -3, **flared)
    case("V1", 0)
    case("V2", 0)
    case("F-straks", 36, **flared)
    case("F-later", 50, **flared)
    case("later", 5)
    case("zonder", None)


def order(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r">Beurtpad ([^<]+)<", text)))


def test_one_order_and_one_count(enter, coach, corporation, work):
    client = enter(coach)
    week = shown(client.get(reverse("coach:week")))
    turn = order(week.partition('id="beurt"')[2].partition("</section>")[0])
    assert turn[:3] == ["F-laat", "F-straks", "F-later"]
    assert turn[3:] == [*(f"L{number:02d}" for number in range(11, 0, -1)), "V1", "V2"]  # the longest first
    assert len(turn) == 16
    care = shown(client.get(reverse("coach:care")))
    assert order(care) == [*turn, "zonder", "later"]
    assert "16 aan de beurt" in care and "12 te laat" in care
    paper = shown(client.get(reverse("coach:paper")))
    assert order(paper.partition("Aan de beurt")[2]) == turn
    manager = factories.user(Role.MANAGER, corporation)
    reach = Reach(corporation, None, None, MONDAY - timedelta(weeks=51), MONDAY)
    assert len(pace.open_now(manager, reach, TODAY)["days"]) == 12


def test_addresses_in_care_stand_under_their_day_with_how_many(enter, coach, corporation, monkeypatch):
    """The days of this week and the next; a heading for each later day would lengthen the page."""
    monkeypatch.setattr("portal.coach.turn.today", lambda: MONDAY)
    for days in (-3, 0, 8, 8, 13, 14, 40, None):
        day = None if days is None else MONDAY + timedelta(days=days)
        factories.case(corporation, state=State.IN_CONTACT, worked_on=True, owner=coach, follow_up_on=day)
    page = enter(coach).get(reverse("coach:care"))
    headings = re.findall(r'<h2 class="day">([^<]+)</h2>', shown(page))
    groups = page.context["groups"]
    assert [row for group in groups for row in group.rows] == page.context["rows"]
    days = [f"{on(MONDAY + timedelta(days=ahead), 'D j b')} · {n}" for ahead, n in ((8, 2), (13, 1))]
    assert headings == ["Aan de beurt · 2", "Nog geen volgende stap · 1", *days, "Later · 2"]


def test_what_came_from_a_colleague_has_no_days(enter, coach, corporation, work):
    page = enter(coach).get(reverse("coach:care"), {"van": "gekregen"})
    assert 'class="day"' not in shown(page)


def test_an_urgent_worry_comes_first_on_both(enter, coach, corporation, work):
    urgent = factories.case(
        corporation, address="Beurtpad spoed", worked_on=True, state=State.IN_CONTACT, owner=coach,
        follow_up_on=TODAY - timedelta(days=20),
    )  # fmt: skip
    factories.worry(urgent, urgent=True, taken_by=coach, taken_at=factories.timezone.now())
    client = enter(coach)
    turn = order(shown(client.get(reverse("coach:week"))).partition('id="antwoorden"')[2])
    assert turn[0] == order(shown(client.get(reverse("coach:care"))))[0] == "spoed"


def test_a_warning_about_safety_comes_before_what_waits_longer(enter, coach, corporation, work):
    unsafe = factories.case(
        corporation,
        address="Beurtpad gevaar",
        worked_on=True,
        state=State.IN_CONTACT,
        owner=coach,
        follow_up_on=TODAY,
    )
    factories.worry(unsafe, worry="veiligheid")
    client = enter(coach)
    for page, start in (("week", 'id="beurt"'), ("care", "<h1"), ("paper", "<h2>Aan de beurt")):
        turn = order(shown(client.get(reverse(f"coach:{page}"))).partition(start)[2])
        assert turn[0] == "gevaar", page
