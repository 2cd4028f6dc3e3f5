"""Test what misled a newcomer on the coach's pages: who has an address, what is new, and what happens after a mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import care, services
from portal.casework.codes import Kind, Result, State
from portal.casework.models import Case, Contact, Listing
from portal.coach.templatetags.days import on as written
from portal.exchange import give
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


def test_own_addresses_are_due_first_and_those_of_a_colleague_name_them(browser, coach, corporation):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    given = {"worked_on": True, "state": State.IN_CONTACT}
    late = TODAY - timedelta(days=30)
    theirs = factories.case(corporation, owner=samira, follow_up_on=late, **given)
    own = factories.case(corporation, owner=coach, follow_up_on=TODAY, **given)
    page = shown(browser.get(WEEK))
    assert page.index(own.address) < page.index(theirs.address) < page.index("· Samira")
    asked = shown(browser.get(url("contact", theirs)))
    assert "Wie houdt dit adres?" in asked and "Samira" in asked
    assert "Wie houdt dit adres?" not in shown(browser.get(url("contact", own)))


def test_what_has_no_news_says_so_and_is_not_marked_as_news_on_paper(browser, case):
    Listing.objects.update(carried_over=True, news=["Stond vorige week ook op de lijst; niets nieuws."])
    assert "Ook vorige week, niets nieuws" in shown(browser.get(WEEK))
    assert 'class="soft" lang="nl">Stond vorige week' in shown(browser.get(reverse("coach:paper")))
    Listing.objects.update(news=["Nieuw: overlast."])
    assert "niets nieuws" not in shown(browser.get(WEEK))
    assert 'class="fresh" lang="nl">Nieuw: overlast.' in shown(browser.get(reverse("coach:paper")))


def test_after_undoing_a_contact_the_message_leads_to_the_corrected_one(browser, case):
    browser.post(url("contact", case), form(case))
    contact = Contact.objects.get()
    page = shown(browser.post(reverse("coach:undo", args=(contact.pk,)), {"version": 2}, follow=True))
    message = page[page.index("Teruggenomen: Huisbezoek. Het adres is weer: Nog geen contact.") :][:300]
    assert f"{url('contact', case)}?opnieuw={contact.pk}" in message


def test_undoing_a_change_of_state_offers_no_contact(browser, coach, case):
    row = services.set_state(coach, case.pk, version=1, token="s", state=State.CLOSED)
    page = shown(browser.post(reverse("coach:undo", args=(row.pk,)), {"version": 2}, follow=True))
    assert "Teruggenomen: Stand gewijzigd." in page and "opnieuw=" not in page


@pytest.mark.parametrize(
    ("listed", "told"),
    [(MONDAY, "staat weer op de lijst"), (MONDAY - timedelta(days=7), "de volgende lijst")],
)
def test_an_objection_that_is_withdrawn_says_what_happens_now(browser, coach, case, listed, told):
    Case.objects.filter(pk=case.pk).update(listed_on=listed, worked_on=True)
    care.object_to(coach, case.pk)
    assert "per vergissing" in shown(browser.get(url("objection", case)))
    page = shown(browser.post(url("objection", case), {"withdraw": "1"}, follow=True))
    assert f"ingetrokken. {'Het adres' if listed == MONDAY else 'Vanaf'}" in page and told in page


def test_the_page_of_an_address_says_what_the_last_contact_was_and_which_agreement_it_is(
    browser, coach, case
):
    services.log_contact(coach, case.pk, version=1, token="a", kind=Kind.PHONE, reached=True)
    page = shown(browser.get(url("case", case)))
    assert "Laatst: Telefoon, " in page and f"{coach}, gesproken" in page
    assert f"· {case.overeenkomst_id}" in page


def test_what_the_next_visitor_must_know_stands_above_even_after_an_administrative_entry(
    browser, coach, case
):
    note = "Spreekt alleen Arabisch; neem Samira mee."
    services.log_contact(coach, case.pk, version=1, token="a", kind=Kind.PHONE, reached=True, note=note)
    services.set_state(coach, case.pk, version=2, token="b", state=State.WATCH)
    page = shown(browser.get(url("case", case)))
    top = page[: page.index("Wat er gebeurde")]
    assert "Laatst: Telefoon, " in top and note in top and "Administratief" not in top


def test_the_finished_addresses_say_what_came_of_each(browser, coach, corporation):
    for number, result in enumerate((Result.ADVICE, Result.NEVER_REACHED), start=1):
        ended = factories.case(corporation, state=State.CLOSED, worked_on=True, owner=coach)
        factories.contact(
            ended, by=coach, state=State.CLOSED, result=result, on=MONDAY - timedelta(weeks=number)
        )
        factories.contact(ended, by=coach, state=State.CLOSED, kind=Kind.ADMINISTRATIVE)
    given = {"state": State.NOT_FITTING, "reason": Result.MOVED, "worked_on": True, "owner": coach}
    moved = factories.case(corporation, **given)
    factories.contact(moved, by=coach, state=State.NOT_FITTING, result=Result.MOVED)
    page = shown(browser.get(reverse("coach:finished")))
    rows = page[page.index('class="rows"') :]
    assert rows.count(str(Result.MOVED.label)) == 1
    assert rows.count(str(Result.ADVICE.label)) == rows.count(str(Result.NEVER_REACHED.label)) == 1


def test_finished_addresses_are_found_by_result_and_month(browser, coach, corporation):
    def ended(result, weeks):
        case = factories.case(corporation, state=State.CLOSED, worked_on=True, owner=coach)
        on = MONDAY - timedelta(weeks=weeks)
        factories.contact(case, by=coach, state=State.CLOSED, result=result, on=on)
        return case

    advised, long_ago, elsewhere = ended(Result.ADVICE, 1), ended(Result.ADVICE, 30), ended(Result.PAID, 1)
    month = (MONDAY - timedelta(weeks=1)).strftime("%Y-%m")
    for asked, cases in (
        ({"resultaat": Result.ADVICE, "maand": month}, [advised]),
        ({"resultaat": Result.ADVICE}, [advised, long_ago]),
        ({"maand": month}, [advised, elsewhere]),
        ({"maand": "2026-13", "resultaat": "praise"}, [advised, elsewhere, long_ago]),
    ):
        page = browser.get(reverse("coach:finished"), asked)
        assert {case.pk for case in page.context["cases"]} == {case.pk for case in cases}, asked
    nothing = browser.get(reverse("coach:finished"), {"resultaat": Result.DECEASED})
    assert "Er is niets afgerond dat past bij wat u koos" in shown(nothing)


def test_finished_addresses_are_counted_name_who_had_them_and_can_be_ones_own(browser, coach, corporation):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    gone = factories.user(Role.COACH, corporation, first_name="Wim", is_active=False)
    own, hers, his, nobodys = (
        factories.case(corporation, state=State.CLOSED, worked_on=True, owner=owner)
        for owner in (coach, samira, gone, None)
    )
    page = browser.get(reverse("coach:finished"))
    assert {case.pk for case in page.context["cases"]} == {own.pk, hers.pk, his.pk, nobodys.pk}
    text = shown(page)
    assert "<strong>4 adressen</strong>" in text
    assert text.count("was bij u") == text.count("was bij Samira") == 1
    assert text.count("was bij Wim (werkt hier niet meer)") == 1 and text.count("was bij") == 3
    mine = browser.get(reverse("coach:finished"), {"van": "mij"})
    assert [case.pk for case in mine.context["cases"]] == [own.pk]
    assert "Van wie" in shown(mine) and "In zorg bij" not in shown(mine)
    assert "<strong>1 adres</strong>" in shown(mine) and "van=mij" in mine.context["chosen"].query


def test_a_colleague_sees_who_logged_last_and_the_other_can_still_take_the_address(
    enter, coach, corporation, case
):
    """Whoever stood at the door of an address that a colleague closed long ago."""
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    Case.objects.filter(pk=case.pk).update(worked_on=True, state=State.CLOSED, owner=samira)
    browser = enter(coach)
    browser.post(url("contact", case), form(case, keeper="collega"))
    for _later in range(2):
        page = shown(browser.get(url("case", case)))
        assert "In zorg bij Samira" in page and f'action="{url("own", case)}"' in page
    hers = shown(enter(samira).get(reverse("coach:care")))
    assert f"Laatst vastgelegd door {coach}, " in hers
    Contact.objects.update(by=samira)
    assert "Laatst vastgelegd door" not in shown(enter(samira).get(reverse("coach:care")))


def test_not_fitting_says_until_when_it_holds(browser, coach, case):
    year = TODAY + timedelta(days=365)
    assert f"een jaar van de lijst, tot {written(year, 'j F Y')}." in shown(browser.get(url("state", case)))
    services.set_state(
        coach, case.pk, version=1, token="s", state=State.NOT_FITTING, result=Result.LEFT_WRONG
    )
    assert f"blijft van de lijst tot {written(year, 'j b Y')}" in shown(browser.get(url("case", case)))


def test_the_confirmation_of_an_earlier_contact_names_its_day(browser, case):
    told = shown(browser.post(url("contact", case), form(case), follow=True))
    assert "Huisbezoek, niet bereikt." in told
    day = TODAY - timedelta(days=3)
    case.refresh_from_db()
    told = shown(browser.post(url("contact", case), form(case, token="b", on=day.isoformat()), follow=True))
    assert f"Huisbezoek {written(day, 'D j b')}, niet bereikt." in told


def test_a_resident_who_moved_is_a_reason_and_says_for_whom_the_year_holds(browser, coach, case):
    page = shown(browser.get(url("state", case)))
    assert "Bewoner is verhuisd of de woning staat leeg" in page
    assert "Dat geldt voor deze huurder; een nieuwe huurder begint opnieuw." in page
    sent = {"version": case.version, "token": "m", "state": State.NOT_FITTING, "next": "geen"}
    saved = browser.post(url("state", case), sent | {"result": Result.LEFT_HOME})
    told = shown(browser.get(saved.url))
    assert "Bewoner is verhuisd of de woning staat leeg" in told
    assert "een nieuwe huurder begint opnieuw" in told
    # DDAS has no such code, so the weekly run and the municipality receive the nearest one
    assert give.feedback(TODAY).contacten[0]["resultaat"] == Result.LEFT_OTHER


def test_the_calendar_names_an_appointment_only_if_there_is_one(browser, case):
    Case.objects.filter(pk=case.pk).update(worked_on=True, state=State.IN_CONTACT, follow_up_on=TODAY)
    assert "SUMMARY:Opvolgen: " in browser.get(url("agenda", case)).content.decode()
    Case.objects.filter(pk=case.pk).update(appointment_on=TODAY)
    assert "SUMMARY:Afspraak: " in browser.get(url("agenda", case)).content.decode()


def test_something_else_can_be_told_by_phone_and_the_coach_reads_who_reported(
    enter, browser, corporation, case
):
    melder = enter(factories.user(Role.MELDER, corporation))
    told = "bel de corporatie om te zeggen wat u zag"
    assert told in shown(melder.get(reverse("melder:worry")))
    assert told not in shown(browser.get(reverse("melder:worry"))), "the coach is the corporation"
    worry = factories.worry(case, worry="overig", urgent=True)
    asked = "Wat er gezien is, staat niet in Waakvlam. Vraag het na."
    assert asked in shown(browser.get(WEEK))
    browser.post(reverse("coach:take", args=(worry.pk,)))
    page = shown(browser.get(url("case", case)))
    assert "Gemeld door: Huismeester." in page and asked in page
