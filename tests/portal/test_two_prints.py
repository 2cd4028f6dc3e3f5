"""Attack two prints of the manager's figures: what happens between them may not describe one household."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.access import cases_for
from portal.accounts.models import Corporation, Role, User
from portal.casework import care, services, worries
from portal.casework.codes import Answer, Domain, Kind, Partner, Phase, PickedUp, Result, State
from portal.casework.models import Case, Contact, Growth, Handover, Worry
from portal.exchange import rights
from portal.manager import figures
from tests.portal import factories, two_years
from tests.portal.factories import MONDAY, publication

pytestmark = [pytest.mark.django_db, pytest.mark.dear]
WEEK = timedelta(weeks=1)
BEFORE = timezone.now() - timedelta(weeks=3)


@pytest.fixture
def coach(corporation: Corporation) -> User:
    coach = factories.user(Role.COACH, corporation)
    two_years.casework(corporation, coach, 4, 70, new=9)
    two_years.figures(corporation, 4, 70)
    return coach


@pytest.fixture
def prints(enter, corporation: Corporation, coach: User) -> Callable[[], dict[str, bytes]]:
    """Print every file of the manager over the longest period."""
    client = enter(factories.user(Role.MANAGER, corporation))

    def read() -> dict[str, bytes]:
        asked = {"van": str(MONDAY - 100 * WEEK)}
        urls = {name: reverse("manager:csv", args=(corporation.pk, name)) for name in figures.TABLES}
        return {name: client.get(url, asked).content for name, url in urls.items()}

    return read


def worked(corporation: Corporation, number: int) -> list[Case]:
    """Cases of long ago that were reached, the oldest first."""
    reached = Case.objects.filter(contacts__reached=True).distinct().order_by("pk")
    assert len(reached) >= number
    return list(reached[:number])


def object_to(coach: User, corporation: Corporation) -> None:
    for case in worked(corporation, 15):
        care.object_to(coach, case.pk)


def close(coach: User, corporation: Corporation) -> None:
    for case in worked(corporation, 15):
        services.log_contact(
            coach, case.pk, version=case.version, token=f"t{case.pk}", kind=Kind.PHONE, reached=True,
            state=State.CLOSED, result=Result.PAID, on=MONDAY - timedelta(days=1),
        )  # fmt: skip


def undo(coach: User, corporation: Corporation) -> None:
    late = Contact.objects.filter(case__in=worked(corporation, 15))
    late.update(undone_at=timezone.now())


def hand_over(coach: User, corporation: Corporation) -> None:
    for case in worked(corporation, 15):
        care.hand_over(
            coach, case.pk, version=case.version, token=f"t{case.pk}", partner=Partner.GGD,
            on=MONDAY - timedelta(days=3),
        )  # fmt: skip


def answer(coach: User, corporation: Corporation) -> None:
    open_ones = list(Handover.objects.filter(picked_up=PickedUp.UNANSWERED))
    assert len(open_ones) >= 10
    for row in open_ones:
        care.answer_handover(coach, row.pk, version=Case.objects.get(pk=row.case_id).version, picked_up="ja")


def grow(coach: User, corporation: Corporation) -> None:
    for case in worked(corporation, 15):
        for phase, step, back in ((Phase.START, 1, 40), (Phase.FOLLOW_UP, 3, 10)):
            Growth.objects.create(
                case=case, by=coach, domain=Domain.MONEY, phase=phase, step=step, on=MONDAY - timedelta(days=back)
            )  # fmt: skip


CLICKS = {act.__name__: act for act in (object_to, close, undo, hand_over, answer, grow)}


def test_nothing_that_is_done_moves_a_figure_before_the_next_list(prints, coach, corporation):
    before = prints()
    for name, click in CLICKS.items():
        start = transaction.savepoint()
        click(coach, corporation)
        assert prints() == before, name
        transaction.savepoint_rollback(start)


def test_a_worry_that_is_withdrawn_or_answered_moves_nothing_before_the_next_list(prints, coach, corporation):
    cases = worked(corporation, 20)
    for case in cases:
        factories.worry(case, urgent=True, on=MONDAY - WEEK, created_at=BEFORE)
    before = prints()
    Worry.objects.filter(case__in=cases[:10]).update(withdrawn_at=timezone.now())
    for worry in Worry.objects.filter(withdrawn_at=None):
        worries.take_up(coach, worry.pk)
        worries.answer(coach, worry.pk, reply=Answer.values[0])
    assert prints() == before


def test_two_prints_around_an_objection_differ_only_in_the_number_of_objections(prints, coach, corporation):
    """Everybody objects between two lists, the extreme of one household: no other count may tell who was helped."""
    Corporation.objects.filter(pk=corporation.pk).update(newest_list=MONDAY + WEEK)
    before = prints()
    for case in cases_for(coach):
        care.object_to(coach, case.pk)
    after = prints()
    assert {name for name in before if before[name] != after[name]} == {"zorgen", "naast"}
    moved = set(before["naast"].splitlines()) ^ set(after["naast"].splitlines())
    assert moved and all(line.startswith(b"Bezwaren;") for line in moved)
    others = [[line.split(b";")[:4] for line in page["zorgen"].splitlines()] for page in (before, after)]
    assert others[1][0] == others[0][0]


def test_an_objection_that_was_delivered_moves_nothing_either(prints, coach, corporation):
    before = prints()
    rights.objections(publication(), worked(corporation, 15))
    assert Case.objects.exclude(objected_on=None).count() == 15
    assert prints() == before
