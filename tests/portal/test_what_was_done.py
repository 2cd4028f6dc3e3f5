"""Test that pages say what a coach did in a coach's words, by whom, and lead back to where the coach was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.casework import care, services, worries
from portal.casework.codes import Answer, Kind, PickedUp, State
from portal.casework.models import Case
from portal.casework.workdays import working_day
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
LATER = working_day(TODAY + timedelta(days=12))


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


def test_no_page_of_a_coach_says_administrative(browser, coach, case):
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    page = shown(browser.get(url("case", case)))
    assert "<strong>Opgepakt</strong>. Stand: Te benaderen" in page
    assert "al iets vast: Opgepakt." in shown(browser.get(url("contact", case)))
    for number, (state, day, said) in enumerate(
        (
            (State.IN_CONTACT, TODAY, "Stand gewijzigd"),
            (State.IN_CONTACT, LATER, "Dag gewijzigd"),
            (State.IN_CONTACT, LATER, "Stand bevestigd"),
            (State.CLOSED, None, "Stand gewijzigd"),
        )
    ):
        case.refresh_from_db()
        given = {"version": case.version, "token": f"s{number}", "state": state}
        row = services.set_state(coach, case.pk, follow_up_on=day, **given)
        assert row.in_words == said
    case.refresh_from_db()
    assert care.reopen(coach, case.pk, version=case.version).in_words == "Weer geopend"
    page = shown(browser.get(url("case", case))).partition('id="verhaal"')[2]
    assert "Administratief" not in page and "Weer geopend" in page
    said = services.log_contact(coach, case.pk, version=7, token="c", kind=Kind.ADMINISTRATIVE, reached=True)
    assert said.in_words == "Administratief", "a contact that somebody logged so"


def test_a_partner_s_answer_names_who_noted_it(browser, coach, corporation, case):
    colleague = factories.user(Role.COACH, corporation, first_name="Joris")
    handover = factories.handover(case, by=coach)
    care.answer_handover(colleague, handover.pk, version=1, picked_up=PickedUp.YES)
    page = shown(browser.get(url("case", case)))
    assert "· Joris" in page.partition("Wijkteam: opgepakt")[2].partition("</li>")[0]


def test_every_page_says_that_who_has_an_address_left(browser, corporation, case):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    given = {"owner": samira, "state": State.IN_CONTACT, "worked_on": True}
    for late in (0, 40):
        Case.objects.filter(pk=case.pk).update(follow_up_on=TODAY - timedelta(days=late), **given)
        for active, said in ((True, "· Samira<"), (False, "· Samira (werkt hier niet meer)")):
            User.objects.filter(pk=samira.pk).update(is_active=active)
            assert said in shown(browser.get(reverse("coach:week")))


def test_an_answer_that_somebody_was_spoken_to_asks_for_the_contact(browser, coach, case):
    worry = factories.worry(case, urgent=True)
    worries.take_up(coach, worry.pk)
    address = reverse("coach:reply", args=(worry.pk,))
    hint = f'<a href="{url("contact", case)}">Leg dat contact ook vast</a>'
    assert hint in shown(browser.post(address, {"answer": Answer.VISITED}, follow=True))
    case.refresh_from_db()
    services.log_contact(coach, case.pk, version=case.version, token="v", kind=Kind.VISIT, reached=True)
    assert hint not in shown(browser.post(address, {"answer": Answer.VISITED}, follow=True))
    assert hint not in shown(browser.post(address, {"answer": Answer.NOTHING}, follow=True))


def test_the_note_for_the_door_leads_back_to_the_address(browser, other, case):
    page = shown(browser.get(url("case", case)))
    link = f"{reverse('coach:leaflet')}?adres={case.pk}"
    assert link in page
    assert f'<a href="{url("case", case)}"><span aria-hidden="true">‹</span> {case.address}' in shown(
        browser.get(link)
    )
    strange = factories.listed_case(other)
    for number in (strange.pk, "x", "9" * 30, ""):
        page = shown(browser.get(reverse("coach:leaflet"), {"adres": number}))
        assert f'<a href="{reverse("coach:paper")}"><span' in page and strange.address not in page


@pytest.mark.parametrize(
    ("after", "page"),
    [
        ("adres", lambda case: url("case", case)),
        ("zorg", lambda _case: reverse("coach:care")),
        ("waarneming", lambda _case: reverse("coach:holiday")),
        ("", lambda _case: reverse("coach:week")),
        ("elders", lambda _case: reverse("coach:week")),
    ],
)
@pytest.mark.parametrize("name", ["state", "contact"])
def test_a_saved_form_leads_back_to_where_it_was_opened(browser, coach, case, name, after, page):
    address = url(name, case) + (f"?na={after}" if after else "")
    sent = form(case) | ({"state": State.IN_CONTACT} if name == "state" else {})
    refused = browser.post(address, {"version": 1, "token": "r", "next": "x"})
    assert refused.url == address, "also after what was refused"
    saved = browser.post(address, sent, follow=True)
    assert saved.redirect_chain[-1][0].partition("?")[0] == page(case)
    assert "Bewaard" in shown(saved) and "Terugnemen" in shown(saved)


def test_the_links_to_a_form_say_where_they_are(browser, coach, case):
    Case.objects.filter(pk=case.pk).update(
        owner=coach, state=State.IN_CONTACT, worked_on=True, follow_up_on=TODAY
    )
    assert f"{url('state', case)}?na=adres" in shown(browser.get(url("case", case)))
    assert f"{url('contact', case)}?na=zorg" in shown(browser.get(reverse("coach:care")))
