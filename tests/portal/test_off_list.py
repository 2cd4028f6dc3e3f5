"""Test that a coach reads why an address is not on this week's list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.casework import worries
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case
from portal.coach.off_list import NOT_FITTING
from portal.coach.templatetags.days import on as written
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
BEFORE = MONDAY - timedelta(days=7)
YEAR = written(TODAY + NOT_FITTING, "j F Y")
FEW = "andere adressen hebben er nu meer"


@pytest.fixture
def gone(corporation) -> Case:
    """A case of last week's list that is not on this one."""
    return factories.listed_case(corporation, as_of=BEFORE, worked_on=True)


@pytest.mark.parametrize(
    ("state", "days", "kind", "until", "why"),
    [
        (State.IN_CONTACT, 20, Kind.VISIT, None, "Een wooncoach heeft contact"),
        (State.APPROACHED, 200, Kind.VISIT, None, "Het telt niet meer mee"),
        (State.WATCH, 50, Kind.VISIT, 30, "het adres komt niet op de lijst tot"),
        (State.WATCH, 50, Kind.VISIT, -1, "Het telt niet meer mee"),
        (State.NOT_FITTING, 100, Kind.VISIT, None, "vond het niet passend"),
        (State.NOT_FITTING, 400, Kind.VISIT, None, FEW),
        (State.CLOSED, 10, Kind.PHONE, None, "nog contact"),
        (State.CLOSED, 10, Kind.ADMINISTRATIVE, None, FEW),
        (State.CLOSED, 40, Kind.PHONE, None, FEW),
    ],
)
def test_the_reason_is_that_of_the_weekly_run(enter, coach, gone, state, days, kind, until, why):
    Case.objects.filter(pk=gone.pk).update(state=state)
    day = until and MONDAY + timedelta(days=until)
    factories.contact(gone, state=state, kind=kind, on=MONDAY - timedelta(days=days), follow_up_on=day)
    page = shown(enter(coach).get(url("case", gone)))
    assert "staat niet op de lijst van deze week" in page and why in page
    row = shown(enter(coach).get(reverse("coach:left")))
    assert gone.address in row and why in row


@pytest.mark.parametrize(
    ("then", "now", "why", "denied"),
    [
        (State.NOT_FITTING, State.NEW, "was de stand „Niet passend”", "blijft van de lijst tot"),
        (State.WATCH, State.CLOSED, "was de stand „Waakvlam”", "komt niet op de lijst tot"),
        (State.IN_CONTACT, State.CLOSED, "was de stand „In contact”", "Zolang dat loopt"),
        (State.APPROACHED, State.IN_CONTACT, "Zolang dat loopt", "was de stand"),
    ],
)
def test_a_reason_that_ended_since_the_list_is_not_said_of_today(enter, coach, gone, then, now, why, denied):
    factories.contact(
        gone, state=then, on=MONDAY - timedelta(days=20), follow_up_on=MONDAY + timedelta(days=30)
    )
    Case.objects.filter(pk=gone.pk).update(state=now)
    for address in (url("case", gone), reverse("coach:left")):
        page = shown(enter(coach).get(address))
        assert why in page and denied not in page


def test_a_contact_after_the_list_or_taken_back_is_no_reason(enter, coach, gone):
    factories.contact(gone, state=State.IN_CONTACT, on=MONDAY)
    taken_back = factories.contact(gone, state=State.IN_CONTACT, on=BEFORE)
    type(taken_back).objects.filter(pk=taken_back.pk).update(undone_at=taken_back.created_at)
    assert "Een wooncoach heeft contact" not in shown(enter(coach).get(url("case", gone)))


@pytest.mark.parametrize(
    ("points", "why"), [({}, "Er zijn nu geen signalen."), ({"arrears": 3}, "Andere adressen hebben nu meer")]
)
def test_what_is_known_now_is_the_reason_if_no_contact_is(enter, coach, gone, points, why):
    gone.weeks.create(as_of=MONDAY, points=points)
    client = enter(coach)
    assert why in shown(client.get(url("case", gone)))
    assert why in shown(client.get(reverse("coach:left")))


