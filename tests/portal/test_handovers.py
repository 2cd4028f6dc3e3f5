"""Test the overview of what partners answered to hand-overs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework import care
from portal.casework.codes import State
from portal.casework.models import Handover
from portal.casework.workdays import working_day
from portal.coach.answers import PartnerAnswers
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

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
    assert shown(page).count("overgedragen op") == 4


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
