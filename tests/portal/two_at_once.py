"""People who work on one case at the same moment, over connections of their own. Run on PostgreSQL by `test_postgresql.py`.

Not collected on SQLite in memory: there is no second connection to that.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from portal.accounts.models import AuditEntry, Role, User
from portal.casework import care, services
from portal.casework.codes import Kind, State
from portal.casework.errors import Conflict
from portal.casework.models import Case, Contact, Listing
from portal.exchange import receive
from tests.portal import factories
from tests.portal.programs import Program, contact

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_ledger")]
ROUNDS = 15


def together(*things: Callable[[], Any]) -> list[Any]:
    """Do things at the same moment, each in a thread with a connection of its own; an exception is an answer."""
    start = Barrier(len(things))

    def do(thing: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=20)
            return thing()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(do, things))


@pytest.fixture
def case() -> Case:
    return factories.listed_case(factories.corporation())


@pytest.fixture
def two(case: Case) -> tuple[User, User]:
    return factories.user(Role.COACH, case.corporation), factories.user(Role.COACH, case.corporation)


def log(user: User, case: Case, version: int, token: str, **values: Any) -> Contact:
    return services.log_contact(
        user, case.pk, version=version, token=token, **({"kind": Kind.VISIT} | values)
    )


def test_this_is_a_real_database():
    assert connection.vendor == "postgresql"


def test_of_two_coaches_who_log_at_once_one_sees_a_conflict(case: Case, two):
    for turn in range(ROUNDS):
        version = Case.objects.get(pk=case.pk).version
        answers = together(
            *(
                lambda user=user, number=number, turn=turn, version=version: log(
                    user,
                    case,
                    version,
                    f"{turn}-{number}",
                    state=State.APPROACHED,
                    follow_up_on=factories.TODAY,
                )
                for number, user in enumerate(two)
            )
        )
        result = [answer for answer in answers if isinstance(answer, Contact)]
        refused = [answer for answer in answers if isinstance(answer, Conflict)]
        assert (len(result), len(refused)) == (1, 1), answers
        assert refused[0].case.version == version + 1, "it is shown how the case stands now"
        assert refused[0].case.contacts.order_by("reference").last() == result[0], "with the other's contact"
    assert Contact.objects.count() == ROUNDS


def test_a_coach_who_reloads_and_tries_again_loses_nothing(case: Case, two):
    def persist(user: User) -> int:
        conflicts = 0
        for turn in range(ROUNDS):
            version = Case.objects.get(pk=case.pk).version
            while True:
                try:
                    log(user, case, version, f"{user.pk}-{turn}")
                    break
                except Conflict as conflict:
                    conflicts, version = conflicts + 1, conflict.case.version
        return conflicts

    answers = together(*(lambda user=user: persist(user) for user in two))
    assert all(isinstance(answer, int) for answer in answers), answers
    case.refresh_from_db()
    assert (Contact.objects.count(), case.version) == (2 * ROUNDS, 2 * ROUNDS + 1)
    assert AuditEntry.objects.filter(action="contact.log").count() == 2 * ROUNDS


def test_the_same_form_sent_twice_at_once_is_one_contact(case: Case, two):
    first = two[0]
    for turn in range(ROUNDS):
        version = Case.objects.get(pk=case.pk).version
        answers = together(*[lambda: log(first, case, version, f"double-{turn}")] * 3)  # noqa: B023
        assert len({answer.pk for answer in answers}) == 1, answers
    assert Contact.objects.count() == ROUNDS


def test_undo_and_a_new_contact_at_once_leave_one_of_two_stories(case: Case, two):
    contact = log(two[0], case, 1, "first")
    answers = together(
        lambda: services.undo(two[0], contact.pk, version=2), lambda: log(two[1], case, 2, "second")
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1, answers
    contact.refresh_from_db()
    standing = Contact.objects.filter(undone_at=None).count()
    assert standing == (2 if contact.undone_at is None else 0)


def test_a_list_arrives_while_coaches_work(case: Case, two):
    """Publishing locks the corporation, a coach the case: neither waits for the other for ever, nothing is lost."""
    weeks = [
        factories.publication(factories.entry(1), factories.entry(2), counts={"turn": turn})
        for turn in range(6)
    ]
    keep = case.pk

    def work(user: User) -> int:
        done = 0
        while done < ROUNDS:
            version = Case.objects.get(pk=keep).version
            try:
                log(user, case, version, f"{user.pk}-{done}")
                done += 1
            except Conflict:
                continue
        return done

    log(two[0], case, 1, "begun")
    answers = together(
        lambda: [receive.publish(week).edition for week in weeks], lambda: work(two[0]), lambda: work(two[1])
    )
    assert answers == [list(range(1, 7)), ROUNDS, ROUNDS]
    assert Contact.objects.count() == 2 * ROUNDS + 1
    assert Listing.objects.filter(as_of=factories.MONDAY, withdrawn=False).count() == 2


def test_the_same_list_sent_twice_at_once_is_one_list():
    sent = factories.publication(factories.entry(1), factories.entry(2))
    answers = together(*[lambda: receive.publish(sent)] * 3)
    assert sorted(answer.unchanged for answer in answers) == [False, True, True], answers
    assert Listing.objects.count() == 2


def test_two_objections_at_once_are_one(case: Case, two):
    answers = together(*(lambda user=user: care.object_to(user, case.pk) for user in two))
    assert len({answer.pk for answer in answers}) == 1, answers


def test_a_request_that_a_program_sends_twice_at_once_counts_once(case: Case):
    crm = Program(Role.COACH, case.corporation)
    for turn in range(ROUNDS):
        sent = contact(Case.objects.get(pk=case.pk))
        answers = together(*[lambda: crm.post("contacts", key=f"double-{turn}", **sent)] * 3)  # noqa: B023
        assert {answer.status_code for answer in answers} <= {200, 201}, answers
        assert len({answer.json()["reference"] for answer in answers}) == 1
    assert Contact.objects.count() == ROUNDS
