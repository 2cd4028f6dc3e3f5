"""Test what a coach does who stands in for a colleague: take the addresses, choose another last day, give them back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role, Scope, User
from portal.casework import lending
from portal.casework.models import Transfer
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
UNTIL = TODAY + timedelta(days=4)


SUMMARY = '<a href="#id_until">Ik neem waar tot en met · Kies tot en met welke dag u waarneemt.</a>'


@pytest.fixture
def ill(corporation):
    return factories.user(Role.COACH, corporation, first_name="Sem")


@pytest.fixture
def covered(corporation, coach, ill):
    """Let the coach stand in for a colleague with two addresses."""
    cases = [
        factories.listed_case(corporation, worked_on=True, state="in_contact", owner=ill, follow_up_on=TODAY)
        for _ in range(2)
    ]
    lending.stand_in_for(coach, away=ill, until=UNTIL)
    for case in cases:
        case.refresh_from_db()
    return cases


def test_a_colleague_stands_in_for_somebody_who_is_suddenly_ill(enter, coach, corporation, other):
    ill = factories.user(Role.COACH, corporation, first_name="Sem")
    mine = factories.case(corporation, worked_on=True, state="in_contact", owner=ill, follow_up_on=TODAY)
    strange = factories.case(other, worked_on=True, state="in_contact", owner=ill, follow_up_on=TODAY)
    browser = enter(coach)
    page = shown(browser.get(reverse("coach:care"), {"van": ill.pk}))
    assert "Sem is ziek of weg? Neem waar" in page
    assert "Sem (1)" in page
    page = browser.post(reverse("coach:stand_in", args=(ill.pk,)), {"until": ""}, follow=True)
    assert SUMMARY in shown(page) and page.redirect_chain[-1][0] == f"{reverse('coach:care')}?van={ill.pk}"
    assert SUMMARY not in shown(browser.get(reverse("coach:care"), {"van": ill.pk})), "once"
    mine.refresh_from_db()
    assert mine.owner == ill
    day = TODAY + timedelta(days=14)
    browser.post(reverse("coach:stand_in", args=(ill.pk,)), {"until": day.isoformat()})
    mine.refresh_from_db()
    strange.refresh_from_db()
    assert (mine.owner, mine.lent_by, mine.lent_until) == (coach, ill, day)
    assert strange.owner == ill
    assert lending.take_back(ill) == 1
    mine.refresh_from_db()
    assert (mine.owner, mine.lent_by) == (ill, None)


def test_nobody_stands_in_for_a_coach_of_another_corporation(enter, coach, other):
    strange = factories.user(Role.COACH, other)
    given = {"until": TODAY.isoformat()}
    assert enter(coach).post(reverse("coach:stand_in", args=(strange.pk,)), given).status_code == 404


def test_who_stands_in_reads_for_whom_and_until_when(enter, coach, ill, covered):
    browser = enter(coach)
    for name in ("care", "holiday"):
        page = shown(browser.get(reverse(f"coach:{name}")))
        assert "U neemt 2 adressen waar voor Sem, tot en met" in page, name
    assert "Wijzigen of nu teruggeven" in shown(browser.get(reverse("coach:care")))
    assert "U neemt" not in shown(enter(ill).get(reverse("coach:holiday")))


def test_who_stands_in_chooses_another_last_day(enter, corporation, coach, ill, covered):
    own = factories.case(corporation, worked_on=True, state="in_contact", owner=coach)
    later, browser = UNTIL + timedelta(days=7), enter(coach)
    page = browser.post(reverse("coach:stay", args=(ill.pk,)), {"until": later.isoformat()}, follow=True)
    assert "U neemt nu waar voor Sem, tot en met" in shown(page)
    for case in [*covered, own]:
        case.refresh_from_db()
    assert [(case.owner, case.lent_by, case.lent_until) for case in covered] == [(coach, ill, later)] * 2
    assert (own.owner, own.lent_by) == (coach, None)
    story = shown(browser.get(url("case", covered[0])))
    assert "waarneming van" not in story, "it did not end"
    browser.post(reverse("coach:stay", args=(ill.pk,)), {"until": later.isoformat()})
    assert Transfer.objects.filter(case=covered[0]).count() == 2, "the same day again is no change"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("", "Kies tot en met welke dag u waarneemt."),
        ((TODAY - timedelta(days=1)).isoformat(), "Deze dag is al voorbij."),
        ((TODAY + timedelta(days=400)).isoformat(), "Kies een dag binnen een half jaar."),
    ],
)
def test_a_day_that_cannot_be_is_refused_where_it_was_chosen(enter, coach, ill, covered, day, why):
    sent = {"until": day}
    page = enter(coach).post(reverse("coach:stay", args=(ill.pk,)), sent, follow=True)
    assert f'<a href="#id_{ill.pk}_until">Ik neem waar tot en met · {why}' in shown(page)
    assert "<title>Fout:" in shown(page)
    assert page.redirect_chain[-1][0] == reverse("coach:holiday")
    covered[0].refresh_from_db()
    assert covered[0].lent_until == UNTIL


def test_who_stands_in_gives_the_addresses_back(enter, coach, ill, covered):
    browser, address = enter(coach), reverse("coach:give_back", args=(ill.pk,))
    browser.get(address)
    covered[0].refresh_from_db()
    assert covered[0].owner == coach, "looking gives nothing back"
    assert "2 adressen zijn weer in zorg bij Sem." in shown(browser.post(address, follow=True))
    for case in covered:
        case.refresh_from_db()
    assert [(case.owner, case.lent_by, case.lent_until) for case in covered] == [(ill, None, None)] * 2
    assert AuditEntry.objects.filter(action="case.give_back", username=coach.username).count() == 2
    assert "U neemt niet meer waar" in shown(browser.post(address, follow=True)), "a second tap"
    story = shown(enter(ill).get(url("case", covered[0])))
    assert "waarneming van" in story and story.count("In zorg bij") == 2, "one in the head, one in the story"


def test_nobody_gives_back_what_another_coach_has(enter, corporation, coach, ill, covered):
    browser = enter(factories.user(Role.COACH, corporation))
    browser.post(reverse("coach:give_back", args=(ill.pk,)))
    browser.post(reverse("coach:stay", args=(ill.pk,)), {"until": TODAY.isoformat()})
    covered[0].refresh_from_db()
    assert (covered[0].owner, covered[0].lent_until) == (coach, UNTIL)


@pytest.mark.parametrize("gone", ["wijk", "role"])
def test_what_the_colleague_no_longer_takes_care_of_stays_with_who_stands_in(
    enter, coach, ill, covered, gone
):
    """A case is never given to somebody who cannot open it: nobody would help at that address."""
    kept = covered
    if gone == "wijk":
        Scope.objects.filter(user=ill).update(wijk="Noord")
        covered[0].wijk, kept = "Zuid", covered[:1]
        covered[0].save()
    else:
        User.objects.filter(pk=ill.pk).update(role=Role.MANAGER)
    page = shown(enter(coach).post(reverse("coach:give_back", args=(ill.pk,)), follow=True))
    for case in covered:
        case.refresh_from_db()
        assert (case.owner, case.lent_by) == ((coach, ill) if case in kept else (ill, None))
    said = "1 adres blijft bij u" if gone == "wijk" else "2 adressen blijven bij u"
    assert f"{said}: Sem is daar geen wooncoach meer." in page
    assert ("1 adres is weer in zorg bij Sem." in page) == (gone == "wijk")
    assert AuditEntry.objects.filter(action="case.give_back").count() == 2 - len(kept)
