"""Test that the audit log accepts only new entries, from the app as well as from its database connection."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from random import Random

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal import clock
from portal.accounts import audit
from portal.accounts.actions import ACTIONS, IN_A_LIST
from portal.accounts.audit import record, record_many
from portal.accounts.audit_page import DONE_OR_OPENED
from portal.accounts.details import DETAILS, UNSAID, detail_words
from portal.accounts.models import AuditEntry, Role
from portal.accounts.people import access
from tests.portal import factories


@pytest.fixture
def entry(coach, case) -> AuditEntry:
    record(coach, "case.view", case)
    return AuditEntry.objects.get()


def noon(day: date) -> datetime:
    """Return noon of a day in Amsterdam, which a change of the clock leaves on that day."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def test_the_model_refuses(entry):
    entry.action = "nothing"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="nothing"),
        lambda: AuditEntry.objects.bulk_update([entry], ["action"]),
        lambda: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"action": "nothing"}),
    ):
        with pytest.raises(PermissionError):
            attempt()
    assert AuditEntry.objects.get().action == "case.view"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditentry SET action = 'nothing'", "DELETE FROM accounts_auditentry"],
)
def test_the_database_refuses(entry, statement):
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement)
    assert AuditEntry.objects.get().action == "case.view"


def test_an_entry_names_user_and_case_but_no_tenant(entry, coach, case):
    text = str(AuditEntry.objects.values().get())
    assert coach.username in text
    assert case.overeenkomst_id in text
    assert not any(private in text for private in (case.name, case.address, case.phone))


def test_a_page_of_addresses_is_one_query(coach, corporation, django_assert_num_queries):
    cases = [factories.listed_case(corporation, position=n) for n in range(1, 9)]
    with django_assert_num_queries(1):
        record_many(coach, "week.view", cases)
    assert AuditEntry.objects.count() == 8


def test_entries_are_those_that_django_would_write(coach, case):
    detail = {"page": "l'été", "count": 3, "days": ["2026-11-23"], "nothing": None}
    before = timezone.now()
    record(coach, "case.view", case, **detail)
    record(coach, "user.login")
    AuditEntry.objects.create(
        username=coach.username,
        role=coach.role,
        action="case.view",
        corporation=case.corporation_id,
        overeenkomst_id=case.overeenkomst_id,
        detail=detail,
    )
    ours, login, theirs = AuditEntry.objects.order_by("pk")
    fields = ("username", "role", "action", "corporation", "overeenkomst_id", "detail")
    assert [getattr(ours, name) for name in fields] == [getattr(theirs, name) for name in fields]
    assert (login.corporation, login.overeenkomst_id, login.detail) == ("", "", {})
    assert before <= ours.at <= login.at <= theirs.at
    if connection.vendor == "sqlite":  # stored in the same form, so that times sort as they compare
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT typeof(at), length(at), typeof(detail) FROM accounts_auditentry")
            assert len(cursor.fetchall()) == 1


def test_a_page_of_many_addresses_has_an_entry_for_each(coach, corporation):
    cases = [factories.case(corporation) for _each in range(audit.AT_ONCE + 1)]
    record_many(coach, "list.view", cases, count=3)
    entries = AuditEntry.objects.order_by("pk").values_list("overeenkomst_id", "detail")
    assert list(entries) == [(case.overeenkomst_id, {"count": 3}) for case in cases]
    record_many(coach, "list.view", [])
    assert AuditEntry.objects.count() == len(cases)


def test_every_action_is_a_word_and_a_code_nobody_knows_stays(db):
    import re
    from pathlib import Path

    from portal.accounts.actions import ACTIONS, action_words

    sources = "".join(
        path.read_text() for path in Path("portal").rglob("*.py") if "migrations" not in str(path)
    )
    written = set(re.findall(r"record(?:_many)?\(\s*(?:request\.)?user,\s*\"([a-z_.]+)\"", sources))
    assert len(written) > 20
    assert written <= set(ACTIONS)
    assert action_words("other.thing") == "other.thing"


