"""Test that casework is deleted after its period or at the tenant's request, except the ids of an active objection."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.accounts.access import cases_for
from portal.accounts.audit import record
from portal.accounts.models import AuditEntry, Role
from portal.casework import care
from portal.casework.codes import State
from portal.casework.models import Case, Contact, Listing, Objection, SignalWeek, Worry
from portal.coach.again import AGAIN
from portal.exchange import give, purge, subject
from portal.exchange.payload import Home, StillThereError
from portal.runs.models import Run
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY

pytestmark = pytest.mark.django_db
LONG_AGO = TODAY - timedelta(days=800)
SAID = "ZZNOTITIE over de bewoner"


def purged(today=TODAY) -> dict[str, int]:
    terms = {"cases": 730, "lists": 365, "runs": 365}
    result = purge.purge(today, **{name: today - timedelta(days=n) for name, n in terms.items()})
    return {what: number for what, (number, _before) in result.items() if number}


@pytest.fixture
def old(corporation) -> Case:
    """A case that was closed long ago, with a note."""
    result = factories.listed_case(corporation, as_of=LONG_AGO, state=State.CLOSED, worked_on=True)
    factories.contact(result, on=LONG_AGO, state=State.CLOSED, note=SAID)
    factories.worry(result, on=LONG_AGO)
    factories.handover(result, on=LONG_AGO)
    return result


def everything() -> str:
    """Every table of the portal but the log of views, as text."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        said = ""
        for table in tables:
            if table != AuditEntry._meta.db_table:
                cursor.execute(f'SELECT * FROM "{table}"')
                said += repr(cursor.fetchall())
    return said


def test_a_case_closed_long_ago_goes_with_its_notes_and_lists(old, case):
    assert SAID in everything() and old.name in everything()
    assert purged() == {"listings": 1, "signal weeks": 8, "casework": 3, "cases": 1}
    assert SAID not in everything() and old.name not in everything()
    assert list(Case.objects.all()) == [case], "what is on this week's list stays as it was"
    assert (case.version, Listing.objects.count(), SignalWeek.objects.count()) == (1, 1, 8)
    assert purged() == {}, "again: there is nothing left"


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"follow_up_on": TODAY, "state": State.WATCH}, True),
        ({"follow_up_on": TODAY - timedelta(days=1), "state": State.IN_CONTACT}, False),
        ({"state": State.NOT_FITTING}, False),
    ],
)
def test_a_case_stays_while_somebody_is_going_to_do_something(old, changes, stays):
    Case.objects.filter(pk=old.pk).update(**changes)
    purged()
    assert Contact.objects.filter(case=old.pk).exists() is stays


def test_what_was_done_since_keeps_a_case_whole(old):
    handover = old.handovers.get()
    handover.answered_on = TODAY
    handover.save()
    purged()
    assert Contact.objects.get(case=old).note == SAID


def test_who_is_listed_again_begins_anew(old, corporation):
    Listing.objects.create(case=old, as_of=MONDAY, position=1, coach="Wooncoach")
    Case.objects.filter(pk=old.pk).update(listed_on=MONDAY)
    assert purged()["casework"] == 3
    old.refresh_from_db()
    assert (old.state, old.owner, old.worked_on, old.version) == (State.NEW, None, False, 2)
    assert old.listed_on == MONDAY and old.name


def test_who_only_took_a_case_over_keeps_it(case, coach):
    Case.objects.filter(pk=case.pk).update(owner=coach, worked_on=True)
    assert purged() == {}
    assert Case.objects.get().owner == coach


def test_a_standing_objection_outlives_its_case_as_ids(old, corporation):
    user = factories.user(Role.COACH, corporation)
    care.object_to(user, old.pk)
    Objection.objects.update(on=LONG_AGO)
    purged()
    kept = Case.objects.get()
    assert not any([kept.name, kept.address, kept.town, kept.phone, kept.listed_on])
    assert Contact.objects.count() == 0 and SAID not in everything()
    assert [row["overeenkomst_id"] for row in give.feedback(TODAY).bezwaren] == [kept.overeenkomst_id]
    assert cases_for(user).filter(pk=kept.pk).exists(), "who objected may withdraw it with their coach"
    care.withdraw_objection(user, kept.pk)
    assert purged()["cases"] == 1 and not Case.objects.exists()


