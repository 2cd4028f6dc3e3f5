"""Test that a coach who was away reads on *Deze week* how much came in since the last login of an earlier day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import AuditEntry, Role
from portal.casework import care
from portal.casework.models import Listing
from tests.portal import factories
from tests.portal.factories import MONDAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db
WEEK = reverse("coach:week")


def logged_in(user, days: int, action: str = "user.login") -> None:
    at = timezone.now() - timedelta(days=days)
    AuditEntry.objects.create(at=at, username=user.username, role=user.role, action=action)


def test_after_an_absence_the_page_counts_what_came_in(enter, coach, samira, corporation):
    logged_in(coach, 15)
    logged_in(coach, 20)
    logged_in(coach, 2, "user.login_failed")  # somebody else may have tried
    logged_in(samira, 1)
    seen, new, again = (factories.listed_case(corporation, position=number) for number in (1, 2, 3))
    before = MONDAY - timedelta(weeks=3)
    for case, as_of in ((seen, before), (again, before - timedelta(weeks=9))):
        Listing.objects.create(case=case, as_of=as_of, position=1, coach="Wooncoach", reasons=[], news=[])
    factories.worry(new)
    for by, case in ((samira, seen), (coach, again)):  # one's own answer is no news
        handover = care.hand_over(by, case.pk, version=case.version, token=f"h{case.pk}", partner="wijkteam")
        case.refresh_from_db()
        care.answer_handover(by, handover.pk, version=case.version, picked_up="ja")
    client = enter(coach)
    for _visit in range(2):  # it stays all day
        page = client.get(WEEK)
        since = page.context["since"]
        assert (since.addresses, since.worries, since.answers) == (2, 1, 1)
        assert "2 nieuwe adressen op de lijst, 1 zorg, <a" in shown(
            page
        ) and "1 antwoord van een partner" in shown(page)
    assert since.day == timezone.localdate() - timedelta(days=15)


@pytest.mark.parametrize("days", [None, 0, 1, 7])
def test_who_was_here_lately_or_never_reads_nothing_of_it(enter, coach, corporation, days):
    factories.listed_case(corporation)
    if days is not None:
        logged_in(coach, days)
    assert "Sinds u hier het laatst was" not in shown(enter(coach).get(WEEK))


def test_what_another_wijk_got_does_not_count(enter, corporation):
    coach = factories.user(Role.COACH, corporation, wijk="Zuid")
    logged_in(coach, 10)
    factories.worry(factories.listed_case(corporation, wijk="Noord"))
    since = enter(coach).get(WEEK).context["since"]
    assert (since.addresses, since.worries, since.answers) == (0, 0, 0)