def test_logging_in_and_out_and_failing_to_is_in_the_log(coach, corporation):
    from django.test import Client

    client, entrance = Client(), reverse("account_login")
    client.post(entrance, {"login": coach.username, "password": "anders"})
    client.post(entrance, {"login": "mijn-wachtwoord-op-de-verkeerde-plek", "password": "anders"})
    client.post(entrance, {"login": coach.username, "password": factories.PASSWORD})
    client.post(reverse("account_logout"))
    logged = AuditEntry.objects.order_by("id").values_list("username", "action")
    assert list(logged) == [
        (coach.username, action) for action in ("user.login_failed", "user.login", "user.logout")
    ]


def test_the_auditor_reads_and_searches(entry, enter, corporation):
    client = enter(factories.user(Role.AUDITOR))
    page = client.get(reverse("audit"), {"action": "case.view"}).content.decode()
    assert entry.overeenkomst_id in page
    assert "Bekeek een adres" in page
    assert entry.overeenkomst_id not in client.get(reverse("audit"), {"username": "nobody"}).content.decode()
    assert client.get(reverse("audit"), {"page": "999999999"}).status_code == 200


def test_the_auditor_can_leave_out_what_only_stood_in_a_list(coach, case, enter):
    for action in (*sorted(IN_A_LIST), "case.view", "contact.log"):
        record(coach, action, case)
    client = enter(factories.user(Role.AUDITOR))
    rows = client.get(reverse("audit"), {"action": DONE_OR_OPENED, "overeenkomst_id": case.overeenkomst_id})
    assert {line.entry.action for line in rows.context["lines"]} == {"case.view", "contact.log"}
    assert len(client.get(reverse("audit")).context["lines"]) >= len(IN_A_LIST) + 2
    assert set(ACTIONS) >= IN_A_LIST


def test_nobody_changes_the_log_by_a_form(enter, corporation):
    client = enter(factories.user(Role.AUDITOR))
    assert client.post(reverse("audit")).status_code == 405


def test_details_are_said_in_words_and_without_references():
    detail = {
        "reference": "20261012T125500-60b8",
        "state": "in_contact",
        "domain": "geld",
        "phase": "start",
        "found": 3,
        "urgent": False,
        "until": "2026-12-04",
        "query": "van=2026",
        "areas": ["demo: Kade", "demo: Wal"],
        "anything": "else",
    }
    assert detail_words(detail) == (
        "stand: In contact, leefgebied: Geld, moment: Bij de start, gevonden: 3, kan niet wachten: nee, "
        "tot en met: 4 december 2026, werkgebied: demo: Kade; demo: Wal, anything: else"
    )


def test_every_detail_that_the_portal_records_has_a_word_or_is_left_unsaid(db):
    """A detail is a keyword of `record`, or a key of what `access` returns."""
    import ast
    from pathlib import Path

    recorded = set()
    for path in Path("portal").rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in ("record", "record_many"):
                recorded |= {keyword.arg for keyword in call.keywords if keyword.arg}
    assert len(recorded) > 20
    assert recorded | set(access(factories.user(Role.COACH))) <= set(DETAILS) | UNSAID


def test_views_of_an_address_in_a_list_are_one_line_a_day_and_all_on_record(coach, corporation, enter):
    case, other = (factories.listed_case(corporation, position=n) for n in (1, 2))
    colleague = factories.user(Role.COACH, corporation)
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    with clock.at(noon(today), Random(1)):
        for user in (coach, coach, coach, colleague):
            record_many(user, "list.view", [case, other])
            record_many(user, "list.offline", [case, other])
        for _twice in range(2):
            record(coach, "case.view", case)
    with clock.at(noon(yesterday), Random(1)):
        record_many(coach, "list.view", [case, other])
    client, asked = enter(factories.user(Role.AUDITOR)), {"overeenkomst_id": case.overeenkomst_id}
    page = client.get(reverse("audit"), asked)
    actual = {
        (timezone.localtime(line.last).date(), line.entry.username, line.entry.action, line.times)
        for line in page.context["lines"]
    }
    assert actual == {
        (today, coach.username, "list.view", 3),
        (today, coach.username, "list.offline", 3),
        (today, colleague.username, "list.view", 1),
        (today, colleague.username, "list.offline", 1),
        (today, coach.username, "case.view", 1),
        (yesterday, coach.username, "list.view", 1),
    }
    assert len(page.context["lines"]) == 7  # each time that an address was opened is a line
    assert "3 keer vanaf" in page.content.decode() and "samen zijn het 11 keer" in page.content.decode()
    rows = b"".join(client.get(reverse("audit_csv"), asked).streaming_content).decode()
    assert rows.count("\n") == 1 + 11