def test_only_own_addresses_that_somebody_worked_on_are_shown(enter, coach, corporation, other, gone):
    unseen = factories.listed_case(corporation, as_of=BEFORE)
    strange = factories.listed_case(other, as_of=BEFORE, worked_on=True)
    objected = factories.listed_case(corporation, as_of=BEFORE, worked_on=True, objected_on=MONDAY)
    older = factories.listed_case(corporation, as_of=BEFORE - timedelta(days=7), worked_on=True)
    again = factories.listed_case(corporation, as_of=BEFORE, worked_on=True)
    again.listings.create(as_of=MONDAY, position=9, coach="Wooncoach")
    Case.objects.filter(pk=again.pk).update(listed_on=MONDAY)
    page = shown(enter(coach).get(reverse("coach:left")))
    assert gone.address in page
    assert not any(case.address in page for case in (unseen, strange, objected, older, again))


def test_a_worry_that_was_taken_up_since_the_list_says_nothing_of_the_bailiff(enter, coach, corporation):
    case = factories.listed_case(corporation, as_of=BEFORE)
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    page = shown(enter(coach).get(url("case", case)))
    assert FEW in page
    assert "deurwaarder" not in page


@pytest.mark.parametrize(("state", "on"), [(State.WATCH, 30), (State.NOT_FITTING, 366)])
def test_a_day_that_has_passed_keeps_nothing_off_the_list(enter, coach, corporation, gone, state, on):
    """The list is of a week ago; the day lies between it and today."""
    corporation.newest_list = BEFORE
    corporation.save()
    Case.objects.filter(pk=gone.pk).update(state=state, listed_on=BEFORE - timedelta(days=7))
    gone.listings.update(as_of=BEFORE - timedelta(days=7))
    passed = BEFORE + timedelta(days=1)
    factories.contact(gone, state=state, on=passed - timedelta(days=on - 1), follow_up_on=passed)
    page = shown(enter(coach).get(url("case", gone)))
    assert f"Tot {passed.day} " in page
    assert "kan het weer staan" in page
    assert "komt niet op de lijst tot" not in page
    assert "blijft van de lijst tot" not in page


@pytest.mark.parametrize(
    ("state", "result", "page", "said"),
    [
        (
            State.NOT_FITTING,
            Result.LEFT_WRONG,
            "contact",
            f"Niet opgepakt: het signaal klopt niet. Stand: Niet passend. Het blijft van de lijst tot {YEAR}.",
        ),
        (
            State.NOT_FITTING,
            Result.LEFT_WRONG,
            "state",
            f"Stand: Niet passend. Niet opgepakt: het signaal klopt niet. Het blijft van de lijst tot {YEAR}.",
        ),
        (
            State.CLOSED,
            Result.ADVICE,
            "contact",
            "Advies of direct opgelost. Stand: Afgesloten. Het blijft een paar weken van de lijst.",
        ),
        (State.CLOSED, "", "state", "Stand: Afgesloten. Het kan op een volgende lijst terugkomen"),
        (State.IN_CONTACT, Result.REFERRED, "contact", "Doorverwezen. Stand: In contact. Opvolgen op"),
    ],
)
def test_the_confirmation_says_the_result_and_what_it_does(
    enter, coach, corporation, state, result, page, said
):
    case = factories.listed_case(corporation)
    sent = form(case, reached="ja", state=state, result=result)
    told = shown(enter(coach).post(url(page, case), sent, follow=True))
    assert said in told.partition("Bewaard")[2].partition("</form>")[0]


def test_it_promises_nothing_of_a_list_for_an_address_on_none(enter, coach, corporation):
    case = factories.case(corporation, worked_on=True, from_worry=True, state=State.IN_CONTACT, owner=coach)
    sent = form(case, reached="ja", state=State.NOT_FITTING, result=Result.LEFT_WRONG)
    told = shown(enter(coach).post(url("contact", case), sent, follow=True))
    assert "van de lijst tot" not in told.partition("Bewaard")[2].partition("</form>")[0]


def test_the_form_of_a_contact_explains_the_states_that_end_it(enter, coach, corporation):
    page = shown(enter(coach).get(url("contact", factories.listed_case(corporation))))
    assert "Niet passend: het adres blijft een jaar van de lijst; een nieuwe huurder begint opnieuw." in page
