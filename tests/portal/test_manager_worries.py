"""Test what the manager's page says of how long urgent worries wait for an answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from portal.accounts.models import Role
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.test_manager_answers import first_line

pytestmark = [pytest.mark.django_db, pytest.mark.dear]


@pytest.fixture
def text(corporation, enter):
    client = enter(factories.user(Role.MANAGER, corporation))
    return lambda **asked: client.get(
        reverse("manager:corporation", args=("dewaard",)), asked
    ).content.decode()


def urgent(case, taken: int, answered: int | None) -> None:
    """An urgent worry of thirty days ago that was taken up and answered after so many days, or still waits."""
    day = MONDAY - timedelta(days=30)
    done = {} if answered is None else {"answer": "contact", "answered_on": day + timedelta(days=answered)}
    factories.worry(
        case, urgent=True, on=day, created_at=timezone.now() - timedelta(days=30),
        taken_at=timezone.make_aware(datetime.combine(day + timedelta(days=taken), time(12))), **done,
    )  # fmt: skip


@pytest.mark.parametrize(("number", "told"), [(9, False), (10, True)])
def test_how_fast_urgent_worries_are_answered_is_told_from_ten_on(corporation, text, number, told):
    case = factories.case(corporation)
    for _each in range(number):
        urgent(case, taken=0, answered=3)
    shown = text()
    assert ("binnen 3 dagen beantwoord" in shown) is told
    assert "Dringende zorgen wachten te lang" not in shown


@pytest.mark.parametrize("answered", [4, None])
def test_urgent_worries_that_wait_beyond_a_weekend_ask_for_attention(corporation, enter, text, answered):
    """Those that were never answered count with the days they wait; on the A4 the sentence stands first too."""
    case = factories.case(corporation)
    for each in range(10):
        urgent(case, taken=1, answered=2 if each < 4 else answered)
    said = f"bij de helft van het laatste jaar duurde het {answered or 30} dagen of langer tot wie meldde antwoord"
    question = "Hoe gaat het met bewoners, en wat antwoorden partners?"
    line = first_line(text(), question)
    assert said in line and line.endswith("De helft was binnen 1 dag opgepakt.")
    past = text(van=MONDAY - timedelta(weeks=8), tot=MONDAY - timedelta(weeks=2))
    assert (
        f"van het jaar tot en met {date_format(MONDAY - timedelta(weeks=2), 'j F Y')} duurde het"
        in past.replace("\xa0", " ")
    )
    client = enter(factories.user(Role.MANAGER, corporation))
    sheet = client.get(reverse("manager:board", args=("dewaard",))).content.decode().replace("\xa0", " ")
    answer = sheet.split(f"<h2>{question}</h2>")[1].split("</div>")[0]
    assert answer.startswith('<p class="tone">Vraagt nu aandacht</p>')
    assert said in answer.split("<p>")[1]
