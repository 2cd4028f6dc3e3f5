"""Test that a page never says that an address is safe where nobody can know, or where somebody felt unsafe."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from portal.accounts.models import AuditEntry, Role
from portal.casework import lending, services, worries
from portal.casework.codes import Kind, State
from portal.casework.models import Case, Worry
from portal.coach.templatetags.days import on
from tests.portal import factories
from tests.portal.factories import MONDAY, TODAY
from tests.portal.pages import shown, url

pytestmark = pytest.mark.django_db
WARNING = "Ga met twee personen (veiligheidsafspraak)."
NONE = "Veiligheid: geen waarschuwing bekend."


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.mark.parametrize("page", ["case", "contact"])
def test_an_address_of_this_list_without_a_warning(browser, case, page):
    assert NONE in shown(browser.get(url(page, case)))


@pytest.mark.parametrize("page", ["case", "contact"])
def test_a_worry_about_safety_is_a_warning(browser, case, page):
    factories.worry(case, worry="veiligheid")
    text = shown(browser.get(url(page, case)))
    assert "meldde iemand: het voelt niet veilig" in text
    assert NONE not in text
    assert "meldde iemand: het voelt niet veilig" in shown(browser.get(reverse("coach:paper")))
    old = TODAY - timedelta(weeks=27)
    Worry.objects.update(on=old)
    text = shown(browser.get(url(page, case)))
    assert NONE not in text
    assert f"wel een zorg van {on(old, 'j F Y')}." in text


@pytest.mark.parametrize("page", ["week", "paper"])
def test_a_worry_that_is_no_warning_any_more_is_not_denied(browser, corporation, case, page):
    factories.listed_case(corporation, position=2)
    factories.worry(case, worry="veiligheid", on=TODAY - timedelta(weeks=27))
    said = line(browser, page)
    assert said == "Veiligheidswaarschuwing: geen bekend bij 1 van de 2 adressen van de lijst."
    text = shown(browser.get(reverse(f"coach:{page}")))
    assert f">{case.address}</a>.</p>" in text.split("wel eerder een zorg over veiligheid: ")[1]
    assert "geen waarschuwing van na" in text


@pytest.mark.parametrize("page", ["week", "paper", "case", "contact", "care"])
def test_a_reason_that_names_safety_is_not_denied(browser, coach, corporation, page):
    """A delivered worry is known by its reason only, and nobody knows of which day it is."""
    case = factories.listed_case(
        corporation, owner=coach, worked_on=True, state=State.IN_CONTACT, follow_up_on=TODAY
    )
    case.listings.update(reasons=["Een zorg doorgegeven door de huismeester (zorgen over veiligheid)."])
    text = shown(browser.get(url(page, case) if page in ("case", "contact") else reverse(f"coach:{page}")))
    assert "bij de redenen staan zorgen over veiligheid" in text
    assert NONE not in text and "geen bekend" not in text


@pytest.fixture
def warned(coach, corporation):
    """Two addresses in care and off this week's list, both due: one with a flag, one where somebody felt unsafe."""
    at_work = {"worked_on": True, "state": State.IN_CONTACT, "owner": coach, "follow_up_on": TODAY}
    before = MONDAY - timedelta(weeks=3)
    flagged = factories.listed_case(corporation, before, address="Vlaggasse 1", **at_work)
    flagged.listings.update(safety=WARNING)
    unsafe = factories.case(corporation, address="Vlaggasse 2", **at_work)
    factories.worry(unsafe, worry="veiligheid")
    return flagged, unsafe


@pytest.mark.parametrize("page", ["week", "care", "paper", "search"])
def test_every_page_that_names_an_address_has_its_warning(browser, case, warned, page):
    if page == "search":
        text = shown(browser.post(reverse("coach:search"), {"text": "Vlaggasse"}))
    else:
        text = shown(browser.get(reverse(f"coach:{page}")))
    assert "Vlaggasse 1" in text and "Vlaggasse 2" in text
    assert text.count(WARNING) == 1
    assert text.count("meldde iemand: het voelt niet veilig") == 1


@pytest.mark.parametrize("page", ["finished", "left", "handovers"])
def test_the_other_lists_have_it_too(browser, corporation, page):
    before = MONDAY - timedelta(weeks=1)
    state = State.CLOSED if page == "finished" else State.IN_CONTACT
    case = factories.listed_case(corporation, before, worked_on=True, state=state)
    case.listings.update(safety=WARNING)
    factories.handover(case)
    assert WARNING in shown(browser.get(reverse(f"coach:{page}")))


LINE = re.compile(r"Veiligheidswaarschuwing: .*?</p>")


def line(browser, page: str) -> str:
    """The lines about safety above a page, without their marks: what is known, and then of how many nothing is."""
    found = LINE.findall(shown(browser.get(reverse(f"coach:{page}"))))
    return " ".join(re.sub("<.*?>", "", one) for one in found)