def test_the_auditor_finds_the_agreement_of_an_address_and_that_is_in_the_log(coach, corporation, enter):
    case = factories.case(corporation, address="Kadeplein 12", name="J. Tuinman")
    factories.case(corporation, address="Walstraat 3", name="P. Anders")
    record(coach, "case.view", case)
    client = enter(factories.user(Role.AUDITOR))
    assert "Adres zoeken" in client.get(reverse("audit")).content.decode()
    for text in ("kadeplein 12", "Tuinman", case.overeenkomst_id.lower()):
        page = client.post(reverse("audit_find"), {"text": text}).content.decode()
        assert "Kadeplein 12" in page and "Walstraat" not in page, text
        assert "Tuinman" not in page or text == "Tuinman"  # no more of a tenant than was asked
        assert f"overeenkomst_id={case.overeenkomst_id}" in page
    log = AuditEntry.objects.filter(action="audit.find")
    assert [entry.overeenkomst_id for entry in log] == [case.overeenkomst_id] * 3
    assert AuditEntry.objects.filter(action="audit.search").count() == 3
    kept = str(list(AuditEntry.objects.values())).casefold()
    assert "kade" not in kept and "tuinman" not in kept
    short = client.post(reverse("audit_find"), {"text": "Kad"}).content.decode()
    assert "vier letters" in short and "Kadeplein" not in short


def test_an_analyst_reads_who_may_see_the_log_and_how_one_gets_that_role(coach, case, corporation, enter):
    record(coach, "case.view", case)
    client = enter(factories.user(Role.ANALYST, corporation))
    page = client.get(reverse("audit")).content.decode()
    assert "Nog niemand heeft die rol" in page and reverse("analyst:add_user") in page
    assert case.overeenkomst_id not in page
    assert f'zie <a href="{reverse("analyst:server")}">Op de server</a>.' in page
    auditor = factories.user(Role.AUDITOR, first_name="Adil")
    closed = factories.user(Role.AUDITOR, first_name="Weg", is_active=False)
    page = client.get(reverse("audit")).content.decode()
    assert str(auditor) in page and str(closed) not in page
    factories.corporation("elders")
    assert reverse("analyst:add_user") not in client.get(reverse("audit")).content.decode()


def test_the_log_of_an_address_is_that_of_its_own_corporation(coach, corporation, other, enter):
    """Two corporations may give an agreement the same number."""
    case = factories.case(corporation, address="Kadeplein 12")
    twin = factories.case(other, overeenkomst_id=case.overeenkomst_id)
    for each in (case, twin):
        record(coach, "case.view", each)
    client = enter(factories.user(Role.AUDITOR))
    page = client.post(reverse("audit_find"), {"text": "Kadeplein 12"}).content.decode()
    link = re.search(rf'href="({reverse("audit")}\?[^"]*)"', page)
    found = client.get(unescape(link[1]))
    assert {line.entry.corporation for line in found.context["lines"]} == {corporation.pk}
    assert f'name="corporation" value="{corporation.pk}"' in found.content.decode()
    assert 'name="corporation"' not in client.get(reverse("audit")).content.decode()


def test_finding_many_addresses_asks_for_their_corporation_once(corporation, enter):
    client, numbers = enter(factories.user(Role.AUDITOR)), set()
    client.post(reverse("audit_find"), {"text": "Kadeplein"})
    for number in range(3):
        factories.case(corporation, address=f"Kadeplein {number}")
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("audit_find"), {"text": "Kadeplein"})
        numbers.add(len(asked))
    assert len(numbers) == 1
