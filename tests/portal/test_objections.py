"""After an objection the page shows nothing of the signals, and every service refuses what the page does not offer."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import care, queries, services, worries
from portal.casework.codes import Kind, PickedUp, State
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def objected(coach, case):
    """A case with a hand-over that waits for an answer, whose tenant then objects."""
    care.hand_over(coach, case.pk, version=1, token="h", partner="wijkteam")
    care.object_to(coach, case.pk)
    case.refresh_from_db()
    return case


def test_the_page_shows_the_objection_and_nothing_of_the_signals(enter, coach, objected):
    page = shown(enter(coach).get(url("case", objected)))
    assert "maakte bezwaar" in page
    for hidden in (*factories.REASONS, objected.phone, "Vastleggen", "Signalen per week", objected.name):
        assert hidden not in page
    for offered in ("Bezwaar intrekken", "Dossier afsluiten"):
        assert offered in page


def test_the_form_says_who_else_may_object_and_who_tells_the_resident_by_when(enter, coach, case):
    page = shown(enter(coach).get(url("objection", case)))
    assert "zoals een curator of bewindvoerder, mag bezwaar maken" in page
    assert "Maakt een zoon of dochter bezwaar? Leg het dan ook vast" in page
    assert "Binnen een maand moet de bewoner horen wat ermee is gedaan (AVG, artikel 12)" in page
    assert "Waakvlam stuurt niets. Zeg het de bewoner zelf, ook als een ander bezwaar maakte" in page


def test_every_service_refuses_the_rest(coach, corporation, objected):
    colleague = factories.user(Role.COACH, corporation)
    given = {"version": objected.version}
    refused = [
        lambda: services.log_contact(coach, objected.pk, token="c", kind=Kind.VISIT, **given),
        lambda: services.set_state(coach, objected.pk, token="s", state=State.WATCH, **given),
        lambda: services.log_contact(
            coach, objected.pk, token="v", kind=Kind.VISIT, state=State.CLOSED, **given
        ),
        lambda: services.take_over(coach, objected.pk, owner=colleague, **given),
        lambda: care.grow(coach, objected.pk, domain="geld", step=1, phase="start", **given),
        lambda: care.hand_over(coach, objected.pk, token="x", partner="ggd", **given),
        lambda: care.answer_handover(
            coach, objected.handovers.get().pk, picked_up=PickedUp.NO, **given
        ),
        lambda: worries.pass_on_worry(
            coach, token="w", source="vakman", worry="geldzorgen", case_id=objected.pk
        ),
    ]  # fmt: skip
    for service in refused:
        with pytest.raises(ValidationError):
            service()
    objected.refresh_from_db()
    assert (objected.version, objected.contacts.count()) == (given["version"], 1), "only the hand-over's step"


@pytest.mark.parametrize("page", ["contact", "state", "growth", "handover", "colleague", "worry"])
def test_no_form_opens_after_an_objection(enter, coach, objected, page):
    browser = enter(coach)
    assert browser.get(url(page, objected)).url == url("case", objected)
    assert browser.post(url(page, objected), form(objected)).url == url("case", objected)
    assert objected.contacts.count() == 1, "only the step of the hand-over before it"


def test_the_remaining_actions_work(enter, coach, objected):
    browser = enter(coach)
    browser.post(url("close", objected), {"version": objected.version})
    objected.refresh_from_db()
    assert objected.state == State.CLOSED
    assert list(queries.finished(coach)) == [objected]
    browser.post(url("objection", objected), {"withdraw": "1"})
    objected.refresh_from_db()
    assert objected.objected_on is None
    assert factories.REASONS[0] in shown(browser.get(url("case", objected)))


def test_nothing_of_it_is_still_a_task(enter, coach, objected):
    page = shown(enter(coach).get(reverse("coach:week")))
    assert objected.address not in page
    assert not queries.handovers_open(coach)


def test_an_urgent_worry_still_reaches_the_coach(coach, objected, corporation):
    worry = factories.worry(objected, urgent=True)
    assert queries.urgent(coach).to_take == [worry]
    worries.take_up(coach, worry.pk)
    assert queries.urgent(coach).to_answer == [worry]
    objected.refresh_from_db()
    assert objected.follow_up_on is None or objected.follow_up_on >= TODAY
