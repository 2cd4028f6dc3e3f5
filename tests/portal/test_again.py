"""Test that work on a finished address ends with somebody who works here, and that it can be opened again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework import care, lending, services, worries
from portal.casework.codes import Answer, Kind, State
from portal.casework.models import Case, Listing
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
WEEK = reverse("coach:week")


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def noor(corporation):
    return factories.user(Role.COACH, corporation, first_name="Noor")


def finished(corporation, owner, **values) -> Case:
    """A closed case that is back on this week's list; somebody was there before that list."""
    given = {"state": State.CLOSED, "worked_on": True, "owner": owner}
    case = factories.listed_case(corporation, **(given | values))
    before = MONDAY - timedelta(weeks=5)
    logged = datetime.combine(before, time(12), tzinfo=UTC)
    factories.contact(case, by=owner, state=case.state, on=before, created_at=logged)
    return case


def log(browser, case, **values) -> str:
    return shown(browser.post(url("contact", case), form(case, **values), follow=True))


@pytest.mark.parametrize("state", [State.CLOSED, State.IN_CONTACT, State.NOT_FITTING])
def test_nobody_who_left_gets_the_work(browser, coach, corporation, noor, state):
    case = finished(corporation, noor, state=state)
    noor.is_active = False
    noor.save()
    page = log(browser, case)
    case.refresh_from_db()
    assert case.owner == coach
    assert "Dit adres is nu bij u in zorg." in page and "In zorg bij Noor" not in page


def test_a_contact_on_a_closed_case_of_a_colleague_says_whose_it_is(browser, corporation, noor):
    case = finished(corporation, noor)
    page = log(browser, case, keeper="collega")
    case.refresh_from_db()
    assert case.owner == noor
    assert "In zorg bij Noor." in page and "Ik neem dit in zorg" in page
    assert "nu bij u in zorg" not in page


def test_one_s_own_case_needs_no_word(browser, coach, corporation):
    page = log(browser, finished(corporation, coach))
    assert "in zorg" not in page.partition("Bewaard")[2].partition("</form>")[0].lower()


def test_a_program_gives_nobody_s_work_to_whoever_left(corporation, noor):
    case = finished(corporation, noor)
    noor.is_active = False
    noor.save()
    program = factories.program(corporation)
    services.log_contact(program, case.pk, version=1, token="p", kind=Kind.PHONE, reached=True)
    case.refresh_from_db()
    assert case.owner is None and case.asleep


@pytest.mark.parametrize(
    ("state", "words"),
    [(State.CLOSED, "Terug: eerder afgesloten"), (State.NOT_FITTING, "Terug: eerder niet passend")],
)
def test_an_address_that_is_back_is_not_called_done(browser, coach, corporation, state, words):
    case = finished(corporation, coach, state=state)
    label = f'<span class="state {state}">'
    for page in (WEEK, url("case", case)):
        text = shown(browser.get(page))
        assert words in text and label not in text
    assert "0 van 1 gedaan" in shown(browser.get(WEEK))
    log(browser, case, state=State.CLOSED)
    for page in (WEEK, url("case", case)):
        assert (
            "Terug: eerder" not in shown(browser.get(page)).partition("Volgorde")[2].partition("Alles van")[0]
        )
    assert "Afgesloten" in shown(browser.get(WEEK))


def test_an_address_that_is_back_stays_so_when_a_worry_is_taken_up(browser, coach, corporation, noor):
    case = finished(corporation, noor)
    Listing.objects.filter(case=case).update(carried_over=False, news=["Nieuw op de lijst."])
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    worries.answer(coach, worry.pk, reply=Answer.PASSED_ON)
    case.refresh_from_db()
    assert case.state == State.NEW
    week, address = shown(browser.get(WEEK)), shown(browser.get(url("case", case)))
    assert "1 terug van eerder" in week and "0 van 1 gedaan" in week
    assert "Nieuw op de lijst" not in week + address


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.CLOSED, "Terug: eerder afgesloten"),
        (State.WATCH, "Terug: waakvlam liep af"),
        (State.APPROACHED, "Terug: eerder benaderd"),
        (State.IN_CONTACT, "Terug: eerder in contact"),
        (State.NEW, "Terug: stond eerder op de lijst"),
    ],
)
@pytest.mark.parametrize("on", [MONDAY - timedelta(days=3), TODAY])
def test_what_is_back_is_never_called_new_whatever_is_logged_this_week(
    browser, coach, corporation, state, words, on
):
    case = finished(corporation, coach, state=state)
    case.listings.create(as_of=MONDAY - timedelta(weeks=9), position=1, coach="Wooncoach", reasons=["Toen."])
    paper = reverse("coach:paper")
    for page in (WEEK, url("case", case), paper):
        text = shown(browser.get(page))
        assert words in text and ">Nieuw<" not in text and "Nieuw op de lijst." not in text
    log(browser, case, on=on.isoformat())
    for page in (WEEK, url("case", case), paper):
        text = shown(browser.get(page))
        assert ">Nieuw<" not in text and "Nieuw op de lijst." not in text
    text = shown(browser.get(WEEK))
    assert "1 adres, 1 terug van eerder." in text
    assert "1 van 1 gedaan" in text


def test_a_finished_case_is_opened_again_by_one_button(browser, coach, corporation, noor):
    case = finished(corporation, noor)
    assert "Weer openen" in shown(browser.get(url("case", case)))
    text = shown(browser.post(url("reopen", case), {"version": case.version}, follow=True))
    case.refresh_from_db()
    assert (case.state, case.owner, case.finished) == (State.NEW, coach, False)
    assert case.follow_up_on > TODAY
    assert "Weer open, en bij u in zorg: opvolgen op" in text and "Weer openen" not in text
    assert AuditEntry.objects.filter(action="case.reopen").count() == 1
    before = case.version
    text = shown(browser.post(url("reopen", case), {"version": 1}, follow=True))
    case.refresh_from_db()
    assert case.version == before  # open already


def test_opening_an_older_version_is_refused(browser, corporation, noor):
    case = finished(corporation, noor)
    text = shown(browser.post(url("reopen", case), {"version": case.version + 1}, follow=True))
    case.refresh_from_db()
    assert case.finished and "Een collega veranderde dit adres intussen" in text


def test_a_hand_over_of_a_closed_case_is_in_its_top_card(browser, coach, corporation):
    case = finished(corporation, coach)
    handover = care.hand_over(coach, case.pk, version=case.version, token="h", partner="schuldhulp")
    top = shown(browser.get(url("case", case))).partition('class="columns"')[0]
    assert f"Wacht op antwoord van {handover.get_partner_display()}" in top
    case.refresh_from_db()
    care.answer_handover(coach, handover.pk, version=case.version, picked_up="ja")
    top = shown(browser.get(url("case", case))).partition('class="columns"')[0]
    assert "Wacht op antwoord" not in top


def test_who_stands_in_is_named_before_it_says_for_whom(enter, coach, corporation, noor):
    case = factories.case(corporation, state=State.IN_CONTACT, worked_on=True, owner=noor, follow_up_on=TODAY)
    lending.stand_in_for(coach, away=noor, until=TODAY + timedelta(days=5))
    assert "· u neemt waar voor Noor" in shown(enter(coach).get(reverse("coach:care")))
    assert f"In zorg bij {coach}, neemt waar voor Noor" in shown(enter(noor).get(url("case", case)))
    everybody = shown(enter(noor).get(reverse("coach:care"), {"van": "iedereen"}))
    assert f"· {coach} neemt waar voor Noor" in everybody
