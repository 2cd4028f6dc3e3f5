"""Test that badge, reasons and story agree on how an address stands, in whatever order contacts are logged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from portal.casework import care, services, worries
from portal.casework.codes import Kind, PickedUp, State
from portal.coach.story import past_of, tell
from portal.exchange import give
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db


def log(user, case, token: str, **given):
    case.refresh_from_db()
    return services.log_contact(user, case.pk, version=case.version, token=token, kind=Kind.VISIT, **given)


def test_a_contact_that_is_logged_late_leaves_the_state_of_the_later_one(coach, case):
    day = TODAY + timedelta(days=9)
    log(coach, case, "a", reached=True, state=State.WATCH, follow_up_on=day)
    log(coach, case, "b", reached=False, on=TODAY - timedelta(days=3), follow_up_on=TODAY)
    case.refresh_from_db()
    assert (case.state, case.follow_up_on.isoformat()) == (State.WATCH, case.watch_until.isoformat())
    assert case.follow_up_on >= day
    newest = max(give.feedback(TODAY).contacten, key=lambda row: (row["datum"], row["contact_id"]))
    assert newest["stand"] == case.state


def test_another_state_at_such_a_contact_is_refused(coach, case):
    log(coach, case, "a", reached=True)
    with pytest.raises(ValidationError) as refused:
        log(coach, case, "b", on=TODAY - timedelta(days=3), state=State.CLOSED)
    assert "later contact" in refused.value.message_dict["state"][0]


def test_a_contact_of_before_one_that_was_taken_back_counts(coach, case):
    first = log(coach, case, "a", reached=True)
    case.refresh_from_db()
    services.undo(coach, first.pk, version=case.version)
    log(coach, case, "b", on=TODAY - timedelta(days=3), state=State.CLOSED)
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_of_one_day_the_story_is_in_the_order_in_which_it_was_logged(coach, case):
    log(coach, case, "a", reached=True)
    case.refresh_from_db()
    handover = care.hand_over(coach, case.pk, version=case.version, token="h", partner="wijkteam")
    case.refresh_from_db()
    care.answer_handover(coach, handover.pk, version=case.version, picked_up=PickedUp.NO)
    titles = [event.title for event in tell(past_of(case)) if event.on == TODAY]
    assert titles[:4] == [
        "Dag gewijzigd",
        "Wijkteam: niet opgepakt",
        "Overgedragen aan Wijkteam",
        "Huisbezoek",
    ]


def test_an_address_that_a_coach_took_up_again_is_not_called_without_contact(enter, coach, case):
    log(coach, case, "a", reached=True, state=State.CLOSED)
    worries.take_up(coach, factories.worry(case, urgent=True).pk)
    text = shown(enter(coach).get(url("case", case)))
    assert '<span class="state nieuw">Te benaderen</span>' in text
    assert "Nog geen contact" not in text


def test_an_untouched_address_has_no_contact(enter, coach, case):
    assert '<span class="state nieuw">Nog geen contact</span>' in shown(enter(coach).get(url("case", case)))


def test_what_was_there_in_the_first_known_week_is_not_called_new(case):
    first = MONDAY - timedelta(weeks=7)
    assert not [event for event in tell(past_of(case)) if event.kind == "signal" and event.on == first]
    assert [event.title for event in tell(past_of(case)) if event.kind == "signal" and event.on > first]
