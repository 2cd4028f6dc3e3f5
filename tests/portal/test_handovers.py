"""Test the overview of what partners answered to hand-overs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal import clock
from portal.accounts.models import AuditEntry, Role
from portal.casework import care, services
from portal.casework.codes import Consent, State
from portal.casework.models import Case, Handover, Question
from portal.casework.workdays import working_day
from portal.coach.answers import PartnerAnswers
from portal.coach.templatetags.days import on
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
PAGE = reverse("coach:handovers")


@pytest.fixture
def handed(corporation):
    """Hand over a new case some days ago, answered after some days."""

    def make(partner, ago=40, after=None, picked_up="onbekend", **values):
        on = TODAY - timedelta(days=ago)
        answered = None if after is None else on + timedelta(days=after)
        case = factories.listed_case(values.pop("part", corporation), **values)
        factories.handover(case, partner=partner, on=on, answered_on=answered, picked_up=picked_up)
        return case

    return make


def test_answers_are_counted_per_partner(enter, coach, handed):
    handed("gemeente")
    for after, answer in ((3, "ja"), (9, "ja"), (30, "nee")):
        handed("wijkteam", after=after, picked_up=answer)
    page = enter(coach).get(PAGE)
    assert page.context["partners"] == [
        PartnerAnswers("Wijkteam", 3, 2, 1, 0, 9),
        PartnerAnswers("Gemeente", 1, 0, 0, 1, None),
    ]
    assert shown(page).count("overgedragen op") == 3 and "Overgedragen aan Gemeente op" in shown(page)


def test_an_answer_can_be_chosen_and_what_is_shown_is_in_the_log(enter, coach, handed):
    refused = handed("wijkteam", after=3, picked_up="nee")
    handed("wijkteam")
    page = enter(coach).get(PAGE, {"antwoord": "nee"})
    assert [row.case for row in page.context["rows"]] == [refused]
    seen = AuditEntry.objects.filter(action="handover.view").values_list("overeenkomst_id", flat=True)
    assert list(seen) == [refused.overeenkomst_id]


def test_other_areas_and_objections_are_left_out(enter, coach, handed, other):
    handed("ggd", part=other)
    handed("ggd", objected_on=TODAY)
    assert "Er is nog niets overgedragen" in shown(enter(coach).get(PAGE))


def test_a_slip_is_taken_back_within_a_day_and_leaves_only_the_log(enter, coach, case):
    handover = care.hand_over(coach, case.pk, version=1, token="a", partner="politie")
    browser, address = enter(coach), url("case", case)
    assert "Overdracht terugnemen" in shown(browser.get(address))
    browser.post(url("undo_handover", handover), {"version": 2})
    assert not Handover.objects.exists()
    assert AuditEntry.objects.get(action="handover.undo").detail["partner"] == "politie"
    page = shown(browser.get(address))
    assert "Overgedragen aan Politie" not in page
    assert shown(browser.post(url("undo_handover", handover), {"version": 3}), 404)


@pytest.mark.parametrize("change", [{"created_at": timedelta(days=2)}, {"picked_up": "ja"}])
def test_an_old_or_answered_one_stays(enter, coach, case, change):
    handover = care.hand_over(coach, case.pk, version=1, token="a", partner="politie")
    values = {
        name: handover.created_at - value if isinstance(value, timedelta) else value
        for name, value in change.items()
    }
    Handover.objects.update(**values)
    browser = enter(coach)
    assert "Overdracht terugnemen" not in shown(browser.get(url("case", case)))
    page = browser.post(url("undo_handover", handover), {"version": 2}, follow=True)
    assert "niet meer terug te nemen" in shown(page)
    assert Handover.objects.count() == 1


def test_the_same_partner_is_not_asked_twice_before_an_answer(coach, case):
    first = care.hand_over(coach, case.pk, version=1, token="a", partner="wijkteam")
    with pytest.raises(ValidationError) as refused:
        care.hand_over(coach, case.pk, version=2, token="b", partner="wijkteam")
    assert "al overgedragen aan Wijkteam" in refused.value.message_dict["partner"][0]
    care.hand_over(coach, case.pk, version=2, token="c", partner="gemeente")
    care.answer_handover(coach, first.pk, version=3, picked_up="nee")
    case.refresh_from_db()
    care.hand_over(coach, case.pk, version=case.version, token="d", partner="wijkteam")
    assert Handover.objects.count() == 3


def test_after_a_refusal_the_page_says_when_it_is_whose_turn(enter, coach, case):
    type(case).objects.filter(pk=case.pk).update(follow_up_on=TODAY - timedelta(days=9))
    handover = care.hand_over(coach, case.pk, version=1, token="a", partner="wijkteam")
    given = {"version": 2, "picked_up": "nee"}
    page = shown(enter(coach).post(url("answer", handover), given, follow=True))
    case.refresh_from_db()
    assert case.follow_up_on == working_day(TODAY + timedelta(days=1))
    assert "U bent weer aan zet: opvolgen op" in page


def test_in_care_shows_the_hand_overs_of_whose_cases_are_chosen_and_those_of_nobody(
    enter, coach, handed, corporation
):
    samira = factories.user(Role.COACH, corporation, first_name="Samira")
    left = factories.user(Role.COACH, corporation, is_active=False)
    own, hers, of_left, of_nobody = (
        handed("gemeente", owner=owner, worked_on=True, state=State.IN_CONTACT)
        for owner in (coach, samira, left, None)
    )
    page = reverse("coach:care")
    for choice, cases in (
        ("mij", {own, of_left, of_nobody}),
        (str(samira.pk), {hers, of_left, of_nobody}),
        ("iedereen", {own, hers, of_left, of_nobody}),
        ("weg", {of_left, of_nobody}),
    ):
        shown_cases = {row.case for row in enter(coach).get(page, {"van": choice}).context["handovers"]}
        assert shown_cases == cases, choice


def test_those_that_wait_come_first_the_oldest_at_the_top_and_can_be_answered(enter, coach, handed):
    answered = handed("ggd", ago=1, after=0, picked_up="ja")
    younger, oldest = handed("wijkteam", ago=3), handed("gemeente", ago=73)
    page = enter(coach).get(PAGE)
    assert [row.case for row in page.context["rows"]] == [oldest, younger, answered]
    text = shown(page)
    assert text.index("wacht 73 dagen") < text.index("wacht 3 dagen")
    assert text.count("/antwoord/?antwoord=nee") == 2


def test_a_handover_of_today_waits_no_number_of_days(enter, coach, handed):
    handed("ggd", ago=0)
    browser = enter(coach)
    for page, words in (
        (PAGE, '· <strong class="nowrap">vandaag</strong>'),
        (reverse("coach:week"), "sinds vandaag."),
    ):
        text = shown(browser.get(page))
        assert words in text and "0 dagen" not in text


def test_the_page_says_that_nothing_is_sent(enter, coach, case):
    browser = enter(coach)
    assert "Waakvlam stuurt niets" in shown(browser.get(url("handover", case)))
    sent = {"version": 1, "token": "h", "partner": "wijkteam", "on": TODAY.isoformat(), "consent": "bewoner"}
    assert "Waakvlam stuurt niets" in shown(browser.post(url("handover", case), sent, follow=True))


@pytest.fixture
def refused(enter, coach, case):
    """A contact, a hand-over, and the answer that the partner did not pick it up, given by mistake."""
    services.log_contact(
        coach, case.pk, version=1, token="c", kind="Telefoon", reached=True, follow_up_on=TODAY
    )
    handover = care.hand_over(coach, case.pk, version=2, token="a", partner="ggz")
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED, follow_up_on=None)
    browser = enter(coach)
    browser.post(url("answer", handover), {"version": 3, "picked_up": "nee"})
    handover.refresh_from_db()
    case.refresh_from_db()
    assert (case.state, handover.picked_up) == (State.NEW, "nee")
    return handover


def test_an_answer_is_taken_back_with_the_step_that_it_planned(enter, coach, case, refused):
    browser = enter(coach)
    assert "Antwoord terugnemen" in shown(browser.get(url("case", case)))
    given = {"version": case.version}
    page = shown(browser.post(url("undo_answer", refused), given, follow=True))
    assert "het antwoord van GGZ. De overdracht wacht weer. Het adres is nu: Afgesloten." in page
    assert "Wacht op antwoord van GGZ" in page and "Antwoord terugnemen" not in page
    case.refresh_from_db()
    refused.refresh_from_db()
    assert (case.state, case.follow_up_on, refused.answer_undoable) == (State.CLOSED, None, False)
    assert [row.undone_at is None for row in case.contacts.order_by("reference")] == [True, False]
    assert AuditEntry.objects.get(action="handover.answer.undo").detail["partner"] == "ggz"
    assert care.undo_answer(coach, refused.pk, version=1).picked_up == "onbekend"  # twice: no effect
    browser.post(url("answer", refused), {"version": case.version, "picked_up": "nee"})
    refused.refresh_from_db()
    assert refused.picked_up == "nee"


def test_the_step_of_an_answer_is_not_taken_back_alone_and_the_message_names_what_stays(
    enter, coach, case, refused
):
    browser, step = enter(coach), refused.answer_step
    assert url("undo", step) not in shown(browser.get(url("case", case)))
    page = shown(browser.post(url("undo", step), {"version": case.version}, follow=True))
    assert "Het adres is weer: Afgesloten. Het antwoord van GGZ blijft staan: niet opgepakt." in page
    assert "zoals het was" not in page


def test_what_was_logged_after_an_answer_stays_when_it_is_taken_back(enter, coach, case, refused):
    later = TODAY + timedelta(days=7)
    services.log_contact(coach, case.pk, version=case.version, token="d", kind="Telefoon", follow_up_on=later)
    case.refresh_from_db()
    care.undo_answer(coach, refused.pk, version=case.version)
    case.refresh_from_db()
    assert (case.state, case.follow_up_on) == (State.APPROACHED, working_day(later))
    assert case.handovers.get().picked_up == "onbekend"


def test_an_answer_is_taken_back_only_by_who_gave_it_and_within_a_day(enter, coach, corporation, refused):
    samira = factories.user(Role.COACH, corporation)
    address = url("case", refused.case)
    assert "Antwoord terugnemen" not in shown(enter(samira).get(address))
    version = Case.objects.get(pk=refused.case_id).version
    sent = {"version": version}
    assert "niet meer terugnemen" in shown(enter(samira).post(url("undo_answer", refused), sent, follow=True))
    Handover.objects.update(answered_at=clock.now() - timedelta(hours=25))
    assert "Antwoord terugnemen" not in shown(enter(coach).get(address))
    assert "niet meer terugnemen" in shown(enter(coach).post(url("undo_answer", refused), sent, follow=True))
    assert Handover.objects.get().picked_up == "nee"


def test_undoing_a_contact_says_what_is_back(enter, coach, case):
    services.log_contact(
        coach, case.pk, version=1, token="a", kind="Telefoon", reached=True, follow_up_on=TODAY
    )
    row = services.log_contact(coach, case.pk, version=2, token="b", kind="Huisbezoek", reached=False)
    page = shown(enter(coach).post(url("undo", row), {"version": 3}, follow=True))
    day = on(working_day(TODAY), "D j b")
    assert (
        f"Teruggenomen: Huisbezoek. Het adres is weer: In contact, opvolgen {day}, in zorg bij {coach}."
        in page
    )


def test_consent_and_the_person_there_are_kept_with_a_hand_over(enter, coach, case):
    given = TODAY - timedelta(days=2)
    sent = form(case, partner="wijkteam", on=TODAY.isoformat(), person=" Petra de Wit ", consent="bewoner")
    enter(coach).post(url("handover", case), sent | {"consent_on": given.isoformat()})
    row = Handover.objects.get()
    assert (row.person, row.consent, row.consent_on) == ("Petra de Wit", Consent.RESIDENT, given)
    page = shown(enter(coach).get(url("case", case)))
    assert "Overgedragen aan Wijkteam (Petra de Wit)" in page
    assert f"toestemming: de bewoner zelf, {on(given, 'D j b Y')}" in page
    assert "Overgedragen aan Wijkteam (Petra de Wit) op" in shown(enter(coach).get(PAGE))


def test_a_hand_over_asks_who_agreed_and_nobody_agrees_on_a_day(enter, coach, case):
    browser, sent = enter(coach), form(case, partner="politie", on=TODAY.isoformat())
    assert "Kies er een." in shown(browser.post(url("handover", case), sent, follow=True))
    assert not Handover.objects.exists()
    browser.post(url("handover", case), sent | {"consent": "niemand", "consent_on": TODAY.isoformat()})
    assert Handover.objects.get().consent_on is None


def test_consent_cannot_be_of_a_day_to_come(coach, case):
    later = TODAY + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        care.hand_over(
            coach, case.pk, version=1, token="a", partner="ggd", consent="bewoner", consent_on=later
        )
    assert list(refused.value.message_dict) == ["consent_on"]


def test_a_partner_that_was_asked_again_is_in_the_overview_the_story_and_the_log(enter, coach, case):
    browser = enter(coach)
    handover = factories.handover(case, on=TODAY - timedelta(days=20))
    for kind in ("Telefoon", "Telefoon", "Mail"):
        case.refresh_from_db()
        browser.post(url("ask", handover), {"version": case.version, "kind": kind})
    assert Question.objects.count() == 2
    day = on(TODAY, "D j b")
    for page in (PAGE, reverse("coach:care")):
        assert f"nagevraagd {day} (gemaild)" in shown(browser.get(page))
    story = shown(browser.get(url("case", case)))
    assert story.count("Nagevraagd bij Wijkteam") == 2 and "gebeld" in story and "gemaild" in story
    logged = AuditEntry.objects.filter(action="handover.ask").order_by("pk")
    assert [row.detail["kind"] for row in logged] == ["Telefoon", "Mail"]


def test_a_partner_that_answered_is_not_asked_again(coach, case):
    handover = factories.handover(case, picked_up="ja", answered_on=TODAY)
    with pytest.raises(ValidationError):
        care.ask_after(coach, handover.pk, version=1, kind="Telefoon")
    assert not Question.objects.exists()


def test_an_answer_says_who_took_it_up_and_what(enter, coach, case):
    row = care.hand_over(coach, case.pk, version=1, token="a", partner="wijkteam")
    browser, answer = enter(coach), reverse("coach:answer", args=(row.pk,))
    assert browser.get(answer, {"antwoord": "ja"}).context["form"]["picked_up"].value() == "ja"
    sent = {"version": 2, "picked_up": "ja", "answer_role": "budgetcoach\n", "answer_note": " belt  maandag "}
    for _twice in range(2):
        page = shown(browser.post(answer, sent, follow=True))
    assert "budgetcoach" in page and "belt maandag" in page
    assert "budgetcoach · belt maandag" in shown(browser.get(PAGE))
    row.refresh_from_db()
    first = row.answered_at
    browser.post(answer, sent | {"version": 3, "answer_note": "belt dinsdag"})
    row.refresh_from_db()
    assert (row.answer_note, row.answered_at) == ("belt dinsdag", first)
    care.undo_answer(coach, row.pk, version=4)
    row.refresh_from_db()
    assert (row.picked_up, row.answer_role, row.answer_note) == ("onbekend", "", "")


def test_a_note_that_is_too_long_is_kept_on_the_form(enter, coach, case):
    row = care.hand_over(coach, case.pk, version=1, token="a", partner="wijkteam")
    sent = {"version": 2, "picked_up": "nee", "answer_note": "x" * 201}
    page = shown(enter(coach).post(reverse("coach:answer", args=(row.pk,)), sent, follow=True))
    assert "x" * 201 in page and "Nog niet bewaard" in page
    assert Handover.objects.get().picked_up == "onbekend"