def test_runs_logins_sessions_and_other_worries_go_as_well(corporation, coach):
    factories.run(corporation, LONG_AGO)
    factories.run(corporation)
    gone = SessionStore()
    gone["typed"] = SAID
    gone.save()
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    Worry.objects.create(corporation=corporation, by=coach, postcode="1811AB", house_number="1", on=LONG_AGO)
    assert purged() == {"worries about other addresses": 1, "runs": 1, "sessions": 1}
    assert Run.objects.get().as_of == MONDAY


def test_the_log_of_views_has_a_term_that_the_database_keeps(coach, case):
    for days in (5 * 366 + 2, 5 * 365 - 2, 0):
        at = timezone.make_aware(datetime.combine(TODAY - timedelta(days=days), datetime.min.time()))
        AuditEntry.objects.create(username="c", role="coach", action=f"{days}", at=at)
    assert purged() == {"log of views": 1}
    assert AuditEntry.objects.exclude(action=purge.ACTION).count() == 2
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute("DELETE FROM accounts_auditentry WHERE action <> '0'")


def test_rows_found_after_a_purge_raise_an_error(old, monkeypatch):
    monkeypatch.setattr(purge, "_delete", lambda rows: rows.count())
    with pytest.raises(StillThereError):
        purged()
    with pytest.raises(StillThereError):
        subject.erase([("dewaard", old.overeenkomst_id)], [])
    assert SAID in everything()


@pytest.fixture
def asked(old, corporation, coach) -> tuple[list, list]:
    """What a tenant asks about: an agreement, and the home with the days; worries were typed about it, and about others."""
    days = {"since": TODAY - timedelta(days=1000), "until": TODAY - timedelta(days=10)}
    typed = [("1811 ab", "12 A", 20), ("1811AB", "12a", 5), ("1811AB", "12", 20)]
    for number, (postcode, house, back) in enumerate(typed):
        Worry.objects.create(
            corporation=corporation, by=coach, token=f"w{number}", on=TODAY - timedelta(days=back),
            postcode=postcode, house_number=house, source="overig", worry="geldzorgen",
        )  # fmt: skip
    record(coach, "case.view", old)
    return [("dewaard", old.overeenkomst_id)], [Home("dewaard", "E1", "1811AB", "12a", **days)]


def test_a_tenant_gets_everything_except_the_names_of_staff(old, case, asked, coach):
    report = subject.held(*asked)
    assert report["portal.case"][0]["name"] == old.name
    assert report["portal.contact"][0]["note"] == SAID and report["portal.contact"][0]["by"] == "coach"
    assert len(report["portal.worry"]) == 2, (
        "about the case, and about the home while this tenant lived there"
    )
    assert [view["action"] for view in report["portal.views"]] == ["case.view"]
    assert coach.username not in str(report) and case.name not in str(report)
    users = {f"{field.name}_id" for model in (*purge.WORK, type(case)) for field in model._meta.fields
             if field.related_model is type(coach)}  # fmt: skip
    assert "answered_by_id" in users
    assert not users & {name for rows in report.values() for row in rows for name in row}
    assert subject.held([("dewaard", "H-onbekend")], []) == {}


def test_an_erased_tenant_is_gone_from_every_table(old, case, asked):
    typed = SessionStore()
    typed[AGAIN] = {"path": "/", "form": SAID}
    typed["factor"] = True
    typed.save()
    assert subject.erase(*asked) == 1 + 8 + 3 + 1 + 1
    assert not any(word in everything() for word in (SAID, old.name, old.address, old.overeenkomst_id))
    assert subject.held(*asked).keys() == {"portal.views"}
    assert Worry.objects.count() == 2 and list(Case.objects.all()) == [case]
    assert AGAIN not in SessionStore(typed.session_key) and SessionStore(typed.session_key)["factor"]
    assert subject.erase(*asked) == 0


def test_an_erasure_does_not_forget_an_objection(old, asked, corporation):
    care.object_to(factories.user(Role.COACH, corporation), old.pk)
    subject.erase(*asked)
    assert SAID not in everything() and old.name not in everything()
    assert [row["overeenkomst_id"] for row in give.feedback(TODAY).bezwaren] == [old.overeenkomst_id]
    assert Objection.objects.get().withdrawn_on is None