@pytest.mark.parametrize("page", ["week", "paper"])
def test_the_line_counts_the_list_and_what_is_in_care_apart(browser, case, warned, page):
    said = line(browser, page)
    known = "Veiligheidswaarschuwing: 2 van de 2 andere adressen in uw zorg: Vlaggasse 1, Vlaggasse 2."
    assert said.startswith(known)
    assert said.endswith("Veiligheidswaarschuwing: geen bekend bij 1 adres van de lijst.")
    red = re.findall('<p class="flag danger warned">.*?</p>', shown(browser.get(reverse(f"coach:{page}"))))
    assert len(red) == 1 and "geen bekend" not in red[0]  # what is not known is no alarm
    Case.objects.filter(pk__in=[one.pk for one in warned]).update(state=State.CLOSED, follow_up_on=None)
    assert line(browser, page) == "Veiligheidswaarschuwing: geen bekend bij 1 adres van de lijst."
    case.listings.update(safety=WARNING)
    assert f"1 van 1 adres van de lijst: {case.address}." in line(browser, page)


@pytest.mark.parametrize("page", ["week", "paper"])
def test_in_care_counts_also_if_nothing_is_due_there_and_leads_to_the_address(browser, case, warned, page):
    """An appointment of tomorrow is not on the page, and its warning has to be."""
    later = TODAY + timedelta(days=1)
    Case.objects.filter(pk__in=[one.pk for one in warned]).update(follow_up_on=later, appointment_on=later)
    text = shown(browser.get(reverse(f"coach:{page}")))
    assert "2 van de 2 andere adressen in uw zorg" in text
    for one in warned:
        assert f'href="{url("case", one)}">{one.address}</a>' in text
        assert AuditEntry.objects.filter(overeenkomst_id=one.overeenkomst_id).exists()


@pytest.mark.parametrize("page", ["week", "paper"])
def test_a_warning_elsewhere_on_the_page_is_never_passed_over(browser, corporation, case, page):
    left = factories.listed_case(corporation, MONDAY - timedelta(weeks=2), address="Oudegasse 9")
    factories.worry(left, worry="veiligheid", urgent=True)
    text = line(browser, page)
    assert "Veiligheidswaarschuwing: verder op deze bladzijde: Oudegasse 9." in text
    assert text.endswith("geen bekend bij 1 adres van de lijst.")
    assert f'href="{url("case", left)}"' not in shown(browser.get(reverse(f"coach:{page}")))


def test_the_warning_says_what_to_do_and_of_which_list_it_is(browser, warned):
    flagged, _unsafe = warned
    text = shown(browser.get(url("case", flagged)))
    before = MONDAY - timedelta(weeks=3)
    assert f"{WARNING}</span> Zo stond het op de lijst van {before.day} " in text
    for one in warned:
        assert "Ga er niet alleen heen." in shown(browser.get(url("case", one)))
        assert "Ga er niet alleen heen." in shown(browser.get(url("contact", one)))


def test_after_an_objection_no_page_shows_the_warning(browser, warned):
    flagged, _unsafe = warned
    Case.objects.filter(pk=flagged.pk).update(objected_on=TODAY)
    text = shown(browser.post(reverse("coach:search"), {"text": "Vlaggasse"}))
    assert "Vlaggasse 1" in text and WARNING not in text


def test_a_stand_in_sees_the_warnings_too(enter, coach, corporation, warned):
    other = factories.user(Role.COACH, corporation)
    lending.stand_in_for(other, away=coach, until=TODAY + timedelta(days=7))
    for page in ("week", "paper"):
        assert "2 van de 2 andere adressen in uw zorg" in line(enter(other), page)


def test_of_an_older_list_its_day_is_named(browser, case):
    before = MONDAY - timedelta(weeks=3)
    Case.objects.filter(pk=case.pk).update(listed_on=before, worked_on=True)
    case.listings.update(as_of=before)
    text = shown(browser.get(url("case", case)))
    assert f"Veiligheid: op de lijst van {before.day} " in text
    assert NONE not in text


def test_without_an_agreement_nobody_can_know(browser, coach, corporation):
    worry = worries.pass_on_worry(
        coach, token="w", source="overig", worry="geldzorgen", urgent=True, corporation=corporation.pk,
        postcode="1999 ZZ", house_number="7",
    )  # fmt: skip
    case = worries.take_up(coach, worry.pk)
    assert "Veiligheid: niet na te gaan" in shown(browser.get(url("case", case)))


def test_a_contact_takes_up_the_urgent_worry_that_waits_there(browser, coach, case):
    worry = factories.worry(case, urgent=True)
    services.log_contact(coach, case.pk, version=1, token="t", kind=Kind.VISIT, reached=True)
    worry.refresh_from_db()
    assert worry.taken_by == coach
    page = shown(browser.get(reverse("coach:week")))
    assert "Kan niet wachten" not in page
    assert "De melder wacht op antwoord" in page


def test_a_coach_reports_a_worry_about_an_address_that_search_does_not_find(browser, coach, corporation):
    found = shown(browser.post(reverse("coach:search"), {"text": "bestaatniet"}, follow=True))
    assert found.count(f'href="{reverse("melder:worry")}"') == shown(
        browser.get(reverse("coach:search"))
    ).count(f'href="{reverse("melder:worry")}"')
    factories.worry(factories.listed_case(corporation), worry="post_hoopt_op")
    page = shown(browser.get(reverse("melder:worry")))
    assert "Wat u eerder meldde" not in page  # a worry of somebody else
    given = {
        "corporation": corporation.pk, "postcode": "1999 ZZ", "house_number": "7", "worry": "geldzorgen",
        "source": "overig", "urgent": "on",
    }  # fmt: skip
    browser.post(reverse("melder:worry"), given)
    assert Worry.objects.get(by=coach).urgent
    assert "1999 ZZ 7" in shown(browser.get(reverse("coach:week")))
