"""Test the overview of what partners answered to hand-overs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry
from portal.coach.answers import PartnerAnswers
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown

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
