"""Test the content of the coach's pages and the effect of their forms."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework import care, services
from portal.casework.codes import Kind, State
from portal.casework.models import Case, Change, Contact, Growth, Listing
from portal.casework.workdays import working_day
from portal.coach import words
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


def test_the_list_shows_reasons_changes_and_safety_first(browser, case):
    Listing.objects.update(safety="Ga met twee personen.", carried_over=True, news=[])
    Change.objects.create(case=case, as_of=MONDAY, seen_on=TODAY, code="paid", text="Er is betaald.")
    Change.objects.create(
        case=case, as_of=MONDAY - timedelta(days=7), seen_on=TODAY, code="paid", text="Oud nieuws."
    )
    page = shown(browser.get(reverse("coach:week")))
    places = [
        page.index(text) for text in ("Ga met twee", "Er is betaald", factories.REASONS[0], "Ook vorige week")
    ]
    assert places == sorted(places)
    assert "Oud nieuws" not in page
    assert AuditEntry.objects.filter(action="list.view", overeenkomst_id=case.overeenkomst_id).count() == 1


def test_what_is_usual_is_filled_in_and_one_tap_saves(browser, coach, case):
    page = browser.get(url("contact", case))
    unbound = page.context["form"]
    usual = {name: unbound[name].value() for name in unbound.fields if unbound[name].value()}
    assert (usual["kind"], usual["on"], usual["next"]) == (Kind.VISIT, TODAY, "7")
    assert usual["part_of_day"] in ("Ochtend", "Middag", "Avond")
    sent = {**usual, "reached": "ja", "version": case.version, "token": page.context["token"]}
    response = browser.post(url("contact", case), sent)
    contact = Contact.objects.get()
    assert (contact.state, contact.reached, contact.follow_up_on) == (
        State.IN_CONTACT,
        True,
        working_day(TODAY + timedelta(days=7)),
    )
    assert response.url == f"{reverse('coach:week')}?gedaan={contact.pk}"
    report = shown(browser.get(response.url))
    assert reverse("coach:undo", args=(contact.pk,)) in report
    assert (
        f'<a href="{url("case", case)}">{case.address}</a>' in report
    )  # to look at it once more, or to correct it


def test_undo_from_the_week_puts_everything_back(browser, case):
    browser.post(url("contact", case), form(case))
    contact = Contact.objects.get()
    undo = reverse("coach:undo", args=(contact.pk,))
    assert browser.get(undo).url == url("case", case)  # after logging in again: told, not done
    for _twice in range(2):
        browser.post(undo, {"version": 2})
    case.refresh_from_db()
    assert (case.state, case.follow_up_on) == (State.NEW, None)
    assert "teruggenomen" in shown(browser.get(url("case", case)))


def test_the_score_is_shown_only_where_the_corporation_shows_it(browser, case, settings):
    Listing.objects.update(score=73)
    for show in (False, True):
        settings.SHOW_SCORE = show
        for address in (reverse("coach:week"), url("case", case)):
            assert ("core 73" in shown(browser.get(address))) is show


def test_the_same_contact_from_another_form_is_asked_about(browser, case):
    browser.post(url("contact", case), form(case))
    again = form(case, version=2, token="t2")
    page = shown(browser.post(url("contact", case), again, follow=True))
    assert "U legde dit net al vast" in page
    assert Contact.objects.count() == 1
    browser.post(url("contact", case), {**again, "token": "t3", "again": "1"})
    assert Contact.objects.count() == 2


def test_calling_fills_in_the_telephone(browser, case):
    page = browser.get(url("contact", case) + "?soort=telefoon")
    assert page.context["form"]["kind"].value() == Kind.PHONE


def test_a_next_step_goes_into_the_calendar_without_a_reason(browser, case):
    assert browser.get(url("agenda", case)).status_code == 404  # nothing is planned
    browser.post(url("contact", case), form(case))
    case.refresh_from_db()
    response = browser.get(url("agenda", case))
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert f"DTSTART;VALUE=DATE:{case.follow_up_on:%Y%m%d}" in text
    assert case.address in text
    assert case.name not in text
    assert all(reason not in text for reason in factories.REASONS)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_map_is_offered_only_where_the_installation_chose_one(browser, case, settings):
    assert ">Route<" not in shown(browser.get(url("case", case)))
    settings.ROUTE = "https://kaart.example/?q={address}"
    page = shown(browser.get(url("case", case)))
    assert "kaart.example: het adres gaat daarheen" in page
    assert case.name not in page[page.index("https://kaart.example") :][:200]
    settings.ROUTE = "geo:0,0?q={address}"
    assert "geo:0,0?q=Voorbeeldstraat" in shown(browser.get(url("case", case)))


def test_an_address_off_the_list_shows_its_present_state(browser, case):
    Case.objects.filter(pk=case.pk).update(worked_on=True, listed_on=MONDAY - timedelta(weeks=4))
    case.listings.update(as_of=MONDAY - timedelta(weeks=4))
    case.weeks.filter(as_of=MONDAY).update(points={}, figures={"arrears_euro": 0})
    page = shown(browser.get(url("case", case)))
    assert "Het is stil" in page
    assert "geen huurachterstand bekend" in page
    assert page.index("Het is stil") < page.index("op de lijst stond") < page.index(factories.REASONS[0])


def test_figures_older_than_the_list_are_not_called_present(browser, case):
    Case.objects.filter(pk=case.pk).update(worked_on=True, listed_on=MONDAY - timedelta(weeks=4))
    case.listings.update(as_of=MONDAY - timedelta(weeks=4))
    case.weeks.filter(as_of__gt=MONDAY - timedelta(weeks=2)).delete()
    factories.contact(case, state=State.APPROACHED, on=MONDAY - timedelta(days=200))
    page = shown(browser.get(url("case", case)))
    assert "De huurachterstand was toen" in page
    assert "Het telt niet meer mee" in page
    assert "Hoe het nu is" not in page
    case.weeks.all().update(points={}, figures={})
    page = shown(browser.get(url("case", case)))
    assert "Er was toen geen huurachterstand bekend" in page
    assert "Het was stil" in page


def test_a_partner_that_does_not_pick_up_puts_the_coach_back_to_work(browser, coach, case):
    care.hand_over(coach, case.pk, version=1, token="h", partner="wijkteam")
    assert "Wat antwoordde de partner?" in shown(browser.get(url("case", case)))
    services.set_state(coach, case.pk, version=2, token="s", state=State.CLOSED)
    answer = reverse("coach:answer", args=(case.handovers.get().pk,))
    browser.post(answer, {"version": 3, "picked_up": "nee"})
    case.refresh_from_db()
    assert (case.state, case.owner, case.follow_up_on) == (
        State.NEW,
        coach,
        working_day(TODAY + timedelta(days=1)),
    )
    assert case.address in shown(browser.get(reverse("coach:care")))


def test_what_is_done_is_counted_and_folded(browser, case, corporation):
    factories.listed_case(corporation, position=2)
    assert "0 van 2 gedaan" in shown(browser.get(reverse("coach:week")))
    browser.post(url("contact", case), form(case))
    page = shown(browser.get(reverse("coach:week")))
    assert "1 van 2 gedaan" in page
    assert page.index('class="finished"') < page.index(f'id="adres-{case.pk}"')


def test_watching_lasts_a_quarter_unless_a_day_is_chosen(browser, case):
    browser.post(url("contact", case), form(case, state=State.WATCH))
    case.refresh_from_db()
    assert case.watch_until == working_day(TODAY + timedelta(days=91))
    day = TODAY + timedelta(days=30)
    sent = {
        "version": 2,
        "token": "t2",
        "state": State.WATCH,
        "next": "geen",
        "follow_up_on": day.isoformat(),
    }
    browser.post(url("state", case), sent)
    case.refresh_from_db()
    assert case.watch_until == working_day(day)


def test_a_watch_that_flares_up_is_back_at_the_top(browser, coach, case):
    services.set_state(coach, case.pk, version=1, token="s", state=State.WATCH)
    Case.objects.update(flared_up_on=MONDAY, listed_on=None)
    assert "weer opgevlamd" in shown(browser.get(reverse("coach:week")))


def test_nothing_falls_asleep_unseen(browser, case):
    browser.post(url("contact", case), form(case, next="geen"))
    assert "Nog geen volgende stap" in shown(browser.get(reverse("coach:week")))
    assert "geen volgende stap" in shown(browser.get(reverse("coach:care")))


def test_an_objection_takes_the_address_off_and_can_be_withdrawn(browser, case):
    assert "reden is niet nodig" in shown(browser.get(url("objection", case)))
    for _twice in range(2):
        page = shown(browser.post(url("objection", case), follow=True))
        for text in ("Bezwaar vastgelegd", case.address, "Wat nog kan", "Bezwaar intrekken"):
            assert text in page
    assert case.address not in shown(browser.get(reverse("coach:week")))
    assert "intrekken" in shown(browser.get(url("objection", case)))
    browser.post(url("objection", case), {"withdraw": "1"})
    assert case.address in shown(browser.get(reverse("coach:week")))


def test_growth_is_noted_per_domain_and_twice_is_once(browser, case):
    sent = {
        "version": 1,
        "token": "g",
        "geld": "1",
        "wonen": "3",
        "sociale_relaties": "",
        "zelforganisatie": "",
    }
    for _twice in range(2):
        assert browser.post(url("growth", case), sent).status_code == 302
    assert {(row.domain, row.step, row.phase) for row in Growth.objects.all()} == {
        ("geld", 1, "start"),
        ("wonen", 3, "start"),
    }
    assert "Loopt vast" in shown(browser.get(url("case", case)))
    assert "ten minste één" in shown(
        browser.post(url("growth", case), {"version": 3, "token": "h"}, follow=True)
    )
    Growth.objects.update(on=TODAY - timedelta(days=40))
    assert "Bij een vervolg" in shown(browser.get(url("growth", case)))


def test_a_handover_is_shown_until_answered(browser, case):
    sent = {"version": 1, "token": "h", "partner": "wijkteam", "on": TODAY.isoformat(), "consent": "bewoner"}
    for _twice in range(2):
        browser.post(url("handover", case), sent)
    handover = case.handovers.get()
    assert "Wacht op antwoord" in shown(browser.get(reverse("coach:week")))
    answer = reverse("coach:answer", args=(handover.pk,))
    assert "Wat antwoordde de partner?" in shown(browser.get(answer))
    browser.post(answer, {"version": 1, "picked_up": "ja"})  # stale: told, not done
    handover.refresh_from_db()
    assert handover.picked_up == "onbekend"
    for _twice in range(2):
        browser.post(answer, {"version": 2, "picked_up": "ja"})
    assert "Wacht op antwoord" not in shown(browser.get(reverse("coach:week")))


def test_a_case_is_taken_over_once(browser, coach, case, corporation):
    colleague = factories.user(Role.COACH, corporation)
    services.log_contact(colleague, case.pk, version=1, token="a", kind=Kind.VISIT)
    for _twice in range(2):
        browser.post(url("own", case), {"version": 2})
    case.refresh_from_db()
    assert (case.owner, case.version) == (coach, 3)


def test_a_coach_passes_on_a_worry_about_an_address(browser, case):
    sent = {"version": 1, "token": "w", "worry": "post_hoopt_op", "source": "huismeester"}
    for _twice in range(2):
        assert browser.post(url("worry", case), sent).url == url("case", case)
    assert case.worries.get().urgent is False


def test_pages_are_kept_out_of_caches(browser, case):
    for address in (reverse("coach:week"), url("case", case), url("contact", case)):
        assert "no-store" in browser.get(address)["Cache-Control"]


def test_the_addresses_in_care_can_be_those_of_the_coach_alone(browser, coach, corporation):
    colleague = factories.user(Role.COACH, corporation)
    own, other = factories.listed_case(corporation), factories.listed_case(corporation)
    for case, owner in ((own, coach), (other, colleague)):
        type(case).objects.filter(pk=case.pk).update(owner=owner, state=State.IN_CONTACT)
    everybody = shown(browser.get(reverse("coach:care"), {"van": "iedereen"}))
    assert "mij (1)" in everybody
    assert own.address in everybody
    assert other.address in everybody
    mine = shown(browser.get(reverse("coach:care")))
    assert "iedereen (2)" in mine
    assert own.address in mine
    assert other.address not in mine


def test_the_answer_at_the_door_is_that_of_the_printed_list():

    from pipelines.shortlist import weekly_list

    printed = weekly_list.WeeklyList(as_of=date(2026, 11, 16), corporation="De Waard", entries=())
    assert words.answer("De Waard") == printed.answer
    assert str(words.QUESTION) == weekly_list.QUESTION
    assert [str(text) for text in words.ABOUT] == list(weekly_list.ABOUT)


def test_every_page_with_an_address_is_in_the_log(browser, case):
    for name in ("case", "contact", "state", "growth", "handover", "objection", "worry"):
        browser.get(url(name, case))
    seen = AuditEntry.objects.filter(action="case.view").values_list("detail", flat=True)
    assert {entry["page"] for entry in seen} == {
        "case",
        "contact",
        "state",
        "growth",
        "handover",
        "objection",
        "worry",
    }


def test_the_own_list_comes_first(enter, corporation):
    for name in ("Wooncoach Ada", "Wooncoach Noor"):
        Listing.objects.filter(case=factories.listed_case(corporation)).update(coach=name)
    noor = enter(factories.user(Role.COACH, corporation, first_name="Noor"))
    page = shown(noor.get(reverse("coach:week")))
    assert page.index("Wooncoach Noor") < page.index("Wooncoach Ada")


def test_a_colleague_of_the_same_wijk_takes_a_case_over(browser, case, corporation):
    colleague = factories.user(Role.COACH, corporation, first_name="Samir")
    stranger = factories.user(Role.COACH, corporation, wijk="Elders", first_name="Vreemd")
    page = shown(browser.get(url("colleague", case)))
    assert "Samir" in page and "Vreemd" not in page
    sent = {"version": 1, "token": "c", "owner": colleague.pk}
    for _twice in range(2):
        report = shown(browser.post(url("colleague", case), sent, follow=True))
        assert "In zorg bij Samir" in report
    case.refresh_from_db()
    assert (case.owner, case.version) == (colleague, 2)
    refused = browser.post(url("colleague", case), {**sent, "owner": stranger.pk, "version": 2}, follow=True)
    assert 'class="errors"' in shown(refused)
    case.refresh_from_db()
    assert case.owner == colleague
