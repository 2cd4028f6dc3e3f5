"""Test what a coach logs a resident needs help with: a field of a contact, which stays within the portal."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal.casework import services
from portal.casework.codes import Kind
from portal.casework.models import Contact
from portal.coach.views.paper import NEEDS_ON_PAPER
from portal.exchange import give, subject
from tests.portal.factories import TODAY
from tests.portal.pages import form, shown, url

pytestmark = pytest.mark.django_db
SAID = "Hulp nodig bij: geld en schulden, post en formulieren"


@pytest.fixture
def browser(enter, coach):
    return enter(coach)


@pytest.fixture
def logged(browser, case) -> Contact:
    browser.post(url("contact", case), form(case, needs=["post", "geld"]))
    return Contact.objects.get()


def test_needs_are_kept_in_one_order_and_shown_at_the_address(browser, case, logged):
    assert logged.needs == "geld post"
    page = shown(browser.get(url("case", case)))
    assert f"{SAID} (" in page and f"{SAID}. Stand" in page


def test_a_contact_without_needs_does_not_hide_earlier_ones(browser, case, logged):
    services.log_contact(logged.by, case.pk, version=2, token="later", kind=Kind.PHONE)
    assert f"{SAID} (" in shown(browser.get(url("case", case)))


def test_needs_of_an_undone_contact_are_no_longer_said_and_come_back_to_correct(browser, case, logged):
    services.undo(logged.by, logged.pk, version=2)
    assert f"{SAID} (" not in shown(browser.get(url("case", case)))
    page = browser.get(url("contact", case) + f"?opnieuw={logged.pk}", follow=True)
    assert page.context["form"]["needs"].value() == ["geld", "post"]


def test_needs_survive_a_form_that_is_refused(browser, case):
    sent = form(case, needs=["buren", "anders"], on="2999-01-01")
    page = browser.post(url("contact", case), sent, follow=True)
    assert page.context["form"]["needs"].value() == ["buren", "anders"]
    gone = browser.post(url("contact", case).replace(str(case.pk), "999999"), sent)
    assert "<dd>Omgaan met buren, Iets anders</dd>" in shown(gone, 404)


def test_a_form_with_other_needs_is_another_contact(browser, case, logged):
    again = browser.post(url("contact", case), form(case, needs=["geld"]), follow=True)
    assert "Dit formulier was al bewaard" in shown(again)
    same = form(case, version=2, token="t2", needs=["geld", "post"])
    assert "U legde dit net al vast" in shown(browser.post(url("contact", case), same, follow=True))
    assert Contact.objects.count() == 1


def test_other_words_are_refused(coach, case):
    with pytest.raises(ValidationError):
        services.log_contact(coach, case.pk, version=1, token="n", kind=Kind.VISIT, needs="geld gezondheid")


def test_a_tenant_gets_the_needs_and_the_weekly_run_does_not(case, logged):
    held = subject.held([(case.corporation_id, case.overeenkomst_id)], [])
    assert [row["needs"] for row in held["portal.contact"]] == ["geld post"]
    (row,) = give.feedback(TODAY).contacten
    assert "geld" not in row.values() and "needs" not in row


def test_the_paper_list_asks_for_needs(browser, case):
    page = shown(browser.get("/week/papier/"))
    for text in ("Hulp bij", *NEEDS_ON_PAPER.values()):
        assert str(text) in page
