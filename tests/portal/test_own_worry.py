"""Test a worry of a coach about an own address: whose it is, what it does at once, and how it is taken back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import worries
from portal.casework.codes import Source, Worries
from portal.exchange import give
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db


def report(browser, case, **values):
    """Send the form as it opens, with what was tapped."""
    form = browser.get(url("worry", case)).context["form"]
    given = {"source": form["source"].value(), "worry": Worries.SAFETY, "token": "w", "version": case.version}
    return browser.post(url("worry", case), given | values, follow=True)


def test_the_coach_is_the_source_unless_another_is_chosen(enter, coach, case):
    browser = enter(coach)
    page = shown(report(browser, case))
    worry = case.worries.get()
    assert worry.source == Source.COACH
    assert f"wooncoach {coach}" in page and "ingevoerd door" not in page
    assert give.feedback(TODAY).meldingen_medewerkers[0]["bron"] == Source.OTHER
    report(browser, case, source="huismeester", token="h")
    assert case.worries.get(token="h").source == "huismeester"


def test_a_melder_cannot_say_to_be_a_coach(enter, corporation):
    melder = enter(factories.user(Role.MELDER, corporation))
    assert "Ikzelf, wooncoach" not in shown(melder.get(reverse("melder:worry")))


def test_a_warning_that_was_a_mistake_is_taken_back_at_the_address(enter, coach, case):
    browser = enter(coach)
    warning = "meldde iemand: het voelt niet veilig"
    page = shown(report(browser, case))
    assert "Bij dit adres staat nu een waarschuwing voor de veiligheid" in page
    assert warning in page and 'href="#verhaal"' in page
    back = reverse("coach:withdraw_worry", args=(case.worries.get().pk,))
    assert f'action="{back}"' in page
    page = shown(browser.post(back, follow=True))
    assert "De zorg is teruggenomen." in page
    assert warning not in page and f'action="{back}"' not in page
    assert give.feedback(TODAY).meldingen_medewerkers == ()


def test_nobody_takes_back_what_another_reported_or_what_is_taken_up(enter, coach, case, corporation):
    colleague = factories.user(Role.COACH, corporation)
    worry = factories.worry(case, by=coach, urgent=True)
    back = reverse("coach:withdraw_worry", args=(worry.pk,))
    assert "Alleen wie een zorg doorgaf" in shown(enter(colleague).post(back, follow=True))
    worries.take_up(colleague, worry.pk)
    assert "al in behandeling" in shown(enter(coach).post(back, follow=True))
    worry.refresh_from_db()
    assert worry.withdrawn_at is None
