"""Test that no field of free text keeps a citizen service number (BSN); the numbers here are invented."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.accounts.models import Role
from portal.casework import care, checks
from portal.casework.models import Contact, Handover, Transfer, Worry
from tests.portal import factories
from tests.portal.pages import shown, url
from tests.portal.programs import Program, contact

pytestmark = pytest.mark.django_db
BSN = "111222333"
REFUSED = "Hierin staat een burgerservicenummer (BSN)"


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        "bsn:111.222.333.",
        "zoon 111 222 333, belt",
        "1112 22 333",
        "111-222-333",
        "111\n222\n333",
        "nr 12 111222333",
    ],
)
def test_a_bsn_is_refused_however_it_is_written(text):
    with pytest.raises(ValidationError) as refused:
        checks.without_bsn("note", text)
    assert list(refused.value.message_dict) == ["note"] and "111" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "111222334",  # fails the eleven test
        "000000000",
        "1112223330",  # ten digits
        "06-11122233",
        "+31 6 11122233",
        "0031 111222333",  # a telephone number abroad
        "€ 111.222 en 333 dagen",
        "op 7 december om 10.30, huisnummer 12-3",
    ],
)
def test_other_numbers_stay(text):
    assert checks.without_bsn("note", text) == text


def test_a_note_with_a_bsn_is_offered_again_with_the_reason(browser, case):
    typed = {"version": case.version, "token": "t", "reached": "ja", "kind": "Huisbezoek", "next": "geen"}
    typed |= {"on": factories.TODAY.isoformat(), "note": f"zoon {BSN}"}
    page = shown(browser.post(url("contact", case), typed, follow=True))
    assert "Korte notitie · " + REFUSED in page and f"zoon {BSN}" in page  # to mend, not to type again
    assert not Contact.objects.exists()
    assert browser.post(url("contact", case), typed | {"note": "zoon belt"}).status_code == 302
    assert Contact.objects.get().note == "zoon belt"


def test_the_rule_stands_beside_the_note_and_not_under_a_fold(browser, case):
    page = browser.get(url("contact", case)).content.decode()
    rule = page.index("geen burgerservicenummer (BSN), geen oordeel")
    assert page[:rule].count("<details") == page[:rule].count("</details>")


def test_why_a_colleague_takes_over_keeps_no_bsn(browser, case, corporation):
    other = factories.user(Role.COACH, corporation)
    sent = {"version": case.version, "owner": other.pk, "note": BSN}
    assert REFUSED in shown(browser.post(url("colleague", case), sent, follow=True))
    assert not Transfer.objects.exists()


def test_a_hand_over_and_its_answer_keep_no_bsn(coach, case):
    with pytest.raises(ValidationError, match="BSN"):
        care.hand_over(coach, case.pk, version=case.version, token="a", partner="wijkteam", person=BSN)
    row = care.hand_over(coach, case.pk, version=case.version, token="a", partner="wijkteam")
    case.refresh_from_db()
    for field in ("answer_role", "answer_note"):
        with pytest.raises(ValidationError) as refused:
            care.answer_handover(coach, row.pk, version=case.version, picked_up="ja", **{field: BSN})
        assert list(refused.value.message_dict) == [field]
    assert Handover.objects.get().answer_note == ""


def test_whom_to_call_back_is_no_bsn(browser, corporation):
    typed = {"token": "w", "worry": "overig", "source": "huismeester", "urgent": "on", "call_back": BSN}
    typed |= {"corporation": "dewaard", "postcode": "1999 ZZ", "house_number": "7"}
    assert REFUSED in shown(browser.post(reverse("melder:worry"), typed, follow=True))
    assert not Worry.objects.exists()


def test_a_program_sends_no_bsn(corporation, case):
    crm = Program(Role.COACH, corporation)
    refused = crm.post("contacts", **contact(case, note=BSN))
    assert refused.status_code == 422 and list(refused.json()["fields"]) == ["note"]
    worry = {"corporation": "dewaard", "unit": "E1", "source": "politie", "worry": "geldzorgen"}
    refused = crm.post("worries", urgent=True, call_back=BSN, **worry)
    assert refused.status_code == 422 and list(refused.json()["fields"]) == ["call_back"]
    assert BSN not in refused.content.decode()
