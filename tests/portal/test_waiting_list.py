"""Test that a partner's waiting list is no answer: the words are kept and the hand-over goes on asking."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.casework import care
from portal.coach.templatetags.days import on
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
PAGE = reverse("coach:handovers")


def test_a_waiting_list_keeps_the_words_and_goes_on_asking(enter, coach, case):
    row = care.hand_over(coach, case.pk, version=1, token="a", partner="wijkteam")
    browser, answer = enter(coach), reverse("coach:answer", args=(row.pk,))
    assert f'href="{answer}?antwoord=onbekend"' in shown(browser.get(url("case", case)))
    case.refresh_from_db()
    note = "wachtlijst tot februari"
    page = shown(
        browser.post(answer, {"version": 2, "picked_up": "onbekend", "answer_note": note}, follow=True)
    )
    assert "blijft wachten op antwoord" in page
    row.refresh_from_db()
    assert (row.picked_up, row.answered_on, row.answer_note) == ("onbekend", None, note)
    assert f"Wacht op antwoord van Wijkteam, sinds {on(TODAY, 'D j b Y')} · {note}" in page
    assert note in shown(browser.get(PAGE)) and "1 overdracht wacht" in shown(
        browser.get(reverse("coach:week"))
    )
    browser.post(answer, {"version": 3, "picked_up": "ja", "answer_note": note})
    row.refresh_from_db()
    assert (row.picked_up, row.answered_on) == ("ja", TODAY)
