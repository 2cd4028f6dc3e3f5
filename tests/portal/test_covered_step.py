"""Test that a step which falls after a leave says whose it is then, on the form and when it is saved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import Role
from portal.casework.codes import State
from portal.casework.models import Case
from portal.casework.workdays import working_day
from portal.coach.next_step import ahead
from portal.coach.templatetags.days import on
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
UNTIL = working_day(TODAY + timedelta(days=8))


@pytest.fixture
def samira(corporation):
    return factories.user(Role.COACH, corporation, first_name="Samira")


@pytest.fixture
def covered(coach, samira, case) -> Case:
    """A case that the coach has in the place of Samira until a day."""
    given = {"owner": coach, "lent_by": samira, "lent_until": UNTIL, "worked_on": True}
    Case.objects.filter(pk=case.pk).update(state=State.IN_CONTACT, **given)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("name", ["contact", "state"])
def test_the_choices_say_which_days_are_the_colleagues_again(enter, coach, covered, name):
    page = shown(enter(coach).get(url(name, covered)))
    until = on(UNTIL, "D j b")
    assert f"U neemt dit adres waar tot en met {until}. Wat later valt, doet Samira weer." in page
    for days in (7, 14, 91):
        day = ahead(days)
        assert (f"{on(day, 'D j b')}, dan weer bij Samira" in page) == (day > UNTIL)


def test_a_third_coach_reads_who_stands_in(enter, corporation, coach, covered):
    third = factories.user(Role.COACH, corporation)
    page = shown(enter(third).get(url("state", covered)))
    assert f"{coach} neemt dit adres waar tot en met" in page


@pytest.mark.parametrize(("days", "later"), [("7", False), ("28", True)])
def test_what_is_saved_for_after_the_leave_says_whose_it_is(enter, coach, covered, days, later):
    sent = form(covered, next=days)
    page = shown(enter(coach).post(url("contact", covered), sent, follow=True))
    assert ("Dat is na de waarneming: Samira heeft het adres dan weer in zorg." in page) == later


def test_nothing_of_it_where_the_account_of_who_was_away_is_closed(enter, coach, samira, covered):
    samira.is_active = False
    samira.save()
    assert "dan weer bij" not in shown(enter(coach).get(url("contact", covered)))
