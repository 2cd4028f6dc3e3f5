"""The analyst resolves rows that carry a right and match nobody; the answers go back to the weekly run."""

from __future__ import annotations

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.exchange import give, receive, subject
from portal.exchange.payload import Unmatched
from portal.runs.models import Assignment, Meaning, UnmatchedRow
from tests.portal import factories
from tests.portal.factories import TODAY
from tests.portal.pages import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(enter, corporation):
    return enter(factories.user(Role.ANALYST, corporation, username="analist"))


def send(analyst, row, **typed):
    return analyst.post(
        reverse("analyst:answer", args=(row.pk,)), {"token": "t1", "reason": "duidelijk"} | typed
    )


def given():
    return [row | {"datum": None} for row in give.feedback(TODAY).toewijzingen]


def test_the_page_shows_the_rows_of_the_own_corporation_with_their_candidates(analyst, corporation, other):
    row = factories.unmatched(corporation)
    factories.unmatched(other, file="elders.csv")
    text = analyst.get(reverse("analyst:unmatched")).content.decode()
    assert "ovk702" in text and "OVK0000702, OVK0000720" in text and "Nog niet" in text
    assert "elders.csv" not in text
    assert "1 rij met een bezwaar" in analyst.get(reverse("analyst:runs")).content.decode()
    page = analyst.get(reverse("analyst:answer", args=(row.pk,))).content.decode()
    assert page.count('name="agreement"') == 4  # two candidates, another one, nobody


@pytest.mark.parametrize(
    ("typed", "agreement"),
    [
        ({"agreement": "OVK0000720"}, "OVK0000720"),
        ({"agreement": "+", "other": " OVK0000909 ", "reason": "opgezocht"}, "OVK0000909"),
        ({"agreement": "-", "reason": "geen_huurder"}, None),
    ],
)
def test_an_answer_is_logged_and_goes_back_to_the_weekly_run(analyst, corporation, typed, agreement):
    row = factories.unmatched(corporation)
    assert send(analyst, row, **typed).status_code == 302
    send(analyst, row, **typed)  # the same form a second time
    reason = typed.get("reason", "duidelijk")
    assert given() == [
        {
            "corporatie_id": "dewaard",
            "rij": row.key,
            "overeenkomst_id": agreement,
            "datum": None,
            "reden": reason,
        }
    ]
    entry = AuditEntry.objects.get(action="row.assign")
    assert (entry.username, entry.overeenkomst_id, entry.detail["reason"]) == (
        "analist",
        agreement or "",
        reason,
    )


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"agreement": "OVK0000111"},
        {"agreement": "+", "other": ""},
        {"agreement": "-"},
        {"agreement": "OVK0000702", "reason": "geen_huurder"},
        {"agreement": "OVK0000702", "reason": "zomaar"},
    ],
)
def test_an_answer_that_does_not_fit_is_refused(analyst, corporation, typed):
    row = factories.unmatched(corporation)
    send(analyst, row, **typed)
    assert not Assignment.objects.exists()
    assert 'role="alert"' in analyst.get(reverse("analyst:answer", args=(row.pk,))).content.decode()


def test_a_reason_that_does_not_fit_is_refused_with_those_that_do(analyst, corporation):
    row = factories.unmatched(corporation)
    send(analyst, row, agreement="-", reason="duidelijk")
    page = shown(analyst.get(reverse("analyst:answer", args=(row.pk,))))
    assert "Kies uit: Deze persoon huurt niet (meer) bij ons; Hoort bij een andere corporatie; Per" in page
    send(analyst, row, agreement="OVK0000702", reason="per_ongeluk")
    assert "Kies uit: Nagevraagd bij" in shown(analyst.get(reverse("analyst:answer", args=(row.pk,))))


def test_of_a_row_that_cannot_be_read_only_nobody_can_be_chosen(analyst, corporation):
    row = factories.unmatched(corporation, meaning=Meaning.CONTACT, answerable=False)
    send(analyst, row, agreement="OVK0000702")
    assert not Assignment.objects.exists()
    send(analyst, row, agreement="-", reason="per_ongeluk")
    assert [one["overeenkomst_id"] for one in given()] == [None]


def test_the_newest_answer_counts(analyst, corporation):
    row = factories.unmatched(corporation)
    send(analyst, row, agreement="OVK0000702")
    send(analyst, row, agreement="OVK0000720", token="t2")
    assert [one["overeenkomst_id"] for one in given()] == ["OVK0000720"]
    assert "analist antwoordde op" in analyst.get(reverse("analyst:answer", args=(row.pk,))).content.decode()


def test_a_row_of_another_corporation_does_not_exist(analyst, other):
    assert send(analyst, factories.unmatched(other), agreement="-", reason="per_ongeluk").status_code == 404
    assert not Assignment.objects.exists()


def sent(key: str, **values) -> Unmatched:
    return Unmatched(
        **{"key": key, "corporatie_id": "dewaard", "extract": "bezwaren", "meaning": "objection", "file": "f.csv",
           "line": 2, "reason": "matches nobody in the register", "named": (), "candidates": ("H1",),
           "answerable": True} | values
    )  # fmt: skip


def test_a_publication_replaces_the_rows_and_keeps_those_with_an_answer(analyst, corporation):
    receive.publish(factories.publication(unmatched=(sent("a"), sent("b"))))
    send(analyst, UnmatchedRow.objects.get(key="a"), agreement="H1")
    receive.publish(factories.publication(unmatched=(sent("c", line=7),)))
    assert dict(UnmatchedRow.objects.values_list("key", "open")) == {"a": False, "c": True}


def test_erasing_a_tenant_keeps_the_answer_about_an_objection_alone(analyst, corporation):
    for number, meaning in enumerate((Meaning.OBJECTION, Meaning.WORRY)):
        row = factories.unmatched(corporation, meaning=meaning)
        send(analyst, row, agreement="OVK0000702", token=f"t{number}")
    keys = [("dewaard", "OVK0000702")]
    assert len(subject.held(keys, [])["portal.assignment"]) == 2
    subject.erase(keys, [])
    assert [row.meaning for row in Assignment.objects.all()] == [Meaning.OBJECTION]
    assert {tuple(row.candidates) for row in UnmatchedRow.objects.all()} == {("OVK0000720",)}


def test_a_row_of_the_portal_itself_names_no_file_and_whom_to_ask(analyst, corporation):
    """No run lists the portal's own file; the analyst sees no address, so somebody else must say which one it is."""
    row = factories.unmatched(
        corporation, file="portal/meldingen_medewerkers_2026-11-30.csv", line=133, meaning=Meaning.WORRY
    )
    known = factories.worry(factories.listed_case(corporation))
    asked = factories.worry(factories.listed_case(corporation, from_worry=True))
    page = shown(analyst.get(reverse("analyst:answer", args=(row.pk,))))
    listed = shown(analyst.get(reverse("analyst:unmatched")))
    for text in (page, listed):
        assert "vastgelegd in dit portaal" in text and row.file not in text and "regel 133" not in text
    assert str(asked.by) in page and str(known.by) not in page
    delivered = factories.unmatched(corporation)
    assert "in dit portaal" not in shown(analyst.get(reverse("analyst:answer", args=(delivered.pk,))))
